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
_SamplesKey = tuple[tuple[str, int], ...]  # slug and, for uploads, hash of the text


class SamplesMissingError(Exception):
    """The sample questions are not made yet, and nobody is making them.

    Attributes:
        catalogue: The catalogue that is asked.
        entries: The articles that are asked; none means all.
    """

    def __init__(
        self, catalogue: "Catalogue", entries: Sequence[CatalogueEntry]
    ) -> None:
        super().__init__("sample questions are not made yet")
        self.catalogue = catalogue
        self.entries = entries


class Catalogue(ABC):
    """Articles, and the answerer that answers from them.

    Attributes:
        answerer: Answers from all articles, or from the one of a slug.
        is_remote: Whether looking up an article may take a while.

    Args:
        answerer: As above.
        build: Makes an answerer from the index of a chat's own uploads.
    """

    is_remote = False

    def __init__(self, answerer: Answerer, build: AnswererFactory) -> None:
        self.answerer = answerer
        self._build = build
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._upload_scopes: OrderedDict[_UploadsKey, _Scope] = OrderedDict()
        self._samples: OrderedDict[_SamplesKey, tuple[str, ...]] = OrderedDict()
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
        self,
        question: str,
        history: Sequence[Answer],
        entries: Sequence[CatalogueEntry],
    ) -> Answer:
        """Answer a question from one article, from uploads, or from all.

        Args:
            question: The question as asked.
            history: Earlier answers of this chat, oldest first.
            entries: An entry of this catalogue, or uploads of the chat; none means
                all articles of this catalogue.
        """
        scope = self._scope_of(entries)
        return scope.answerer.answer(question, history, scope=scope.key)

    def samples(self, entries: Sequence[CatalogueEntry]) -> tuple[str, ...]:
        """Return the sample questions about some articles; none means all.

        They are empty while another caller makes them.

        Raises:
            SamplesMissingError: The questions are not made yet; call `make_samples`.
        """
        key = self._samples_key(entries)
        with self._lock:
            if key not in self._samples:
                raise SamplesMissingError(self, entries)
            self._samples.move_to_end(key)
            return self._samples[key]

    def keep_samples(
        self, entries: Sequence[CatalogueEntry], samples: tuple[str, ...]
    ) -> None:
        """Cache the sample questions about some articles; none means all."""
        with self._lock:
            self._samples[self._samples_key(entries)] = samples
            if len(self._samples) > CACHED_SAMPLES:
                self._samples.popitem(last=False)

    def make_samples(self, entries: Sequence[CatalogueEntry]) -> None:
        """Make and cache the sample questions about some articles; none means all.

        This asks up to `MAX_TRIED` questions, so call it where no user waits.

        Raises:
            IndexUnavailableError: The articles cannot be reached.
        """
        scope = self._scope_of(entries)
        samples = sample_questions(scope.answerer, scope.articles, scope=scope.key)
        self.keep_samples(entries, samples)

    def _samples_key(self, entries: Sequence[CatalogueEntry]) -> _SamplesKey:
        return tuple(
            (entry.slug, 0 if self._holds(entry) else hash(entry.article.text))
            for entry in entries
        )

    def is_indexed(self, entries: Sequence[CatalogueEntry]) -> bool:
        """Return whether entries can be asked without indexing them first."""
        return self._holds_all(entries) or _UploadsKey(entries) in self._upload_scopes

    def index_uploads(self, entries: Sequence[CatalogueEntry]) -> None:
        """Index uploads of a chat together, so that no question has to wait for it."""
        self._scope_of(entries)

    def _holds_all(self, entries: Sequence[CatalogueEntry]) -> bool:
        return all(map(self._holds, entries))

    def _scope_of(self, entries: Sequence[CatalogueEntry]) -> "_Scope":
        if self._holds_all(entries):
            slug = entries[0].slug if entries else ""
            with self._lock:
                if slug not in self._scopes:
                    articles = Articles(entries) if entries else self.articles
                    scope = _Scope(self.answerer, slug or None, articles)
                    self._scopes[slug] = scope
                self._scopes.move_to_end(slug)
                if len(self._scopes) > CACHED_SCOPES:
                    self._scopes.popitem(last=False)
                return self._scopes[slug]
        key = _UploadsKey(entries)
        with self._lock:
            if key in self._upload_scopes:
                self._upload_scopes.move_to_end(key)
                return self._upload_scopes[key]
        index = MemoryIndex({entry.slug: entry.article for entry in entries})
        own = _Scope(self._build(index), None, Articles(entries))
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


class _UploadsKey:
    """Uploads as a dictionary key, by their slugs and texts.

    Python caches the hash of a text.
    """

    def __init__(self, entries: Sequence[CatalogueEntry]) -> None:
        self.named_texts = tuple((entry.slug, entry.article.text) for entry in entries)

    def __hash__(self) -> int:
        return hash(self.named_texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _UploadsKey) and self.named_texts == other.named_texts
