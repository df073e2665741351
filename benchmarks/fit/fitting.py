"""Fits the weights of one voice on cases; convex, from zero, without chance.

The sentence's weights are a conditional logit, the confidence's a logistic regression
on choices that were made with weights of other folds, so that it is calibrated for
articles not seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.fit.cases import FOLDS, IMPOSSIBLE, OTHER, OWN, Bools, Case, Floats
from retrieval.ranking.answer_features import contradicted
from retrieval.ranking.model import (
    WORDS,
    FeatureSet,
    Model,
    answer_values,
    softmax,
)
from retrieval.ranking.selection import choose, selection_of

PENALTY = 3.0  # L2, on the weights of features in units of their deviation
# What readers ask, as far as we know it: of ten questions six are answered.
SHARES = {OWN: 0.6, OTHER: 0.12, IMPOSSIBLE: 0.28}
PARAPHRASED = "paraphrased"  # a kind of readers' questions
# What a file with kinds of questions counts for the confidence, against 1: they are
# what readers ask, and the confidence is to be right on these.
OF_READERS = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a case came to with some sentence weights.

    Attributes:
        features: Of the voice's choice, and the bias.
        contradicted: See `answer_features.contradicted`.
        characters: Length of what is quoted.
        log_loss: Minus the logarithm of the gold candidates' probability.
    """

    case: Case
    features: Floats | None
    contradicted: bool
    hit: bool
    characters: float
    log_loss: float | None


def fit_sentence(
    voice: FeatureSet, cases: Sequence[Case], kept: Bools | None = None
) -> Floats:
    """Fit a conditional logit: the gold candidates against all others.

    Args:
        voice: What words alone learn from leaves out questions that do not use the
            answer's: they would only learn to trust words less.
        cases: Those of group `OWN`, put to their whole article alone, that have a gold
            candidate count.
        kept: Which features may have a weight; all if None.
    """
    fitted = [
        case
        for case in cases
        if case.group == OWN
        and case.whole
        and not case.among
        and case.gold.any()
        and not (voice.name == WORDS and case.kind == PARAPHRASED)
    ]
    stacked = np.concatenate([case.features for case in fitted], axis=1)
    scale = _scale(stacked.std(axis=1))
    if kept is not None:
        scale = np.where(kept, scale, np.inf)  # a feature of only zeros
    stacked = stacked / scale[:, None]
    gold = np.concatenate([case.gold for case in fitted])
    sizes = [len(case.gold) for case in fitted]
    starts = np.cumsum(sizes, dtype=np.intp) - sizes
    question = np.repeat(np.arange(len(fitted)), sizes)
    importance = importance_by_file(fitted)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = weights @ stacked
        logits -= np.maximum.reduceat(logits, starts)[question]
        shares = np.exp(logits)
        shares /= np.add.reduceat(shares, starts)[question]
        of_gold = np.add.reduceat(shares * gold, starts)
        slope = shares - shares * gold / of_gold[question]
        value = -importance @ np.log(of_gold) + PENALTY / 2 * weights @ weights
        gradient = stacked @ (slope * importance[question]) + PENALTY * weights
        return float(value), gradient

    return _minimum(loss, len(stacked)) / scale


def fit_logistic(features: Floats, hits: Bools, importance: Floats) -> Floats:
    """Fit a logistic regression; the last feature is the bias, without a penalty."""
    scale = _scale(features.std(axis=0))
    scale[-1] = 1.0
    scaled = features / scale
    penalty = np.full(len(scale), PENALTY)
    penalty[-1] = 0.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = scaled @ weights
        slope = 1 / (1 + np.exp(-odds)) - hits
        value = importance @ (np.logaddexp(0, odds) - hits * odds)
        return (
            float(value + weights @ (penalty * weights) / 2),
            scaled.T @ (importance * slope) + penalty * weights,
        )

    return _minimum(loss, len(scale)) / scale


def _minimum(loss: Callable[[Floats], tuple[float, Floats]], size: int) -> Floats:
    from scipy.optimize import minimize

    fitted: Floats = minimize(
        loss,
        np.zeros(size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2_000, "ftol": 1e-14, "gtol": 1e-7, "maxcor": 30},
    ).x
    return fitted


def _scale(deviations: Floats) -> Floats:
    return np.where(deviations > 1e-9, deviations, np.inf)  # a constant is no feature


