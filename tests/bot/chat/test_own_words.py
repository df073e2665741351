"""The operator's own greeting and refusal."""

import pytest

from bot.chat.presentation import OwnWords, Presentation
from tests.bot.bot_process import running
from tests.support import (
    HAMLET,
    LEADER,
    answer,
    catalogue_of,
    run_article_bot,
    session_of,
    text_of,
)

OWN = OwnWords("Good day from the <office>!", "That I cannot find.")
STORY = "Which violin did Amati sell to grandmother during rainy Tuscan holidays?"


@pytest.fixture
def session(article):
    return session_of(catalogue_of([article]), presentation=Presentation(own_words=OWN))


@pytest.mark.parametrize("text", ["/start", "Hello!"])
def test_the_own_greeting_replaces_the_first_line(session, text):
    said = text_of(session.respond(text))
    assert said.startswith(OWN.greeting)
    assert "Ask me about" not in said


@pytest.mark.parametrize("question", [HAMLET, STORY])
def test_the_own_refusal_replaces_the_sentence_of_a_refusal(session, question):
    reply = session.respond(question)
    assert not reply.answer.found
    assert text_of(reply).startswith(OWN.refusal)
    assert "does not say" not in text_of(reply)


def test_an_answer_is_as_without_own_words(session, conversation):
    assert session.respond(LEADER) == conversation.respond(LEADER)


async def test_own_words_are_shown_in_telegram_as_plain_text(api):
    own = {"BOT_GREETING": OWN.greeting, "BOT_REFUSAL": OWN.refusal}
    async with running(api, **own):
        assert (await answer(api, 1, "/start"))["text"].startswith(OWN.greeting)
        assert (await answer(api, 1, HAMLET))["text"].startswith(OWN.refusal)


async def test_own_words_are_shown_at_a_terminal():
    code, out, _ = await run_article_bot("ask", HAMLET, BOT_REFUSAL=OWN.refusal)
    assert (code, out.startswith(OWN.refusal)) == (1, True)
