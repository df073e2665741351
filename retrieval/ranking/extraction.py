"""What is known of a query's candidate passages becomes `Evidence`.

Only the query, the candidates and the collection's counts of the query's terms are
looked at. Character n-grams are weighed by how many of the candidates hold them, for
nothing counts them elsewhere.
"""

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.scorer import Scorer
from retrieval.index.statistics import Statistics
from retrieval.query.query import Query, TermClasses
from retrieval.ranking.sentence_features import Evidence, Matrix, Numbers, TraitColumns
from retrieval.text.words import GRAM_CHARACTERS, n_grams, padded, prefixes

# Sentences for each candidate, that n-grams are weighed among. Were it the candidates
# alone, what all of them share would count for nothing.
SPREAD = 4

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, and its bits are well mixed
_LAST_BITS = np.uint64(0xFFFF)


def gather(
    query: Query,
    passages: Sequence[tuple[IndexedPassage, float]],
    statistics: Statistics,
) -> Evidence:
    """Look closely at the sentences of passages.

    Args:
        query: With at least one term.
        passages: With their BM25, the best first; at least one.
        statistics: Of all that is searched.
    """
    in_order = sorted(passages, key=lambda each: (each[0].key, each[0].passage.number))
    entries = [entry for entry, _ in in_order]
    sentences = [sentence for entry in entries for sentence in entry.sentences]
    lengths = np.array([len(entry.sentences) for entry in entries])
    starts = np.cumsum(lengths) - lengths
    passage_of = np.repeat(np.arange(len(entries)), lengths)
    offsets = np.arange(len(sentences)) - starts[passage_of]
    scorer = Scorer(query, statistics)
    terms = [term.term for term in query.terms]
    known = np.array([statistics.df(term) > 0 for term in terms])
    weights = query.weights * scorer.idf
    mass = float(weights @ known)
    share = weights * known / (mass or 1)
    counts = [count for entry in entries for count in entry.counts]
    held = _within(terms, counts)
    in_passage = _within(terms, [entry.body for entry in entries])
    if statistics.uses_titles:
        titles = [entry.title for entry in entries]
        in_passage = np.maximum(in_passage, _within(terms, titles))
    before = np.zeros_like(held)
    before[:, 1:] = held[:, :-1]
    before[:, starts] = 0
    after = np.zeros_like(held)
    after[:, :-1] = held[:, 1:]
    after[:, starts + lengths - 1] = 0
    texts = [text for entry in entries for text in entry.words]
    begins = _within(query.beginnings, texts)
    begins[[not beginning for beginning in query.beginnings]] = 0
    all_grams = _gram_matrix(n_grams(padded(query.words)), texts)
    gram_held = all_grams[all_grams.any(axis=1)]
    # How many of the others hold an n-gram nobody knows; they are taken to hold none.
    n_sentences = min(statistics.sentences, SPREAD * len(sentences))
    gram_idf = _idf(gram_held, n_sentences)
    gram_mass = gram_idf.sum() or 1.0
    gram_in_passage = np.maximum.reduceat(gram_held, starts, axis=1)
    prefix_held = _within(prefixes(query.words), texts)
    traits = np.array([each.traits for each in sentences], dtype=np.float64)
    return Evidence(
        query=query,
        language=passages[0][0].language,
        candidates=[(e, n) for e in entries for n in range(len(e.sentences))],
        passage_starts=starts,
        passage_of=passage_of,
        place=offsets / lengths[passage_of],
        known=known,
        idf=weights,
        mass=mass,
        held=held,
        scores=scorer.sentences(counts),
        passage_scores=np.array([score for _, score in in_order])[passage_of],
        n_articles=statistics.articles,
        n_sentences=statistics.sentences,
        ngrams_known=len(gram_held) / (len(all_grams) or 1),
        ngram_cover=gram_idf @ gram_held / gram_mass,
        passage_gram_cover=(gram_idf @ gram_in_passage / gram_mass)[passage_of],
        prefixes=_idf(prefix_held, n_sentences) @ prefix_held,
        traits=TraitColumns(*traits.T),
        before=before,
        after=after,
        in_passage=in_passage[:, passage_of],
        class_weights=TermClasses(*(each * share for each in query.classes)),
        derived=np.maximum(held, begins),
        derived_known=known | begins.any(axis=1),
    )


def _within(pieces: Sequence[str], wholes: Sequence[Container[str]]) -> Matrix:
    """Tell (1 or 0) what holds each piece: a row for each piece."""
    held = bytes([piece in whole for piece in pieces for whole in wholes])
    flags = np.frombuffer(held, dtype=np.uint8)
    return flags.reshape(len(pieces), len(wholes)).astype(np.float64)


def _gram_matrix(asked: Sequence[str], texts: Sequence[str]) -> Matrix:
    """Tell (1 or 0) which padded texts hold each n-gram.

    As `_within` does, in a fifth of the time: n-grams are compared by their hashes, of
    which those with other last bits are sorted out first. No n-gram is of two texts,
    for none holds two blanks in a row.
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
    """Return a number for each n-gram of a text, from its first to its last.

    A polynomial of its characters modulo 2^64 (Karp and Rabin, 1987).
    """
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = max(len(letters) - GRAM_CHARACTERS + 1, 0)
    hashes = np.zeros(count, dtype=np.uint64)
    for n in range(GRAM_CHARACTERS):
        hashes *= _BASE
        hashes += letters[n : n + count]
    return hashes


def _idf(held: Matrix, n_sentences: int) -> Numbers:
    """Return the idf of each row among so many sentences."""
    df = held.sum(axis=1)
    idf: Numbers = np.log(1 + (n_sentences - df + 0.5) / (df + 0.5))
    return idf
