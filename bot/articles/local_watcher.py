"""A watcher of local files and links: it loads sources, and reloads changed ones.

A changed catalogue replaces the old one in a single assignment, so that each question
sees one of the two. A source that can no longer be read keeps its last article; a page
that its server reports as gone (404, 410) is withdrawn.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, awatch

from bot.articles.catalogue import AnswererFactory
from bot.articles.discovery import expand_sources, watched_folders
from bot.articles.local import LocalCatalogue, index_articles
from bot.background import in_background
from retrieval import Article, ArticleError
from retrieval.errors import PageGoneError
from retrieval.progress import Item, Progress, no_progress
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

DEBOUNCE_MS = 400  # maximum time to wait for further changes
STEP_MS = 50
LOGGED_EVERY = 500  # articles; embedding them takes half a minute or more
LOOK_MS = 1_000  # interval between checks for replaced folders

ArticleLoader = Callable[[str], Article]


@dataclass(frozen=True, slots=True)
class _Copy:
    """The last loaded version of a source.

    Attributes:
        article: The last article that could be read; None if none could.
        state: Modification time, size and inode of a file; None for links.
    """

    article: Article | None
    state: tuple[int, ...] | None


class LocalWatcher:
    """Loads a catalogue in memory from sources, and keeps it up to date.

    Attributes:
        on_load_failure: Called for each source that cannot be loaded, with one line
            that says why, while `watch` runs; it may be called in another thread.

    Args:
        names: Files, folders, globs and links; nothing is read before `load`.
        load: Loads a file or a link.
        build: Makes an answerer from an index.
    """

    def __init__(
        self, names: Sequence[str], load: ArticleLoader, build: AnswererFactory
    ) -> None:
        self.on_load_failure: Callable[[str], None] = lambda _: None
        self._names = tuple(names)
        self._load = load
        self._build = build
        self._copies: dict[str, _Copy] = {}
        self._left_out: list[str] = []  # at the start, to be reported by `watch`
        self._catalogue: LocalCatalogue | None = None

    @property
    def catalogue(self) -> LocalCatalogue:
        """The catalogue as it is now."""
        assert self._catalogue is not None
        return self._catalogue

    def load(self, progress: Progress = no_progress) -> None:
        """Load all articles for the first time.

        A file of a folder or a glob that cannot be read is left out and logged, and so
        is a page that is gone, if there are other sources.

        Args:
            progress: Shows how many are done.

        Raises:
            ArticleError: A source that was named itself cannot be read, or no source
                can be read at all.
        """
        sources = expand_sources(self._names)
        for source, is_named in progress(list(sources.items()), description="Reading"):
            state = _state(source)
            try:
                self._copies[source] = _Copy(self._load(source), state)
            except ArticleError as error:
                if is_named and not (
                    isinstance(error, PageGoneError) and len(sources) > 1
                ):
                    raise
                problem = f"{error}. It is left out"
                logger.warning("%s", problem)
                self._left_out.append(problem)
                self._copies[source] = _Copy(None, state)
        articles = self._articles()
        if not articles:
            raise ArticleError(self._names[0], "no file in it can be read; name others")
        self._catalogue = index_articles(articles, self._build, progress)

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Embed the catalogue; the embeddings are cached on disk.

        Args:
            progress: Shows how many are done.
        """
        self.catalogue.answerer.warm_up(progress)

    def refresh(self, *, links: bool = False) -> bool:
        """Load changed sources again; return whether the catalogue has changed.

        Args:
            links: Whether to fetch links again, too.
        """
        try:
            sources = expand_sources(self._names)
        except ArticleError as error:
            logger.warning("%s. The articles read before are kept", error)
            return False
        before = self._articles()
        copies = {
            source: self._copies[source]
            if is_link(source) and not links
            else self._reload(source)
            for source in sources
        }
        self._copies = copies
        articles = self._articles()
        if articles == before:
            return False
        if not articles:
            logger.warning(
                "No article is left; the last ones are kept until there is one"
            )
            return False
        self._catalogue = self.catalogue.with_articles(articles)
        return True

    async def watch(self, seconds: float) -> None:
        """Keep the catalogue up to date until cancelled.

        Args:
            seconds: Interval between fetching links and checking for changes that went
                unnoticed.
        """
        lock = asyncio.Lock()
        for problem in self._left_out:
            self.on_load_failure(problem)
        self._left_out.clear()
        warming: set[asyncio.Task[None]] = set()

        def start_warming_up() -> None:
            task = asyncio.create_task(self._warm_up_all())
            warming.add(task)
            task.add_done_callback(warming.discard)

        start_warming_up()

        async def refresh(*, links: bool) -> None:
            async with lock:
                try:
                    if await in_background(self.refresh, links=links):
                        number = len(self.catalogue.entries)
                        logger.info(
                            "The articles have changed; there are %d now", number
                        )
                        start_warming_up()
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

    async def _warm_up_all(self) -> None:
        """Embed the catalogue and make its samples before a user needs them.

        Embedding stops when changed articles make a new catalogue.
        """
        catalogue = self.catalogue
        answerer = catalogue.answerer
        missing = answerer.n_missing_articles
        if missing:
            logger.info(
                "Embedding %d articles; until then, answers are found by words", missing
            )
        try:
            await in_background(answerer.warm_up, _logged_progress)
            if missing and not answerer.n_missing_articles:
                logger.info("All articles are embedded")
            await in_background(catalogue.make_samples, ())
        except Exception:  # questions are answered all the same
            logger.exception("The articles could not be embedded")

    def _reload(self, source: str) -> _Copy:
        """Load a source again, if it has changed."""
        state = _state(source)
        copy = self._copies.get(source, _Copy(None, None))
        if source in self._copies and not is_link(source) and state == copy.state:
            return copy
        try:
            article = self._load(source)
        except PageGoneError as error:
            self._report(f"{error}. It is withdrawn")
            return _Copy(None, state)
        except ArticleError as error:
            kept = "The last version is kept" if copy.article else "It is left out"
            self._report(f"{error}. {kept}")
            return _Copy(copy.article, state)
        return _Copy(article, state)

    def _report(self, problem: str) -> None:
        logger.warning("%s", problem)
        self.on_load_failure(problem)

    def _articles(self) -> list[Article]:
        """List the articles; of several with equal text, only the first."""
        articles: dict[str, Article] = {}
        for copy in self._copies.values():
            if copy.article:
                articles.setdefault(copy.article.text, copy.article)
        return list(articles.values())


