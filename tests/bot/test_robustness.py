"""Replies when Telegram fails, or users send something unusual."""

import asyncio
import sqlite3

import pytest

from bot import service
from tests.bot.bot_process import running, webhook
from tests.bot.fake_bot_api import DROP, FakeBotApi
from tests.retrieval.loading.sample_files import FILES, HONEY
from tests.support import JOGUK, LEADER, PHOTO, replies
from tests.web_server import WebServer


@pytest.mark.parametrize("code", [401, 404])
async def test_a_method_that_a_server_does_not_know_ends_nobody(api, code):
    api.fail("setMyCommands", code, code)
    async with running(api):
        await api.ask(1, LEADER)
        await replies(api, 1, 1)


async def test_a_document_that_telegram_does_not_hand_over_is_one_line(api):
    api.fail("getFile", 404)
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        await api.send_file(1, b"Bees fly.", "bees.txt")
        await api.ask(1, LEADER)
        refusal, answer = await replies(api, 1, 2)
    assert "did not hand it over" in refusal
    assert "Pak Kyong-jin" in answer


async def test_a_command_is_carried_out_however_it_is_brought(api):
    """It may be a caption, or stand beside a link."""
    async with running(api, BOT_ALLOW_UPLOADS="1", BOT_ALLOW_PRIVATE_URLS="1"):
        await api.ask(1, LEADER)
        await api.send_file(1, FILES["bees.txt"], "bees.txt", caption="/forget")
        texts = await replies(api, 1, 3)
        assert "Shall I delete" in texts[2]
        await api.press(api.replies(1)[2], "Yes, delete it")
        await api.ask(1, "/source")
        assert "There is no answer yet" in (await replies(api, 1, 4))[3]
        await api.ask(1, "/articles")
        assert "There is 1 article" in (await replies(api, 1, 5))[4]
        with WebServer() as server:
            page = f"<article><h1>Bees</h1><p>{HONEY}</p></article>"
            link = server.html("/bees", page)
            await api.send_file(1, FILES["bees.txt"], "b.txt", caption="/articles 2")
            await replies(api, 1, 7)
            await api.ask(1, JOGUK)
            assert "Joguk" in (await replies(api, 1, 8))[7]
            await api.ask(1, f"{link} How much honey does the hive make?")
            assert HONEY in (await replies(api, 1, 10))[9]


async def test_inline_queries_count_and_leave_no_trace(api):
    async with running(api, BOT_QUESTIONS_PER_MINUTE="3") as bot:
        for _ in range(3):
            assert (await api.query(5, LEADER))["results"]
        over = await api.query(5, LEADER)
        assert over["results"] == []
        assert "faster than I may answer" in over["button"]["text"]
        await api.ask(6, LEADER)
        await replies(api, 6, 1)
    with sqlite3.connect(bot.folder / "store.sqlite3") as database:
        left = database.execute("SELECT body FROM inbox WHERE update_id < 5")
        assert list(left) == [], "not even their numbers"
        assert list(database.execute("SELECT body FROM inbox")) == [("",)]


async def test_one_persons_backlog_holds_up_nobody(api):
    async with running(api, BOT_QUESTIONS_PER_MINUTE="20", BOT_LOG_LEVEL="INFO"):
        for _ in range(300):
            await api.ask(-5, f"/ask {LEADER}", by=1)
        await api.ask(2, LEADER)
        await replies(api, 2, 1)
        assert len(api.replies(-5)) <= 21
        await replies(api, -5, 21)
    assert len(api.replies(-5)) == 21


async def test_a_press_that_fails_tells_so_and_can_be_repeated(api):
    async with running(api):
        await api.ask(1, LEADER)
        await replies(api, 1, 1)
        reply = api.replies(1)[0]
        api.fail("sendMessage", 400)
        assert "something went wrong" in (await api.press(reply, "Source")).casefold()
        assert await api.press(reply, "Source") == ""
        await replies(api, 1, 2)
        api.fail("editMessageText", 403)
        toast = await api.press(reply, "Another passage")
        assert "something went wrong" in toast.casefold()


async def test_a_group_that_becomes_a_supergroup_gets_its_answer_there(api):
    async with running(api):
        await api.ask(-5, f"/ask {LEADER}")
        await replies(api, -5, 1)
        api.migrated[-5] = -1005
        await api.ask(-5, f"/ask {JOGUK}")
        assert "Joguk" in (await replies(api, -1005, 1))[0]
        await api.ask(-1005, "/source@article_bot")
        assert "Joguk" in (await replies(api, -1005, 2))[1], "the turn has moved"
        await api.ask(-1005, "/ask and when was it founded?")
        await replies(api, -1005, 3)


