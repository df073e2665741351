"""The state of the process in GET /healthz."""

import pytest

from tests.bot.bot_process import free_port, running, webhook
from tests.support import LEADER, get_json


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_healthz_tells_of_process_store_and_last_update(api, mode):
    port = free_port()
    settings = webhook() if mode == "webhook" else {}
    async with running(api, **settings, BOT_HEALTH_PORT=str(port)):
        await api.wait(lambda: len(api.commands) == 2)
        status, health = await get_json(port)
        assert status == 200
        assert health == {
            "status": "ok",
            "process": "ok",
            "store": "ok",
            "index": "ok",
            "reader": "none, answers come from words alone",
            "articles_to_embed": 0,
            "last_update_age_seconds": None,
            **({"polling": "ok"} if mode == "polling" else {}),
        }
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
        _, health = await get_json(port)
        assert 0 <= health["last_update_age_seconds"] < 60


async def test_healthz_tells_that_no_poll_succeeds(api):
    port = free_port()
    quiet = {"bot.telegram.polling.QUIET_SECONDS": 0.5}
    async with running(api, constants=quiet, BOT_HEALTH_PORT=str(port)):
        await api.wait(lambda: "getUpdates" in api.calls)
        _, health = await get_json(port)
        await api.go_away()
        while health["status"] == "ok":
            polls = len(api.attempts)
            await api.wait(lambda n=polls: len(api.attempts) > n)
            _, health = await get_json(port)
        assert (health["status"], health["polling"]) == ("degraded", "unavailable")
        api.come_back()
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
        while health["status"] != "ok":
            polls = len(api.attempts)
            await api.wait(lambda n=polls: len(api.attempts) > n)
            _, health = await get_json(port)
        assert health["polling"] == "ok"


async def test_healthz_tells_of_a_store_that_is_away(api):
    port = free_port()
    async with running(
        api,
        BOT_HEALTH_PORT=str(port),
        BOT_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none",
    ) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent)
        status, health = await get_json(port)
        assert (status, health["status"]) == (200, "degraded")
        assert health["store"] == "unavailable"
    assert bot.log.count("The store cannot be used") == 1
