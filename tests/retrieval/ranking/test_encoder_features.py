"""Answers with an encoder: the built-in one, and a fake that knows topics."""

import json

import pytest

from retrieval import Answerer, Article
from retrieval.ranking.model import EMBEDDING, FEATURE_SETS, LEXICAL, RERANKED
from tests.retrieval.encoder.fakes import TopicEmbedder, TopicReranker

HEATER = """Convector heater: user manual

The manufacturer grants a guarantee of three years from the date of purchase.

Textiles must never be laid over the grille, since they can catch fire.

Spare parts remain available for ten years after the model has been discontinued.

The thermostat has a range from 5 to 30 degrees, and can be locked against children.
"""


@pytest.fixture(scope="module")
def heater():
    return Article.from_text(HEATER, language="en")


@pytest.fixture(scope="module")
def with_encoder(heater, reader):
    return Answerer([heater], reader=reader)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("how long is the warranty", "a guarantee of three years"),
        ("can I dry my clothes on it", "never be laid over the grille"),
        ("how do I keep kids from changing the temperature", "locked against children"),
    ],
)
def test_readers_who_use_their_own_words_get_the_sentence(
    with_encoder, question, words
):
    assert words in with_encoder.rank(question)[0].quote


def test_words_alone_do_not_find_it(heater):
    assert Answerer([heater], reader=None).rank("how is the warranty") == []


def test_an_answer_is_still_the_articles_own_words(heater, with_encoder):
    answer = with_encoder.answer("how long is the warranty")
    for citation in answer.citations:
        assert heater.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "How old is Kim Jong-un?",
        "Who founded Dongguk University?",
        "When was Kim Yong-hyun born?",
        "Who is Pak Kyong-jin's wife?",
        "When was the fourth nuclear test?",
    ],
)
@pytest.mark.parametrize("with_reader", [True, False], ids=["reader", "words"])
def test_a_name_of_the_article_and_a_fact_that_it_never_gives_is_refused(
    article, reader, question, with_reader
):
    answerer = Answerer([article], reader=reader if with_reader else None)
    assert not answerer.answer(question).found


@pytest.mark.parametrize("reranks", [True, False], ids=["reranker", "embedder"])
def test_embeddings_alone_propose_what_shares_no_word(reranks):
    text = "A guarantee is granted by us.\n\nThe café sells soup.\n\nBoats leave."
    article = Article.from_text(text, language="en")
    answerer = Answerer(
        [article], reader=TopicReranker() if reranks else TopicEmbedder()
    )
    assert answerer.rank("Is lunch served?")[0].quote == "The café sells soup."
    scored = answerer.score(answerer.parse("Is lunch served?"))
    assert scored.model.feature_set is FEATURE_SETS[RERANKED if reranks else EMBEDDING]


def test_a_refusal_shows_what_shares_no_word_only_if_meaning_is_compared():
    article = Article.from_text("Boats leave the harbour.\n\nHot soup.", language="en")
    refused = [
        Answerer([article], reader=reader).answer("Who painted Guernica?")
        for reader in (TopicReranker(), None)
    ]
    assert [answer.found for answer in refused] == [False, False]
    assert [bool(answer.citations) for answer in refused] == [True, False]
    assert refused[0].unseen_words == ("painted", "Guernica")


@pytest.mark.parametrize("question", ["", "?!", "what is the", "🙂🙂"])
def test_a_question_without_a_word_to_look_up_asks_no_reader(question):
    reader = TopicReranker()
    answerer = Answerer([Article.from_text("Soup is hot.")], reader=reader)
    answer = answerer.answer(question)
    assert (answer.found, answer.confidence, answer.citations) == (False, 0, ())
    assert not reader.scored


def test_an_article_in_a_language_that_is_not_understood_is_answered_by_words():
    text = "Ameisen bauen ihre Hügel aus Nadeln. Das Café verkauft Suppe."
    reader = TopicReranker()
    german = Article.from_text(text, language="de")
    by_words = Answerer([german], reader=None).answer("Was bauen Ameisen?")
    assert Answerer([german], reader=reader).answer("Was bauen Ameisen?") == by_words
    both = Answerer([german, Article.from_text("Soup is hot.")], reader=reader)
    scored = both.score(both.parse("Was bauen Ameisen?"))
    assert scored.model.feature_set is FEATURE_SETS[LEXICAL]
    assert not reader.scored


def test_a_follow_up_is_read_together_with_the_question_that_it_follows():
    text = "The guarantee lasts three years.\n\nThe café sells soup at noon."
    reader = TopicReranker()
    answerer = Answerer([Article.from_text(text, language="en")], reader=reader)
    first = answerer.answer("Is there a guarantee?")
    answerer.answer("and how long is it?", [first])
    assert reader.scored[-1][0] == "Is there a guarantee? and how long is it?"


def test_every_feature_is_a_number_for_one_sentence_alone(reader):
    answerer = Answerer([Article.from_text("Soup is hot.")], reader=reader)
    answer = answerer.answer("Is the soup hot?")
    assert 0 <= answer.confidence <= 1
    json.dumps(answer.confidence, allow_nan=False)
