"""One person's messages, however made, hold up nobody else."""

import asyncio
import json
import signal
import sqlite3
import threading
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.telegram.admission import BOT_PER_MINUTE
from tests.bot.bot_process import free_port, running, webhook
from tests.support import JOGUK, LEADER, replies
from tests.web_server import WebServer

FREEZING = ["바이 바이 " * 19 + "x", "pa " * 39 + "x", "bye " * 29 + "x"]
POLL = {  # as a server older than the library sends it
    "id": "1",
    "question": "What is Joguk, dear Marta?",
    "options": [{"text": "a magazine", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}


def message(number, **content):
    """A message in a chat of two, as Telegram's JSON has it."""
    person = {"id": number, "is_bot": False, "first_name": "Marta"}
    return {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": number, "type": "private", "first_name": "Marta"},
        "from": person,
        **content,
    }


UNPARSABLE = {
    "poll of an old server": {"message": message(1, poll=POLL)},
    "date in words": {"message": message(1, text="dear Marta", date="today")},
    "no chat": {"message": {"message_id": 1, "date": 1, "text": "dear Marta"}},
    "text that is a number": {"message": message(1, text=7, caption="dear Marta")},
    "chat that is text": {"message": message(1, chat="dear Marta")},
    "press without a sender": {"callback_query": {"id": "1", "data": "dear Marta"}},
    "nothing": {},
}


@pytest.fixture
def group():
    return -5


async def metric(port, name):
    url = f"http://127.0.0.1:{port}/metrics"
    async with ClientSession() as session, session.get(url) as response:
        lines = (await response.text()).splitlines()
    (value,) = [line.split()[1] for line in lines if line.startswith(f"{name} ")]
    return float(value)


@pytest.mark.parametrize("text", FREEZING, ids=["바이", "pa", "bye"])
async def test_a_message_of_one_greeting_many_times_over_freezes_nothing(api, text):
    async with running(api):
        await api.ask(66, text)
        await api.ask(1, LEADER)
        assert "Pak Kyong-jin" in (await replies(api, 1, 1))[0]
        assert len(await replies(api, 66, 1)) == 1


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_updates_that_cannot_be_parsed_are_dropped_and_others_answered(api, mode):
    port = free_port()
    settings = webhook() if mode == "webhook" else {}
    async with running(api, BOT_HEALTH_PORT=str(port), **settings) as bot:
        for content in UNPARSABLE.values():
            await api._update(**content)
        await api.ask(3, JOGUK)
        assert "Joguk" in (await replies(api, 3, 1))[0]
        dropped = await metric(port, "article_bot_updates_dropped_total")
        assert dropped == len(UNPARSABLE)
    assert "dear Marta" not in bot.log
    assert bot.log.count("cannot be parsed and is dropped") == len(UNPARSABLE)
    assert not api.refused, "the webhook takes them, or they would come again"
    assert len(bot.log) < 100_000


async def test_an_update_that_cannot_be_parsed_does_not_come_again_after_a_restart(api):
    async with running(api) as bot:
        await api._update(message=message(1, poll=POLL))
        await api.ask(3, JOGUK)
        await replies(api, 3, 1)
        await bot.stop()
    async with running(api) as bot:
        await api.ask(3, LEADER)
        await replies(api, 3, 2)
    assert "cannot be parsed" not in bot.log


NESTED = "[" * 100_000 + "]" * 100_000


NO_UPDATES = [
    json.dumps({"ok": True, "result": {"dear": "Marta"}}),
    json.dumps({"ok": True, "result": "dear Marta"}),
    json.dumps({"ok": True, "result": [{"dear": "Marta"}, "dear Marta"]}),
]
UNREADABLE = [  # so that one update alone is asked for before it counts as a failure
    json.dumps({"ok": True, "dear": "Marta"}),
    json.dumps(["dear Marta"]),
    '{"ok": true, "result": [{"dear Marta"',
]


@pytest.mark.parametrize("body", NO_UPDATES + UNREADABLE)
async def test_a_reply_that_is_no_list_of_updates_is_asked_for_again_after_a_while(
    api, body
):
    port = free_port()
    api.polls.extend([body] * (2 if body in NO_UPDATES else 4))
    async with running(api, BOT_HEALTH_PORT=str(port)) as bot:
        await api.ask(1, LEADER)
        await replies(api, 1, 1)
        assert await metric(port, "article_bot_polls_failed_total") == 2
    assert bot.log.count("Fetching messages failed, trying again") == 2
    assert "Marta" not in bot.log


async def test_an_update_that_is_nested_too_deep_is_passed_over(api):
    """The other updates of the reply are fetched one by one."""

    def garbled(limit, updates):
        if limit > 1:
            return f'{{"ok": true, "result": [{NESTED}]}}'
        update = f'{{"update_id": {updates[0]["update_id"]}, "message": {NESTED}}}'
        return f'{{"ok": true, "result": [{update}]}}'

    await api._update(message=message(1, text="dear Marta"))
    api.polls.extend([garbled, garbled])
    async with running(api) as bot:
        await api.ask(1, LEADER)
        assert "Pak Kyong-jin" in (await replies(api, 1, 1))[0]
    assert bot.log.count("cannot be parsed and is dropped") == 1


async def test_a_body_of_a_webhook_that_is_nested_too_deep_is_refused(api):
    settings = webhook() | {"BOT_WEBHOOK_SECRET": "a-secret_word"}
    secret = {"X-Telegram-Bot-Api-Secret-Token": "a-secret_word"}
    async with running(api, **settings), ClientSession() as session:
        await api.wait(lambda: api.webhook)
        url = settings["BOT_WEBHOOK_URL"]
        async with session.post(url, data=NESTED, headers=secret) as response:
            assert response.status == 400
        await api.ask(1, LEADER)
        await replies(api, 1, 1)


async def test_a_chat_that_telegram_makes_wait_holds_up_no_other(api):
    port = free_port()
    api.flood(66, 25)
    async with running(api, BOT_HEALTH_PORT=str(port)) as bot:
        await api.ask(66, LEADER)
        await api.wait(lambda: "sendMessage" in api.calls)
        for chat in (1, 2, 3):
            await api.ask(chat, LEADER)
        await api.wait(lambda: len(api.sent) == 3, 20)
        assert {message["chat_id"] for message in api.sent} == {1, 2, 3}
        assert await metric(port, "article_bot_chats_paused_total") == 1
        del api.floods[66]
        await bot.stop()
    async with running(api):
        assert "Pak Kyong-jin" in (await replies(api, 66, 1))[0]


async def test_questions_that_wait_outlive_three_orderly_stops(api):
    """Telegram accepts no message meanwhile."""
    asked = {(chat, await api.ask(chat, LEADER)) for chat in range(1, 21)}
    stops = {"bot.service.STOP_SECONDS": 0.3}
    for _ in range(3):
        api.fail("sendMessage", *[502] * 1_000)
        async with running(api, constants=stops) as bot:
            calls = len(api.calls)
            await api.wait(lambda n=calls: "sendMessage" in api.calls[n:])
            await bot.stop()
        api.heal()
    async with running(api):
        await api.wait(lambda: len(api.sent) >= 20, 60)
    assert {(m["chat_id"], m["reply_to"]) for m in api.sent} == asked


@pytest.mark.slow
async def test_three_kills_a_second_apart_lose_none_of_six_hundred_questions(api):
    asked = {(n % 300 + 1, await api.ask(n % 300 + 1, LEADER)) for n in range(600)}
    settings = {"BOT_MESSAGES_PER_SECOND": "1000"}
    for _ in range(3):
        async with running(api, -signal.SIGKILL, **settings) as bot:
            await api.wait(lambda: "getUpdates" in api.calls)
            await asyncio.sleep(1)
            await bot.stop(signal.SIGKILL)
    async with running(api, **settings):
        await api.wait(
            lambda: {(m["chat_id"], m["reply_to"]) for m in api.sent} >= asked, 120
        )


async def test_the_message_of_another_bot_is_not_answered(api, group):
    other = {"from": {"id": 77, "is_bot": True, "first_name": "B", "username": "b_bot"}}
    async with running(api):
        await api.ask(group, f"@article_bot {LEADER}")
        (answer,) = await replies_of(api, group, 1)
        reply = api.as_reply_to(answer)
        await api.ask(group, "Sorry, I did not find that.", **other, **reply)
        await api.ask(group, f"@article_bot {LEADER}", **other)
        command = await api.ask(group, f"/ask@article_bot {JOGUK}", **other)
        last = (await replies_of(api, group, 2))[-1]
    assert last["reply_to"] == command
    assert len(api.replies(group)) == 2


async def test_who_writes_for_a_group_is_no_bot(api, group):
    """Telegram names a bot as the sender of what an anonymous admin writes."""
    admin = {
        "from": {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"},
        "sender_chat": api.chat(group),
    }
    async with running(api):
        await api.ask(group, f"@article_bot {LEADER}", **admin)
        assert "Pak Kyong-jin" in (await replies(api, group, 1))[0]


async def test_another_bot_gets_few_answers_a_minute(api, group):
    other = {"from": {"id": 77, "is_bot": True, "first_name": "B", "username": "b_bot"}}
    async with running(api):
        for _ in range(30):
            await api.ask(group, f"/ask@article_bot {JOGUK}", **other)
        await api.ask(group, f"@article_bot {LEADER}")
        await api.wait(
            lambda: any("Pak Kyong-jin" in each["text"] for each in api.replies(group))
        )
    texts = [reply["text"] for reply in api.replies(group)]
    assert sum("Joguk" in text for text in texts) == BOT_PER_MINUTE
    assert len(texts) == BOT_PER_MINUTE + 1, "and no word about it"


UPLOADS = {"BOT_ALLOW_UPLOADS": "1", "BOT_ALLOW_PRIVATE_URLS": "1"}
# Names without end, so that sample questions are many and each is slow to answer.
MEETINGS = [f"the Board of Kr{n * 37} met Tal{n * 53}" for n in range(9_000)]
SLOW = "\n\n".join(
    " and ".join(MEETINGS[n : n + 20]) + "." for n in range(0, 9_000, 20)
).encode()


async def test_sample_questions_about_slow_texts_hold_up_no_answer(api):
    """Four people greet on texts made to be slow; a fifth asks something else."""
    made = []
    async with running(api, **UPLOADS):
        for chat in range(1, 5):
            await api.send_file(chat, SLOW, "slow.txt")
        await api.wait(lambda: len(api.sent) == 4, 60)
        for chat in range(1, 5):
            made.append(await api.ask(chat, "/start"))
        question = await api.ask(9, LEADER)
        await api.wait(lambda: len(api.sent) == 9, 60)
    order = [message["reply_to"] for message in api.sent[4:]]
    assert set(order) == {question, *made}
    assert order.index(question) == 0, "before the greetings"


async def test_links_that_drip_hold_up_no_document(api):
    """Four people with links that never end; a fifth sends a document."""
    with WebServer() as server:
        stop = threading.Event()

        def drip(handler):
            handler.send_response(200)
            handler.send_header("Content-Type", "text/plain")
            handler.end_headers()
            while not stop.wait(0.1):
                handler.wfile.write(b"a")

        server.pages["/drip"] = drip
        async with running(api, **UPLOADS):
            for chat in range(1, 5):
                for _ in range(3):
                    await api.ask(chat, f"{server.url}/drip")
            while len(server.asked) < 4:
                await asyncio.sleep(0.01)
            await api.send_file(9, b"Bees make honey in the old hive.", "bees.txt")
            (reply,) = await replies(api, 9, 1)
            assert "I have read" in reply
            assert len(api.sent) == 1, "the links are still under way"
            stop.set()
            await api.wait(lambda: len(api.sent) == 13, 60)


async def test_a_link_to_a_bomb_of_gzip_costs_no_memory(api):
    with WebServer() as server:
        link = server.packed("/bomb", b"a" * 400_000_000)
        async with running(api, **UPLOADS) as bot:
            await api.ask(1, LEADER)
            await replies(api, 1, 1)
            before = peak_memory(bot)
            await api.ask(1, link)
            refusal = (await replies(api, 1, 2))[1]
            assert "too large (over 5 MB)" in refusal
            assert peak_memory(bot) < before + 64 * 1024**2


async def test_many_connections_cut_no_post_of_the_webhook(api):
    """Each post has the secret; the other connections send nothing."""
    settings = webhook() | {"BOT_WEBHOOK_SECRET": "a-secret_word"}
    host, port = "127.0.0.1", int(settings["BOT_WEBHOOK_PORT"])
    body = json.dumps({"update_id": 1, "edited_message": None}).encode()
    head = (
        f"POST /hook HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        "X-Telegram-Bot-Api-Secret-Token: a-secret_word\r\n\r\n"
    ).encode()
    async with running(api, **settings):
        await api.wait(lambda: api.webhook)
        posts = [await asyncio.open_connection(host, port) for _ in range(10)]
        for _, writer in posts:  # begun, and slow to end
            writer.write(head)
            await writer.drain()
        await api.ask(1, LEADER)
        await replies(api, 1, 1)
        strangers = [await asyncio.open_connection(host, port) for _ in range(831)]
        for _, writer in posts:
            writer.write(body)
        for reader, _ in posts:
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        for _, writer in [*posts, *strangers]:
            writer.close()


async def test_the_store_holds_no_name_of_who_writes(api):
    """This holds while a message waits, too."""
    api.fail("sendMessage", *[502] * 1_000)
    person = {
        "first_name": "Zanzibar" * 500,
        "last_name": "Quagga",
        "username": "zebra",
    }
    content = {"from": {"id": 1, "is_bot": False, **person}}
    async with running(api, constants={"bot.service.STOP_SECONDS": 0.3}) as bot:
        await api.ask(1, LEADER, **content)
        await api.wait(lambda: "sendMessage" in api.calls)
        await bot.stop()
    files = [path.read_bytes() for path in bot.folder.glob("store.sqlite3*")]
    assert files
    for name in (b"Zanzibar", b"Quagga", b"zebra"):
        assert not any(name in data for data in files)
    api.heal()
    async with running(api):
        assert "Pak Kyong-jin" in (await replies(api, 1, 1))[0]


async def test_a_document_with_a_long_name_is_kept_under_its_end(api):
    async with running(api, **UPLOADS) as bot:
        await api.send_file(
            1, b"Bees make honey in the old hive.", "b" * 4_000 + ".txt"
        )
        await replies(api, 1, 1)
    with sqlite3.connect(bot.folder / "store.sqlite3") as database:
        ((body,),) = database.execute("SELECT body FROM uploads")
    assert "b" * 251 + ".txt" in body
    assert "b" * 252 not in body


async def test_forget_beside_a_reader_of_the_store_says_that_traces_are_left(api):
    async with running(
        api, constants={"bot.service.LOG_SECONDS": 0.2}, BOT_LOG_LEVEL="INFO"
    ) as bot:
        await api.ask(1, LEADER)
        await replies(api, 1, 1)
        path = bot.folder / "store.sqlite3"
        backup = sqlite3.connect(path, isolation_level=None)
        backup.execute("BEGIN")
        backup.execute("SELECT * FROM turns").fetchall()
        await api.ask(1, "/forget")
        await replies(api, 1, 2)
        await api.press(api.replies(1)[1], "Yes, delete it")
        assert "the last traces go as soon as" in api.replies(1)[1]["text"]
        backup.close()
        while "have left the write-ahead log" not in bot.log:
            await asyncio.sleep(0.05)
        await api.ask(1, "/forget")
        await replies(api, 1, 3)
        await api.press(api.replies(1)[2], "Yes, delete it")
        assert api.replies(1)[2]["text"].endswith("stored of this chat.")


def peak_memory(bot):
    """Return the peak memory of a process, in bytes."""
    lines = Path(f"/proc/{bot.process.pid}/status").read_text().splitlines()
    (peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) * 1024


async def replies_of(api, chat, count):
    await api.wait(lambda: len(api.replies(chat)) >= count)
    return api.replies(chat)
