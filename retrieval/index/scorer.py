"""BM25, by rank-bm25, of documents at hand within a collection: its only importer.

An index proposes documents, whatever it makes of them; these scores decide. They are
rank-bm25's of the whole collection with Lucene's idf, which is always positive: so a
score is above 0 exactly where a term of the query stands.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import SearchResult
from retrieval.index.statistics import Statistics
from retrieval.query.query import Query

K1, B = 1.5, 0.75  # rank_bm25's defaults

Numbers = NDArray[np.float64]


class _Bm25(BM25Okapi):  # type: ignore[misc]  # rank_bm25 is untyped
    """Scores documents with the counts of the collection that they are from."""

    def __init__(
        self,
        documents: Sequence[Counter[str]],
        average: float,
        idf: Mapping[str, float],
    ) -> None:
        """Take documents as the counts of their terms.

        rank_bm25 would count them again, and take average and idf from them alone.
        """
        self.k1, self.b = K1, B
        self.corpus_size = len(documents)
        self.doc_freqs = documents
        self.doc_len = [counts.total() for counts in documents]
        self.avgdl = average
        self.idf = idf


class Scorer:
    """Scores passages and sentences for a query.

    Attributes:
        idf: Of the query's terms, one each; from the passages that hold them.
        weights: By term, its idf times its weight in the query.
    """

    def __init__(self, query: Query, statistics: Statistics) -> None:
        """Weigh the query's terms in a collection."""
        self._terms = [term.term for term in query.terms]
        self._statistics = statistics
        n, df = statistics.passages, statistics.df
        self.idf = np.array([idf(n, df(term)) for term in self._terms])
        weights = (query.weights * self.idf).tolist()
        self.weights = dict(zip(self._terms, weights, strict=True))

    def ranked(self, entries: Sequence[IndexedPassage]) -> SearchResult:
        """Put passages in order."""
        scores = self.passages(entries).tolist()
        order = sorted(
            range(len(entries)),
            key=lambda n: (-scores[n], entries[n].key, entries[n].passage.number),
        )
        return SearchResult(
            tuple(entries[n] for n in order),
            tuple(scores[n] for n in order),
            self._statistics,
        )

    def passages(self, entries: Sequence[IndexedPassage]) -> Numbers:
        """Score passages with what they stand under."""
        titled = self._statistics.uses_titles
        documents = [
            entry.body + Counter(entry.title) if titled else entry.body
            for entry in entries
        ]
        return self._scores(documents, self._statistics.average_passage)

    def sentences(self, sentences: Sequence[Counter[str]]) -> Numbers:
        """Score sentences, given as the counts of their terms."""
        return self._scores(sentences, self._statistics.average_sentence)

    def _scores(self, documents: Sequence[Counter[str]], average: float) -> Numbers:
        if not documents:
            return np.zeros(0)
        bm25 = _Bm25(documents, average, self.weights)
        scores: Numbers = bm25.get_scores(self._terms)
        return scores


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))
