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
from retrieval import Answer, Answerer, Article
from retrieval.index.memory import MemoryIndex
from retrieval.sources import split_link

MAX_SLUG_CHARACTERS = 40  # a button holds 64 bytes, a deep link 64 characters
CACHED_CHARACTERS = 1_000_000  # of articles of chats that were asked last

Build = Callable[[MemoryIndex], Answerer]
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
        articles: Those of the entries.
        answerer: Answers from all of them, and by a slug from one.
    """

    def __init__(
        self, articles: Sequence[Article], build: Build, track: Track = untracked
    ) -> None:
        """Index articles.

        Args:
            articles: At least one.
            build: Makes what answers from an index.
            track: Shows how far that is.
        """
        entries = _named(articles)
        by_slug = {entry.slug: entry.article for entry in entries}
        index = MemoryIndex(by_slug, partial(track, description="Indexing"))
        self._set_up(entries, build, index)

    def _set_up(
        self, entries: tuple[Entry, ...], build: Build, index: MemoryIndex
    ) -> None:
        self.entries = entries
        self.articles = tuple(entry.article for entry in entries)
        self.answerer = build(index)
        self._build = build
        self._index = index
        self._by_slug = {entry.slug: entry for entry in entries}
        self._by_origin = {
            (entry.article.source, entry.article.title): entry for entry in entries
        }
        self._all = _Asked(self.answerer, None, self.articles)
        self._one: dict[str, _Asked] = {}
        self._own: OrderedDict[_Key, _Asked] = OrderedDict()
        self._lock = Lock()  # several threads ask

    def with_articles(self, articles: Sequence[Article]) -> "Library":
        """Return the library with other articles; those that stay are not analysed."""
        entries = _named(articles)
        before = self._index.local
        put = {e.slug: e.article for e in entries if before.get(e.slug) != e.article}
        gone = before.keys() - {entry.slug for entry in entries}
        changed = Library.__new__(Library)
        changed._set_up(entries, self._build, self._index.with_changes(put, gone))
        return changed

    def find(self, slug: str | None, own: Iterable[Entry] = ()) -> Entry | None:
        """Return the entry of a slug, if there is one, here or among a chat's own."""
        among_own = (entry for entry in own if entry.slug == slug)
        return next(among_own, None) or self._by_slug.get(slug or "")

    def entry_of(self, article: Article) -> Entry | None:
        """Return the entry of an article, of which a passage may be all that is left.

        It is known by source and title.
        """
        return self._by_origin.get((article.source, article.title))

    def answer(
        self, question: str, history: Sequence[Answer], entry: Entry | None
    ) -> Answer:
        """Answer from one article alone, or from all.

        Args:
            question: What is asked.
            history: Earlier answers of this chat, oldest first.
            entry: Of this library or a chat's own; None means all of this library.
        """
        asked = self._asked(entry)
        return asked.answerer.answer(question, history, scope=asked.scope)

    def samples(self, entry: Entry | None) -> tuple[str, ...]:
        """Return sample questions about one article, or about all."""
        return self._asked(entry).samples

    def has_indexed(self, entry: Entry) -> bool:
        """Tell whether an answer from an entry alone need not index it first."""
        return self._holds(entry) or _Key(entry) in self._own

    def index_own(self, entry: Entry) -> None:
        """Index a chat's own article, so that no question waits for that."""
        self._asked(entry)

    def _asked(self, entry: Entry | None) -> "_Asked":
        if entry is None:
            return self._all
        if self._holds(entry):
            alone = _Asked(self.answerer, entry.slug, (entry.article,))
            return self._one.setdefault(entry.slug, alone)
        key = _Key(entry)
        with self._lock:
            if key in self._own:
                self._own.move_to_end(key)
                return self._own[key]
        answerer = self._build(MemoryIndex({entry.slug: entry.article}))
        own = _Asked(answerer, None, (entry.article,))
        with self._lock:
            self._own[key] = own
            sizes = [len(kept.entry.article.text) for kept in self._own]
            while len(sizes) > 1 and sum(sizes) > CACHED_CHARACTERS:
                self._own.popitem(last=False)
                del sizes[0]
        return own

    def _holds(self, entry: Entry) -> bool:
        held = self._by_slug.get(entry.slug)
        return held is not None and held.article == entry.article


class _Asked:
    """What answers about articles, with sample questions, found when first needed."""

    def __init__(
        self, answerer: Answerer, scope: str | None, articles: Sequence[Article]
    ) -> None:
        self.answerer = answerer
        self.scope = scope
        self._articles = articles

    @cached_property
    def samples(self) -> tuple[str, ...]:
        return sample_questions(self.answerer, self._articles, scope=self.scope)


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


def _named(articles: Sequence[Article]) -> tuple[Entry, ...]:
    """Give each article its slug."""
    return tuple(map(Entry, _slugs(articles), articles))


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
