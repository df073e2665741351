"""Catalogues: articles that can be asked, all together or one at a time."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from bot.articles.entries import Articles, CatalogueEntry
from bot.articles.lru import evict_oldest
from bot.articles.sample_questions import sample_questions
from retrieval import Answer, Answerer, Article
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageIndex

CACHED_CHARACTERS = 1_000_000  # of uploads with an index in memory
CACHED_SCOPES = 100
CACHED_SAMPLES = 1_000  # articles whose sample questions are cached
MAX_MATCHING = 100

AnswererFactory = Callable[[PassageIndex], Answerer]


class SamplesMissingError(Exception):
    """The sample questions are not made yet, and nobody is making them.

    Attributes:
        catalogue: The catalogue that is asked.
        entry: The only article that is asked; None means all.
    """

    def __init__(self, catalogue: "Catalogue", entry: CatalogueEntry | None) -> None:
        super().__init__("sample questions are not made yet")
        self.catalogue = catalogue
        self.entry = entry


class Catalogue(ABC):
    """Articles, and the answerer that answers from them.

    Attributes:
        answerer: Answers from all articles, or from the one of a slug.
        is_remote: Whether looking up an article may take a while.

    Args:
        answerer: As above.
        build: Makes an answerer from the index of a chat's own upload.
    """

    is_remote = False

    def __init__(self, answerer: Answerer, build: AnswererFactory) -> None:
        self.answerer = answerer
        self._build = build
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._upload_scopes: OrderedDict[_EntryKey, _Scope] = OrderedDict()
        self._samples: OrderedDict[tuple[str, int], tuple[str, ...]] = OrderedDict()
        self._lock = Lock()  # several threads use the caches

    @property
    @abstractmethod
    def entries(self) -> Sequence[CatalogueEntry]:
        """All entries, in order."""

    @property
    def articles(self) -> Sequence[Article]:
        """The articles of all entries, in order."""
        return Articles(self.entries)

    @property
    def count(self) -> int:
        """The last known number of entries, without a look-up."""
        return len(self.entries)

    def ping(self) -> None:
        """Check that the articles can be reached.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        return

    @abstractmethod
    def find(self, slug: str) -> CatalogueEntry | None:
        """Return the entry of a slug, if there is one."""

    @abstractmethod
    def entry_of(self, article: Article) -> CatalogueEntry | None:
        """Return the entry of an article, if there is one, by its source and title.

        The given article may be a stored one that holds a single passage.
        """

    @abstractmethod
    def matching(self, words: Iterable[str]) -> list[tuple[int, CatalogueEntry]]:
        """Find entries whose names contain all words, which are in lower case.

        Returns:
            The first `MAX_MATCHING` entries, each with its position, from 0.
        """

    def answer(
        self, question: str, history: Sequence[Answer], entry: CatalogueEntry | None
    ) -> Answer:
        """Answer a question from one article, or from all.

        Args:
            question: The question as asked.
            history: Earlier answers of this chat, oldest first.
            entry: An entry of this catalogue or an upload of the chat; None means
                all articles of this catalogue.
        """
        scope = self._scope_of(entry)
        return scope.answerer.answer(question, history, scope=scope.key)

    def samples(self, entry: CatalogueEntry | None) -> tuple[str, ...]:
        """Return the sample questions about one article, or about all.

        They are empty while another caller makes them.

        Raises:
            SamplesMissingError: The questions are not made yet; call `make_samples`.
        """
        key = self._samples_key(entry)
        with self._lock:
            if key not in self._samples:
                raise SamplesMissingError(self, entry)
            self._samples.move_to_end(key)
            return self._samples[key]

    def keep_samples(
        self, entry: CatalogueEntry | None, samples: tuple[str, ...]
    ) -> None:
        """Cache the sample questions about one article, or about all."""
        with self._lock:
            self._samples[self._samples_key(entry)] = samples
            if len(self._samples) > CACHED_SAMPLES:
                self._samples.popitem(last=False)

    def make_samples(self, entry: CatalogueEntry | None) -> None:
        """Make and cache the sample questions about one article, or about all.

        This asks up to `MAX_TRIED` questions, so call it where no user waits.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        scope = self._scope_of(entry)
        samples = sample_questions(scope.answerer, scope.articles, scope=scope.key)
        self.keep_samples(entry, samples)

    def _samples_key(self, entry: CatalogueEntry | None) -> tuple[str, int]:
        if entry is None:
            return "", 0
        return entry.slug, 0 if self._holds(entry) else hash(entry.article.text)

    def is_indexed(self, entry: CatalogueEntry) -> bool:
        """Return whether an entry alone can be asked without indexing it first."""
        return self._holds(entry) or _EntryKey(entry) in self._upload_scopes

    def index_upload(self, entry: CatalogueEntry) -> None:
        """Index an upload of a chat, so that no question has to wait for it."""
        self._scope_of(entry)

    def _scope_of(self, entry: CatalogueEntry | None) -> "_Scope":
        if entry is None or self._holds(entry):
            slug = entry.slug if entry else ""
            with self._lock:
                if slug not in self._scopes:
                    articles = [entry.article] if entry else self.articles
                    scope = _Scope(self.answerer, slug or None, articles)
                    self._scopes[slug] = scope
                self._scopes.move_to_end(slug)
                if len(self._scopes) > CACHED_SCOPES:
                    self._scopes.popitem(last=False)
                return self._scopes[slug]
        key = _EntryKey(entry)
        with self._lock:
            if key in self._upload_scopes:
                self._upload_scopes.move_to_end(key)
                return self._upload_scopes[key]
        answerer = self._build(MemoryIndex({entry.slug: entry.article}))
        own = _Scope(answerer, None, (entry.article,))
        with self._lock:
            self._upload_scopes[key] = own
            evict_oldest(
                self._upload_scopes, CACHED_CHARACTERS, lambda scope: scope.characters
            )
        return own

    @abstractmethod
    def _holds(self, entry: CatalogueEntry) -> bool:
        """Return whether an entry belongs to this catalogue."""


class _Scope:
    """An answerer, with the key of the only article to be asked; None means all."""

    def __init__(
        self, answerer: Answerer, key: str | None, articles: Sequence[Article]
    ) -> None:
        self.answerer = answerer
        self.key = key
        self.articles = articles

    @property
    def characters(self) -> int:
        """The total length of the articles."""
        return sum(len(article.text) for article in self.articles)


class _EntryKey:
    """An entry as a dictionary key, by its slug and its text.

    Python caches the hash of the text.
    """

    def __init__(self, entry: CatalogueEntry) -> None:
        self.entry = entry

    def __hash__(self) -> int:
        return hash((self.entry.slug, self.entry.article.text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _EntryKey) and (
            self.entry.slug == other.entry.slug
            and self.entry.article.text == other.entry.article.text
        )
