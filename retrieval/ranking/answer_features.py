"""Per-answer features for the confidence: one small named function each.

Each takes a `Selection` and returns a number. The features of this module need words
alone; `encoder_features` has the features that need an encoder.
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
    """A selected answer, with the candidates that it was selected from.

    Attributes:
        candidates: The candidates.
        probabilities: The candidates' probabilities, which add up to 1:
            (n_candidates,).
        carrier: The likeliest quoted candidate, which is taken to hold the answer.
        probability: The total probability of the quoted candidates, in (0, 1].
    """

    candidates: Candidates
    probabilities: FloatArray
    carrier: int
    probability: float


AnswerFeature = Callable[[Selection], float]


def _missing(selection: Selection) -> FloatArray:
    """Return 1 for each term that no article uses, unless it is common, else 0."""
    common = selection.candidates.query.classes.common
    missing: FloatArray = ~selection.candidates.in_vocabulary * (1 - common)
    return missing


def oov_weight(selection: Selection) -> float:
    """Share of the question's idf in words that no article uses."""
    return 1 - selection.candidates.known_weight / float(
        selection.candidates.term_weights.sum()
    )


def oov_terms(selection: Selection) -> float:
    """Number of words that no article uses, without common words; at most 4."""
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
    """Share of the question's character n-grams, by idf, in the sentence."""
    return float(selection.candidates.ngram_cover[selection.carrier])


def ngram_covered_in_passage(selection: Selection) -> float:
    """Share of the question's character n-grams, by idf, in the passage."""
    return float(selection.candidates.passage_ngram_cover[selection.carrier])


def matched_terms(selection: Selection) -> float:
    """Number of the question's terms in the sentence; at most 8."""
    return min(float(selection.candidates.term_matrix[:, selection.carrier].sum()), 8.0)


def log_terms(selection: Selection) -> float:
    """Logarithm of the number of the question's terms."""
    return float(np.log(len(selection.candidates.query.terms)))


def log_passage_score(selection: Selection) -> float:
    """Logarithm of 1 plus the BM25 of the passage."""
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
    missing = 1 - candidates.passage_term_matrix[:, selection.carrier]
    return min(float(candidates.query.classes.names @ missing), 3.0)


def span_probability(selection: Selection) -> float:
    """Probability of the quoted candidates."""
    return selection.probability


def log_odds(selection: Selection) -> float:
    """Log odds of the quoted candidates, from -5 to 5."""
    odds = selection.probability / max(1 - selection.probability, 1e-9)
    return float(np.clip(np.log(max(odds, 1e-9)), -5, 5))


def entropy(selection: Selection) -> float:
    """Entropy of the candidates' probabilities, in nats."""
    p = selection.probabilities
    return float(-(p * np.log(p + 1e-12)).sum())


def content_terms(selection: Selection) -> NDArray[np.bool_]:
    """Return whether each term is a content term: (n_terms,), bool.

    A content term is a term of the question itself, neither a name nor a number.
    """
    query = selection.candidates.query
    named = query.classes.names + query.classes.numbers > 0
    own = np.arange(len(query.terms)) < query.n_question_terms
    content: NDArray[np.bool_] = own & ~named
    return content


def _content_cover(selection: Selection, held: FloatArray) -> float:
    """Return the share of the content terms' idf that occurs; 0 without such terms."""
    weights = selection.candidates.term_weights * content_terms(selection)
    return float(weights @ held / (weights.sum() or 1))


def no_content_term(selection: Selection) -> float:
    """1 if the question consists of names and numbers, else 0."""
    return float(not content_terms(selection).any())


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
    """1 if names are all that the sentence shares with the question, else 0."""
    candidates = selection.candidates
    held = candidates.term_matrix[:, selection.carrier]
    names = float(candidates.query.classes.names @ held)
    rest = float(
        content_terms(selection) @ candidates.prefix_matrix[:, selection.carrier]
    )
    return float(names > 0 and rest == 0)


def asks_person(selection: Selection) -> float:
    """1 if the question asks "who", else 0."""
    return float(selection.candidates.query.answer_type == "person")


def asks_time(selection: Selection) -> float:
    """1 if the question asks "when", else 0."""
    return float(selection.candidates.query.answer_type == "time")


def asks_quantity(selection: Selection) -> float:
    """1 if the question asks "how many", else 0."""
    return float(selection.candidates.query.answer_type == "quantity")


def asks_location(selection: Selection) -> float:
    """1 if the question asks "where", else 0."""
    return float(selection.candidates.query.answer_type == "location")


def expected_time_missing(selection: Selection) -> float:
    """1 if "when" is asked and the sentence has no year, month or day of the week."""
    return _expected_missing(selection, ("time",), (time_by_year, time_by_calendar))


def expected_number_missing(selection: Selection) -> float:
    """1 if "how many" or "when" is asked and the sentence has no number or date."""
    of_quantity = (quantity_by_number, quantity_by_word)
    of_time = (time_by_number, time_by_calendar)
    return _expected_missing(selection, ("quantity", "time"), (*of_quantity, *of_time))


def expected_name_missing(selection: Selection) -> float:
    """1 if "who" or "where" is asked and the sentence has no new name."""
    return _expected_missing(
        selection, ("person", "location"), (person_by_names, location_by_name)
    )


def _expected_missing(
    selection: Selection, types: tuple[str, ...], features: tuple[CandidateFeature, ...]
) -> float:
    """Return 1 if one of these types is asked for and all features are 0, else 0."""
    candidates = selection.candidates
    if candidates.query.answer_type not in types:
        return 0.0
    values = (feature(candidates)[selection.carrier] for feature in features)
    return float(not any(values))


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
