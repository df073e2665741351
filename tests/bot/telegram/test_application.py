"""The bot in its own process, against a strict Bot API server on loopback."""

import asyncio
import os
import signal

import pytest

from bot.settings import SEED_ARTICLE
from tests.bot.bot_process import running
from tests.bot.fake_bot_api import DROP, TOKEN
from tests.fork_server import FORK_SERVER
from tests.support import JOGUK, LEADER, PHOTO


async def test_an_answer_replies_to_its_question_with_a_block_quotation(api):
    async with running(api):
        question = await api.ask(7, LEADER)
        await api.wait(lambda: api.sent)
    (message,) = api.sent
    assert message["chat_id"] == 7
    assert message["reply_to"] == question
    assert message["preview"] == {"is_disabled": True}
    assert message["html"].startswith("<blockquote>&quot;We are to focus")
    assert "<b>leads</b>" in message["html"]
    assert message["html"].endswith(
        "<i>— N. Korea seeks investment from overseas Koreans, Yonhap, passage 3</i>"
    )


async def test_concurrent_readers_each_get_their_answers_in_order(api):
    questions = {}
    async with running(api):
        for _ in range(3):
            for chat in range(1, 9):
                text = LEADER if chat % 2 else JOGUK
                questions.setdefault(chat, []).append(await api.ask(chat, text))
        for chat in questions:
            questions[chat].append(await api.ask(chat, "/source"))
        await api.wait(lambda: len(api.sent) >= 8 * 4)
    for chat, asked in questions.items():
        replies = api.replies(chat)
        assert [reply["reply_to"] for reply in replies] == asked
        words = "Pak Kyong-jin" if chat % 2 else "Joguk"
        assert all(words in reply["text"] for reply in replies)


async def test_source_is_kept_apart_by_chat(api):
    async with running(api):
        await api.ask(1, LEADER)
        await api.ask(2, "/source")
        await api.wait(lambda: len(api.sent) == 2)
    assert "There is no answer yet" in api.replies(2)[0]["text"]


async def test_an_answer_is_sent_also_when_the_question_is_gone(api):
    api.deleted.add((1, 1))
    async with running(api):
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    assert "Pak Kyong-jin" in api.sent[0]["text"]
    assert api.sent[0]["reply_to"] is None


@pytest.mark.parametrize(
    "faults", [(429,), (500,), (502, 502), (DROP,), (429, 502, DROP)], ids=str
)
async def test_an_answer_survives_faults_of_the_server(api, faults):
    api.fail("sendMessage", *faults)
    async with running(api):
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    assert len(api.sent) == 1
    assert api.calls.count("sendMessage") == len(faults) + 1


@pytest.mark.parametrize("fault", [429, 500, 502, DROP, 409], ids=str)
async def test_polling_survives_faults_of_the_server(api, fault):
    api.fail("getUpdates", fault, fault)
    async with running(api) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    assert ("Another program is fetching" in bot.log) == (fault == 409)


async def test_a_start_waits_for_a_server_that_is_away(api):
    api.fail("getMe", 502, DROP)
    api.fail("deleteWebhook", 500)
    async with running(api):
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)


async def test_a_bad_token_is_one_line_and_exit_code_2(api):
    async with running(
        api, exit_code=2, BOT_TOKEN="1:wrong-secret", BOT_LOG_LEVEL="INFO"
    ) as bot:
        await asyncio.wait_for(bot.process.wait(), 30)
    assert bot.log.count("\n") == 1
    assert "Telegram does not know this BOT_TOKEN" in bot.log
    assert "wrong-secret" not in bot.log


async def test_a_token_revoked_while_polling_ends_the_bot(api):
    api.fail("getUpdates", 401)
    async with running(api, exit_code=2) as bot:
        await asyncio.wait_for(bot.process.wait(), 30)
    assert "Telegram does not know this BOT_TOKEN" in bot.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_the_bot_once_its_answers_are_out(api, number):
    async with running(api) as bot:
        await api.ask(1, JOGUK)
        await api.wait(lambda: api.sent)
        api.fail("sendMessage", 429)
        await api.ask(1, LEADER)
        await api.wait(lambda: api.calls.count("sendMessage") == 2)
        await bot.stop(number)
    assert len(api.sent) == 2


