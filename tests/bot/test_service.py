"""The service around Telegram: webhooks, health, replicas, kills, outages, limits."""

import asyncio
import resource
import signal
import sqlite3

import psycopg
import pytest
from aiohttp import ClientSession

from tests.bot.bot_process import running, send_to, webhook
from tests.support import JOGUK, LEADER, run_article_bot

# Questions with a word of the sentence that answers each.
ASKED = {
    LEADER: "Pak Kyong-jin",
    JOGUK: "Joguk",
    "When was the office established?": "established last year",
    "Where is Dongguk University?": "Dongguk University in Seoul",
    "What did Kim Jong-un push for?": "Kim Jong-un has been pushing",
}


def kept_turns(url):
    with psycopg.connect(url) as database:
        return database.execute("SELECT count(*) FROM turns").fetchone()[0]


async def test_a_webhook_takes_only_requests_that_bring_the_secret(api):
    settings = webhook() | {"BOT_WEBHOOK_SECRET": "a-secret_word"}
    async with running(api, **settings) as bot, ClientSession() as session:
        await api.wait(lambda: len(api.commands) == 2)
        assert api.webhook["secret_token"] == "a-secret_word"
        assert api.webhook["url"] == settings["BOT_WEBHOOK_URL"]
        update = {"update_id": 999, "message": {}}
        for headers in [{}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}]:
            async with session.post(
                settings["BOT_WEBHOOK_URL"], json=update, headers=headers
            ) as response:
                assert response.status == 403
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    assert "a-secret_word" not in bot.log


async def test_a_webhook_without_a_secret_makes_one_up_and_tells_nobody(api):
    secrets = set()
    for _ in range(2):
        async with running(api, **webhook()) as bot:
            await api.wait(lambda: api.webhook)
            secrets.add(api.webhook["secret_token"])
        assert not any(secret in bot.log for secret in secrets)
        api.webhook = None
    assert len(secrets) == 2
    assert all(len(secret) > 30 for secret in secrets)


async def test_a_webhook_may_listen_on_another_path_than_its_url(api):
    settings = webhook()
    url = settings["BOT_WEBHOOK_URL"].replace("/hook", "/bots/mine")
    async with running(api, **settings, BOT_WEBHOOK_PATH="bots/mine"):
        await api.wait(lambda: api.webhook)
        api.webhook = {**api.webhook, "url": url}  # as a proxy would rewrite it
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)


@pytest.mark.parametrize("name", ["BOT_HEALTH_PORT", "BOT_WEBHOOK_PORT"])
async def test_a_port_in_use_is_one_line_and_exit_code_2(api, name):
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])
    settings = webhook() | {name: port, "BOT_LOG_LEVEL": "WARNING"}
    async with running(api, exit_code=2, **settings) as bot:
        await asyncio.wait_for(bot.process.wait(), 30)
    server.close()
    assert bot.log.count("\n") == 1
    assert "cannot listen" in bot.log


async def test_two_replicas_on_one_postgresql_share_sources_and_buttons(
    api, postgresql_url
):
    shared = {"BOT_DATABASE_URL": postgresql_url, "BOT_WEBHOOK_SECRET": "shared"}
    first, second = webhook(), webhook()
    async with running(api, **shared, **first), running(api, **shared, **second):
        await api.wait(lambda: api.calls.count("setWebhook") == 2)

        send_to(api, first)
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
        async with asyncio.timeout(30):  # what a reader's thumb takes longer than
            while not kept_turns(postgresql_url):
                await asyncio.sleep(0.05)
        send_to(api, second)
        await api.ask(1, "/source")
        await api.wait(lambda: len(api.sent) == 2)
        assert "Pak Kyong-jin" in api.sent[1]["text"]
        await api.press(api.sent[0], "Another passage")
        assert "may not answer" in api.sent[0]["text"]
        await api.ask(1, "When was it established?")
        await api.wait(lambda: len(api.sent) == 3)
        assert "established last year" in api.sent[2]["text"]


async def test_sources_and_buttons_work_after_a_restart(api):
    async with running(api, anew=True):
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    async with running(api, anew=True):
        await api.ask(1, "/source")
        await api.wait(lambda: len(api.sent) == 2)
        await api.press(api.sent[0], "Another passage")
    assert "Pak Kyong-jin" in api.sent[1]["text"]
    assert "may not answer" in api.sent[0]["text"]


