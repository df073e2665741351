"""What speaks for a sentence being the answer: one small named function a feature.

All of them look at one question's `Evidence` and return one number for each
candidate sentence, in the candidates' order. "Covered" means: the share of the
question's idf mass that is held. Terms that no article uses are left out of it,
as they speak against all sentences alike; `answer_features` count them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index.indexed_passage import IndexedPassage
from retrieval.query.query import Query, TermClasses

Numbers = NDArray[np.float64]  # one for each candidate
Matrix = NDArray[np.float64]  # a column for each candidate


class TraitColumns(NamedTuple):
    """`Traits` of the candidates: in each array a number for each of them."""

    width: Numbers
    names: Numbers
    numbers: Numbers
    year: Numbers
    ordinal: Numbers
    number_word: Numbers
    calendar: Numbers
    pronoun: Numbers
    question: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known about one query and its candidate sentences.

    Attributes:
        language: ISO 639-1 code of the article whose passage scores best.
        candidates: The sentences, each as its passage and its number there, from 0; in
            order of their articles' keys, and of passages, which are whole.
        passage_starts: Where each passage begins among the candidates.
        passage_of: The number of each candidate's passage among these passages.
        place: Of each candidate in its passage: 0 for the first, towards 1 for the
            last.
        known: Whether each term occurs in any article that is asked.
        idf: Of each term, times the term's weight in the query.
        mass: The sum of `idf` over the known terms.
        held: Whether (1 or 0) each term stands in each candidate.
        scores: The candidates' BM25.
        passage_scores: The BM25 of the candidates' passages.
        n_articles: How many articles are asked.
        n_sentences: How many sentences there are, candidates or not.
        ngrams_known: The share of the query's character n-grams that a candidate holds.
        ngram_cover: The candidates' cover of those n-grams.
        passage_gram_cover: The same of the candidates' passages.
        prefixes: The candidates' cover of the query's word beginnings.
        traits: What the candidates offer.
        before: `held` of the sentence before; 0 at a passage's beginning.
        after: `held` of the sentence after; 0 at a passage's end.
        in_passage: Whether (1 or 0) each term stands in each candidate's passage.
        class_weights: The known terms' idf as shares of the mass, where they are of
            each class, else 0.
        derived: Whether (1 or 0) each term, or a word that begins like it, stands in
            each candidate.
        derived_known: Whether either occurs: the term anywhere, or a word that begins
            like it in a candidate.
        meaning: How near each candidate's meaning is to the question's, as the cosine
            of their embeddings; None without a reader.
        by_words: The candidates' probabilities by words alone; None without a reader.
        judged: The log odds that each candidate answers, by the reader's judge; NaN
            for those that it did not look at, None without one.
    """

    query: Query
    language: str
    candidates: Sequence[tuple[IndexedPassage, int]]
    passage_starts: NDArray[np.intp]
    passage_of: NDArray[np.intp]
    place: Numbers
    known: NDArray[np.bool_]
    idf: Numbers
    mass: float
    held: Matrix
    scores: Numbers
    passage_scores: Numbers
    n_articles: int
    n_sentences: int
    ngrams_known: float
    ngram_cover: Numbers
    passage_gram_cover: Numbers
    prefixes: Numbers
    traits: TraitColumns
    before: Matrix
    after: Matrix
    in_passage: Matrix
    class_weights: TermClasses
    derived: Matrix
    derived_known: NDArray[np.bool_]
    meaning: Numbers | None = None
    by_words: Numbers | None = None
    judged: Numbers | None = None


Feature = Callable[[Evidence], Numbers]


def only_for_answer_type(kind: str) -> Callable[[Feature], Feature]:
    """Make a feature 0 for questions that want another kind of answer."""

    def narrow(function: Feature) -> Feature:
        @wraps(function)
        def feature(evidence: Evidence) -> Numbers:
            asked = evidence.query.kind == kind
            return function(evidence) if asked else _nothing(evidence)

        return feature

    return narrow


def _of_best(numbers: Numbers) -> Numbers:
    best = numbers.max()
    return numbers / best if best > 0 else numbers


def _nothing(evidence: Evidence) -> Numbers:
    return np.zeros(len(evidence.passage_of))


def _sum(weights: Numbers, held: Matrix) -> Numbers:
    """Add up the weights of the rows that hold, for each candidate."""
    total: Numbers = weights @ held
    return total


def relative_bm25(evidence: Evidence) -> Numbers:
    """BM25, as a share of the best candidate's."""
    return _of_best(evidence.scores)


def passage_score(evidence: Evidence) -> Numbers:
    """BM25 of the passage, over the question's idf mass."""
    return evidence.passage_scores / (evidence.mass or 1)


def ngram_cover(evidence: Evidence) -> Numbers:
    """Cover of the character n-grams; it bridges derived forms and typing errors."""
    return evidence.ngram_cover


def grams_below_best(evidence: Evidence) -> Numbers:
    """How far the cover of n-grams is below that of the passage's best sentence."""
    best = np.maximum.reduceat(evidence.ngram_cover, evidence.passage_starts)
    return best[evidence.passage_of] - evidence.ngram_cover


def passage_gram_cover(evidence: Evidence) -> Numbers:
    """Cover of the character n-grams by the passage."""
    return evidence.passage_gram_cover


