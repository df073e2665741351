"""Per-answer features for calibration: one small named function each.

Each takes a `Selection` and returns a number. These are computed from words alone;
`encoder_features` has those that an encoder adds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.sentence_features import (
    CandidateFeature,
    location_by_name,
    person_by_names,
    quantity_by_number,
    quantity_by_word,
    time_by_calendar,
    time_by_number,
    time_by_year,
)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The sentences that are selected as the answer, and what they were chosen from.

    Attributes:
        probabilities: Of the candidates, (n_candidates,); they add up to 1.
        carrier: The candidate that carries the answer.
        probability: The probability of all that is quoted, in (0, 1].
    """

    candidates: Candidates
    probabilities: FloatArray
    carrier: int
    probability: float


AnswerFeature = Callable[[Selection], float]


def _missing(selection: Selection) -> FloatArray:
    """Return 1 for each term that no article uses, common words apart, else 0."""
    common = selection.candidates.query.classes.common
    missing: FloatArray = ~selection.candidates.in_vocabulary * (1 - common)
    return missing


def oov_weight(selection: Selection) -> float:
    """Share of the question's idf in words that no article uses."""
    return 1 - selection.candidates.known_weight / float(
        selection.candidates.term_weights.sum()
    )


def oov_terms(selection: Selection) -> float:
    """Number of words that no article uses, common ones apart; at most 4."""
    return min(float(_missing(selection).sum()), 4.0)


def oov_characters(selection: Selection) -> float:
    """Share of the question's letters in words that no article uses."""
    terms = selection.candidates.query.terms
    lengths = [float(len(term.term)) for term in terms]
    return float(_missing(selection) @ lengths) / sum(lengths)


def oov_names(selection: Selection) -> float:
    """Number of names that no article uses; at most 3."""
    candidates = selection.candidates
    return min(float(candidates.query.classes.names @ ~candidates.in_vocabulary), 3.0)


def covered(selection: Selection) -> float:
    """Share of the question's idf that occurs in the sentence."""
    candidates = selection.candidates
    return float(
        candidates.term_weights
        @ candidates.term_matrix[:, selection.carrier]
        / candidates.term_weights.sum()
    )


def covered_in_passage(selection: Selection) -> float:
    """Share of the question's idf that occurs in the passage."""
    candidates = selection.candidates
    held = candidates.passage_term_matrix[:, selection.carrier]
    return float(candidates.term_weights @ held / candidates.term_weights.sum())


def ngram_covered(selection: Selection) -> float:
    """Cover of the character n-grams by the sentence."""
    return float(selection.candidates.ngram_cover[selection.carrier])


def ngram_covered_in_passage(selection: Selection) -> float:
    """Cover of the character n-grams by the passage."""
    return float(selection.candidates.passage_ngram_cover[selection.carrier])


def matched_terms(selection: Selection) -> float:
    """Number of the question's terms in the sentence; at most 8."""
    return min(float(selection.candidates.term_matrix[:, selection.carrier].sum()), 8.0)


def log_terms(selection: Selection) -> float:
    """Logarithm of the number of the question's terms."""
    return float(np.log(len(selection.candidates.query.terms)))


def log_passage_score(selection: Selection) -> float:
    """Logarithm of one more than the passage's BM25."""
    return float(np.log1p(selection.candidates.passage_scores[selection.carrier]))


def log_sentences(selection: Selection) -> float:
    """Logarithm of the number of sentences searched, at most 400."""
    return float(np.log(min(selection.candidates.n_sentences, 400)))


def log_articles(selection: Selection) -> float:
    """Logarithm of the number of articles searched, at most 32."""
    return float(np.log(min(selection.candidates.n_articles, 32)))


def ngrams_known(selection: Selection) -> float:
    """Share of the question's character n-grams that the articles use anywhere."""
    return selection.candidates.ngrams_known


def passage_lacks_names(selection: Selection) -> float:
    """Number of the question's names that the passage lacks; at most 3."""
    candidates = selection.candidates
    lacking = 1 - candidates.passage_term_matrix[:, selection.carrier]
    return min(float(candidates.query.classes.names @ lacking), 3.0)


def span_probability(selection: Selection) -> float:
    """Probability of what is quoted, against the other candidates."""
    return selection.probability


def log_odds(selection: Selection) -> float:
    """Log odds of what is quoted, at most 5."""
    odds = selection.probability / max(1 - selection.probability, 1e-9)
    return float(np.clip(np.log(max(odds, 1e-9)), -5, 5))


def entropy(selection: Selection) -> float:
    """Entropy of the candidates' probabilities, in nats."""
    p = selection.probabilities
    return float(-(p * np.log(p + 1e-12)).sum())


def _content_terms(selection: Selection) -> NDArray[np.bool_]:
    """Return for each term whether it is the question's own, no name and no number."""
    query = selection.candidates.query
    named = query.classes.names + query.classes.numbers > 0
    own = np.arange(len(query.terms)) < query.n_question_terms
    predicates: NDArray[np.bool_] = own & ~named
    return predicates


