"""Fits the weights of one feature set on examples; convex and deterministic.

The sentence's weights are a conditional logit. The confidence's are a logistic
regression on selections made with weights of other folds, so that it is calibrated for
unseen articles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.fit.examples import (
    FOLDS,
    IMPOSSIBLE,
    OTHER,
    OWN,
    Bools,
    Example,
    Floats,
)
from retrieval.ranking.contradictions import is_contradicted
from retrieval.ranking.model import (
    LEXICAL,
    FeatureSet,
    RankingModel,
    answer_values,
    softmax_of_distinct,
)
from retrieval.ranking.selection import select_span, selection_of

PENALTY = 3.0  # L2, on the weights of features in units of their deviation
# What users ask, as far as we know: of ten questions six are answered.
SHARES = {OWN: 0.6, OTHER: 0.12, IMPOSSIBLE: 0.28}
PARAPHRASED = "paraphrased"  # a kind of users' questions
# Weights of files of users' questions, against 1 for others: for the sentences' order,
# where an encoder adds to words, and for the confidence, which is to be right for them.
USER_WEIGHT = 2.0
USER_CONFIDENCE_WEIGHT = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class ExampleOutcome:
    """Result of an example with some sentence weights.

    Attributes:
        features: (n_answer_features + 1,), answer features of the selection and the
            bias; None without candidates.
        contradicted: See `contradictions.is_contradicted`.
        hit: Whether the quote holds the start of a gold answer.
        characters: Length of the quote.
        log_loss: -log of the gold candidates' probability; None without any.
    """

    example: Example
    features: Floats | None
    contradicted: bool
    hit: bool
    characters: float
    log_loss: float | None


def fit_sentence_weights(
    feature_set: FeatureSet, examples: Sequence[Example], kept: Bools | None = None
) -> Floats:
    """Fit a conditional logit: the gold candidates against all others.

    Args:
        feature_set: Features to weigh. For words alone paraphrased questions are left
            out: the weights would only learn to trust words less.
        examples: Used are unchanged ones of group `OWN` that have a gold candidate and
            were put to a single article.
        kept: (n_features,), whether each may have a weight; None for all.

    Returns:
        The weights, (n_features,), float64.
    """
    fitted = [
        example
        for example in examples
        if example.group == OWN
        and example.unchanged
        and not example.multi_article
        and example.gold.any()
        and not (feature_set.name == LEXICAL and example.kind == PARAPHRASED)
    ]
    stacked = np.concatenate([example.features for example in fitted], axis=1)
    scale = _scale(stacked.std(axis=1))
    if kept is not None:
        scale = np.where(kept, scale, np.inf)  # a feature of only zeros
    stacked = stacked / scale[:, None]
    gold = np.concatenate([example.gold for example in fitted])
    sizes = [len(example.gold) for example in fitted]
    starts = np.cumsum(sizes, dtype=np.intp) - sizes
    question = np.repeat(np.arange(len(fitted)), sizes)
    is_lexical = feature_set.name == LEXICAL
    importance = importance_by_file(fitted, 1.0 if is_lexical else USER_WEIGHT)

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


def importance_by_file(examples: Sequence[Example], user_weight: float = 1.0) -> Floats:
    """Weigh questions so that every file counts equally; the mean weight is 1.

    Args:
        examples: Of all files.
        user_weight: Weight of a file of users' questions, against 1 for others.
    """
    file = np.array([example.file for example in examples])
    by_users = {example.file for example in examples if example.kind}
    weights = np.array([user_weight if f in by_users else 1.0 for f in file])
    importance = weights / np.bincount(file)[file]
    scaled: Floats = importance / importance.mean()
    return scaled


def importance_by_group(examples: Sequence[Example]) -> Floats:
    """Weigh questions so that each file's groups have their `SHARES`; the mean is 1."""
    keys = [(example.file, example.group) for example in examples]
    counts = {key: keys.count(key) for key in set(keys)}
    by_users = {example.file for example in examples if example.kind}
    importance = np.array(
        [
            SHARES[group]
            / counts[file, group]
            * (USER_CONFIDENCE_WEIGHT if file in by_users else 1)
            for file, group in keys
        ]
    )
    scaled: Floats = importance * (len(examples) / importance.sum())
    return scaled