def relative_prefix_cover(evidence: Evidence) -> Numbers:
    """Cover of word beginnings, as a share of the best candidate's."""
    return _of_best(evidence.prefixes)


def new_vs_previous(evidence: Evidence) -> Numbers:
    """What is covered here, and not in the sentence before."""
    added = np.maximum(evidence.held - evidence.before, 0)
    return _sum(evidence.idf, added) / (evidence.mass or 1)


def new_in_next(evidence: Evidence) -> Numbers:
    """What is covered in the sentence after, and not here."""
    added = np.maximum(evidence.after - evidence.held, 0)
    return _sum(evidence.idf, added) / (evidence.mass or 1)


def previous_bm25(evidence: Evidence) -> Numbers:
    """BM25 of the sentence before, as a share of the best candidate's."""
    best = evidence.scores.max()
    before = np.zeros(len(evidence.scores))
    before[1:] = evidence.scores[:-1]
    before[evidence.passage_starts] = 0
    return before / best if best > 0 else before


def pronoun_resolved_by_previous(evidence: Evidence) -> Numbers:
    """What the sentence before covers, where a pronoun takes its subject from it."""
    missing = np.maximum(evidence.before - evidence.held, 0)
    lacking = _sum(evidence.idf, missing) / (evidence.mass or 1)
    return evidence.traits.pronoun * lacking


def names(evidence: Evidence) -> Numbers:
    """Cover by the question's names."""
    return _sum(evidence.class_weights.names, evidence.held)


def names_in_passage(evidence: Evidence) -> Numbers:
    """Cover by the question's names, in the passage."""
    return _sum(evidence.class_weights.names, evidence.in_passage)


def numbers_in_passage(evidence: Evidence) -> Numbers:
    """Cover by the question's numbers, in the passage."""
    return _sum(evidence.class_weights.numbers, evidence.in_passage)


def common_in_passage(evidence: Evidence) -> Numbers:
    """Cover by the question's common words, in the passage."""
    return _sum(evidence.class_weights.common, evidence.in_passage)


def other_words(evidence: Evidence) -> Numbers:
    """Cover by the question's words that are none of these."""
    return _sum(evidence.class_weights.others, evidence.held)


def focus(evidence: Evidence) -> Numbers:
    """Whether the noun that is asked for ("Which magazine") stands here."""
    if evidence.query.focus is None:
        return _nothing(evidence)
    row: Numbers = evidence.held[evidence.query.focus]
    return row


def focus_in_passage(evidence: Evidence) -> Numbers:
    """Whether the noun that is asked for stands in the passage."""
    if evidence.query.focus is None:
        return _nothing(evidence)
    row: Numbers = evidence.in_passage[evidence.query.focus]
    return row


def _new_names(evidence: Evidence) -> Numbers:
    """Count names of the sentence that the question does not hold."""
    asked = _sum(evidence.query.classes.names, evidence.held)
    return np.maximum(evidence.traits.names - asked, 0)


def _any_new_number(evidence: Evidence) -> Numbers:
    """Tell (1 or 0) whether there is a number that the question does not hold."""
    asked = _sum(evidence.query.classes.numbers, evidence.held)
    return (evidence.traits.numbers > asked).astype(np.float64)


@only_for_answer_type("time")
def time_by_year(evidence: Evidence) -> Numbers:
    """Whether a year that the question does not hold answers "when"."""
    return evidence.traits.year * _any_new_number(evidence)


@only_for_answer_type("time")
def time_by_number(evidence: Evidence) -> Numbers:
    """Whether a number that the question does not hold may answer "when"."""
    return _any_new_number(evidence)


@only_for_answer_type("time")
def time_by_calendar(evidence: Evidence) -> Numbers:
    """Whether a month or a day of the week may answer "when"."""
    return evidence.traits.calendar


@only_for_answer_type("quantity")
def quantity_by_number(evidence: Evidence) -> Numbers:
    """Whether a number that the question does not hold answers "how many"."""
    return _any_new_number(evidence)


@only_for_answer_type("quantity")
def quantity_by_word(evidence: Evidence) -> Numbers:
    """Whether a number in words answers "how many"."""
    return evidence.traits.number_word


@only_for_answer_type("person")
def person_by_names(evidence: Evidence) -> Numbers:
    """How many names that the question does not hold may answer "who"; 4 are 1."""
    return np.minimum(_new_names(evidence), 4) / 4


@only_for_answer_type("place")
def place_by_name(evidence: Evidence) -> Numbers:
    """Whether a name that the question does not hold may answer "where"."""
    return (_new_names(evidence) > 0).astype(np.float64)


def place_in_passage(evidence: Evidence) -> Numbers:
    """How far down the passage the sentence stands."""
    return evidence.place


# In the order of the weights.
SENTENCE_FEATURES: tuple[Feature, ...] = (
    relative_bm25,
    passage_score,
    ngram_cover,
    grams_below_best,
    passage_gram_cover,
    relative_prefix_cover,
    new_vs_previous,
    new_in_next,
    previous_bm25,
    pronoun_resolved_by_previous,
    names,
    names_in_passage,
    numbers_in_passage,
    common_in_passage,
    other_words,
    focus,
    focus_in_passage,
    time_by_year,
    time_by_number,
    time_by_calendar,
    quantity_by_number,
    quantity_by_word,
    person_by_names,
    place_by_name,
    place_in_passage,
)
