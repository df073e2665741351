"""The server withstands floods, slow clients and large requests."""

import asyncio
import contextlib

from aiohttp import ClientError, ClientSession

from tests.bot.bot_process import free_port, running


async def test_health_takes_no_body_and_drops_who_says_nothing(api):
    port = free_port()
    idle = {"bot.web.server.IDLE_SECONDS": 0.5}
    async with running(api, constants=idle, BOT_HEALTH_PORT=str(port)):
        await api.wait(lambda: len(api.commands) == 2)
        async with ClientSession() as session:
            url = f"http://127.0.0.1:{port}/healthz"
            with contextlib.suppress(ClientError):
                async with session.post(url, data=b"x" * 1_000_000) as response:
                    assert response.status >= 400
            async with session.get(url) as response:
                assert response.status == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 60) == b"", "it is closed"
        writer.close()
