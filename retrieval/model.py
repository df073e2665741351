"""How the evidence adds up: the fitted weights of `weights.json`.

`python -m benchmarks.fit` writes the file. A weight is what one unit of a feature
adds to the log odds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval import confidence, evidence
from retrieval.confidence import Choice, contradicted
from retrieval.evidence import Evidence, Numbers

BIAS = "bias"  # the weight that counts whatever the features
REST = "*"  # the languages that have no weights of their own
# Languages that nobody has fitted, and whose terms are like those of one that was.
_ALIKE = {"ja": "zh", "ko": "zh", "km": "th", "lo": "th", "my": "th"}


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Weights of `confidence.FEATURES`, in their order, and the bias.

    Attributes:
        about: Whether the articles answer.
        right: Whether what is quoted is the answer, if they do.
    """

    about: NDArray[np.float64]
    right: NDArray[np.float64]

    def probability(self, features: NDArray[np.float64]) -> float:
        """Return the probability of both."""
        about, right = self.about @ features, self.right @ features
        return _logistic(float(about)) * _logistic(float(right))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything that was fitted.

    Attributes:
        sentence: Weights of `evidence.FEATURES`, in their order.
        alone: Judges what is chosen from a single article.
        among: Judges what is chosen from several; the more are asked, the more will
            look like an answer.
        contradicted: What is left of the confidence where the answer is about another
            ordinal or year than the question.
    """

    sentence: NDArray[np.float64]
    alone: Judgement
    among: Judgement
    contradicted: float

    def probabilities(self, evidence: Evidence) -> Numbers:
        """Return each candidate's probability; they add up to 1.

        A conditional logit over the candidates (McFadden, 1974).
        """
        return softmax(self.sentence @ sentence_features(evidence))

    def confidence(self, choice: Choice) -> float:
        """Return the probability that what is chosen answers, in [0, 1]."""
        return self.judge(
            confidence_features(choice),
            among=choice.evidence.n_articles > 1,
            contradicted=contradicted(choice),
        )

    def judge(
        self, features: NDArray[np.float64], *, among: bool, contradicted: bool
    ) -> float:
        """Return the same from the choice's features."""
        judgement = self.among if among else self.alone
        left = self.contradicted if contradicted else 1.0
        return left * judgement.probability(features)


def sentence_features(found: Evidence) -> NDArray[np.float64]:
    """Return a row for each of `evidence.FEATURES`, a column for each candidate."""
    return np.array([feature(found) for feature in evidence.FEATURES.values()])


def confidence_features(choice: Choice) -> NDArray[np.float64]:
    """Return one number for each of `confidence.FEATURES`, and 1 for the bias."""
    features = confidence.FEATURES.values()
    return np.array([*(feature(choice) for feature in features), 1.0])


def model_for(language: str) -> Model:
    """Return the weights of a language, by its ISO 639-1 code."""
    models = _models()
    return models.get(_ALIKE.get(language, language)) or models[REST]


@cache
def _models() -> Mapping[str, Model]:
    """Read all weights; a file that does not fit the features is a `KeyError`."""
    text = files("retrieval").joinpath("weights.json").read_text("utf-8")
    return {
        key: Model(
            sentence=np.array([found["sentence"][name] for name in evidence.FEATURES]),
            alone=_judgement(found["alone"]),
            among=_judgement(found["among"]),
            contradicted=found["contradicted"],
        )
        for key, found in json.loads(text).items()
    }


def _judgement(found: Mapping[str, Mapping[str, float]]) -> Judgement:
    names = [*confidence.FEATURES, BIAS]
    about, right = (
        np.array([found[part][name] for name in names]) for part in ("about", "right")
    )
    return Judgement(about, right)


def softmax(logits: Numbers) -> Numbers:
    """Return probabilities, one for each logit; they add up to 1."""
    shares = np.exp(logits - logits.max())
    normalised: Numbers = shares / shares.sum()
    return normalised


def _logistic(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
