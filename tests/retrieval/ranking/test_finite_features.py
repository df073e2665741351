"""Every feature of the seed article's candidates is finite."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval import Answerer
from retrieval.ranking.model import (
    CROSS_LANGUAGE,
    EMBEDDING,
    FEATURE_SETS,
    LEXICAL,
    RERANKED,
    answer_values,
    sentence_values,
)
from retrieval.ranking.selection import select_span, selection_of
from tests.retrieval.encoder.fakes import TopicEmbedder, TopicReranker
from tests.support import HAMLET, JOGUK, LEADER, WEATHER

ENCODERS = {
    LEXICAL: lambda: None,
    EMBEDDING: TopicEmbedder,
    RERANKED: TopicReranker,
    CROSS_LANGUAGE: TopicReranker,
}
QUESTIONS = [
    LEADER,
    JOGUK,
    WEATHER,
    HAMLET,
    "the",
    "office Korea",
    "How many Koreans live overseas, and where?",
    "When was the zebra office established in 1931?",
]


@pytest.mark.parametrize("name", FEATURE_SETS)
def test_every_feature_of_every_candidate_is_finite(article, name):
    feature_set = FEATURE_SETS[name]
    answerer = Answerer([article], reader=ENCODERS[name]())
    n_scored = 0
    for question in QUESTIONS:
        query = answerer.parse(question)
        if name == CROSS_LANGUAGE:  # as if it were
            query = replace(query, foreign_language="en")
        scored = answerer.score(query)
        if scored is None:
            continue
        n_scored += 1
        candidates, model, probabilities = scored
        assert model.feature_set is feature_set
        values = sentence_values(feature_set, candidates)
        assert values.shape == (len(feature_set.sentence), len(candidates))
        assert np.isfinite(values).all(), question
        assert np.isfinite(probabilities).all(), question
        span = select_span(candidates, probabilities)
        selection = selection_of(candidates, probabilities, span)
        assert np.isfinite(answer_values(feature_set, selection)).all(), question
    assert n_scored >= len(QUESTIONS) / 2