def _content_cover(selection: Selection, held: FloatArray) -> float:
    """Return the share of the content terms' idf that occurs; 0 without any."""
    weights = selection.candidates.term_weights * _content_terms(selection)
    return float(weights @ held / (weights.sum() or 1))


def no_content_term(selection: Selection) -> float:
    """1 if the question has nothing but names and numbers."""
    return float(not _content_terms(selection).any())


def content_covered(selection: Selection) -> float:
    """Share of the content terms, or of their prefixes, in the sentence."""
    return _content_cover(
        selection, selection.candidates.prefix_matrix[:, selection.carrier]
    )


def content_covered_in_passage(selection: Selection) -> float:
    """Share of the content terms, or of their prefixes, in the passage."""
    candidates = selection.candidates
    mine = candidates.passage_of == candidates.passage_of[selection.carrier]
    return _content_cover(selection, candidates.prefix_matrix[:, mine].max(axis=1))


def content_known(selection: Selection) -> float:
    """Share of the content terms, or of their prefixes, that any article uses."""
    return _content_cover(
        selection, selection.candidates.prefix_in_vocabulary.astype(np.float64)
    )


def only_name_matches(selection: Selection) -> float:
    """1 if a name that is asked about is all that the sentence has of the question."""
    candidates = selection.candidates
    held = candidates.term_matrix[:, selection.carrier]
    names = float(candidates.query.classes.names @ held)
    rest = float(
        _content_terms(selection) @ candidates.prefix_matrix[:, selection.carrier]
    )
    return float(names > 0 and rest == 0)


def asks_person(selection: Selection) -> float:
    """1 if "who" is asked."""
    return float(selection.candidates.query.answer_type == "person")


def asks_time(selection: Selection) -> float:
    """1 if "when" is asked."""
    return float(selection.candidates.query.answer_type == "time")


def asks_quantity(selection: Selection) -> float:
    """1 if "how many" is asked."""
    return float(selection.candidates.query.answer_type == "quantity")


def asks_location(selection: Selection) -> float:
    """1 if "where" is asked."""
    return float(selection.candidates.query.answer_type == "location")


def expected_time_missing(selection: Selection) -> float:
    """1 if "when" is asked, and there is no year, month or day of the week."""
    return _expected_missing(selection, ("time",), (time_by_year, time_by_calendar))


def expected_number_missing(selection: Selection) -> float:
    """1 if "how many" or "when" is asked, and there is no number, month or day."""
    of_quantity = (quantity_by_number, quantity_by_word)
    of_time = (time_by_number, time_by_calendar)
    return _expected_missing(selection, ("quantity", "time"), (*of_quantity, *of_time))


def expected_name_missing(selection: Selection) -> float:
    """1 if "who" or "where" is asked, and there is no name."""
    return _expected_missing(
        selection, ("person", "location"), (person_by_names, location_by_name)
    )


def _expected_missing(
    selection: Selection, kinds: tuple[str, ...], offers: tuple[CandidateFeature, ...]
) -> float:
    candidates = selection.candidates
    if candidates.query.answer_type not in kinds:
        return 0.0
    offered = (offer(candidates)[selection.carrier] for offer in offers)
    return float(not any(offered))


def is_contradicted(selection: Selection) -> bool:
    """Return whether the question itself speaks against any answer to it.

    It turns on another ordinal or year than the answer. The fourth test is not the
    third: the passage lacks the question's, and the sentence has one of its own; or no
    article mentions the year at all. Or, where words alone are to answer, the articles
    use its names and nothing else of it: whose wife is asked for, they do not tell. But
    where somebody teaches may be told by no more than the place beside the name.
    """
    candidates = selection.candidates
    if candidates.cosines is None and _only_names_known(selection):
        return True
    lacking = candidates.passage_term_matrix[:, selection.carrier] == 0
    query, traits = candidates.query, candidates.traits
    return bool(
        (traits.ordinal[selection.carrier] and (query.ordinals & lacking).any())
        or (traits.year[selection.carrier] and (query.years & lacking).any())
        or (query.years & ~candidates.in_vocabulary).any()
    )


def _only_names_known(selection: Selection) -> bool:
    """Return whether articles use names of the question, and no other word of it."""
    candidates = selection.candidates
    predicates = _content_terms(selection)
    named = candidates.query.classes.names > 0
    is_place = location_by_name(candidates)[selection.carrier] > 0
    return bool(
        predicates.any()
        and not is_place
        and (named & candidates.in_vocabulary).any()
        and not (predicates & candidates.prefix_in_vocabulary).any()
    )


# In the order of the weights.
ANSWER_FEATURES: tuple[AnswerFeature, ...] = (
    oov_weight,
    oov_terms,
    oov_characters,
    oov_names,
    covered,
    covered_in_passage,
    ngram_covered,
    ngram_covered_in_passage,
    matched_terms,
    log_terms,
    log_passage_score,
    log_sentences,
    log_articles,
    ngrams_known,
    passage_lacks_names,
    span_probability,
    log_odds,
    entropy,
    no_content_term,
    content_covered,
    content_covered_in_passage,
    content_known,
    only_name_matches,
    asks_person,
    asks_time,
    asks_quantity,
    asks_location,
    expected_time_missing,
    expected_number_missing,
    expected_name_missing,
)
