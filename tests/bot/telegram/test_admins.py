"""Operators in Telegram: their commands, and notes to them."""

import re
from dataclasses import replace

import pytest

from bot.articles.answers_file import load_answers_file
from bot.report.summary import group_asked
from bot.store.clock import DAY
from bot.store.feedback_store import AskedQuestion
from bot.telegram.admins import NOTE_SECONDS, Notes, proposed_entry
from tests.bot.bot_process import running
from tests.bot.fake_bot_api import labels
from tests.support import HAMLET, LEADER, WEATHER, Clock, answer, replies

ADMIN, OTHER = 900, 901
ASKED = AskedQuestion(
    turn_id=5,
    chat_id=1,
    asked_at=0,
    question='Who "pours"?',
    found=False,
    confidence=0.1,
    article="Tea",
    source="/srv/tea.txt",
    language="en",
    answer="Ann pours\\tea.",
    question_before=None,
    has_words=True,
    wrong=0,
    is_ignored=False,
)


@pytest.fixture
def notes():
    return Notes(Clock())


def test_problems_are_told_at_once_and_then_once_an_hour(notes):
    notes.add("a is gone")
    assert notes.take() == ["a is gone"]
    notes.add("b is gone")
    notes.stopwatch.now += NOTE_SECONDS - 1
    assert notes.take() == []
    notes.add("c is gone")
    notes.stopwatch.now += 1
    assert notes.take() == ["b is gone", "c is gone"]
    notes.stopwatch.now += NOTE_SECONDS
    assert notes.take() == []


def test_a_problem_that_lasts_is_told_again_after_a_day(notes):
    notes.add("a is gone")
    notes.take()
    notes.stopwatch.now += DAY - 1
    notes.add("a is gone")
    assert notes.take() == []
    notes.stopwatch.now += 1
    notes.add("a is gone")
    assert notes.take() == ["a is gone"]


def test_a_proposed_entry_is_one_that_the_file_takes(tmp_path):
    (group,) = group_asked([ASKED], None)
    file = tmp_path / "answers.toml"
    file.write_text(proposed_entry(group, ASKED))
    (entry,) = load_answers_file(file).answers
    assert entry.question == ('Who "pours"?',)
    assert (entry.article, entry.quote) == ("tea.txt", "Ann pours\\tea.")


def test_an_article_from_a_link_is_named_by_its_link():
    linked = replace(ASKED, source="https://example.org/tea.html")
    (group,) = group_asked([linked], None)
    assert 'article = "https://example.org/tea.html"' in proposed_entry(group, linked)


def test_a_very_long_question_fits_into_an_entry():
    long = replace(ASKED, question="tea " * 900)
    (group,) = group_asked([long], None)
    assert len(proposed_entry(group, long)) < 1_200


async def test_operators_see_numbers_and_nobody_else_does(api):
    async with running(api, BOT_ADMINS=str(ADMIN)):
        for text in (LEADER, HAMLET, "?", "hello"):
            await answer(api, OTHER, text)
        shown = await answer_of(api, ADMIN, "/stats")
        assert shown["text"].splitlines() == [
            "Today: questions 2, answered 1, refused 1, people or groups 1",
            "7 days: questions 2, answered 1, refused 1, people or groups 1",
        ]
        refused = await answer(api, OTHER, "/stats")
        assert refused["text"].startswith("There is no command /stats.")
        assert "/unanswered" not in refused["text"]
        assert (await answer(api, -ADMIN, "/stats@article_bot"))["text"].startswith(
            "There is no command"
        )
        assert (
            "no unanswered" not in (await answer_of(api, ADMIN, "/unanswered"))["text"]
        )


