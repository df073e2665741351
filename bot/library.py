"""The articles that can be asked, all together or one alone; values, no I/O."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import PurePath
from threading import Lock
from typing import Any

from slugify import slugify

from bot.samples import sample_questions
from retrieval import Answerer, Article
from retrieval.sources import split_link

MAX_SLUG_CHARACTERS = 40  # a button holds 64 bytes, a deep link 64 characters
CACHED_CHARACTERS = 1_000_000  # of single articles that were asked last

Build = Callable[..., Answerer]  # of articles, and `track`; see `Answerer`
Track = Callable[..., Iterable[Any]]  # rich's: of a sequence, and its `description`


def untracked(sequence: Sequence[Any], description: str = "") -> Iterable[Any]:  # noqa: ARG001
    """Go through a sequence without showing how far that is."""
    return sequence


@dataclass(frozen=True, slots=True)
class Entry:
    """An article under the name that links and buttons know it by."""

    slug: str
    article: Article


class Library:
    """Some articles; a changed one makes a new library.

    Attributes:
        entries: In order.
        answerer: Answers from all of them.
    """

    def __init__(
        self, articles: Sequence[Article], build: Build, track: Track = untracked
    ) -> None:
        """Index articles.

        Args:
            articles: At least one.
            build: Indexes articles.
            track: Shows how far that is.
        """
        self._build = build
        self._all = _Asked(
            build(articles, track=partial(track, description="Indexing"))
        )
        self.answerer = self._all.answerer
        self.entries = tuple(
            Entry(slug, article)
            for slug, article in zip(_slugs(articles), articles, strict=True)
        )
        self._by_slug = {entry.slug: entry for entry in self.entries}
        self._by_origin = {
            (entry.article.source, entry.article.title): entry for entry in self.entries
        }
        self._single: OrderedDict[_Key, _Asked] = OrderedDict()
        self._lock = Lock()  # several threads ask

    def find(self, slug: str | None, own: Iterable[Entry] = ()) -> Entry | None:
        """Return the entry of a slug, if there is one, here or among a chat's own."""
        among_own = (entry for entry in own if entry.slug == slug)
        return next(among_own, None) or self._by_slug.get(slug or "")

    def entry_of(self, article: Article) -> Entry | None:
        """Return the entry of an article, of which a passage may be all that is left.

        It is known by source and title.
        """
        return self._by_origin.get((article.source, article.title))

    def answerer_of(self, entry: Entry | None) -> Answerer:
        """Return what answers from one article alone, or from all.

        Args:
            entry: Of this library or not; None means all of this library.
        """
        return self._asked(entry).answerer

    def has_indexed(self, entry: Entry) -> bool:
        """Tell whether an answer from an entry alone need not index it first."""
        return self.entries == (entry,) or _Key(entry) in self._single

    def samples(self, entry: Entry | None) -> tuple[str, ...]:
        """Return sample questions about one article, or about all."""
        return self._asked(entry).samples

    def _asked(self, entry: Entry | None) -> "_Asked":
        if entry is None or self.entries == (entry,):
            return self._all
        key = _Key(entry)
        with self._lock:
            if key in self._single:
                self._single.move_to_end(key)
                return self._single[key]
        asked = _Asked(self._build([entry.article]))
        with self._lock:
            self._single[key] = asked
            sizes = [len(kept.entry.article.text) for kept in self._single]
            while len(sizes) > 1 and sum(sizes) > CACHED_CHARACTERS:
                self._single.popitem(last=False)
                del sizes[0]
        return asked


class _Asked:
    """An answerer with its sample questions, which are found when first needed."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer

    @cached_property
    def samples(self) -> tuple[str, ...]:
        return sample_questions(self.answerer)


class _Key:
    """An entry as a key: by its slug and its text, whose hash Python keeps."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __hash__(self) -> int:
        return hash((self.entry.slug, self.entry.article.text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (
            self.entry.slug == other.entry.slug
            and self.entry.article.text == other.entry.article.text
        )


def _slugs(articles: Iterable[Article]) -> list[str]:
    """Name articles after their files or links, so that links to them last.

    Where several would have one name, each gets a piece of its source's hash.
    """
    sources = [article.source or article.title or "" for article in articles]
    names = [slug_of(source) for source in sources]
    counts = Counter(names)
    return [
        name
        if counts[name] == 1
        else f"{name}-{sha256(source.encode('utf-8', 'replace')).hexdigest()[:6]}"
        for name, source in zip(names, sources, strict=True)
    ]


def slug_of(source: str, otherwise: str = "article") -> str:
    """Name a file or a link as links and buttons can; what has no letter, otherwise.

    >>> slug_of("releases/Über uns.txt"), slug_of("https://example.org/a/tea-time.html")
    ('uber-uns', 'tea-time')
    """
    host, path = split_link(source)
    name = PurePath(path).stem or host
    return slugify(name, max_length=MAX_SLUG_CHARACTERS) or otherwise
