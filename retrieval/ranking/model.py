"""Ranking models: the fitted weights of `weights.json`.

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

from retrieval.arrays import FloatArray
from retrieval.ranking import answer_features, encoder_features, sentence_features
from retrieval.ranking.answer_features import AnswerFeature, Selection
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.contradictions import is_contradicted
from retrieval.ranking.sentence_features import CandidateFeature

BIAS = "bias"  # the weight that is added whatever the features
FALLBACK = "*"  # the languages that have no weights of their own
# Languages without fitted weights, and a language with similar terms that has some.
_WEIGHTS_BORROWED_FROM = {"ja": "zh", "ko": "zh", "km": "th", "lo": "th", "my": "th"}


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """The features of a model, in the order of their weights.

    Attributes:
        name: `LEXICAL`, `EMBEDDING`, `RERANKED` or `CROSS_LANGUAGE`.
        sentence: Features of each candidate.
        answer: Features of the selected answer.
    """

    name: str
    sentence: tuple[CandidateFeature, ...]
    answer: tuple[AnswerFeature, ...]


LEXICAL, EMBEDDING, RERANKED = "lexical", "embedding", "reranked"
CROSS_LANGUAGE = "cross_language"  # questions in another language than the article's
_FEATURE_SETS = (
    FeatureSet(
        LEXICAL, sentence_features.SENTENCE_FEATURES, answer_features.ANSWER_FEATURES
    ),
    FeatureSet(
        EMBEDDING,
        encoder_features.EMBEDDING_SENTENCE_FEATURES,
        (*answer_features.ANSWER_FEATURES, *encoder_features.EMBEDDING_ANSWER_FEATURES),
    ),
    FeatureSet(
        RERANKED,
        encoder_features.RERANKER_SENTENCE_FEATURES,
        (*answer_features.ANSWER_FEATURES, *encoder_features.RERANKER_ANSWER_FEATURES),
    ),
    FeatureSet(
        CROSS_LANGUAGE,
        encoder_features.CROSS_LANGUAGE_SENTENCE_FEATURES,
        encoder_features.RERANKER_ANSWER_FEATURES,
    ),
)
FEATURE_SETS = {feature_set.name: feature_set for feature_set in _FEATURE_SETS}


@dataclass(frozen=True, slots=True, eq=False)
class RankingModel:
    """The fitted weights of one feature set for one language.

    Attributes:
        feature_set: The features that the weights belong to.
        sentence: Weights of `feature_set.sentence`, (n_sentence_features,).
        single_article: Weights of `feature_set.answer` and the bias, where a single
            article is searched: (n_answer_features + 1,).
        multi_article: The weights where several articles are searched, since the more
            there are, the more sentences look like an answer.
        contradiction_factor: What the confidence is multiplied by where the question
            contradicts the answer; see `is_contradicted`.
    """

    feature_set: FeatureSet
    sentence: FloatArray
    single_article: FloatArray
    multi_article: FloatArray
    contradiction_factor: float

    def probabilities(self, candidates: Candidates) -> FloatArray:
        """Return each candidate's probability, (n_candidates,); they add up to 1.

        A conditional logit over the candidates (McFadden, 1974).
        """
        values = sentence_values(self.feature_set, candidates)
        return softmax_of_distinct(self.sentence @ values, candidates)

    def confidence(self, selection: Selection) -> float:
        """Return the probability that a selected answer is right, in [0, 1]."""
        return self.calibrate(
            answer_values(self.feature_set, selection),
            multi_article=selection.candidates.n_articles > 1,
            contradicted=is_contradicted(selection),
        )

    def calibrate(
        self, features: FloatArray, *, multi_article: bool, contradicted: bool
    ) -> float:
        """Return the confidence in an answer from its features: a logistic regression.

        Args:
            features: The result of `answer_values`: (n_answer_features + 1,).
            multi_article: Whether several articles are searched.
            contradicted: Whether `is_contradicted` holds.
        """
        weights = self.multi_article if multi_article else self.single_article
        factor = self.contradiction_factor if contradicted else 1.0
        return factor / (1 + float(np.exp(-float(weights @ features))))


def sentence_values(feature_set: FeatureSet, candidates: Candidates) -> FloatArray:
    """Return the features of candidates: (n_sentence_features, n_candidates)."""
    return np.array([feature(candidates) for feature in feature_set.sentence])


def answer_values(feature_set: FeatureSet, selection: Selection) -> FloatArray:
    """Return the features of an answer, and 1 for the bias at the end."""
    return np.array([*(feature(selection) for feature in feature_set.answer), 1.0])


def model_for(language: str, feature_set: str = LEXICAL) -> RankingModel:
    """Return the model of a language.

    Args:
        language: ISO 639-1 code of the candidates' language.
        feature_set: The name of a feature set.
    """
    models = _models()
    own = models.get(_WEIGHTS_BORROWED_FROM.get(language, language), {})
    return own.get(feature_set) or models[FALLBACK][feature_set]


@cache
def _models() -> Mapping[str, Mapping[str, RankingModel]]:
    """Read all weights, by language and feature set.

    Raises:
        KeyError: The file lacks the weight of a feature.
    """
    text = files("retrieval").joinpath("ranking", "weights.json").read_text("utf-8")
    return {
        language: {
            name: _model(FEATURE_SETS[name], fitted)
            for name, fitted in by_feature_set.items()
        }
        for language, by_feature_set in json.loads(text).items()
    }


def _model(feature_set: FeatureSet, fitted: Mapping[str, Any]) -> RankingModel:
    def weights(part: str, names: Sequence[str]) -> FloatArray:
        return np.array([fitted[part][name] for name in names])

    names = [*feature_names(feature_set.answer), BIAS]
    return RankingModel(
        feature_set=feature_set,
        sentence=weights("sentence", feature_names(feature_set.sentence)),
        single_article=weights("single_article", names),
        multi_article=weights("multi_article", names),
        contradiction_factor=fitted["contradiction_factor"],
    )


def feature_names(features: Sequence[Callable[..., Any]]) -> list[str]:
    """Return the names of features, which are their keys in `weights.json`."""
    return [feature.__name__ for feature in features]


def softmax_of_distinct(logits: FloatArray, candidates: Candidates) -> FloatArray:
    """Return the probability of each candidate; they add up to 1.

    Of several candidates that read the same, the best one counts, and the others have
    the probability 0.
    """
    return softmax(np.where(candidates.is_best_copy(logits), logits, -np.inf))


def softmax(logits: FloatArray) -> FloatArray:
    """Return probabilities, one for each logit; they add up to 1."""
    shares = np.exp(logits - logits.max())
    normalised: FloatArray = shares / shares.sum()
    return normalised
