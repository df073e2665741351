"""How the evidence adds up: the fitted weights of `weights.json`.

`python -m benchmarks.fit` writes the file. A weight is what one unit of a feature
adds to the log odds.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking import answer_features, encoder_features, sentence_features
from retrieval.ranking.answer_features import Choice, contradicted
from retrieval.ranking.sentence_features import Evidence, Numbers

BIAS = "bias"  # the weight that counts whatever the features
REST = "*"  # the languages that have no weights of their own
# Languages that nobody has fitted, and whose terms are like those of one that was.
_WEIGHTS_BORROWED_FROM = {"ja": "zh", "ko": "zh", "km": "th", "lo": "th", "my": "th"}


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A way to weigh: what of the evidence is looked at, in the order of the weights.

    Attributes:
        name: One of `FEATURE_SETS`.
        sentence: What speaks for a sentence.
        choice: What speaks for the answer.
    """

    name: str
    sentence: tuple[sentence_features.Feature, ...]
    choice: tuple[answer_features.Feature, ...]


WORDS, MEANING, JUDGE = "words", "meaning", "judge"
_FEATURE_SETS = (
    FeatureSet(
        WORDS, sentence_features.SENTENCE_FEATURES, answer_features.ANSWER_FEATURES
    ),
    FeatureSet(
        MEANING,
        encoder_features.MEANING,
        (*answer_features.ANSWER_FEATURES, *encoder_features.EMBEDDING_ANSWER_FEATURES),
    ),
    FeatureSet(
        JUDGE,
        encoder_features.JUDGE,
        (*answer_features.ANSWER_FEATURES, *encoder_features.RERANKER_ANSWER_FEATURES),
    ),
)
FEATURE_SETS = {voice.name: voice for voice in _FEATURE_SETS}


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was fitted for one voice.

    Attributes:
        voice: What is looked at.
        sentence: Weights of `voice.sentence`, in their order.
        alone: Weights of `voice.choice`, in their order, and the bias, for what is
            chosen from a single article.
        among: The same for what is chosen from several; the more are asked, the more
            will look like an answer.
        contradicted: What is left of the confidence where the answer is about another
            ordinal or year than the question.
    """

    voice: FeatureSet
    sentence: NDArray[np.float64]
    alone: NDArray[np.float64]
    among: NDArray[np.float64]
    contradicted: float

    def probabilities(self, evidence: Evidence) -> Numbers:
        """Return each candidate's probability; they add up to 1.

        A conditional logit over the candidates (McFadden, 1974).
        """
        return softmax(self.sentence @ sentence_values(self.voice, evidence))

    def confidence(self, choice: Choice) -> float:
        """Return the probability that what is chosen answers, in [0, 1]."""
        return self.judge(
            answer_values(self.voice, choice),
            among=choice.evidence.n_articles > 1,
            contradicted=contradicted(choice),
        )

    def judge(
        self, features: NDArray[np.float64], *, among: bool, contradicted: bool
    ) -> float:
        """Return the same from the choice's features; a logistic regression."""
        log_odds = float((self.among if among else self.alone) @ features)
        left = self.contradicted if contradicted else 1.0
        return left / (1 + float(np.exp(-log_odds)))


def sentence_values(voice: FeatureSet, evidence: Evidence) -> NDArray[np.float64]:
    """Return a row for each of a voice's features, a column for each candidate."""
    return np.array([feature(evidence) for feature in voice.sentence])


def answer_values(voice: FeatureSet, choice: Choice) -> NDArray[np.float64]:
    """Return one number for each of a voice's features, and 1 for the bias."""
    return np.array([*(feature(choice) for feature in voice.choice), 1.0])


def model_for(language: str, voice: str = WORDS) -> Model:
    """Return the weights of a language, by its ISO 639-1 code.

    Args:
        language: What the evidence is in.
        voice: One of `FEATURE_SETS`; those of a reader are for what it understands.

    Raises:
        KeyError: There are none, see `has_weights`; of words every language has some.
    """
    return _models_of(language)[voice]


def has_weights(language: str, voice: str) -> bool:
    """Return whether a language has weights of a voice."""
    return voice in _models_of(language)


def _models_of(language: str) -> Mapping[str, Model]:
    models = _models()
    return models.get(_WEIGHTS_BORROWED_FROM.get(language, language)) or models[REST]


@cache
def _models() -> Mapping[str, Mapping[str, Model]]:
    """Read all weights; a file that does not fit the features is a `KeyError`."""
    text = files("retrieval").joinpath("ranking", "weights.json").read_text("utf-8")
    return {
        key: {
            name: _model(FEATURE_SETS[name], fitted)
            for name, fitted in by_voice.items()
        }
        for key, by_voice in json.loads(text).items()
    }


def _model(voice: FeatureSet, fitted: Mapping[str, Any]) -> Model:
    def weights(part: str, names: Sequence[str]) -> NDArray[np.float64]:
        return np.array([fitted[part][name] for name in names])

    names = [*feature_names(voice.choice), BIAS]
    return Model(
        voice=voice,
        sentence=weights("sentence", feature_names(voice.sentence)),
        alone=weights("alone", names),
        among=weights("among", names),
        contradicted=fitted["contradicted"],
    )


def feature_names(features: Sequence[Callable[..., Any]]) -> list[str]:
    """Name features as the file of weights does."""
    return [feature.__name__ for feature in features]


def softmax(logits: Numbers) -> Numbers:
    """Return probabilities, one for each logit; they add up to 1."""
    shares = np.exp(logits - logits.max())
    normalised: Numbers = shares / shares.sum()
    return normalised
