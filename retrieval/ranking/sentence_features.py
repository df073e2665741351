"""Per-sentence ranking features: one small named function each.

Each takes the `Candidates` of one question and returns one number for each of them:
(n_candidates,), float64. "Cover" is the share of the question's idf that occurs. Terms
that no article uses are left out of it, as they speak against all sentences alike;
`answer_features` count them.
"""

from collections.abc import Callable
from functools import wraps

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.ranking.candidates import Candidates

CandidateFeature = Callable[[Candidates], FloatArray]


def only_for_answer_type(
    answer_type: str,
) -> Callable[[CandidateFeature], CandidateFeature]:
    """Make a feature 0 for questions that expect another type of answer."""

    def narrow(function: CandidateFeature) -> CandidateFeature:
        @wraps(function)
        def feature(candidates: Candidates) -> FloatArray:
            is_expected = candidates.query.answer_type == answer_type
            return function(candidates) if is_expected else _zeros(candidates)

        return feature

    return narrow


def _of_best(numbers: FloatArray) -> FloatArray:
    best = numbers.max()
    return numbers / best if best > 0 else numbers


def _zeros(candidates: Candidates) -> FloatArray:
    return np.zeros(len(candidates.passage_of))


def _sum(weights: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return for each candidate the weights of its terms, added up."""
    total: FloatArray = weights @ matrix
    return total


def relative_bm25(candidates: Candidates) -> FloatArray:
    """BM25, as a share of the best candidate's."""
    return _of_best(candidates.scores)


def passage_score(candidates: Candidates) -> FloatArray:
    """BM25 of the passage, over the question's idf."""
    return candidates.passage_scores / (candidates.known_weight or 1)


def ngram_cover(candidates: Candidates) -> FloatArray:
    """Cover of the character n-grams; it bridges derived forms and typing errors."""
    return candidates.ngram_cover


def ngram_cover_gap(candidates: Candidates) -> FloatArray:
    """Distance of the n-grams' cover to that of the passage's best sentence."""
    best = np.maximum.reduceat(candidates.ngram_cover, candidates.passage_starts)
    return best[candidates.passage_of] - candidates.ngram_cover


def passage_ngram_cover(candidates: Candidates) -> FloatArray:
    """Cover of the character n-grams by the passage."""
    return candidates.passage_ngram_cover


def relative_prefix_cover(candidates: Candidates) -> FloatArray:
    """Cover of word beginnings, as a share of the best candidate's."""
    return _of_best(candidates.prefix_cover)


def new_vs_previous(candidates: Candidates) -> FloatArray:
    """Cover by terms that the sentence before does not have."""
    added = np.maximum(candidates.term_matrix - candidates.previous_matrix, 0)
    return _sum(candidates.term_weights, added) / (candidates.known_weight or 1)


def new_in_next(candidates: Candidates) -> FloatArray:
    """Cover by terms that only the sentence after has."""
    added = np.maximum(candidates.next_matrix - candidates.term_matrix, 0)
    return _sum(candidates.term_weights, added) / (candidates.known_weight or 1)


def previous_bm25(candidates: Candidates) -> FloatArray:
    """BM25 of the sentence before, as a share of the best candidate's."""
    best = candidates.scores.max()
    before = np.zeros(len(candidates.scores))
    before[1:] = candidates.scores[:-1]
    before[candidates.passage_starts] = 0
    return before / best if best > 0 else before


def pronoun_resolved_by_previous(candidates: Candidates) -> FloatArray:
    """Cover by the sentence before, if this one starts with a pronoun."""
    missing = np.maximum(candidates.previous_matrix - candidates.term_matrix, 0)
    lacking = _sum(candidates.term_weights, missing) / (candidates.known_weight or 1)
    return candidates.traits.starts_with_pronoun * lacking


def names(candidates: Candidates) -> FloatArray:
    """Cover by the question's names."""
    return _sum(candidates.class_weights.names, candidates.term_matrix)


def names_in_passage(candidates: Candidates) -> FloatArray:
    """Cover by the question's names, in the passage."""
    return _sum(candidates.class_weights.names, candidates.passage_term_matrix)


def numbers_in_passage(candidates: Candidates) -> FloatArray:
    """Cover by the question's numbers, in the passage."""
    return _sum(candidates.class_weights.numbers, candidates.passage_term_matrix)


def common_in_passage(candidates: Candidates) -> FloatArray:
    """Cover by the question's common words, in the passage."""
    return _sum(candidates.class_weights.common, candidates.passage_term_matrix)


def other_words(candidates: Candidates) -> FloatArray:
    """Cover by the question's words that are no names, numbers or common words."""
    return _sum(candidates.class_weights.others, candidates.term_matrix)


def focus(candidates: Candidates) -> FloatArray:
    """1 if the noun that is asked for ("Which magazine") occurs, else 0."""
    if candidates.query.focus is None:
        return _zeros(candidates)
    row: FloatArray = candidates.term_matrix[candidates.query.focus]
    return row


def focus_in_passage(candidates: Candidates) -> FloatArray:
    """1 if the noun that is asked for occurs in the passage, else 0."""
    if candidates.query.focus is None:
        return _zeros(candidates)
    row: FloatArray = candidates.passage_term_matrix[candidates.query.focus]
    return row


def _new_names(candidates: Candidates) -> FloatArray:
    """Count the names in the sentence that the question does not have."""
    asked = _sum(candidates.query.classes.names, candidates.term_matrix)
    return np.maximum(candidates.traits.names - asked, 0)


def _any_new_number(candidates: Candidates) -> FloatArray:
    """Return 1 where there is a number that the question does not have, else 0."""
    asked = _sum(candidates.query.classes.numbers, candidates.term_matrix)
    return (candidates.traits.numbers > asked).astype(np.float64)


@only_for_answer_type("time")
def time_by_year(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and there is a year that the question does not have."""
    return candidates.traits.year * _any_new_number(candidates)


@only_for_answer_type("time")
def time_by_number(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and there is a number that the question does not have."""
    return _any_new_number(candidates)


@only_for_answer_type("time")
def time_by_calendar(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and there is a month or a day of the week."""
    return candidates.traits.calendar


@only_for_answer_type("quantity")
def quantity_by_number(candidates: Candidates) -> FloatArray:
    """1 if "how many" is asked and there is a number that is not in the question."""
    return _any_new_number(candidates)


@only_for_answer_type("quantity")
def quantity_by_word(candidates: Candidates) -> FloatArray:
    """1 if "how many" is asked and there is a number in words."""
    return candidates.traits.number_word


@only_for_answer_type("person")
def person_by_names(candidates: Candidates) -> FloatArray:
    """Number of names that are not in the question, if "who" is asked; 4 count as 1."""
    return np.minimum(_new_names(candidates), 4) / 4


@only_for_answer_type("location")
def location_by_name(candidates: Candidates) -> FloatArray:
    """1 if "where" is asked and there is a name that is not in the question."""
    return (_new_names(candidates) > 0).astype(np.float64)


def position_in_passage(candidates: Candidates) -> FloatArray:
    """Position of the sentence in its passage, from 0 to 1."""
    return candidates.position


# In the order of the weights.
SENTENCE_FEATURES: tuple[CandidateFeature, ...] = (
    relative_bm25,
    passage_score,
    ngram_cover,
    ngram_cover_gap,
    passage_ngram_cover,
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
    location_by_name,
    position_in_passage,
)
