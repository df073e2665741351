"""What speaks for an answer being right: one small named function a feature.

They are what words say; `encoder_features` add what a reader says.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking.sentence_features import (
    Evidence,
    Numbers,
    person_by_names,
    place_by_name,
    quantity_by_number,
    quantity_by_word,
    time_by_calendar,
    time_by_number,
    time_by_year,
)
from retrieval.ranking.sentence_features import Feature as Offer


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What was chosen, and from what.

    Attributes:
        probabilities: Of the candidates; they add up to 1.
        best: The candidate that carries the answer.
        probability: That of all that is quoted, in (0, 1].
    """

    evidence: Evidence
    probabilities: Numbers
    best: int
    probability: float


Feature = Callable[[Choice], float]


def _missing(choice: Choice) -> Numbers:
    """Tell of each term whether no article uses it, common words apart."""
    common = choice.evidence.query.classes.common
    missing: Numbers = ~choice.evidence.known * (1 - common)
    return missing


def oov_weight(choice: Choice) -> float:
    """Share of the question's idf mass in words that no article uses."""
    return 1 - choice.evidence.mass / float(choice.evidence.idf.sum())


def oov_terms(choice: Choice) -> float:
    """How many words no article uses, common ones apart; at most 4."""
    return min(float(_missing(choice).sum()), 4.0)


def oov_characters(choice: Choice) -> float:
    """Share of the question's letters in words that no article uses."""
    terms = choice.evidence.query.terms
    lengths = [float(len(term.term)) for term in terms]
    return float(_missing(choice) @ lengths) / sum(lengths)


def oov_names(choice: Choice) -> float:
    """How many names no article uses; at most 3."""
    evidence = choice.evidence
    return min(float(evidence.query.classes.names @ ~evidence.known), 3.0)


def covered(choice: Choice) -> float:
    """Share of the question's idf mass that the sentence holds."""
    evidence = choice.evidence
    return float(evidence.idf @ evidence.held[:, choice.best] / evidence.idf.sum())


def covered_in_passage(choice: Choice) -> float:
    """Share of the question's idf mass that the passage holds."""
    evidence = choice.evidence
    held = evidence.in_passage[:, choice.best]
    return float(evidence.idf @ held / evidence.idf.sum())


def ngrams_covered(choice: Choice) -> float:
    """Cover of the character n-grams by the sentence."""
    return float(choice.evidence.ngram_cover[choice.best])


def ngrams_covered_in_passage(choice: Choice) -> float:
    """Cover of the character n-grams by the passage."""
    return float(choice.evidence.passage_gram_cover[choice.best])


def matched_terms(choice: Choice) -> float:
    """How many of the question's terms the sentence holds; at most 8."""
    return min(float(choice.evidence.held[:, choice.best].sum()), 8.0)


def log_terms(choice: Choice) -> float:
    """Logarithm of the number of the question's terms."""
    return float(np.log(len(choice.evidence.query.terms)))


def log_passage_score(choice: Choice) -> float:
    """Logarithm of one more than the passage's BM25."""
    return float(np.log1p(choice.evidence.passage_scores[choice.best]))


def log_sentences(choice: Choice) -> float:
    """Logarithm of the number of sentences asked, at most 400: chance grows with it."""
    return float(np.log(min(choice.evidence.n_sentences, 400)))


def log_articles(choice: Choice) -> float:
    """Logarithm of the number of articles asked, at most 32, for the same reason."""
    return float(np.log(min(choice.evidence.n_articles, 32)))


def ngrams_known(choice: Choice) -> float:
    """Share of the question's character n-grams that the articles use anywhere."""
    return choice.evidence.ngrams_known


def passage_lacks_names(choice: Choice) -> float:
    """How many of the question's names the passage lacks; at most 3."""
    evidence = choice.evidence
    lacking = 1 - evidence.in_passage[:, choice.best]
    return min(float(evidence.query.classes.names @ lacking), 3.0)


def probability(choice: Choice) -> float:
    """Probability of what is quoted, against the other candidates."""
    return choice.probability


def margin(choice: Choice) -> float:
    """Log odds of what is quoted, at most 5."""
    odds = choice.probability / max(1 - choice.probability, 1e-9)
    return float(np.clip(np.log(max(odds, 1e-9)), -5, 5))


def entropy(choice: Choice) -> float:
    """Entropy of the candidates' probabilities, in nats."""
    p = choice.probabilities
    return float(-(p * np.log(p + 1e-12)).sum())


def _content_terms(choice: Choice) -> NDArray[np.bool_]:
    """Tell of each term whether it says what is asked of whom: no name, no number."""
    query = choice.evidence.query
    named = query.classes.names + query.classes.numbers > 0
    own = np.arange(len(query.terms)) < query.n_question_terms
    predicates: NDArray[np.bool_] = own & ~named
    return predicates


