"""What a reader's understanding says of a sentence, and of an answer.

Functions like those of `sentence_features` and `answer_features`, which tell what words
say. They are for evidence that holds `meaning` and, some of them, `judged`.
"""

import numpy as np

from retrieval.ranking.answer_features import Choice
from retrieval.ranking.sentence_features import Evidence, Numbers

LOGIT_CLIP = 8.0  # log odds beyond them are as sure as sure can be


def by_words(evidence: Evidence) -> Numbers:
    """Logarithm of the probability by words alone; at least -10."""
    assert evidence.by_words is not None
    return np.maximum(np.log(evidence.by_words + 1e-12), -10)


def cosine(evidence: Evidence) -> Numbers:
    """Cosine of question and sentence."""
    assert evidence.meaning is not None
    return evidence.meaning


def cosine_gap(evidence: Evidence) -> Numbers:
    """How far it is below the best cosine."""
    meaning = cosine(evidence)
    below: Numbers = meaning.max() - meaning
    return below


def previous_cosine(evidence: Evidence) -> Numbers:
    """Cosine of the sentence before; 0 at a passage's beginning."""
    meaning = cosine(evidence)
    before = np.zeros(len(meaning))
    before[1:] = meaning[:-1]
    before[evidence.passage_starts] = 0
    return before


def passage_max_cosine(evidence: Evidence) -> Numbers:
    """The best cosine in the passage."""
    meaning = cosine(evidence)
    best: Numbers = np.maximum.reduceat(meaning, evidence.passage_starts)
    return best[evidence.passage_of]


def _odds(evidence: Evidence) -> Numbers:
    """Return log odds for all candidates: the least for those not judged."""
    assert evidence.judged is not None
    clipped = np.clip(evidence.judged, -LOGIT_CLIP, LOGIT_CLIP)
    return np.where(np.isnan(clipped), -LOGIT_CLIP, clipped)


def reranker_logit(evidence: Evidence) -> Numbers:
    """Log odds by the judge."""
    return _odds(evidence)


def is_reranked(evidence: Evidence) -> Numbers:
    """Whether the judge looked at it."""
    assert evidence.judged is not None
    return (~np.isnan(evidence.judged)).astype(np.float64)


# In the order of the weights.
MEANING = (
    by_words,
    cosine,
    cosine_gap,
    previous_cosine,
    passage_max_cosine,
)
JUDGE = (*MEANING, reranker_logit, is_reranked)


def answer_cosine(choice: Choice) -> float:
    """Cosine of question and sentence."""
    return float(cosine(choice.evidence)[choice.best])


def nearest(choice: Choice) -> float:
    """The best cosine of all candidates."""
    return float(cosine(choice.evidence).max())


def cosine_margin(choice: Choice) -> float:
    """How far the sentence is above the best of other passages."""
    evidence = choice.evidence
    elsewhere = evidence.passage_of != evidence.passage_of[choice.best]
    meaning = cosine(evidence)
    others = meaning[elsewhere]
    return float(meaning[choice.best] - (others.max() if len(others) else 0.0))


def answer_logit(choice: Choice) -> float:
    """Log odds of the sentence by the judge."""
    return float(_odds(choice.evidence)[choice.best])


def any_answer_logit(choice: Choice) -> float:
    """Log odds that any sentence answers, against none."""
    odds = _odds(choice.evidence)
    return float(np.clip(np.logaddexp.reduce(odds), -LOGIT_CLIP, LOGIT_CLIP))


def best_other_logit(choice: Choice) -> float:
    """The best log odds of another sentence."""
    others = np.delete(_odds(choice.evidence), choice.best)
    return float(others.max()) if len(others) else -LOGIT_CLIP


def reranker_share(choice: Choice) -> float:
    """Share of the sentence among all that the judge would answer with."""
    odds = _odds(choice.evidence)
    return float(np.exp(odds[choice.best] - np.logaddexp.reduce(odds)))


def reranker_probability(choice: Choice) -> float:
    """Probability of the sentence by the judge, against all others and none."""
    odds = np.append(_odds(choice.evidence), 0.0)
    return float(np.exp(odds[choice.best] - np.logaddexp.reduce(odds)))


EMBEDDING_ANSWER_FEATURES = (answer_cosine, nearest, cosine_margin)
RERANKER_ANSWER_FEATURES = (
    *EMBEDDING_ANSWER_FEATURES,
    answer_logit,
    any_answer_logit,
    best_other_logit,
    reranker_share,
    reranker_probability,
)
