"""BM25 scores of passages and sentences within a collection, by rank-bm25.

An index finds documents, by whatever score of its own; these scores decide. They are
rank-bm25's over the whole collection, with Lucene's idf in place of its own. That is
always positive, so a score is above 0 exactly where a term of the query occurs. No
other module imports rank-bm25.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.arrays import FloatArray
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import SearchResult
from retrieval.index.ragged import Integers
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.query import Query

K1, B = 1.5, 0.75  # rank_bm25's defaults


class _Bm25(BM25Okapi):  # type: ignore[misc]  # rank_bm25 is untyped
    """rank-bm25 with the average length and the idf of a larger collection.

    Its own constructor would count the terms again, and calculate both from the
    documents alone.
    """

    def __init__(
        self,
        documents: Sequence[Counter[str]],
        average: float,
        idf: Mapping[str, float],
    ) -> None:
        self.k1, self.b = K1, B
        self.corpus_size = len(documents)
        self.doc_freqs = documents
        self.doc_len = [counts.total() for counts in documents]
        self.avgdl = average
        self.idf = idf


class Scorer:
    """Scores passages and sentences for a query.

    Args:
        query: The analysed question.
        statistics: The counts of the collection, and of the query's terms.

    Attributes:
        idf: The idf of each of the query's terms, by passages: (n_terms,).
        weights: The idf of each term times its weight in the query, by term.
    """

    def __init__(self, query: Query, statistics: CollectionStatistics) -> None:
        self._terms = [term.term for term in query.terms]
        self._statistics = statistics
        n, df = statistics.n_passages, statistics.df
        self.idf = np.array([idf(n, df(term)) for term in self._terms])
        weights = (query.weights * self.idf).tolist()
        self.weights = dict(zip(self._terms, weights, strict=True))

    def rank(self, passages: Sequence[IndexedPassage]) -> SearchResult:
        """Return passages in the order of their scores, equal ones in reading order."""
        scores = self.score_passages(passages).tolist()
        order = sorted(
            range(len(passages)),
            key=lambda n: (-scores[n], passages[n].key, passages[n].passage.number),
        )
        return SearchResult(
            tuple(passages[n] for n in order),
            tuple(scores[n] for n in order),
            self._statistics,
        )

    def score_passages(self, passages: Sequence[IndexedPassage]) -> FloatArray:
        """Return the BM25 of passages with their headings, and titles where they count.

        Returns:
            (n_passages,), float64; higher is better.
        """
        titled = self._statistics.uses_titles
        documents = [
            passage.body + Counter(passage.title) if titled else passage.body
            for passage in passages
        ]
        return self._scores(documents, self._statistics.average_passage)

    def score_sentences(self, sentences: Sequence[Counter[str]]) -> FloatArray:
        """Return the BM25 of sentences, given by the counts of their terms.

        Returns:
            (n_sentences,), float64; higher is better.
        """
        return self._scores(sentences, self._statistics.average_sentence)

    def _scores(self, documents: Sequence[Counter[str]], average: float) -> FloatArray:
        if not documents:
            return np.zeros(0)
        bm25 = _Bm25(documents, average, self.weights)
        scores: FloatArray = bm25.get_scores(self._terms)
        return scores


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))


def term_scores(
    weight: float, counts: Integers, lengths: Integers, average: float
) -> FloatArray:
    """Return what one term adds to the BM25 of documents, calculated as rank-bm25 does.

    Args:
        weight: The term's idf times its weight in the query.
        counts: How often the term occurs in each document: (n_documents,).
        lengths: The length of each document in terms: (n_documents,).
        average: The mean length of the collection's documents.
    """
    norm = K1 * (1 - B + B * lengths / average)
    scores: FloatArray = weight * (counts * (K1 + 1) / (counts + norm))
    return scores
