"""Extraction of candidates: passages become arrays that features are computed from.

Only the query, the passages and the collection's counts of the query's terms are used.
Character n-grams are weighted by how many candidates hold them, since the index does
not count n-grams.
"""

from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.scorer import Scorer
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.query import Query, TermClasses
from retrieval.ranking.candidates import Candidates, TraitColumns
from retrieval.text.words import GRAM_CHARACTERS, n_grams, padded, prefixes

# The idf of n-grams assumes so many sentences per candidate, at most all there are.
# Among the candidates alone, n-grams that all of them share would weigh nearly nothing.
SENTENCES_PER_CANDIDATE = 4

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, and its bits are well mixed
_LAST_BITS = np.uint64(0xFFFF)


def extract_candidates(
    query: Query,
    passages: Sequence[tuple[IndexedPassage, float]],
    statistics: CollectionStatistics,
) -> Candidates:
    """Return the sentences of passages as candidates.

    Args:
        query: A query with at least one term.
        passages: Passages with their BM25 scores, the best first; at least one.
        statistics: Counts of all articles that are searched.
    """
    in_order = sorted(passages, key=lambda each: (each[0].key, each[0].passage.number))
    indexed = [passage for passage, _ in in_order]
    sentences = [sentence for passage in indexed for sentence in passage.sentences]
    lengths = np.array([len(passage.sentences) for passage in indexed])
    starts = np.cumsum(lengths) - lengths
    passage_of = np.repeat(np.arange(len(indexed)), lengths)
    scorer = Scorer(query, statistics)
    terms = [term.term for term in query.terms]
    in_vocabulary = np.array([statistics.df(term) > 0 for term in terms])
    # A bound need not be written: what was built in 1987 was built before 1990.
    unwritten = query.bounds & ~in_vocabulary
    in_vocabulary |= unwritten
    term_weights = np.where(unwritten, 0.0, query.weights * scorer.idf)
    known_weight = float(term_weights @ in_vocabulary)
    share = term_weights * in_vocabulary / (known_weight or 1)
    counts = [count for passage in indexed for count in passage.counts]
    term_matrix = _occurrences(terms, counts)
    texts = [text for passage in indexed for text in passage.words]
    prefix_only = _occurrences(query.prefixes, texts)
    prefix_only[[not prefix for prefix in query.prefixes]] = 0
    n_sentences = min(statistics.n_sentences, SENTENCES_PER_CANDIDATE * len(sentences))
    ngrams = _NgramCover.of(query, texts, starts, n_sentences)
    word_prefixes = _occurrences(prefixes(query.words), texts)
    traits = np.array([each.traits for each in sentences], dtype=np.float64)
    distinct = _distinct(indexed)
    distinct_share = len(set(distinct.tolist())) / len(distinct)
    return Candidates(
        query=query,
        language=passages[0][0].language,
        sentences=[(p, n) for p in indexed for n in range(len(p.sentences))],
        passage_starts=starts,
        passage_of=passage_of,
        distinct=distinct,
        position=(np.arange(len(sentences)) - starts[passage_of]) / lengths[passage_of],
        in_vocabulary=in_vocabulary,
        term_weights=term_weights,
        known_weight=known_weight,
        term_matrix=term_matrix,
        scores=scorer.score_sentences(counts),
        passage_scores=np.array([score for _, score in in_order])[passage_of],
        n_articles=max(round(statistics.n_articles * distinct_share), 1),
        n_sentences=max(round(statistics.n_sentences * distinct_share), 1),
        ngrams_known=ngrams.known,
        ngram_cover=ngrams.of_sentences,
        passage_ngram_cover=ngrams.of_passages[passage_of],
        prefix_cover=_idf(word_prefixes, n_sentences) @ word_prefixes,
        traits=TraitColumns(*traits.T),
        previous_matrix=_shifted(term_matrix, 1, starts),
        next_matrix=_shifted(term_matrix, -1, starts + lengths - 1),
        passage_term_matrix=_passage_terms(terms, indexed, statistics)[:, passage_of],
        class_weights=TermClasses(*(each * share for each in query.classes)),
        prefix_matrix=np.maximum(term_matrix, prefix_only),
        prefix_in_vocabulary=in_vocabulary | prefix_only.any(axis=1),
    )


def _distinct(passages: Sequence[IndexedPassage]) -> NDArray[np.intp]:
    """Return a number for each sentence; copies in other articles have the same one.

    A sentence that an article repeats is two: the second one is a copy of the second
    one elsewhere.
    """
    numbers: dict[tuple[str, int], int] = {}
    repeated: Counter[tuple[str, str]] = Counter()
    distinct = []
    for passage in passages:
        for sentence in passage.sentences:
            text = " ".join(sentence.text.split())
            nth = repeated[passage.key, text]
            repeated[passage.key, text] += 1
            distinct.append(numbers.setdefault((text, nth), len(numbers)))
    return np.array(distinct, dtype=np.intp)


