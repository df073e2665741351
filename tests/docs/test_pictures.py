from functools import partial
from html import escape

import pytest

from bot.articles.local import index_articles
from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.console.session import Session
from bot.telegram.html import render_keyboard, render_telegram
from docs.pictures import __main__ as pictures
from retrieval import Answerer

MAX_BYTES = 180_000


@pytest.fixture(scope="module")
def messages(reader):
    return list(pictures.converse(partial(Answerer, reader=reader), pictures.QUESTIONS))


def test_the_page_holds_the_messages_that_the_bot_sends(article, reader, messages):
    catalogue = index_articles([article], partial(Answerer, reader=reader))
    session = Session(Chat(catalogue), Presentation(buttons=True))
    page = pictures.render_page(messages)
    for question in pictures.QUESTIONS:
        reply = session.respond(question)
        for html in (escape(question), *render_telegram(reply)):
            assert f'<div class="text">{html}<' in page
        keyboard = render_keyboard(reply)
        for row in keyboard.inline_keyboard if keyboard else ():
            assert "".join(f"<span>{escape(b.text)}</span>" for b in row) in page


def test_the_conversation_has_an_answer_a_follow_up_a_source_and_a_refusal(messages):
    _, answer, _, follow_up, _, source, _, refusal = messages
    assert "Pak Kyong-jin" in answer.html
    assert "established" in follow_up.html
    assert source.html.startswith("<blockquote expandable>")
    assert refusal.html.startswith("The article does not say.")


def test_the_page_needs_nothing_from_outside(messages):
    page = pictures.render_page(messages)
    assert not any(
        word in page for word in ("http:", "https:", "url(", "src=", "@import")
    )


def test_the_picture_shows_what_the_bot_answers_now(messages):
    drawn = pictures.description(pictures.PICTURE)
    assert drawn == pictures.transcript(messages), "draw it again: make pictures"


def test_the_picture_is_small_enough_for_a_readme():
    assert pictures.PICTURE.stat().st_size < MAX_BYTES


def test_without_chromium_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as ended:
        pictures.main()
    assert str(ended.value).startswith("Chromium is missing: apt-get install chromium")
