"""The bot in its own process."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from tests.bot.fake_bot_api import TOKEN
from tests.fork_server import FORK_SERVER

_NUMBERS = count(1)
SOONER = {
    "bot.telegram.request.MAX_WAIT_SECONDS": 0.2,
    "bot.telegram.pacing.PRIVATE_SECONDS": 0.01,
    "bot.telegram.pacing.GROUP_SECONDS": 0.2,
}


def webhook():
    """Settings that make the bot serve a webhook."""
    port = free_port()
    return {
        "BOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "BOT_WEBHOOK_PORT": str(port),
    }


def send_to(api, settings):
    """Send further updates to the bot that has these `webhook` settings."""
    api.webhook = {**api.webhook, "url": settings["BOT_WEBHOOK_URL"]}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Bot:
    """A running bot process, and its log once it has ended."""

    def __init__(self, process, log):
        self.process = process
        self.folder = log.parent
        self._log = log

    @property
    def log(self):
        return self._log.read_text()

    async def stop(self, number=signal.SIGTERM):
        if self.process.returncode is None:
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), 60)
        return self.process.returncode


@asynccontextmanager
async def running(
    api, exit_code=0, folder=None, anew=False, constants=None, **environment
):
    """Run the bot; check that it stops cleanly, with no secret or traceback in its log.

    With `anew` it runs in a new Python process, as for users; otherwise it is forked,
    with some constants replaced, so that it retries sooner.
    """
    folder = folder or Path.cwd()
    log = folder / f"bot-{next(_NUMBERS)}.log"
    with log.open("wb") as stderr:
        settings = {
            **os.environ,
            "BOT_TOKEN": TOKEN,
            "BOT_BASE_URL": api.base_url,
            "BOT_LOG_LEVEL": "DEBUG",
            "BOT_READER": "off",
            "BOT_QUESTIONS_PER_MINUTE": "1000",
            "BOT_DATABASE_URL": f"sqlite:///{folder}/store.sqlite3",
            **environment,
        }
        if anew:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "telegram"), stderr=stderr, env=settings
            )
        else:
            process = FORK_SERVER.start(
                ["telegram"],
                constants={**SOONER, **(constants or {})},
                stderr=stderr,
                env=settings,
            )
    bot = Bot(process, log)
    try:
        yield bot
    finally:
        code = await bot.stop()
    assert code == exit_code, bot.log
    assert "Traceback" not in bot.log
    assert TOKEN.partition(":")[2] not in bot.log
