"""The parts that commands are composed of."""

import pytest

from bot.commands.components import describe_encoder
from tests.retrieval.encoder.fakes import TopicEmbedder, TopicReranker


@pytest.mark.parametrize(
    ("encoder", "languages", "line"),
    [
        (
            TopicReranker(),
            {"de", "en"},
            "topics, embeddings and a reranker, languages de, en",
        ),
        (
            TopicEmbedder(),
            {"en"},
            "topics, embeddings, without a reranker, languages en",
        ),
        (
            TopicReranker(),
            set(),
            "topics, no weights are fitted to it, answers come from words alone",
        ),
    ],
)
def test_the_encoder_is_named_with_what_it_does(encoder, languages, line):
    encoder.languages = frozenset(languages)
    assert describe_encoder(encoder) == line


def test_without_an_encoder_words_alone_answer():
    assert describe_encoder(None) == "none, answers come from words alone"