def _content_cover(choice: Choice, held: Numbers) -> float:
    """Return the share of the predicates' idf that is held; 0 without predicates."""
    weights = choice.evidence.idf * _content_terms(choice)
    return float(weights @ held / (weights.sum() or 1))


def no_content_term(choice: Choice) -> float:
    """Whether the question holds nothing but names and numbers."""
    return float(not _content_terms(choice).any())


def content_covered(choice: Choice) -> float:
    """Share of what is asked beyond names that the sentence holds, derived or not."""
    return _content_cover(choice, choice.evidence.derived[:, choice.best])


def content_covered_in_passage(choice: Choice) -> float:
    """The same of the passage."""
    evidence = choice.evidence
    mine = evidence.passage_of == evidence.passage_of[choice.best]
    return _content_cover(choice, evidence.derived[:, mine].max(axis=1))


def content_known(choice: Choice) -> float:
    """The same of all articles."""
    return _content_cover(choice, choice.evidence.derived_known.astype(np.float64))


def only_name_matches(choice: Choice) -> float:
    """Whether the sentence holds a name that is asked about, and no more of it."""
    evidence = choice.evidence
    held = evidence.held[:, choice.best]
    names = float(evidence.query.classes.names @ held)
    rest = float(_content_terms(choice) @ evidence.derived[:, choice.best])
    return float(names > 0 and rest == 0)


def asks_person(choice: Choice) -> float:
    """Whether "who" is asked."""
    return float(choice.evidence.query.kind == "person")


def asks_time(choice: Choice) -> float:
    """Whether "when" is asked."""
    return float(choice.evidence.query.kind == "time")


def asks_quantity(choice: Choice) -> float:
    """Whether "how many" is asked."""
    return float(choice.evidence.query.kind == "quantity")


def asks_place(choice: Choice) -> float:
    """Whether "where" is asked."""
    return float(choice.evidence.query.kind == "place")


def expected_time_missing(choice: Choice) -> float:
    """Whether "when" is asked, and no year, month or day of the week is offered."""
    return _expected_missing(choice, ("time",), (time_by_year, time_by_calendar))


def expected_number_missing(choice: Choice) -> float:
    """Whether "how many" or "when" is asked, and no number, month or day is offered."""
    of_quantity = (quantity_by_number, quantity_by_word)
    of_time = (time_by_number, time_by_calendar)
    return _expected_missing(choice, ("quantity", "time"), (*of_quantity, *of_time))


def expected_name_missing(choice: Choice) -> float:
    """Whether "who" or "where" is asked, and no name is offered."""
    return _expected_missing(
        choice, ("person", "place"), (person_by_names, place_by_name)
    )


def _expected_missing(
    choice: Choice, kinds: tuple[str, ...], offers: tuple[Offer, ...]
) -> float:
    evidence = choice.evidence
    if evidence.query.kind not in kinds:
        return 0.0
    offered = (offer(evidence)[choice.best] for offer in offers)
    return float(not any(offered))


def contradicted(choice: Choice) -> bool:
    """Tell whether something in the question speaks against any answer to it.

    It turns on another ordinal or year than the answer. The fourth test is not the
    third: the passage lacks the question's, and the sentence has one of its own; or no
    article mentions the year at all. Or, where words alone are to answer, the articles
    use its names and nothing else of it: whose wife is asked for, they do not tell. But
    where somebody teaches may be told by no more than the place beside the name.
    """
    evidence = choice.evidence
    if evidence.meaning is None and _only_names_known(choice):
        return True
    lacking = evidence.in_passage[:, choice.best] == 0
    query, traits = evidence.query, evidence.traits
    return bool(
        (traits.ordinal[choice.best] and (query.ordinals & lacking).any())
        or (traits.year[choice.best] and (query.years & lacking).any())
        or (query.years & ~evidence.known).any()
    )


def _only_names_known(choice: Choice) -> bool:
    """Tell whether names are known, and nothing that is asked about them."""
    evidence = choice.evidence
    predicates = _content_terms(choice)
    named = evidence.query.classes.names > 0
    is_place = place_by_name(evidence)[choice.best] > 0
    return bool(
        predicates.any()
        and not is_place
        and (named & evidence.known).any()
        and not (predicates & evidence.derived_known).any()
    )


# In the order of the weights.
ANSWER_FEATURES: tuple[Feature, ...] = (
    oov_weight,
    oov_terms,
    oov_characters,
    oov_names,
    covered,
    covered_in_passage,
    ngrams_covered,
    ngrams_covered_in_passage,
    matched_terms,
    log_terms,
    log_passage_score,
    log_sentences,
    log_articles,
    ngrams_known,
    passage_lacks_names,
    probability,
    margin,
    entropy,
    no_content_term,
    content_covered,
    content_covered_in_passage,
    content_known,
    only_name_matches,
    asks_person,
    asks_time,
    asks_quantity,
    asks_place,
    expected_time_missing,
    expected_number_missing,
    expected_name_missing,
)