async def test_what_is_stored_of_a_group_moves_with_it(api):
    async with running(api):
        await api.ask(-5, f"/ask {LEADER}")
        await replies(api, -5, 1)
        await api.ask(-5, migrate_to_chat_id=-1005)
        await api.ask(-5, "/help@article_bot")  # a chat's updates go in order
        await replies(api, -5, 2)
        await api.ask(-1005, "/source@article_bot")
        assert "Pak Kyong-jin" in (await replies(api, -1005, 1))[0]


async def test_a_question_in_a_topic_that_was_closed_is_answered_outside(api):
    api.closed_topics.add((-5, 9))
    topic = {"message_thread_id": 9, "is_topic_message": True}
    async with running(api):
        await api.ask(-5, f"/ask {LEADER}", **topic)
        await replies(api, -5, 1)
    assert api.sent[0]["thread"] == 0
    assert "Pak Kyong-jin" in api.sent[0]["text"]


async def test_an_album_is_declined_once_and_captions_are_questions(api):
    async with running(api):
        for _ in range(5):
            await api.ask(1, photo=PHOTO, media_group_id="a")
        await api.ask(1, photo=PHOTO, caption=LEADER)
        texts = await replies(api, 1, 2)
        await api.ask(-5, photo=PHOTO, caption=f"@article_bot {LEADER}")
        await api.ask(-5, photo=PHOTO, caption="a picture of us")
        await replies(api, -5, 1)
    assert len(texts) == 2
    assert "only read text" in texts[0]
    assert "Pak Kyong-jin" in texts[1]
    assert len(api.replies(-5)) == 1


@pytest.mark.parametrize("text", ["/ask", "@article_bot"])
async def test_pointing_at_somebodys_question_asks_it(api, text):
    question = {
        "message_id": 77,
        "date": 1_700_000_000,
        "chat": FakeBotApi.chat(-5),
        "from": {"id": 8, "is_bot": False, "first_name": "B"},
        "text": LEADER,
    }
    async with running(api):
        await api.ask(-5, text, reply_to_message=question)
        assert "Pak Kyong-jin" in (await replies(api, -5, 1))[0]


async def test_a_webhook_that_telegram_refuses_is_named_with_the_reason(api):
    api.fail("setWebhook", 400)
    async with running(api, exit_code=2, **webhook(), BOT_LOG_LEVEL="WARNING") as bot:
        await asyncio.wait_for(bot.process.wait(), 60)
    assert "Telegram does not take BOT_WEBHOOK_URL: Injected" in bot.log
    assert "BOT_TOKEN" not in bot.log


async def test_a_proxy_that_cannot_be_used_is_one_line(api):
    proxy = {"ALL_PROXY": "socks5://127.0.0.1:9", "BOT_LOG_LEVEL": "WARNING"}
    async with running(api, exit_code=2, **proxy) as bot:
        await asyncio.wait_for(bot.process.wait(), 60)
    assert bot.log.count("\n") == 1
    assert "ALL_PROXY" in bot.log


async def test_while_the_store_is_away_it_says_that_all_articles_are_asked(
    api, tmp_path
):
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "bees.txt").write_text("Bees make honey.")
    (folder / "cows.txt").write_text("Cows make milk.")
    url = {"BOT_DATABASE_URL": "sqlite:////proc/none/store.sqlite3"}
    async with running(api, BOT_ARTICLE=str(folder), **url):
        await api.ask(1, "What do bees make?")
        (text,) = await replies(api, 1, 1)
    assert text.startswith("I cannot look up at the moment which article you chose")
    assert "Bees make honey." in text


async def test_an_answer_survives_a_dropped_send(api):
    api.fail("sendMessage", DROP)
    async with running(api):
        await api.ask(1, LEADER)
        await replies(api, 1, 1)
    assert len(api.sent) == 1


async def test_work_in_the_background_goes_on_whatever_it_raises(monkeypatch, caplog):
    monkeypatch.setattr(service, "FAILED_SECONDS", 0)
    done = asyncio.Event()
    turns = iter([OSError("first"), ValueError("second")])

    async def act():
        if error := next(turns, None):
            raise error
        done.set()

    task = asyncio.create_task(service._repeat(act, 0))
    await asyncio.wait_for(done.wait(), 30)
    task.cancel()
    assert caplog.text.count("it goes on") == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_people_say_stands_in_no_log(api, mode):
    settings = webhook() if mode == "webhook" else {}
    async with running(api, **settings, BOT_LOG_LEVEL="DEBUG") as bot:
        await api.ask(1, "Who hid the zebra-coloured umbrella?")
        await api.ask(1, JOGUK)
        await replies(api, 1, 2)
    assert "DEBUG" in bot.log
    assert "umbrella" not in bot.log
    assert "Homeland" not in bot.log