def _logged_progress(
    sequence: Sequence[Item], /, *, description: str
) -> Iterator[Item]:
    """Yield the items of a sequence, and log how many are done now and then."""
    for n, item in enumerate(sequence):
        if n and n % LOGGED_EVERY == 0:
            logger.info("%s: %d of %d articles", description, n, len(sequence))
        yield item


async def _changes(names: Sequence[str], *, deep: bool) -> AsyncIterator[None]:
    """Yield whenever files in the watched folders may have changed.

    Folders that are replaced, as deployments do, are watched again.

    Args:
        names: Files, folders, globs and links.
        deep: Whether to watch the folders whose subfolders matter, or the others.

    Raises:
        OSError: The folders cannot be watched.
    """
    while True:
        folder_ids = _folder_ids(names, deep=deep)
        if not folder_ids:
            await asyncio.sleep(LOOK_MS / 1_000)
            continue
        watching = awatch(
            *folder_ids,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            recursive=deep,
            ignore_permission_denied=True,
        )
        is_new = True  # earlier changes went unnoticed
        try:
            async with aclosing(watching):
                async for changes in watching:
                    # A folder created again at once may have the inode of the old one.
                    gone = {
                        path for change, path in changes if change is Change.deleted
                    }
                    is_replaced = _folder_ids(
                        names, deep=deep
                    ) != folder_ids or not gone.isdisjoint(
                        map(os.path.abspath, folder_ids)
                    )
                    if changes or is_replaced or is_new:
                        yield
                    if is_replaced:
                        break
                    is_new = False
        except FileNotFoundError:  # a folder has gone since we looked
            await asyncio.sleep(LOOK_MS / 1_000)


def _folder_ids(names: Sequence[str], *, deep: bool) -> dict[Path, tuple[int, int]]:
    """Return the device and inode numbers of the folders to watch."""
    folder_ids: dict[Path, tuple[int, int]] = {}
    for folder, is_deep in watched_folders(names).items():
        if is_deep is deep:
            with suppress(OSError):  # gone meanwhile
                stat = folder.stat()
                folder_ids[folder] = (stat.st_dev, stat.st_ino)
    return folder_ids


def _state(source: str) -> tuple[int, ...] | None:
    if is_link(source):
        return None
    try:
        stat = Path(source).stat()
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
