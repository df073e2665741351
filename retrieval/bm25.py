"""BM25 over analysed documents: the only importer of rank_bm25.

rank_bm25 0.2.2 scores a term that stands in exactly half of the documents as 0,
can score a match below 0, and divides by zero on an empty corpus. Lucene's idf is
always positive, so that here score > 0 exactly when a query term occurs.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval.postings import Positions, idf, locate


class _LuceneBm25(BM25Okapi):  # type: ignore[misc]  # rank_bm25 is untyped
    """BM25Okapi with the idf of Lucene's BM25Similarity."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: idf(self.corpus_size, df) for term, df in nd.items()}


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
        self._postings: dict[str, tuple[Positions, NDArray[np.float64]]] = {}
        if not any(documents):
            return
        bm25 = _LuceneBm25(documents, k1=k1, b=b)
        frequencies: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for position, counts in enumerate(bm25.doc_freqs):
            for term, frequency in counts.items():
                frequencies[term].append((position, frequency))
        length_norm = 1 - b + b * np.array(bm25.doc_len) / bm25.avgdl
        for term, posting in frequencies.items():
            positions, counts = np.array(posting, dtype=np.int32).T
            weights = counts * (k1 + 1) / (counts + k1 * length_norm[positions])
            self._postings[term] = (positions, bm25.idf[term] * weights)

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def idf(self, term: str) -> float:
        """Return a term's idf; one that occurs nowhere has the highest there is."""
        posting = self._postings.get(term)
        return idf(self.n_docs, len(posting[0]) if posting else 0)

    def scores(
        self, query: Sequence[str], weights: Sequence[float] | None = None
    ) -> NDArray[np.float64]:
        """Score every document: one float each, in their order; 0 is no match.

        `weights` are the query terms', one each; all are 1 if None.
        """
        scores = np.zeros(self.n_docs)
        for term, weight in zip(query, weights or [1.0] * len(query), strict=True):
            posting = self._postings.get(term)
            if posting:
                scores[posting[0]] += weight * posting[1]
        return scores

    def term_scores(
        self, query: Sequence[str], documents: Positions
    ) -> NDArray[np.float64]:
        """Score documents term by term: a row for each term, a column for each.

        `documents` are positions, in order.
        """
        scores = np.zeros((len(query), len(documents)))
        known = [n for n, term in enumerate(query) if term in self._postings]
        postings = [self._postings[query[n]] for n in known]
        rows, columns, met = locate([positions for positions, _ in postings], documents)
        if len(rows):
            weights = np.concatenate([weights for _, weights in postings])
            scores[np.array(known)[rows], columns] = weights[met]
        return scores
