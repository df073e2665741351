"""Features from an encoder, per sentence and per answer.

They have the signatures of the features in `sentence_features` and `answer_features`.
Embedding features need `Candidates.cosines` and `Candidates.lexical_probabilities`;
reranker features need `Candidates.reranker_logits`, too.
"""

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.ranking.answer_features import Selection
from retrieval.ranking.candidates import Candidates

LOGIT_CLIP = 8.0  # logits are clipped to this in both directions


def lexical_log_probability(candidates: Candidates) -> FloatArray:
    """Logarithm of the probability by words alone; at least -10."""
    assert candidates.lexical_probabilities is not None
    return np.maximum(np.log(candidates.lexical_probabilities + 1e-12), -10)


def covered_lexical_log_probability(candidates: Candidates) -> FloatArray:
    """That logarithm times the best cover of the question by a candidate.

    Words are trusted as far as any sentence uses the question's.
    """
    covers = candidates.term_weights @ candidates.term_matrix
    best = float(covers.max() / (candidates.term_weights.sum() or 1))
    return best * lexical_log_probability(candidates)


def cosine(candidates: Candidates) -> FloatArray:
    """Cosine of the embeddings of question and sentence."""
    assert candidates.cosines is not None
    return candidates.cosines


def cosine_gap(candidates: Candidates) -> FloatArray:
    """Difference between the highest cosine of all candidates and this one."""
    cosines = cosine(candidates)
    below: FloatArray = cosines.max() - cosines
    return below


def previous_cosine(candidates: Candidates) -> FloatArray:
    """Cosine of the previous sentence; 0 for the first sentence of a passage."""
    cosines = cosine(candidates)
    before = np.zeros(len(cosines))
    before[1:] = cosines[:-1]
    before[candidates.passage_starts] = 0
    return before


def passage_max_cosine(candidates: Candidates) -> FloatArray:
    """The highest cosine in the passage."""
    cosines = cosine(candidates)
    best: FloatArray = np.maximum.reduceat(cosines, candidates.passage_starts)
    return best[candidates.passage_of]


def _logits(candidates: Candidates) -> FloatArray:
    """Return clipped logits of all candidates: the least for those not reranked."""
    assert candidates.reranker_logits is not None
    clipped = np.clip(candidates.reranker_logits, -LOGIT_CLIP, LOGIT_CLIP)
    return np.where(np.isnan(clipped), -LOGIT_CLIP, clipped)


def reranker_logit(candidates: Candidates) -> FloatArray:
    """Logit that the sentence answers, by the reranker."""
    return _logits(candidates)


def is_reranked(candidates: Candidates) -> FloatArray:
    """1 if the reranker scored the sentence, else 0."""
    assert candidates.reranker_logits is not None
    return (~np.isnan(candidates.reranker_logits)).astype(np.float64)


# In the order of the weights.
EMBEDDING_SENTENCE_FEATURES = (
    lexical_log_probability,
    cosine,
    cosine_gap,
    previous_cosine,
    passage_max_cosine,
)
RERANKER_SENTENCE_FEATURES = (
    *EMBEDDING_SENTENCE_FEATURES,
    covered_lexical_log_probability,
    reranker_logit,
    is_reranked,
)
# Words of another language say nothing.
CROSS_LANGUAGE_SENTENCE_FEATURES = (
    cosine,
    cosine_gap,
    previous_cosine,
    passage_max_cosine,
    reranker_logit,
    is_reranked,
)


def answer_cosine(selection: Selection) -> float:
    """Cosine of question and sentence."""
    return float(cosine(selection.candidates)[selection.carrier])


def max_cosine(selection: Selection) -> float:
    """The highest cosine of all candidates."""
    return float(cosine(selection.candidates).max())


def cosine_margin(selection: Selection) -> float:
    """Difference between this cosine and the highest one of other passages.

    Copies of the sentence do not count.
    """
    candidates, carrier = selection.candidates, selection.carrier
    elsewhere = (candidates.passage_of != candidates.passage_of[carrier]) & (
        candidates.distinct != candidates.distinct[carrier]
    )
    cosines = cosine(candidates)
    others = cosines[elsewhere]
    return float(cosines[carrier] - (others.max() if len(others) else 0.0))


def answer_logit(selection: Selection) -> float:
    """The reranker's logit for the sentence."""
    return float(_logits(selection.candidates)[selection.carrier])


def any_answer_logit(selection: Selection) -> float:
    """Log odds that any candidate answers: the log of the summed exponentials."""
    logits = _logits(selection.candidates)
    return float(np.clip(np.logaddexp.reduce(logits), -LOGIT_CLIP, LOGIT_CLIP))


def best_other_logit(selection: Selection) -> float:
    """The highest logit of the other candidates."""
    others = np.delete(_logits(selection.candidates), selection.carrier)
    return float(others.max()) if len(others) else -LOGIT_CLIP


def reranker_share(selection: Selection) -> float:
    """Softmax of the sentence's logit over all candidates."""
    logits = _logits(selection.candidates)
    return float(np.exp(logits[selection.carrier] - np.logaddexp.reduce(logits)))


def reranker_probability(selection: Selection) -> float:
    """Probability of the sentence by the logits, against all others and none."""
    logits = np.append(_logits(selection.candidates), 0.0)
    return float(np.exp(logits[selection.carrier] - np.logaddexp.reduce(logits)))


EMBEDDING_ANSWER_FEATURES = (answer_cosine, max_cosine, cosine_margin)
RERANKER_ANSWER_FEATURES = (
    *EMBEDDING_ANSWER_FEATURES,
    answer_logit,
    any_answer_logit,
    best_other_logit,
    reranker_share,
    reranker_probability,
)