async def test_an_unanswered_question_goes_round_to_an_answered_one(api, tmp_path):
    async with running(api, folder=tmp_path, BOT_ADMINS=str(ADMIN)):
        for question in (HAMLET, HAMLET, WEATHER):
            await answer(api, OTHER, question)
        page = await answer_of(api, ADMIN, "/unanswered")
        assert page["text"].startswith("Unanswered question 1 of 2, asked 2 ×:")
        assert HAMLET in page["text"]
        assert labels(page) == ["Ignore", "More ▶"]
        await api.press(page, "More ▶")
        assert WEATHER in page["text"]
        assert labels(page) == ["Is answered here", "Ignore", "◀ Back"]
        forged = await api.press(page, "Is answered here", by=OTHER)
        assert "out of date" in forged
        assert await api.press(page, "Is answered here") == "It is off the list."
        proposal = api.replies(ADMIN)[-1]["text"]
        assert HAMLET in page["text"]
        assert "1 of 1" in page["text"]
        assert await api.press(page, "Ignore") == "It is off the list."
        assert page["text"] == "There is no unanswered question."
    entry = proposal.partition("[[answers]]")
    (tmp_path / "answers.toml").write_text("".join(entry[1:]))
    async with running(
        api, folder=tmp_path, BOT_ANSWERS=str(tmp_path / "answers.toml")
    ):
        mended = await answer(api, OTHER, WEATHER)
        assert not mended["text"].startswith("The article does not say")
        quote = re.search('quote = "(.*)"', entry[2])[1]
        assert quote.replace("\\", "")[:40] in mended["text"].replace("\n", " ")


async def test_a_press_on_what_is_settled_is_out_of_date(api):
    async with running(api, BOT_ADMINS=str(ADMIN)):
        await answer(api, OTHER, HAMLET)
        page = await answer_of(api, ADMIN, "/unanswered")
        assert "out of date" in await api.press(page, "admin:ignore:0:77777")
        assert "out of date" in await api.press(page, "admin:other:0:1")


async def test_while_the_store_is_away_operators_are_told_so(api):
    url = "sqlite:////proc/none/store.sqlite3"
    async with running(api, BOT_ADMINS=str(ADMIN), BOT_DATABASE_URL=url):
        shown = await answer_of(api, ADMIN, "/stats")
        assert "I cannot look it up" in shown["text"]
        assert "cannot" in await api.press(shown, "admin:ignore:0:1", by=ADMIN)


async def test_operators_are_told_when_an_article_cannot_be_loaded(api, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "bees.txt").write_text("Bees make honey in spring.")
    (tmp_path / "texts" / "tea.txt").write_text("Ann pours tea every day.")
    (tmp_path / "texts" / "empty.txt").write_text("")
    async with running(
        api,
        folder=tmp_path,
        constants={
            "bot.service.NOTES_SECONDS": 0.05,
            "bot.telegram.admins.NOTE_SECONDS": 0.1,
        },
        BOT_ADMINS=f"{ADMIN},{ADMIN + 5}",
        BOT_ARTICLE=str(tmp_path / "texts"),
    ):
        (first,) = await replies(api, ADMIN, 1)
        assert "empty.txt" in first
        assert "It is left out" in first
        (tmp_path / "texts" / "bees.txt").write_bytes(b"\x00\xff" * 50)
        for admin in (ADMIN, ADMIN + 5):
            _, text = await replies(api, admin, 2)
            assert text.startswith("Articles could not be loaded:\n• ")
            assert "bees.txt" in text
            assert "The last version is kept" in text


async def test_a_chat_that_is_not_allowed_is_told_its_id_and_operators_are(api):
    async with running(api, BOT_ADMINS=str(ADMIN), BOT_ALLOWED_CHATS="5"):
        assert f"whose id is {OTHER}." in (await answer(api, OTHER, LEADER))["text"]
        assert "Pak Kyong-jin" in (await answer(api, ADMIN, LEADER))["text"]


async def answer_of(api, chat, text):
    """Send a command of operators, and return the reply."""
    before = len(api.replies(chat))
    await api.ask(chat, text)
    await api.wait(lambda: len(api.replies(chat)) > before)
    return api.replies(chat)[before]
