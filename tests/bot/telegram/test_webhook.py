"""Requests of strangers to the webhook have no effect."""

import asyncio
import contextlib
import json
import resource

import pytest
from aiohttp import ClientError, ClientSession

from tests.bot.bot_process import free_port, running, webhook
from tests.support import LEADER

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "a-secret_word"}


@pytest.fixture
def settings():
    return webhook() | {
        "BOT_WEBHOOK_SECRET": "a-secret_word",
        "BOT_HEALTH_PORT": str(free_port()),
    }


async def is_answered(api, settings):
    """Return whether Telegram's next update gets through."""
    before = len(api.sent)
    await api.ask(1, LEADER)
    await api.wait(lambda: len(api.sent) > before)
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{settings['BOT_HEALTH_PORT']}/healthz"
        async with session.get(url) as response:
            return response.status == 200


async def test_a_thousand_idle_connections_keep_no_update_out(api, settings):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    writers = []
    async with running(api, **settings):
        await api.wait(lambda: api.webhook)
        # More than the bot itself may have open.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))
        for port in (settings["BOT_WEBHOOK_PORT"], settings["BOT_HEALTH_PORT"]):
            for _ in range(1_200):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writers.append(writer)
        assert await is_answered(api, settings)
    for writer in writers:
        writer.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(api, settings):
    port = settings["BOT_WEBHOOK_PORT"]
    head = b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 85000000\r\n\r\n"
    async with running(api, **settings):
        await api.wait(lambda: api.webhook)
        for _ in range(8):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head)
            assert (await reader.readline()).startswith(b"HTTP/1.1 400")
            writer.close()
        assert await is_answered(api, settings)


@pytest.mark.parametrize("body", ["{", "[]", "7", '{"message": {}}', '"\\ud800"'])
async def test_what_is_no_update_is_refused_in_silence(api, settings, body):
    async with running(api, **settings) as bot, ClientSession() as session:
        await api.wait(lambda: api.webhook)
        url = settings["BOT_WEBHOOK_URL"]
        async with session.post(url, data=body, headers=SECRET) as response:
            assert response.status == 400
        async with session.post(url, data=body) as response:
            assert response.status == 403
        assert await is_answered(api, settings)
    assert "WARNING" not in bot.log


async def test_a_stranger_without_the_secret_fills_no_log(api, settings):
    async with running(api, **settings, BOT_LOG_LEVEL="INFO") as bot:
        await api.wait(lambda: api.webhook)
        before = len(bot.log)
        update = json.dumps({"update_id": 999, "message": {}})
        async with ClientSession() as session:
            for path in ("hook", "elsewhere", "%ff", "hook?a=b"):
                url = f"http://127.0.0.1:{settings['BOT_WEBHOOK_PORT']}/{path}"
                with contextlib.suppress(ClientError):
                    async with session.post(url, data=update) as response:
                        assert response.status in (400, 403, 404)
                async with session.get(url) as response:
                    assert response.status in (400, 404, 405)
        assert await is_answered(api, settings)
        said = bot.log[before:]
    assert "HTTP" not in said
    assert "WARNING" not in said


async def test_an_update_that_comes_again_is_not_carried_out_again(api, settings):
    message = {
        "message_id": 77,
        "date": 1_700_000_000,
        "chat": api.chat(1),
        "from": {"id": 1, "is_bot": False, "first_name": "R"},
        "text": "/help",
    }
    update = {"update_id": 999, "message": message}
    for _ in "now", "after a restart":
        async with running(api, **settings), ClientSession() as session:
            await api.wait(lambda: api.webhook)
            for _ in range(2):
                url = settings["BOT_WEBHOOK_URL"]
                async with session.post(url, json=update, headers=SECRET) as response:
                    assert response.status == 200
            assert await is_answered(api, settings), "each chat's come in order"
        api.webhook = None
    assert [reply["reply_to"] == 77 for reply in api.sent] == [True, False, False]
