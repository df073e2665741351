"""The interface of every index of passages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.values import Article
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.intents import LookupIntent
from retrieval.query.query import Query

Embedding = NDArray[np.float32]  # (dimension,), L2-normalised


class PassageId(NamedTuple):
    """Identifies a passage by its article's key and its number there, from 1."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages that a search found, best first.

    Attributes:
        passages: The passages, in the order of (-score, key, number).
        scores: The BM25 score of each; higher is better.
        statistics: The counts of all that was searched, and of the query's terms.
    """

    passages: tuple[IndexedPassage, ...]
    scores: tuple[float, ...]
    statistics: CollectionStatistics


class PassageIndex(Protocol):
    """Finds passages.

    A scope limits a search to one article, given by its key; the statistics are those
    of this article, then.
    """

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order."""
        ...

    @property
    def loaded_articles(self) -> Mapping[str, Article]:
        """The articles that this process holds, by their keys."""
        ...

    def language(self, scope: str) -> str:
        """Return the language of an article.

        Raises:
            KeyError: No article has this key.
        """
        ...

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        max_sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages in which terms of a query occur, best BM25 first.

        Args:
            query: The analysed question.
            k: The most passages.
            scope: The key of the only article that is searched; None searches all.
            max_sentences: Stop after the passage that brings the sentences to this
                number; None does not limit them.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        ...

    def lookup(
        self, intent: LookupIntent, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first k passages with a sentence that matches an intent."""
        ...

    def nearest(self, embedding: Embedding, k: int) -> list[PassageId]:
        """Return the passages of the k sentences nearest to an embedding, best first.

        There is none where the index holds no embeddings of the encoder.

        Args:
            embedding: The question's embedding.
            k: The most sentences; those with a cosine of 0 or less are left out.
        """
        ...

    def passages(self, ids: Sequence[PassageId]) -> list[IndexedPassage]:
        """Return passages in the order of their ids, without those not found."""
        ...

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, without those not found."""
        ...
