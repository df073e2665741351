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
class Model:
    """Weights by feature, in the order of the features.

    Attributes:
        sentence: Of `evidence.FEATURES`.
        about: Of `confidence.FEATURES`, and the bias: whether the articles answer.
        right: Of the same: whether what is quoted is the answer, if they do.
        contradicted: What is left of the confidence where the answer is about another
            ordinal or year than the question.
    """

    sentence: NDArray[np.float64]
    about: NDArray[np.float64]
    right: NDArray[np.float64]
    contradicted: float

    def probabilities(self, evidence: Evidence) -> Numbers:
        """Return each candidate's probability; they add up to 1.

        A conditional logit over the candidates (McFadden, 1974).
        """
        return self.weigh(sentence_features(evidence))

    def weigh(self, features: NDArray[np.float64]) -> Numbers:
        """Return the same from the candidates' features."""
        logits = self.sentence @ features
        shares = np.exp(logits - logits.max())
        normalised: Numbers = shares / shares.sum()
        return normalised

    def confidence(self, choice: Choice) -> float:
        """Return the probability that what is chosen answers, in [0, 1]."""
        return self.judge(confidence_features(choice), contradicted(choice))

    def judge(self, features: NDArray[np.float64], contradicted: bool) -> float:
        """Return the same from the choice's features."""
        left = self.contradicted if contradicted else 1.0
        about, right = self.about @ features, self.right @ features
        return left * _logistic(float(about)) * _logistic(float(right))


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
    judged = [*confidence.FEATURES, BIAS]
    return {
        key: Model(
            sentence=np.array([found["sentence"][name] for name in evidence.FEATURES]),
            about=np.array([found["about"][name] for name in judged]),
            right=np.array([found["right"][name] for name in judged]),
            contradicted=found["contradicted"],
        )
        for key, found in json.loads(text).items()
    }


def _logistic(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
