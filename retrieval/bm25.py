"""BM25 over analysed documents: the only importer of rank_bm25.

rank_bm25 0.2.2 scores a term that stands in exactly half of the documents as 0,
can score a match below 0, and divides by zero on an empty corpus. Lucene's idf is
always positive, so that here score > 0 exactly when a query term occurs.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi


class _LuceneBm25(BM25Okapi):  # type: ignore[misc]  # rank_bm25 is untyped
    """BM25Okapi with the idf of Lucene's BM25Similarity."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: idf(self.corpus_size, df) for term, df in nd.items()}


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))


class Bm25Index:
    """Scores documents, given as lists of terms, for a query's terms.

    rank_bm25 counts and weighs once; each term's share in the score of each
    document that holds it is kept, so that a query costs its postings alone.
    """

    def __init__(
        self, documents: Sequence[Sequence[str]], *, k1: float = 1.5, b: float = 0.75
    ) -> None:
        """Index documents; `k1` and `b` are BM25's, at rank_bm25's defaults."""
        self.n_docs = len(documents)
        self._postings: dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        if not any(documents):
            return
        bm25 = _LuceneBm25(documents, k1=k1, b=b)
        frequencies: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for position, counts in enumerate(bm25.doc_freqs):
            for term, frequency in counts.items():
                frequencies[term].append((position, frequency))
        length_norm = 1 - b + b * np.array(bm25.doc_len) / bm25.avgdl
        for term, posting in frequencies.items():
            positions, counts = np.array(posting).T
            weights = counts * (k1 + 1) / (counts + k1 * length_norm[positions])
            self._postings[term] = (positions, bm25.idf[term] * weights)

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def idf(self, term: str) -> float:
        """Return a term's idf; one that occurs nowhere has the highest there is."""
        posting = self._postings.get(term)
        return idf(self.n_docs, len(posting[0]) if posting else 0)

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score every document: one float each, in their order; 0 is no match."""
        scores = np.zeros(self.n_docs)
        for term in query:
            posting = self._postings.get(term)
            if posting:
                scores[posting[0]] += posting[1]
        return scores