def outcomes(
    feature_set: FeatureSet, examples: Sequence[Example], sentence: Floats
) -> list[ExampleOutcome]:
    """Select the quote of each example with some sentence weights."""
    reached: list[ExampleOutcome] = []
    for example in examples:
        if example.candidates is None:
            reached.append(ExampleOutcome(example, None, False, False, 0.0, None))
            continue
        probabilities = softmax_of_distinct(
            sentence @ example.features, example.candidates
        )
        span = select_span(example.candidates, probabilities)
        selection = selection_of(example.candidates, probabilities, span)
        quoted = slice(span.start, span.stop)
        of_gold = float(probabilities[example.gold].sum())
        reached.append(
            ExampleOutcome(
                example,
                answer_values(feature_set, selection),
                is_contradicted(selection),
                bool(example.gold[quoted].any()),
                float(example.lengths[quoted].sum()) + span.stop - span.start - 1,
                -float(np.log(of_gold)) if of_gold > 0 else None,
            )
        )
    return reached


def fit_confidence(reached: Sequence[ExampleOutcome]) -> tuple[Floats, Floats, float]:
    """Fit the confidence.

    Returns:
        Weights for one article and for several, (n_answer_features + 1,) each, and
        the factor of contradicted answers. Without examples of several articles, both
        weights are equal.
    """
    asked = [o for o in reached if o.features is not None]
    alone = [o for o in asked if not o.example.multi_article]
    among = [o for o in asked if o.example.multi_article]
    of_one = _fit_right(alone)
    of_several = _fit_right(among) if among else of_one
    return of_one, of_several, fit_contradicted(alone)


def _fit_right(asked: Sequence[ExampleOutcome]) -> Floats:
    """Fit the probability that a quote answers."""
    return fit_logistic(
        np.array([o.features for o in asked]),
        np.array([o.hit for o in asked]),
        importance_by_group([o.example for o in asked]),
    )


def fit_contradicted(asked: Sequence[ExampleOutcome]) -> float:
    """Estimate the share of contradicted answers that are right.

    It is for equally many impossible and answerable questions, by Laplace's rule of
    succession.
    """
    impossible = [o for o in asked if o.example.group == IMPOSSIBLE]
    files = {o.example.file for o in impossible}
    own = [o for o in asked if o.example.group == OWN and o.example.file in files]
    if not own:
        return 0.5
    right = sum(o.contradicted for o in own)
    wrong = sum(o.contradicted for o in impossible) * len(own) / len(impossible)
    return (right + 1) / (right + wrong + 2)


def out_of_fold(
    feature_set: FeatureSet, examples: Sequence[Example], kept: Bools | None = None
) -> list[ExampleOutcome]:
    """Select the quote of each example with weights of the other folds."""
    reached: list[ExampleOutcome] = []
    for fold in range(FOLDS):
        others = [c for c in examples if c.fold != fold]
        mine = [c for c in examples if c.fold == fold]
        reached += outcomes(
            feature_set, mine, fit_sentence_weights(feature_set, others, kept)
        )
    return reached


def cross_validate(
    feature_set: FeatureSet, reached: Sequence[ExampleOutcome]
) -> list[tuple[ExampleOutcome, float]]:
    """Return each out-of-fold outcome with its confidence by weights of other folds."""
    calibrated: list[tuple[ExampleOutcome, float]] = []
    for fold in range(FOLDS):
        others = [o for o in reached if o.example.fold != fold]
        model = RankingModel(feature_set, np.empty(0), *fit_confidence(others))
        for o in reached:
            if o.example.fold != fold:
                continue
            confidence = 0.0
            if o.features is not None:
                confidence = model.calibrate(
                    o.features,
                    multi_article=o.example.multi_article,
                    contradicted=o.contradicted,
                )
            calibrated.append((o, confidence))
    return calibrated
