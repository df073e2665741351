"""Requests to the Bot API server: retries, and errors that end the bot."""

import asyncio

import httpx
import pytest
from aiohttp import web
from telegram.error import NetworkError, TimedOut

from bot.telegram import request as telegram_request
from bot.telegram.metrics import Metrics
from bot.telegram.request import RetryingRequest


@pytest.fixture
async def server():
    """Counts requests; answers as `server.answer` says."""
    runner = None

    class Server:
        requests = 0
        status = 200
        silent = False

    async def handle(_):
        Server.requests += 1
        if Server.silent:
            await asyncio.sleep(3_600)
        return web.json_response({"ok": True, "result": []}, status=Server.status)

    application = web.Application()
    application.router.add_post("/{tail:.*}", handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    Server.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/bot1:x"
    yield Server
    await runner.cleanup()


@pytest.fixture
async def request_(monkeypatch):
    monkeypatch.setattr(telegram_request, "REPLY_SECONDS", 0.3)
    monkeypatch.setattr(telegram_request, "RETRY_SECONDS", 2)
    monkeypatch.setattr(telegram_request, "MAX_WAIT_SECONDS", 0.2)
    made = RetryingRequest(asyncio.Event(), Metrics(), float)
    await made.initialize()
    yield made
    await made.shutdown()


async def test_a_send_that_may_have_been_taken_is_not_sent_again(server, request_):
    server.silent = True
    with pytest.raises(TimedOut):
        await request_.do_request(f"{server.url}/sendMessage", "POST")
    assert server.requests == 1


async def test_what_can_be_repeated_without_harm_is(server, request_):
    server.silent = True
    with pytest.raises(TimedOut):
        await request_.do_request(f"{server.url}/editMessageText", "POST")
    assert server.requests > 1


@pytest.mark.parametrize("fault", [httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_a_send_that_was_never_written_is_sent_again(
    request_, monkeypatch, fault
):
    tries = 0

    async def fail(*_, **__):
        nonlocal tries
        tries += 1
        raise fault("late")

    monkeypatch.setattr(request_._client, "request", fail)
    with pytest.raises(NetworkError):
        await request_.do_request("http://127.0.0.1:9/bot1:x/sendMessage", "POST")
    assert tries > 1


@pytest.mark.parametrize("code", [401, 404])
@pytest.mark.parametrize(
    ("method", "tells"),
    [("getMe", True), ("getUpdates", True), ("setMyCommands", False), ("a.pdf", False)],
)
async def test_only_who_we_are_and_updates_tell_of_the_token(
    server, request_, code, method, tells
):
    server.status = code
    await request_.do_request(f"{server.url}/{method}", "POST")
    assert request_._refused.is_set() == tells


async def test_what_fails_in_the_end_is_counted(server, monkeypatch):
    server.silent = True
    monkeypatch.setattr(telegram_request, "REPLY_SECONDS", 0.3)
    monkeypatch.setattr(telegram_request, "RETRY_SECONDS", 0)
    metrics = Metrics()
    async with RetryingRequest(asyncio.Event(), metrics, float) as made:
        with pytest.raises(TimedOut):
            await made.do_request(f"{server.url}/sendMessage", "POST")
    assert b"article_bot_requests_given_up_total 1.0" in metrics.exposition()
    assert b"article_bot_requests_retried_total 0.0" in metrics.exposition()
