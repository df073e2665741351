"""BM25 over analysed documents: the only importer of rank_bm25.

rank_bm25 0.2.2 scores a term that stands in exactly half of the documents as 0,
can score a match below 0, and divides by zero on an empty corpus. Lucene's idf is
always positive, so that here score > 0 exactly when a query term occurs.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval.postings import Positions, idf, invert, locate


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
        self._ids: dict[Hashable, int] = {}
        if not any(documents):
            return
        bm25 = _LuceneBm25(documents, k1=k1, b=b)
        self._ids, self._starts, self._positions, order, _ = invert(bm25.doc_freqs)
        counts = np.fromiter(
            (count for document in bm25.doc_freqs for count in document.values()),
            dtype=np.int32,
        )[order]
        length_norm = 1 - b + b * np.array(bm25.doc_len) / bm25.avgdl
        weights = counts * (k1 + 1) / (counts + k1 * length_norm[self._positions])
        idfs = np.array([idf(self.n_docs, df) for df in np.diff(self._starts).tolist()])
        self._weights = np.repeat(idfs, np.diff(self._starts)) * weights

    def __contains__(self, term: str) -> bool:
        return term in self._ids

    def idf(self, term: str) -> float:
        """Return a term's idf; one that occurs nowhere has the highest there is."""
        first, past = self._bounds(term)
        return idf(self.n_docs, past - first)

    def scores(
        self, query: Sequence[str], weights: Sequence[float] | None = None
    ) -> NDArray[np.float64]:
        """Score every document: one float each, in their order; 0 is no match.

        `weights` are the query terms', one each; all are 1 if None.
        """
        scores = np.zeros(self.n_docs)
        for term, weight in zip(query, weights or [1.0] * len(query), strict=True):
            if term in self._ids:
                first, past = self._bounds(term)
                positions = self._positions[first:past]
                scores[positions] += weight * self._weights[first:past]
        return scores

    def top(
        self, query: Sequence[str], weights: Sequence[float] | None, k: int
    ) -> list[tuple[int, float]]:
        """Return the positions and scores of the best documents, best first, at most k.

        This is all that is asked of an index to find candidates. Only documents that
        hold a term; equal scores stay in the documents' order.
        """
        scores = self.scores(query, weights)
        matched = np.flatnonzero(scores)
        if len(matched) > k:
            found = scores[matched]
            least = np.partition(found, len(found) - k)[len(found) - k]
            matched = matched[found >= least]
        best = matched[np.argsort(-scores[matched], kind="stable")[:k]]
        return list(zip(best.tolist(), scores[best].tolist(), strict=True))

    def term_scores(
        self, query: Sequence[str], documents: Positions
    ) -> NDArray[np.float64]:
        """Score documents term by term: a row for each term, a column for each.

        `documents` are positions, in order; at least one.
        """
        scores = np.zeros((len(query), len(documents)))
        known = [n for n, term in enumerate(query) if term in self._ids]
        if known:
            ids = [self._ids[query[n]] for n in known]
            rows, columns, places = locate(
                self._positions, self._starts, ids, documents
            )
            scores[np.array(known)[rows], columns] = self._weights[places]
        return scores

    def _bounds(self, term: str) -> tuple[int, int]:
        """Return where a term's posting begins, and where it ends."""
        number = self._ids.get(term)
        if number is None:
            return 0, 0
        return int(self._starts[number]), int(self._starts[number + 1])