async def test_what_is_older_than_the_retention_is_deleted_at_the_start(api):
    async with running(api) as bot:
        await api.ask(1, LEADER)
        await api.ask(2, JOGUK)
        await api.wait(lambda: len(api.sent) == 2)
    with sqlite3.connect(bot.folder / "store.sqlite3") as database:
        day = 86_400
        database.execute(
            "UPDATE turns SET asked_at = asked_at - ? WHERE chat_id = 1", [8 * day]
        )
    async with running(api, BOT_RETENTION_DAYS="7"):
        for chat in (1, 2):
            await api.ask(chat, "/source")
        await api.wait(lambda: len(api.sent) == 4)
    assert "There is no answer yet" in api.replies(1)[1]["text"]
    assert "Joguk" in api.replies(2)[1]["text"]


@pytest.mark.parametrize(
    "n_each", [pytest.param(2), pytest.param(10, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_kill_amid_questions_loses_none_and_answers_none_twice(
    api, mode, n_each
):
    """Each of fifty chats asks some."""
    settings = webhook() if mode == "webhook" else {}
    settings["BOT_MESSAGES_PER_SECOND"] = "1000"
    questions = list(ASKED)
    asked = {}
    for n in range(n_each):
        for chat in range(1, 51):
            question = questions[(chat + n) % len(questions)]
            asked[chat, await api.ask(chat, question)] = question
    async with running(api, -signal.SIGKILL, anew=True, **settings) as bot:
        await api.wait(lambda: len(api.sent) >= 20 * n_each, 60)
        await bot.stop(signal.SIGKILL)
    stored = set(
        sqlite3.connect(bot.folder / "store.sqlite3").execute(
            "SELECT chat_id, question_id FROM turns"
        )
    )
    assert len(stored) > 10 * n_each
    async with running(api, **settings):
        await api.wait(
            lambda: {(m["chat_id"], m["reply_to"]) for m in api.sent} >= asked.keys(),
            60,
        )
        answers = list(api.sent)
        sources = {await api.ask(chat, "/source"): chat for chat in range(1, 51)}
        await api.wait(lambda: len(api.sent) == len(answers) + 50, 60)
    for message in answers:
        question = asked[message["chat_id"], message["reply_to"]]
        assert ASKED[question] in message["text"]
    times = [(m["chat_id"], m["reply_to"]) for m in answers]
    assert all(times.count(key) == 1 for key in stored)
    last = {chat: question for (chat, _), question in asked.items()}
    for message in api.sent[len(answers) :]:
        chat = sources[message["reply_to"]]
        assert message["chat_id"] == chat
        assert ASKED[last[chat]] in message["text"]


async def test_what_a_stop_could_not_send_is_sent_at_the_next_start(api):
    api.fail("sendMessage", *[502] * 1_000)
    async with running(api, constants={"bot.service.STOP_SECONDS": 0.5}) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: "sendMessage" in api.calls)
        await bot.stop()
    api.heal()
    async with running(api):
        await api.wait(lambda: api.sent)
    assert "Pak Kyong-jin" in api.sent[0]["text"]


async def test_answers_go_out_while_the_store_is_locked(api):
    async with running(api) as bot:
        await api.ask(1, JOGUK)
        await api.wait(lambda: api.sent)
        other = sqlite3.connect(bot.folder / "store.sqlite3")
        other.execute("BEGIN EXCLUSIVE")
        for chat in range(1, 21):
            await api.ask(chat, LEADER)
        await api.ask(1, "/source")
        await api.wait(lambda: len(api.sent) == 22)
        toast = await api.press(api.sent[0], "👍 Right")
        asked = await api.ask(1, "/forget")
        await api.wait(lambda: api.sent[-1]["reply_to"] == asked)
        await api.press(api.sent[-1], "Yes, delete it")
        other.close()
    assert sum("Pak Kyong-jin" in message["text"] for message in api.sent) == 20
    (source,) = [m for m in api.replies(1) if "cannot be used" in m["text"]][:1]
    assert "keep my answers" in source["text"]
    assert "cannot be used" in toast
    assert "Nothing was deleted" in api.sent[-1]["text"]
    assert bot.log.count("The store cannot be used (database is locked)") == 1


async def test_answers_go_out_while_the_disk_is_full(api):
    async with running(api, BOT_LOG_LEVEL="INFO") as bot:
        await api.ask(1, JOGUK)
        await api.wait(lambda: api.sent)
        process, most = bot.process.pid, resource.RLIM_INFINITY
        limit = 300_000  # no file grows past it, as if the disk were full then
        resource.prlimit(process, resource.RLIMIT_FSIZE, (limit, most))
        for n in range(150):
            await api.ask(1 + n % 30, list(ASKED)[n % 5])
        await api.wait(lambda: len(api.sent) == 151)
        last = await api.ask(30, "/source")
        await api.wait(lambda: api.sent[-1]["reply_to"] == last)
        # What measures the coverage of the process writes more at its end.
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, most))
    assert all(any(w in m["text"] for w in ASKED.values()) for m in api.sent[:-1])
    assert "place where I keep" in api.sent[-1]["text"]
    assert bot.log.count("The store cannot be used") == 1


