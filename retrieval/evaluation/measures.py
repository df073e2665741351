"""Measures of rankings and of confidences.

They are functions of plain numbers: ranks from 1 (None for no hit), confidences in
[0, 1], hits as booleans. The result is None or empty where there is nothing to measure.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import regex

BINS = 10  # of equal width, in a reliability table

# Scripts without blanks between words are compared by characters.
_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|"
    r"[\p{L}\p{M}\p{N}--\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]++",
    regex.VERSION1,
)


@dataclass(frozen=True, slots=True)
class Bin:
    """The confidences in [low, high); the last bin holds 1 as well.

    Attributes:
        count: Number of confidences in the bin.
        mean_confidence: Mean of the bin's confidences; None in an empty bin.
        hit_share: Share of the bin's answers that were hits; None in an empty bin.
    """

    low: float
    high: float
    count: int
    mean_confidence: float | None
    hit_share: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Distance of confidences from the shares of hits.

    Attributes:
        error: The expected calibration error, in [0, 1].
        bins: The reliability table; `BINS` bins, in order.
    """

    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Coverage and risk at one threshold on the confidence.

    Attributes:
        threshold: The confidence from which a question is answered.
        coverage: Share of all questions that are answered.
        risk: Share of wrong answers among the answered questions.
    """

    threshold: float
    coverage: float
    risk: float


def mean(values: Collection[float]) -> float | None:
    """Return the mean, of booleans the share that is true; None of no values."""
    return sum(values) / len(values) if values else None


def hit_at(k: int, ranks: Collection[int | None]) -> float | None:
    """Return the share of ranks that are k or better.

    >>> hit_at(3, [1, 4, None, 3])
    0.5
    """
    return mean([rank is not None and rank <= k for rank in ranks])


def mean_reciprocal_rank(ranks: Collection[int | None]) -> float | None:
    """Return the mean of 1 / rank, with 0 where there was no hit.

    >>> mean_reciprocal_rank([1, 4, None, 4])
    0.375
    """
    return mean([1 / rank if rank else 0.0 for rank in ranks])


def token_f1(answer: str, gold: str) -> float:
    """Return the F1 of an answer's tokens against the gold answer's, in [0, 1].

    Tokens are words, or characters in scripts without blanks; each counts as often as
    both have it (Rajpurkar et al., EMNLP 2016; articles are kept here).

    >>> token_f1("the red door", "Red door")
    0.8
    """
    tokens = [Counter(_TOKEN.findall(text.casefold())) for text in (answer, gold)]
    common = (tokens[0] & tokens[1]).total()
    total = tokens[0].total() + tokens[1].total()
    return 2 * common / total if total else 0.0


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the share of pairs whose positive scores higher; a tie counts one half.

    The area under the ROC curve is U / (m n), Mann and Whitney's U by the sum of
    the positives' ranks (Hanley and McNeil, Radiology 143, 1982); tied scores get
    the mean of their ranks.

    >>> auroc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positives or not negatives:
        return None
    _, group, counts = np.unique(
        [*positives, *negatives], return_inverse=True, return_counts=True
    )
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[group]
    m, n = len(positives), len(negatives)
    u = ranks[:m].sum() - m * (m + 1) / 2
    return float(u / (m * n))


def calibration(
    confidences: Sequence[float], hits: Sequence[bool]
) -> Calibration | None:
    """Compare confidences with the share of hits, bin by bin.

    The expected calibration error is the mean distance of the two over the bins,
    weighted by their counts (Guo et al., ICML 2017).
    """
    if not confidences:
        return None
    members: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, hit in zip(confidences, hits, strict=True):
        members[min(int(confidence * BINS), BINS - 1)].append((confidence, hit))
    bins = tuple(
        Bin(
            n / BINS,
            (n + 1) / BINS,
            len(pairs),
            mean([confidence for confidence, _ in pairs]),
            mean([hit for _, hit in pairs]),
        )
        for n, pairs in enumerate(members)
    )
    distance = sum(
        abs(sum(confidence - hit for confidence, hit in pairs)) for pairs in members
    )
    return Calibration(distance / len(confidences), bins)


def risk_coverage(
    confidences: Sequence[float], hits: Sequence[bool], *, n_questions: int
) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve (El-Yaniv and Wiener, JMLR 11, 2010).

    Args:
        confidences: Confidence of each question that has an answer at all.
        hits: Whether each answer is right.
        n_questions: Number of questions, with those that have no answer.

    Returns:
        One point for each distinct confidence, highest first.
    """
    pairs = sorted(zip(confidences, hits, strict=True), reverse=True)
    points: list[RiskPoint] = []
    wrong = 0
    for answered, (confidence, hit) in enumerate(pairs, 1):
        wrong += not hit
        if answered == len(pairs) or pairs[answered][0] < confidence:
            points.append(
                RiskPoint(confidence, answered / n_questions, wrong / answered)
            )
    return tuple(points)
