"""The articles that can be asked, all together or one alone."""

from abc import ABC, abstractmethod
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import PurePath
from threading import Lock
from typing import Any, TypeVar, overload

from slugify import slugify

from bot.articles.samples import sample_questions
from retrieval import Answer, Answerer, Article
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageIndex
from retrieval.sources import split_link

MAX_SLUG_CHARACTERS = 40  # a button holds 64 bytes, a deep link 64 characters
CACHED_CHARACTERS = 1_000_000  # of articles of chats that were asked last
KEPT_SCOPES = 100  # whose sample questions are kept
MAX_MATCHING = 100
CACHED_SLUGS = 20_000  # a change among many articles names all of them again

Item = TypeVar("Item")
Build = Callable[[PassageIndex], Answerer]
Track = Callable[..., Iterable[Any]]  # rich's: of a sequence, and its `description`


def untracked(sequence: Sequence[Any], description: str = "") -> Iterable[Any]:  # noqa: ARG001
    """Go through a sequence without showing how far that is."""
    return sequence


@dataclass(frozen=True, slots=True)
class Entry:
    """An article under the name that links and buttons know it by."""

    slug: str
    article: Article


class Catalogue(ABC):
    """Some articles, and what answers from them.

    Attributes:
        answerer: Answers from all of them, and by a slug from one.
        is_remote: Whether to look something up may take a while.
    """

    is_remote = False

    def __init__(self, answerer: Answerer, build: Build) -> None:
        """Take what answers.

        Args:
            answerer: Answers from the articles.
            build: Makes what answers from an index of a chat's own article.
        """
        self.answerer = answerer
        self._build = build
        self._one: OrderedDict[str, _Asked] = OrderedDict()
        self._own: OrderedDict[_Key, _Asked] = OrderedDict()
        self._lock = Lock()  # several threads ask

    @property
    @abstractmethod
    def entries(self) -> Sequence[Entry]:
        """All of them, in order."""

    @property
    def articles(self) -> Sequence[Article]:
        """Those of the entries."""
        return Articles(self.entries)

    @property
    def count(self) -> int:
        """How many there are, as far as that is known; asking takes no time."""
        return len(self.entries)

    def ping(self) -> None:
        """Ask whether the articles can be reached.

        Raises:
            IndexAwayError: They cannot.
        """
        return

    @abstractmethod
    def find(self, slug: str) -> Entry | None:
        """Return the entry of a slug, if there is one."""

    @abstractmethod
    def entry_of(self, article: Article) -> Entry | None:
        """Return the entry of an article, of which a passage may be all that is left.

        It is known by source and title.
        """

    @abstractmethod
    def matching(self, words: Iterable[str]) -> list[tuple[int, Entry]]:
        """Find entries whose names hold all of some words, in lower case.

        Returns:
            The first `MAX_MATCHING`, each with its place among the entries, from 0.
        """

    def answer(
        self, question: str, history: Sequence[Answer], entry: Entry | None
    ) -> Answer:
        """Answer from one article alone, or from all.

        Args:
            question: What is asked.
            history: Earlier answers of this chat, oldest first.
            entry: Of this catalogue or a chat's own; None means all of this catalogue.
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
        if entry is None or self._holds(entry):
            slug = entry.slug if entry else ""
            with self._lock:
                if slug not in self._one:
                    articles = [entry.article] if entry else self.articles
                    asked = _Asked(self.answerer, slug or None, articles)
                    self._one[slug] = asked
                self._one.move_to_end(slug)
                if len(self._one) > KEPT_SCOPES:
                    self._one.popitem(last=False)
                return self._one[slug]
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

    @abstractmethod
    def _holds(self, entry: Entry) -> bool:
        """Tell whether an entry is one of this catalogue."""


class Listing(Sequence[Item], ABC):
    """What can be listed part by part, and need not be at hand."""

    @abstractmethod
    def part(self, first: int, past: int) -> list[Item]:
        """Return neighbouring items, half-open; within the bounds."""

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return self.part(places.start, places.stop) if places else []
        return self.part(places, places + 1)[0]


class Articles(Listing[Article]):
    """The articles of entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Take the entries."""
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def part(self, first: int, past: int) -> list[Article]:
        """Return those of some entries."""
        return [entry.article for entry in self._entries[first:past]]


class Joined(Listing[Entry]):
    """A chat's own entries, and those of a catalogue after them."""

    def __init__(self, own: Sequence[Entry], entries: Sequence[Entry]) -> None:
        """Take both."""
        self._own = own
        self._entries = entries

    def __len__(self) -> int:
        return len(self._own) + len(self._entries)

    def part(self, first: int, past: int) -> list[Entry]:
        """Return some of both."""
        n_own = len(self._own)
        after = slice(max(first - n_own, 0), max(past - n_own, 0))
        return [*self._own[first:past], *self._entries[after]]


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


def slugs_of(sources: Sequence[str]) -> list[str]:
    """Name articles after their files or links, so that links to them last.

    Where several would have one name, each gets a piece of its source's hash.
    """
    names = [slug_of(source) for source in sources]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else distinct_slug(name, source)
        for name, source in zip(names, sources, strict=True)
    ]


def distinct_slug(name: str, source: str) -> str:
    """Tell a slug from another one by a piece of its source's hash."""
    digest = sha256(source.encode("utf-8", "replace")).hexdigest()
    return f"{name}-{digest[:6]}"


@lru_cache(CACHED_SLUGS)
def slug_of(source: str, otherwise: str = "article") -> str:
    """Name a file or a link as links and buttons can; what has no letter, otherwise.

    >>> slug_of("releases/Über uns.txt"), slug_of("https://example.org/a/tea-time.html")
    ('uber-uns', 'tea-time')
    """
    host, path = split_link(source)
    name = PurePath(path).stem or host
    return slugify(name, max_length=MAX_SLUG_CHARACTERS) or otherwise
