"""Lists of the questions that users were not helped with."""

import csv
import io
import json

import pytest

from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from retrieval import Answerer, Article
from tests.bot.bot_process import running
from tests.support import LEADER, Clock, run_article_bot


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
    (wrong,) = report["wrong"]
    assert (wrong["question"], wrong["count"]) == (LEADER, 1)
    assert wrong["asked"][0]["article"].startswith("N. Korea seeks")
    assert "Pak Kyong-jin" in wrong["asked"][0]["answer"]
    assert (report["questions"], report["found"], report["not_found"]) == (4, 1, 3)
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
    assert out.count("None.") == 4


@pytest.mark.parametrize(
    "options", [[], ["--json"], ["--csv"]], ids=["text", "json", "csv"]
)
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


@pytest.fixture
async def store_url(tmp_path):
    """A store with two questions, of the years 2001 and 2027."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    article = Article.from_text("Bees make honey.", title="Bees", language="en")
    clock = Clock()
    store = Store(url, clock, clock)
    clock.now = 1_000_000_000.0
    for number, question in enumerate(
        ["=1+1 wasps?", "Who sold bees to the king of Oslo in 1905?"], 1
    ):
        answer = Answerer([article]).answer(question)
        await store.turns.save(ChatLocation(number), 1, answer, [2])
        clock.now = 1_800_000_000.0
    await store.close()
    return url


async def test_csv_is_printed_with_its_line_ends_and_no_formula(store_url):
    code, out, error = await run_article_bot(
        "feedback", "--csv", BOT_DATABASE_URL=store_url
    )
    assert (code, error) == (0, "")
    rows = list(csv.reader(io.StringIO(out, newline=""), strict=True))
    assert rows[0][:3] == ["list", "group", "count"]
    assert {row[3] for row in rows[1:]} == {
        "'=1+1 wasps?",
        "Who sold bees to the king of Oslo in 1905?",
    }


async def test_the_page_is_written_to_the_file(store_url, tmp_path):
    page = tmp_path / "page.html"
    code, out, _ = await run_article_bot(
        "feedback", "--html", str(page), BOT_DATABASE_URL=store_url
    )
    assert (code, out) == (0, "")
    assert "Who sold bees to the king of Oslo in 1905?" in page.read_text("utf-8")


async def test_a_page_that_cannot_be_written_is_one_line(store_url, tmp_path):
    code, _, error = await run_article_bot(
        "feedback", "--html", f"{tmp_path}/no/page.html", BOT_DATABASE_URL=store_url
    )
    assert (code, error.count("\n")) == (2, 1)
    assert "the page cannot be written to" in error


@pytest.mark.parametrize(
    ("since", "count"),
    [("2001-01-01", 2), ("2020-06-30", 1), ("99999d", 2), ("2099-01-01T10:00Z", 0)],
)
async def test_since_counts_from_a_date_or_a_time_ago(store_url, since, count):
    _, out, _ = await run_article_bot(
        "feedback", "--json", "--since", since, BOT_DATABASE_URL=store_url
    )
    assert json.loads(out)["questions"] == count


@pytest.mark.parametrize("since", ["yesterday", "7", "-3d", "2026-13-01", "9" * 30])
async def test_a_since_that_is_no_time_is_one_line(since):
    code, out, error = await run_article_bot("feedback", f"--since={since}")
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "such as 2026-11-30" in error


async def test_text_at_a_terminal_shows_the_newest_details_of_each_group(store_url):
    _, out, _ = await run_article_bot("feedback", BOT_DATABASE_URL=store_url)
    assert out.startswith("2 questions in 2 chats:")
    assert "2027-01-15T08:00:00Z, confidence" in out
    assert "“Bees make honey.”" in out