def importance_by_file(cases: Sequence[Case]) -> Floats:
    """Weigh questions so that every file counts the same; the mean weight is 1."""
    file = np.array([case.file for case in cases])
    counts = np.bincount(file)
    importance: Floats = len(cases) / (np.count_nonzero(counts) * counts[file])
    return importance


def importance_by_group(cases: Sequence[Case]) -> Floats:
    """Weigh questions so that each file's groups have their `SHARES`; the mean is 1."""
    keys = [(case.file, case.group) for case in cases]
    counts = {key: keys.count(key) for key in set(keys)}
    by_readers = {case.file for case in cases if case.kind}
    importance = np.array(
        [
            SHARES[group]
            / counts[file, group]
            * (OF_READERS if file in by_readers else 1)
            for file, group in keys
        ]
    )
    scaled: Floats = importance * (len(cases) / importance.sum())
    return scaled


def outcomes(
    voice: FeatureSet, cases: Sequence[Case], sentence: Floats
) -> list[Outcome]:
    """Choose what to quote in each case."""
    reached: list[Outcome] = []
    for case in cases:
        if case.found is None:
            reached.append(Outcome(case, None, False, False, 0.0, None))
            continue
        probabilities = softmax(sentence @ case.features)
        span = choose(case.found, probabilities)
        choice = selection_of(case.found, probabilities, span)
        quoted = slice(span.first, span.past)
        of_gold = float(probabilities[case.gold].sum())
        reached.append(
            Outcome(
                case,
                answer_values(voice, choice),
                contradicted(choice),
                bool(case.gold[quoted].any()),
                float(case.lengths[quoted].sum()) + span.past - span.first - 1,
                -float(np.log(of_gold)) if of_gold > 0 else None,
            )
        )
    return reached


def fit_confidence(reached: Sequence[Outcome]) -> tuple[Floats, Floats, float]:
    """Fit how to judge a choice from one article and from several, and a factor.

    Without enough articles to ask several, those are judged as one is.
    """
    asked = [o for o in reached if o.features is not None]
    alone = [o for o in asked if not o.case.among]
    among = [o for o in asked if o.case.among]
    of_one = _fit_right(alone)
    of_several = _fit_right(among) if among else of_one
    return of_one, of_several, fit_contradicted(alone)


def _fit_right(asked: Sequence[Outcome]) -> Floats:
    """Fit whether what is quoted answers."""
    return fit_logistic(
        np.array([o.features for o in asked]),
        np.array([o.hit for o in asked]),
        importance_by_group([o.case for o in asked]),
    )


def fit_contradicted(asked: Sequence[Outcome]) -> float:
    """Estimate how often a contradicted answer is right after all.

    Among as many impossible questions as others, by Laplace's rule of succession.
    """
    impossible = [o for o in asked if o.case.group == IMPOSSIBLE]
    files = {o.case.file for o in impossible}
    own = [o for o in asked if o.case.group == OWN and o.case.file in files]
    if not own:
        return 0.5
    right = sum(o.contradicted for o in own)
    wrong = sum(o.contradicted for o in impossible) * len(own) / len(impossible)
    return (right + 1) / (right + wrong + 2)


def held_back(
    voice: FeatureSet, cases: Sequence[Case], kept: Bools | None = None
) -> list[Outcome]:
    """Choose what to quote in each case, by weights of the other folds."""
    reached: list[Outcome] = []
    for fold in range(FOLDS):
        others = [c for c in cases if c.fold != fold]
        mine = [c for c in cases if c.fold == fold]
        reached += outcomes(voice, mine, fit_sentence(voice, others, kept))
    return reached


def cross_validate(
    voice: FeatureSet, reached: Sequence[Outcome]
) -> list[tuple[Outcome, float]]:
    """Return each of the held-back outcomes with the confidence by other folds."""
    judged: list[tuple[Outcome, float]] = []
    for fold in range(FOLDS):
        others = [o for o in reached if o.case.fold != fold]
        model = Model(voice, np.empty(0), *fit_confidence(others))
        for o in reached:
            if o.case.fold != fold:
                continue
            confidence = 0.0
            if o.features is not None:
                confidence = model.judge(
                    o.features, among=o.case.among, contradicted=o.contradicted
                )
            judged.append((o, confidence))
    return judged
