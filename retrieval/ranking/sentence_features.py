"""Per-sentence ranking features: one small named function each.

Each takes the `Candidates` of one question and returns a number for each candidate:
(n_candidates,), float64. "Cover" is the share of the question's idf that occurs in a
text. It leaves out terms that no article uses, since they count against all candidates
alike; `answer_features` counts these terms.
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
    """Return a decorator that makes a feature 0 for other types of answers.

    Args:
        answer_type: The type that the question must expect, one of `ANSWER_TYPES`.
    """

    def narrow(function: CandidateFeature) -> CandidateFeature:
        @wraps(function)
        def feature(candidates: Candidates) -> FloatArray:
            is_expected = candidates.query.answer_type == answer_type
            return function(candidates) if is_expected else _zeros(candidates)

        return feature

    return narrow


def _of_best(numbers: FloatArray) -> FloatArray:
    """Divide by the highest number, unless it is 0."""
    best = numbers.max()
    return numbers / best if best > 0 else numbers


def _zeros(candidates: Candidates) -> FloatArray:
    return np.zeros(len(candidates.passage_of))


def _sum(weights: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return the total weight of each candidate's terms: (n_candidates,)."""
    total: FloatArray = weights @ matrix
    return total


def relative_bm25(candidates: Candidates) -> FloatArray:
    """BM25, as a share of the best candidate's."""
    return _of_best(candidates.scores)


def passage_score(candidates: Candidates) -> FloatArray:
    """BM25 of the passage, divided by the idf of the question's known terms."""
    return candidates.passage_scores / (candidates.known_weight or 1)


def ngram_cover(candidates: Candidates) -> FloatArray:
    """Cover of the character n-grams; it bridges derived forms and typing errors."""
    return candidates.ngram_cover


def ngram_cover_gap(candidates: Candidates) -> FloatArray:
    """Difference between the highest n-gram cover in the passage and this one."""
    best = np.maximum.reduceat(candidates.ngram_cover, candidates.passage_starts)
    return best[candidates.passage_of] - candidates.ngram_cover


def passage_ngram_cover(candidates: Candidates) -> FloatArray:
    """Cover of the character n-grams by the passage."""
    return candidates.passage_ngram_cover


def relative_prefix_cover(candidates: Candidates) -> FloatArray:
    """Cover of word prefixes, as a share of the best candidate's."""
    return _of_best(candidates.prefix_cover)


def new_vs_previous(candidates: Candidates) -> FloatArray:
    """Cover by terms that the previous sentence lacks."""
    added = np.maximum(candidates.term_matrix - candidates.previous_matrix, 0)
    return _sum(candidates.term_weights, added) / (candidates.known_weight or 1)


def new_in_next(candidates: Candidates) -> FloatArray:
    """Cover by terms that the next sentence has and this one lacks."""
    added = np.maximum(candidates.next_matrix - candidates.term_matrix, 0)
    return _sum(candidates.term_weights, added) / (candidates.known_weight or 1)


def previous_bm25(candidates: Candidates) -> FloatArray:
    """BM25 of the previous sentence, as a share of the best candidate's."""
    best = candidates.scores.max()
    before = np.zeros(len(candidates.scores))
    before[1:] = candidates.scores[:-1]
    before[candidates.passage_starts] = 0
    return before / best if best > 0 else before


def pronoun_resolved_by_previous(candidates: Candidates) -> FloatArray:
    """Cover that the previous sentence adds, if this one starts with a pronoun."""
    missing = np.maximum(candidates.previous_matrix - candidates.term_matrix, 0)
    lacking = _sum(candidates.term_weights, missing) / (candidates.known_weight or 1)
    return candidates.traits.starts_with_pronoun * lacking


def names(candidates: Candidates) -> FloatArray:
    """Cover by the question's names, in the sentence."""
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
    """Cover by the question's other words, which are not names, numbers or common."""
    return _sum(candidates.class_weights.others, candidates.term_matrix)


def focus(candidates: Candidates) -> FloatArray:
    """1 if the noun that is asked for ("Which magazine") is in the sentence, else 0."""
    if candidates.query.focus is None:
        return _zeros(candidates)
    row: FloatArray = candidates.term_matrix[candidates.query.focus]
    return row


def focus_in_passage(candidates: Candidates) -> FloatArray:
    """1 if the noun that is asked for is in the passage, else 0."""
    if candidates.query.focus is None:
        return _zeros(candidates)
    row: FloatArray = candidates.passage_term_matrix[candidates.query.focus]
    return row


def _new_names(candidates: Candidates) -> FloatArray:
    """Count the names in the sentence that the question does not have."""
    asked = _sum(candidates.query.classes.names, candidates.term_matrix)
    return np.maximum(candidates.traits.names - asked, 0)


def _any_new_number(candidates: Candidates) -> FloatArray:
    """Return 1 where the sentence has a number that is not the question's, else 0."""
    asked = _sum(candidates.query.classes.numbers, candidates.term_matrix)
    return (candidates.traits.numbers > asked).astype(np.float64)


@only_for_answer_type("time")
def time_by_year(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and the sentence has a year and a new number, else 0."""
    return candidates.traits.year * _any_new_number(candidates)


@only_for_answer_type("time")
def time_by_number(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and the sentence has a new number, else 0."""
    return _any_new_number(candidates)


@only_for_answer_type("time")
def time_by_calendar(candidates: Candidates) -> FloatArray:
    """1 if "when" is asked and the sentence has a month or a weekday, else 0."""
    return candidates.traits.calendar


@only_for_answer_type("quantity")
def quantity_by_number(candidates: Candidates) -> FloatArray:
    """1 if "how many" is asked and the sentence has a new number, else 0."""
    return _any_new_number(candidates)


@only_for_answer_type("quantity")
def quantity_by_word(candidates: Candidates) -> FloatArray:
    """1 if "how many" is asked and the sentence has a number in words, else 0."""
    return candidates.traits.number_word


@only_for_answer_type("person")
def person_by_names(candidates: Candidates) -> FloatArray:
    """A quarter of the number of new names, at most 1, if "who" is asked, else 0."""
    return np.minimum(_new_names(candidates), 4) / 4


@only_for_answer_type("location")
def location_by_name(candidates: Candidates) -> FloatArray:
    """1 if "where" is asked and the sentence has a new name, else 0."""
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
