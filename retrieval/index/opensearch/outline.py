"""Outlines: what the BM25 score of a passage needs, as a compact column of the cluster.

A candidate is proposed by its outline alone, which is a tenth of the analysed passage
and lies in a doc value, so that no stored document is read for it.
"""

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import PassageId
from retrieval.index.scorer import Scorer, term_scores
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.query import Query


class Outline(NamedTuple):
    """The terms of a passage, and which state of which passage it is.

    Attributes:
        key: Key of the passage's article.
        number: The passage's number there, from 1.
        digest: The hash of the article.
        n_sentences: The number of sentences of the passage.
        n_terms: The number of terms of its sentences and headings.
        n_title_terms: The number of terms of the article's title.
        terms: The terms of its sentences and headings, each with a blank on both sides.
        title: The terms of the article's title, each with a blank on both sides.
    """

    key: str
    number: int
    digest: str
    n_sentences: int
    n_terms: int
    n_title_terms: int
    terms: str
    title: str

    @property
    def id(self) -> PassageId:
        """The identity of the passage."""
        return PassageId(self.key, self.number)


def outline_of(indexed: IndexedPassage, digest: str) -> Outline:
    """Return the outline of a passage of an article with this hash."""
    body = [term for sentence in indexed.sentences for term in sentence.terms]
    body += indexed.headings
    return Outline(
        indexed.key,
        indexed.passage.number,
        digest,
        len(indexed.sentences),
        len(body),
        len(indexed.title),
        _spaced(body),
        _spaced(indexed.title),
    )


def encode_outline(outline: Outline) -> str:
    """Return an outline as the value of a binary field: JSON in base64."""
    body = json.dumps(outline, ensure_ascii=False)
    return b64encode(body.encode("utf-8", "surrogatepass")).decode()


def decode_outline(value: str) -> Outline:
    """Return the outline that `encode_outline` wrote, as a cluster returns its value.

    A cluster returns binary values in base64 for URLs, without the padding.
    """
    body = urlsafe_b64decode(f"{value}==").decode("utf-8", "surrogatepass")
    return Outline._make(json.loads(body))


def score_outlines(
    outlines: Sequence[Outline], query: Query, statistics: CollectionStatistics
) -> FloatArray:
    """Return the BM25 score of each passage, as `Scorer.score_passages` does.

    Args:
        outlines: The passages' outlines.
        query: The analysed question.
        statistics: The counts of the collection, and of the query's terms.

    Returns:
        (n_outlines,), float64; higher is better.
    """
    titled = statistics.uses_titles
    texts = [each.terms + each.title if titled else each.terms for each in outlines]
    lengths = np.array(
        [each.n_terms + titled * each.n_title_terms for each in outlines],
        dtype=np.int64,
    )
    scores = np.zeros(len(outlines))
    for term, weight in Scorer(query, statistics).weights.items():
        spaced = f" {term} "
        counts = np.array([text.count(spaced) for text in texts], dtype=np.int64)
        scores += term_scores(weight, counts, lengths, statistics.average_passage)
    return scores


def _spaced(terms: Iterable[str]) -> str:
    return "".join(f" {term} " for term in terms)
