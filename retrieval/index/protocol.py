"""What every index of passages can do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from retrieval.documents.values import Article
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.statistics import Statistics
from retrieval.query.intents import Form
from retrieval.query.query import Query


class Place(NamedTuple):
    """A passage by its article's key and its number there, from 1."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        entries: By (-score, key, number).
        scores: Their BM25.
        statistics: Of what was searched, with the counts of the query's terms.
    """

    entries: tuple[IndexedPassage, ...]
    scores: tuple[float, ...]
    statistics: Statistics


class PassageIndex(Protocol):
    """Finds passages.

    What is found may be limited to one article by its key, the scope; its statistics
    are those of this article, then.
    """

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order."""
        ...

    @property
    def local(self) -> Mapping[str, Article]:
        """The articles by their keys, as far as this process holds them."""
        ...

    def language(self, scope: str) -> str:
        """Return the language of an article.

        Raises:
            KeyError: There is no such article.
        """
        ...

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages that hold terms of a query, by their BM25.

        Args:
            query: What is asked.
            k: The most passages.
            scope: The key of the only article that is asked; None asks all.
            sentences: From how many sentences on no further passage is of interest.
        """
        ...

    def meant(
        self, form: Form, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first passages, at most k, that a question's form means."""
        ...

    def entries(self, places: Sequence[Place]) -> list[IndexedPassage]:
        """Return passages by their places, as far as they are there, in order."""
        ...

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, as far as they are there."""
        ...
