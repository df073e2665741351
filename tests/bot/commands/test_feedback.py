"""Lists of the questions that users were not helped with."""

import json

import pytest

from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from retrieval import Answerer, Article
from tests.bot.bot_process import running
from tests.support import LEADER, run_article_bot


async def test_feedback_lists_what_readers_miss(api):
    async with running(api) as bot:
        for chat, question in [
            (1, "Who wrote Hamlet?"),
            (2, "who wrote hamlet"),
            (3, "Who wrote Faust?"),
            (4, LEADER),
        ]:
            await api.ask(chat, question)
        await api.wait(lambda: len(api.sent) == 4)
        (answer,) = api.replies(4)
        await api.press(answer, "👎 Wrong")
    store = f"sqlite:///{bot.folder}/store.sqlite3"
    code, out, _ = await run_article_bot("feedback", "--json", BOT_DATABASE_URL=store)
    assert code == 0
    report = json.loads(out)
    assert report["wrong"] == [{"question": LEADER, "count": 1}]
    counts = [row["count"] for row in report["refused"]]
    assert counts == [2, 1]
    code, out, _ = await run_article_bot("feedback", BOT_DATABASE_URL=store)
    assert code == 0
    assert out.index("Called wrong") < out.index(LEADER) < out.index("Refused")
    assert out.index("Hamlet") < out.index("Faust")


async def test_feedback_of_an_empty_store_says_so(tmp_path):
    store = f"sqlite:///{tmp_path}/new.sqlite3"
    code, out, _ = await run_article_bot("feedback", BOT_DATABASE_URL=store)
    assert code == 0
    assert out.count("None.") == 2


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
async def test_no_question_commands_the_terminal(tmp_path, options):
    """Neither control characters of eight bits nor changes of direction are printed."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    store = Store(url)
    article = Article.from_text("Bees make honey.", language="en")
    question = "Who \x9b31m hid \x1b[2J \u202egpj.exe\u2066?"
    answer = Answerer([article]).answer(question)
    await store.turns.save(ChatLocation(7), 1, answer, [2])
    await store.close()
    code, out, _ = await run_article_bot("feedback", *options, BOT_DATABASE_URL=url)
    assert code == 0
    assert "gpj.exe" in out
    assert not set(out) & set("\x1b\x9b\u202e\u2066")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "neither BOT_DATABASE_URL nor BOT_TOKEN is set"),
        ({"BOT_DATABASE_URL": "x.db"}, "it is not a database URL"),
        (
            {"BOT_DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:9/x"},
            "127.0.0.1:9/x cannot be used",
        ),
    ],
    ids=["unset", "wrong", "away"],
)
async def test_feedback_without_a_store_is_one_line(environment, words):
    code, out, error = await run_article_bot("feedback", **environment)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert words in error
    assert "hunter2" not in error