async def test_only_listed_chats_are_answered(api):
    async with running(api, BOT_ALLOWED_CHATS="1, -5"):
        for chat, text in [(1, LEADER), (-5, f"/ask {LEADER}"), (2, LEADER)]:
            await api.ask(chat, text, by=abs(chat))
        await api.ask(-6, "hello", by=1)
        await api.ask(-6, f"/ask {LEADER}", by=1)
        await api.wait(lambda: len(api.sent) == 4)
        (refused,) = api.replies(2)
        toast = await api.press({**refused, "chat_id": 2}, "1:s:0")
        inline = await api.query(2, LEADER)
        listed = await api.query(1, LEADER)
    assert "Pak Kyong-jin" in api.replies(1)[0]["text"]
    assert "Pak Kyong-jin" in api.replies(-5)[0]["text"]
    for chat in (2, -6):
        (line,) = api.replies(chat)
        assert "answers in some chats only" in line["text"]
    assert "some chats only" in toast
    assert inline["results"] == []
    assert "some chats only" in inline["button"]["text"]
    assert listed["results"]


async def test_polling_goes_on_after_the_server_was_away(api):
    async with running(api) as bot:
        await api.ask(1, JOGUK)
        await api.wait(lambda: api.sent)
        await api.go_away()
        calls = len(api.attempts)
        await api.wait(lambda: len(api.attempts) >= calls + 4)
        await api.ask(1, LEADER)
        api.come_back()
        await api.wait(lambda: len(api.sent) == 2)
    assert "getUpdates failed, trying again" in bot.log


async def test_a_storm_of_429_loses_no_answer(api):
    api.fail("sendMessage", *[429, None] * 4)
    async with running(api):
        for chat in range(1, 11):
            await api.ask(chat, LEADER)
        await api.wait(lambda: len(api.sent) == 10, 60)
    assert {message["chat_id"] for message in api.sent} == set(range(1, 11))


async def test_by_default_the_store_is_a_file_in_the_data_folder(api, tmp_path):
    async with running(api, BOT_DATABASE_URL="", XDG_DATA_HOME=str(tmp_path / "data")):
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
    (file,) = (tmp_path / "data" / "article-bot").glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT question FROM turns").fetchall() == [(LEADER,)]


async def test_check_names_the_store(tmp_path, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "s.sqlite3"
    other.write_text("This is no database, whatever it is called." * 99)
    for url, code, words in [
        (f"sqlite:///{other}", 2, "cannot be used"),
        (
            f"sqlite:///{tmp_path}/s.sqlite3",
            0,
            f"works, sqlite:///{tmp_path}",
        ),
        ("postgresql://me:hunter2@127.0.0.1:9/x", 2, "cannot be used"),
        (f"sqlite:///{tmp_path}/new/deep/s.sqlite3", 0, "works"),
        (f"sqlite:///{__file__}/s.sqlite3", 2, "cannot be used (Not a directory)"),
        ("sqlite:////proc/none/s.sqlite3", 2, "cannot be used"),
        (f"sqlite:///{tmp_path}/{'long' * 99}", 2, "cannot be used (File name too"),
    ]:
        got, out, error = await run_article_bot("check", BOT_DATABASE_URL=url)
        assert got == code
        assert f"Store: {words}" in out
        assert "hunter2" not in out + error
    assert not list(tmp_path.iterdir()), "it only looks"
