"""Where the catalogue comes from: sources are loaded, watched, and loaded again.

A changed catalogue takes the place of the one before in one assignment, so that each
question meets either. A source that cannot be read any more keeps its last article; a
page that its server says is gone (404, 410) is withdrawn.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from watchfiles import Change, awatch

from bot.articles.catalogue import Build
from bot.articles.discovery import expand, folders
from bot.articles.local import LocalCatalogue, index_articles
from bot.articles.progress import Track, untracked
from bot.background import in_background
from retrieval import Article, ArticleError
from retrieval.errors import PageGoneError
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

DEBOUNCE_MS = 400  # that changes may go on until they are looked at
STEP_MS = 50
LOOK_MS = 1_000  # between two looks whether folders are still those that are watched

Load = Callable[[str], Article]


@dataclass(frozen=True, slots=True)
class _Copy:
    """What was last read from a source.

    Attributes:
        article: The last that could be read; None if none ever could.
        state: What tells that a file has changed; None for links.
    """

    article: Article | None
    state: tuple[int, ...] | None


class LocalWatcher:
    """Keeps a catalogue up to date.

    Attributes:
        on_failure: Called for each source that cannot be read again.
    """

    def __init__(self, names: Sequence[str], load: Load, build: Build) -> None:
        """Take what the catalogue is made from; nothing is read before `open`.

        Args:
            names: Files, folders, globs and links.
            load: Reads a file or a link.
            build: Indexes articles.
        """
        self.on_failure: Callable[[], None] = lambda: None
        self._names = tuple(names)
        self._load = load
        self._build = build
        self._copies: dict[str, _Copy] = {}
        self._catalogue: LocalCatalogue | None = None

    @property
    def catalogue(self) -> LocalCatalogue:
        """The catalogue as it is now."""
        assert self._catalogue is not None
        return self._catalogue

    def open(self, track: Track = untracked) -> None:
        """Load everything for the first time.

        A file of a folder or a glob that cannot be read is left out, and logged; so is
        a page that its server says is gone, if there are other sources.

        Args:
            track: Shows how far that is.

        Raises:
            ArticleError: A source that was named itself cannot be read, or no file
                of a folder can be.
        """
        sources = expand(self._names)
        for source, is_named in track(list(sources.items()), description="Reading"):
            state = _state(source)
            try:
                self._copies[source] = _Copy(self._load(source), state)
            except ArticleError as error:
                if is_named and not (
                    isinstance(error, PageGoneError) and len(sources) > 1
                ):
                    raise
                logger.warning("%s. It is left out", error)
                self._copies[source] = _Copy(None, state)
        articles = self._articles()
        if not articles:
            raise ArticleError(self._names[0], "no file in it can be read; name others")
        self._catalogue = index_articles(articles, self._build, track)

    def prepare(self, track: Track = untracked) -> None:
        """Have what the reader needs to know of the catalogue ready, kept on disk.

        Args:
            track: Shows how far that is.
        """
        self.catalogue.answerer.prepare(partial(track, description="Understanding"))

    def refresh(self, *, links: bool = False) -> bool:
        """Load again what has changed; return whether the catalogue did.

        Args:
            links: Whether to look behind links, too.
        """
        try:
            sources = expand(self._names)
        except ArticleError as error:
            logger.warning("%s. The articles read before are kept", error)
            return False
        before = self._articles()
        copies = {
            source: self._copies[source]
            if is_link(source) and not links
            else self._again(source)
            for source in sources
        }
        self._copies = copies
        articles = self._articles()
        if articles == before:
            return False
        if not articles:
            logger.warning("No article is left; those read before stand until one is")
            return False
        self._catalogue = self.catalogue.with_articles(articles)
        return True

    async def watch(self, seconds: float) -> None:
        """Keep the catalogue up to date until cancelled.

        Args:
            seconds: Between two looks behind the links, and for what was not noticed.
        """
        lock = asyncio.Lock()
        await in_background(self._make_ready)

        async def refresh(*, links: bool) -> None:
            async with lock:
                try:
                    if await in_background(self.refresh, links=links):
                        number = len(self.catalogue.entries)
                        logger.info(
                            "The articles have changed; now they are %d", number
                        )
                        await in_background(self._make_ready)
                except Exception:  # the next change may be a better one
                    logger.exception("The articles could not be loaded again")

        async def watch_files(*, deep: bool) -> None:
            while True:
                try:
                    async for _ in _changes(self._names, deep=deep):
                        await refresh(links=False)
                except OSError as error:  # the system watches no more files, say
                    logger.warning(
                        "Changes of files are noticed only every %g minutes (%s)",
                        seconds / 60,
                        error,
                    )
                    await asyncio.sleep(seconds)

        async def look_now_and_then() -> None:
            while True:
                await asyncio.sleep(seconds)
                await refresh(links=True)

        await asyncio.gather(
            watch_files(deep=True), watch_files(deep=False), look_now_and_then()
        )

    def _make_ready(self) -> None:
        """Do beforehand what the first who greets or is refused would wait for."""
        self.prepare()
        self.catalogue.make_samples(None)

    def _again(self, source: str) -> _Copy:
        """Read a source again, if it has changed."""
        state = _state(source)
        copy = self._copies.get(source, _Copy(None, None))
        if source in self._copies and not is_link(source) and state == copy.state:
            return copy
        try:
            article = self._load(source)
        except PageGoneError as error:
            self.on_failure()
            logger.warning("%s. It is withdrawn", error)
            return _Copy(None, state)
        except ArticleError as error:
            self.on_failure()
            kept = "The last version is kept" if copy.article else "It is left out"
            logger.warning("%s. %s", error, kept)
            return _Copy(copy.article, state)
        return _Copy(article, state)

    def _articles(self) -> list[Article]:
        """List the articles; of several with one text, the first."""
        articles: dict[str, Article] = {}
        for copy in self._copies.values():
            if copy.article:
                articles.setdefault(copy.article.text, copy.article)
        return list(articles.values())


async def _changes(names: Sequence[str], *, deep: bool) -> AsyncIterator[None]:
    """Yield whenever files in folders, watched deeply or not, may have changed.

    Folders are watched anew when others take their places, as deployments do.

    Raises:
        OSError: They cannot be watched.
    """
    while True:
        places = _places(names, deep=deep)
        if not places:
            await asyncio.sleep(LOOK_MS / 1_000)
            continue
        watching = awatch(
            *places,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            recursive=deep,
            ignore_permission_denied=True,
        )
        is_new = True  # what changed before it was watched went unnoticed
        try:
            async with aclosing(watching):
                async for changes in watching:
                    # One that is made anew at once may have the number of the old one.
                    gone = {
                        path for change, path in changes if change is Change.deleted
                    }
                    has_moved = _places(
                        names, deep=deep
                    ) != places or not gone.isdisjoint(map(os.path.abspath, places))
                    if changes or has_moved or is_new:
                        yield
                    if has_moved:
                        break
                    is_new = False
        except FileNotFoundError:  # a folder has gone since we looked
            await asyncio.sleep(LOOK_MS / 1_000)


def _places(names: Sequence[str], *, deep: bool) -> dict[Path, tuple[int, int]]:
    """Identify the folders to be watched, either deeply or not."""
    places: dict[Path, tuple[int, int]] = {}
    for folder, is_deep in folders(names).items():
        if is_deep is deep:
            with suppress(OSError):  # gone meanwhile
                stat = folder.stat()
                places[folder] = (stat.st_dev, stat.st_ino)
    return places


def _state(source: str) -> tuple[int, ...] | None:
    if is_link(source):
        return None
    try:
        stat = Path(source).stat()
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