class _NgramCover(NamedTuple):
    """Cover of a query's character n-grams.

    Attributes:
        known: The share of the n-grams that any candidate holds.
        of_sentences: The share, by idf, in each candidate: (n_candidates,).
        of_passages: The share in each passage: (n_passages,).
    """

    known: float
    of_sentences: FloatArray
    of_passages: FloatArray

    @classmethod
    def of(
        cls,
        query: Query,
        texts: Sequence[str],
        starts: NDArray[np.intp],
        n_sentences: int,
    ) -> "_NgramCover":
        every = _ngram_matrix(n_grams(padded(query.words)), texts)
        matrix = every[every.any(axis=1)]
        # Sentences that are not candidates are assumed to hold none of the n-grams.
        idf = _idf(matrix, n_sentences)
        total = idf.sum() or 1.0
        of_passages = np.maximum.reduceat(matrix, starts, axis=1)
        return cls(
            len(matrix) / (len(every) or 1),
            idf @ matrix / total,
            idf @ of_passages / total,
        )


def _passage_terms(
    terms: Sequence[str],
    indexed: Sequence[IndexedPassage],
    statistics: CollectionStatistics,
) -> FloatArray:
    """Return a term matrix of passages, with titles if used: (n_terms, n_passages)."""
    matrix = _occurrences(terms, [passage.body for passage in indexed])
    if statistics.uses_titles:
        titles = _occurrences(terms, [passage.title for passage in indexed])
        matrix = np.maximum(matrix, titles)
    return matrix


def _shifted(matrix: FloatArray, by: int, blank: NDArray[np.intp]) -> FloatArray:
    """Return a matrix with its columns moved by `by`, and 0 in the blank columns."""
    moved = np.roll(matrix, by, axis=1)
    moved[:, blank] = 0
    return moved


def _occurrences(pieces: Sequence[str], wholes: Sequence[Container[str]]) -> FloatArray:
    """Return 1 where a text holds a piece, else 0: (n_pieces, n_texts)."""
    held = bytes([piece in whole for piece in pieces for whole in wholes])
    flags = np.frombuffer(held, dtype=np.uint8)
    return flags.reshape(len(pieces), len(wholes)).astype(np.float64)


def _ngram_matrix(asked: Sequence[str], texts: Sequence[str]) -> FloatArray:
    """Return 1 where a padded text holds an n-gram, else 0: (n_ngrams, n_texts).

    This takes a fifth of the time of `_occurrences`: n-grams are compared by their
    hashes, and most are ruled out by the last bits alone. The texts are searched as one
    string. No n-gram is found across two texts, since every text begins and ends with a
    blank, and no n-gram has two blanks in a row.

    Args:
        asked: The n-grams, each of `GRAM_CHARACTERS`.
        texts: The padded texts.
    """
    held = np.zeros((len(asked), len(texts)))
    if not asked:
        return held
    wanted = _hashes("".join(asked))[::GRAM_CHARACTERS]
    order = wanted.argsort()
    possible = np.zeros(int(_LAST_BITS) + 1, dtype=np.bool_)
    possible[wanted & _LAST_BITS] = True
    written = _hashes("".join(texts))
    places = np.flatnonzero(possible[written & _LAST_BITS])
    found = wanted.searchsorted(written[places], sorter=order)
    found[found == len(wanted)] = 0
    rows = order[found]
    met = wanted[rows] == written[places]
    ends = np.cumsum([len(text) for text in texts])
    held[rows[met], ends.searchsorted(places[met], side="right")] = 1
    return held


def _hashes(text: str) -> NDArray[np.uint64]:
    """Return the hash of each n-gram of a text, in order: (n_ngrams,), uint64.

    It is a polynomial of the n-gram's characters modulo 2^64 (Karp and Rabin, 1987).
    """
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = max(len(letters) - GRAM_CHARACTERS + 1, 0)
    hashes = np.zeros(count, dtype=np.uint64)
    for n in range(GRAM_CHARACTERS):
        hashes *= _BASE
        hashes += letters[n : n + count]
    return hashes


def _idf(matrix: FloatArray, n_sentences: int) -> FloatArray:
    """Return the idf of each row of an occurrence matrix among `n_sentences`."""
    df = matrix.sum(axis=1)
    idf: FloatArray = np.log(1 + (n_sentences - df + 0.5) / (df + 0.5))
    return idf
