"""The articles that can be asked, all together or one alone."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from bot.articles.entries import Articles, Entry
from bot.articles.lru import evict_oldest
from bot.articles.sample_questions import sample_questions
from retrieval import Answer, Answerer, Article
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageIndex

CACHED_CHARACTERS = 1_000_000  # of articles of chats that were asked last
KEPT_SCOPES = 100
KEPT_SAMPLES = 1_000  # articles whose sample questions are known
MAX_MATCHING = 100

Build = Callable[[PassageIndex], Answerer]


class SamplesMissingError(Exception):
    """Sample questions are wanted that nobody has begun to make.

    Attributes:
        catalogue: What is asked.
        entry: Of the only article that is asked; None asks all.
    """

    def __init__(self, catalogue: "Catalogue", entry: Entry | None) -> None:
        """Say whose they are."""
        super().__init__("sample questions are not made yet")
        self.catalogue = catalogue
        self.entry = entry


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
        self._one: OrderedDict[str, _Scope] = OrderedDict()
        self._own: OrderedDict[_Key, _Scope] = OrderedDict()
        self._samples: OrderedDict[tuple[str, int], tuple[str, ...]] = OrderedDict()
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
            IndexUnavailableError: They cannot.
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
        return asked.answerer.answer(question, history, scope=asked.key)

    def samples(self, entry: Entry | None) -> tuple[str, ...]:
        """Return sample questions about one article, or about all.

        While somebody makes them there are none.

        Raises:
            SamplesMissingError: Nobody has begun to make them.
        """
        key = self._samples_key(entry)
        with self._lock:
            if key not in self._samples:
                raise SamplesMissingError(self, entry)
            self._samples.move_to_end(key)
            return self._samples[key]

    def keep_samples(self, entry: Entry | None, samples: tuple[str, ...]) -> None:
        """Keep the sample questions about one article, or about all."""
        with self._lock:
            self._samples[self._samples_key(entry)] = samples
            if len(self._samples) > KEPT_SAMPLES:
                self._samples.popitem(last=False)

    def make_samples(self, entry: Entry | None) -> None:
        """Make the sample questions about one article, or about all, and keep them.

        That asks up to some two dozen questions: not where others wait for an answer.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        asked = self._asked(entry)
        samples = sample_questions(asked.answerer, asked.articles, scope=asked.key)
        self.keep_samples(entry, samples)

    def _samples_key(self, entry: Entry | None) -> tuple[str, int]:
        if entry is None:
            return "", 0
        return entry.slug, 0 if self._holds(entry) else hash(entry.article.text)

    def is_indexed(self, entry: Entry) -> bool:
        """Tell whether an answer from an entry alone need not index it first."""
        return self._holds(entry) or _Key(entry) in self._own

    def index_upload(self, entry: Entry) -> None:
        """Index a chat's own article, so that no question waits for that."""
        self._asked(entry)

    def _asked(self, entry: Entry | None) -> "_Scope":
        if entry is None or self._holds(entry):
            slug = entry.slug if entry else ""
            with self._lock:
                if slug not in self._one:
                    articles = [entry.article] if entry else self.articles
                    asked = _Scope(self.answerer, slug or None, articles)
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
        own = _Scope(answerer, None, (entry.article,))
        with self._lock:
            self._own[key] = own
            evict_oldest(self._own, CACHED_CHARACTERS, lambda scope: scope.characters)
        return own

    @abstractmethod
    def _holds(self, entry: Entry) -> bool:
        """Tell whether an entry is one of this catalogue."""


class _Scope:
    """What answers about articles; by `key` from one alone, or from all."""

    def __init__(
        self, answerer: Answerer, key: str | None, articles: Sequence[Article]
    ) -> None:
        self.answerer = answerer
        self.key = key
        self.articles = articles

    @property
    def characters(self) -> int:
        """Of the articles."""
        return sum(len(article.text) for article in self.articles)


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
