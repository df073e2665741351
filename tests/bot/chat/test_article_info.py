"""Metadata of the article: title, author, date, summary."""

import pytest

from bot.chat.replies import ReplyText
from retrieval import Article, load_article
from tests.support import KILN, catalogue_of, session_of, text_of


@pytest.fixture(scope="module")
def kiln(tmp_path_factory):
    path = tmp_path_factory.mktemp("kiln") / "kiln.md"
    path.write_text(KILN)
    return catalogue_of([load_article(path)])


def test_what_the_article_is_about_is_quoted_and_cited(kiln):
    chat = session_of(kiln)
    reply = chat.respond("What is this about?")
    assert reply.answer.found
    assert "was lit again on Monday" in reply.answer.citations[0].quote
    assert "— The kiln of Brae, passage 1" in text_of(reply)
    assert "lit again" in text_of(chat.respond("/source"))


def test_several_articles_do_not_say():
    texts = ["The kiln\n\nIt burns.", "The mill\n\nIt turns."]
    chat = session_of(catalogue_of([Article.from_text(text) for text in texts]))
    text = text_of(chat.respond("Who reigns in Bhutan?"))
    assert text.startswith("The articles do not say. They do not mention “reigns” or")
    assert text_of(chat.respond("/articles 1")).startswith("From now on")
    refused = text_of(chat.respond("Who reigns in Bhutan?"))
    assert refused.startswith("The article does not say. It does not mention")


def test_of_several_articles_the_one_spoken_of_is_meant():
    texts = ["The kiln\n\nThe kiln burns jars.", "The mill\n\nThe mill grinds corn."]
    articles = [
        Article.from_text(text, source=f"{n}.txt") for n, text in enumerate(texts)
    ]
    chat = session_of(catalogue_of(articles, min_confidence=0))
    asked = text_of(chat.respond("what is the title?"))
    assert asked.startswith("Which one do you mean?")
    assert "1. “The kiln”" in asked
    chat.respond("What does the mill grind?")
    assert text_of(chat.respond("what is the title?")).startswith(
        "The title is “The mill”."
    )


def test_who_may_be_the_author_of_something_else_is_looked_up():
    texts = ["The kiln\n\nThe kiln burns.", "The mill\n\nThe mill grinds corn."]
    chat = session_of(catalogue_of([Article.from_text(text) for text in texts]))
    assert "author" in text_of(chat.respond("Who is the author?"))
    alone = session_of(catalogue_of([Article.from_text(texts[0])]))
    assert "It does not mention “author”" in text_of(alone.respond("Who is the author"))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("what is the title of this article?", "no title that I could see"),
        ("who wrote this?", "does not name its author"),
        ("when was this published?", "does not say when it was published"),
        ("who published this?", "does not say who published it"),
        ("what is this about?", "is empty"),
    ],
)
def test_what_is_not_known_of_an_article_is_said(question, line):
    reply = session_of(catalogue_of([Article.from_text("")])).respond(question)
    assert line in text_of(reply)
    assert reply.answer is None


def test_an_empty_article_with_a_title_tells_that_alone():
    chat = session_of(catalogue_of([Article.from_text("", title="The kiln")]))
    reply = chat.respond("What is the title?")
    assert reply.parts == (ReplyText("The title is “The kiln”."),)


def test_a_byline_in_the_text_tells_who_wrote_it_and_when():
    text = "Bees\n\nBy Anna Holt, 3 May 2024\n\nBees make honey in the old hive."
    chat = session_of(catalogue_of([Article.from_text(text)]))
    for asked in ("who wrote this?", "when was this published?"):
        reply = text_of(chat.respond(asked))
        assert reply.startswith("The article says:\nBy Anna Holt, 3 May 2024")
    undated = Article.from_text(text.replace(", 3 May 2024", ""))
    chat = session_of(catalogue_of([undated]))
    assert "By Anna Holt" in text_of(chat.respond("who wrote this?"))
    assert "does not say when" in text_of(chat.respond("when was this published?"))


@pytest.mark.parametrize("byline", ["Words by", "Text by", "Written by", "Report By"])
def test_a_byline_may_say_what_was_made(byline):
    text = f"Bees\n\n{byline} Anna Holt\n\nBees make honey in the old hive."
    chat = session_of(catalogue_of([Article.from_text(text)]))
    assert f"{byline} Anna Holt" in text_of(chat.respond("who wrote this?"))


@pytest.mark.parametrize(
    "asked",
    [
        "Can you summarize the article for me in two sentences?",
        "main points",
        "What's the article about in short?",
        "Give me an overview",
        "Gist?",
        "short version please",
        "What are the key takeaways of this text?",
    ],
)
def test_a_gist_in_other_words_is_the_beginning(kiln, asked):
    reply = session_of(kiln).respond(asked)
    assert reply.answer.found
    assert "was lit again on Monday" in reply.answer.citations[0].quote


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("How long is the article?", "words in "),
        ("Show me the whole article", "minutes to read"),
        ("What language is it in?", "It is in this language: English."),
        ("What do you think of the kiln?", "I have no opinion"),
        ("이 글은 얼마나 길어요?", "읽는 데 1분쯤"),
        ("이 글은 어떤 언어인가요?", "이 글의 언어: 영어."),
    ],
)
def test_length_language_and_opinions_get_a_line(kiln, asked, told):
    assert told in text_of(session_of(kiln).respond(asked))


@pytest.mark.parametrize(
    "asked", ["How long is the kiln?", "What are the main points of the treaty?"]
)
def test_a_question_about_something_in_the_article_is_looked_up(kiln, asked):
    assert session_of(kiln).respond(asked).answer.question == asked