async def test_a_signal_stops_a_bot_that_shares_its_token(api):
    api.fail("getUpdates", *[409] * 1_000)
    async with running(api) as bot:
        await api.wait(lambda: api.calls.count("getUpdates") == 3)
        await bot.stop()
    assert "Another program is fetching" in bot.log


@pytest.mark.parametrize("token", ["not a token", "1:wrong secret", "1:\x01secret"])
async def test_what_is_no_token_is_one_line_and_exit_code_2(api, token):
    async with running(api, exit_code=2, BOT_TOKEN=token, BOT_LOG_LEVEL="INFO") as bot:
        await asyncio.wait_for(bot.process.wait(), 30)
    assert bot.log.count("\n") == 1
    assert "BOT_TOKEN" in bot.log
    assert "secret" not in bot.log


async def test_a_signal_stops_a_bot_whose_server_is_away(api):
    api.fail("sendMessage", *[502] * 1_000)
    async with running(api, constants={"bot.service.STOP_SECONDS": 0.5}) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: "sendMessage" in api.calls)
        await bot.stop()
    assert "Stopped while Telegram could not be reached" in bot.log


async def test_a_signal_stops_a_bot_that_is_still_starting(api):
    api.fail("getMe", *[502] * 1_000)
    async with running(api) as bot:
        await api.wait(lambda: "getMe" in api.calls)
        await bot.stop()


async def test_pictures_and_foreign_commands_are_told_apart(api):
    async with running(api):
        await api.ask(1, photo=PHOTO)
        await api.wait(lambda: api.sent)
        await api.ask(1, "/source@another_bot")
        await api.ask(1, "/source@Article_Bot")
        await api.wait(lambda: len(api.sent) == 2)
    assert "I can only read text" in api.sent[0]["text"]
    assert "There is no answer yet" in api.sent[1]["text"]


async def test_hostile_text_is_escaped_and_long_passages_are_split(api, tmp_path):
    evil = "</b><script>alert(1)</script> & <b>"
    sentences = " ".join(
        f"Bees {evil} number {n} make honey {'x' * 200}." for n in range(30)
    )
    path = tmp_path / "evil.txt"
    path.write_text(f"Bees {evil}\n\n{sentences}")
    async with running(
        api,
        BOT_ARTICLE=str(path),
        BOT_MAX_CITATIONS="10",
        BOT_MIN_CONFIDENCE="0",
    ):
        await api.ask(1, f"Which bees make honey {evil}?")
        await api.ask(1, "/source")
        await api.ask(1, f"/{evil}")
        await api.wait(lambda: any("no command /" in m["text"] for m in api.sent))
    assert "alert(1)" in api.sent[0]["text"]
    assert api.calls.count("sendMessage") == len(api.sent)


async def test_a_refused_message_is_logged_and_apologised_for(api):
    api.fail("sendMessage", 400)
    async with running(api) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    assert "something went wrong on my side" in api.sent[0]["text"]
    assert "A message could not be answered (BadRequest: Injected)" in bot.log


async def test_a_reader_who_blocked_the_bot_stops_nobody(api):
    api.fail("sendMessage", 403)
    async with running(api) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: "sendMessage" in api.calls)
        await api.ask(2, LEADER)
        await api.wait(lambda: api.sent)
    assert "A user has blocked the bot" in bot.log


async def test_a_press_or_query_that_is_too_old_is_no_error(api):
    api.fail("answerCallbackQuery", 400)
    api.fail("answerInlineQuery", 400)
    async with running(api, BOT_LOG_LEVEL="INFO") as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
        for attempt in (api.press(api.sent[0], "👍 Right"), api.query(1, JOGUK)):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(attempt, 1)
        await api.wait(lambda: "answerInlineQuery" in api.calls)
        assert await api.press(api.sent[0], "👍 Right")
    assert "A press could not be answered: Injected" in bot.log
    assert "An inline query could not be answered: Injected" in bot.log


async def test_check_knows_the_bot_behind_a_token(api):
    for token, code, words in [
        (TOKEN, 0, "Token: works, the bot is @article_bot"),
        ("1:wrong-secret", 2, "Telegram does not know it"),
    ]:
        env = {**os.environ, "BOT_TOKEN": token, "BOT_BASE_URL": api.base_url}
        done = await asyncio.to_thread(
            FORK_SERVER.run, "check", "--article", SEED_ARTICLE, env=env
        )
        assert (done.returncode, words in done.stdout) == (code, True)
        assert token.partition(":")[2] not in done.stdout
