"""Load test: 20,000 questions from 1,000 chats, checked for losses and leaks.

The bot runs in its own process against the tests' Bot API server, by polling, with its
limits lifted. `--store full` stops its files from growing, `--store locked` locks its
database, both after the first answers. `--encoder` answers with the encoder. GET
/healthz is asked meanwhile, as the event loop answers it, too.
"""

import argparse
import asyncio
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
from rich.console import Console
from rich.progress import Progress

from tests.bot.bot_process import Bot, free_port, running
from tests.bot.fake_bot_api import FakeBotApi

QUESTIONS = {
    "Who leads the Economic Cooperation Office?": "Pak Kyong-jin",
    "What is Joguk?": "Joguk",
    "When was the office established?": "established last year",
    "Where is Dongguk University?": "Dongguk University in Seoul",
    "What did Kim Jong-un push for?": "Kim Jong-un has been pushing",
}
STORES = ("works", "full", "locked")
FULL_BYTES = 2_000_000


async def soak(
    n_questions: int, n_chats: int, store: str, console: Console, *, with_encoder: bool
) -> int:
    """Ask all questions, print the counts; return the number of faults."""
    port = free_port()
    probes: list[float] = []  # seconds
    memory: list[int] = []  # KiB, one for each hundred answers
    asked: dict[tuple[int, int], str] = {}
    texts = list(QUESTIONS)
    with tempfile.TemporaryDirectory() as name:
        async with (
            FakeBotApi() as api,
            running(
                api,
                folder=Path(name),
                BOT_LOG_LEVEL="INFO",
                BOT_MESSAGES_PER_SECOND="1000000",
                BOT_QUESTIONS_PER_MINUTE="1000000",
                BOT_HEALTH_PORT=str(port),
                BOT_READER="on" if with_encoder else "off",
            ) as bot,
        ):
            await api.ask(0, texts[0])
            await api.wait(lambda: api.sent)
            api.sent.clear()
            lock = _break_store(store, bot)
            probing = asyncio.create_task(_probe(port, probes))
            start = time.monotonic()
            for n in range(n_questions):
                chat = 1 + n % n_chats
                text = texts[n // n_chats % len(texts)]
                asked[chat, await api.ask(chat, text)] = text
            with Progress(console=Console(stderr=True)) as progress:
                task = progress.add_task("Answering", total=n_questions)
                for done in (*range(100, n_questions, 100), n_questions):
                    await api.wait(lambda done=done: len(api.sent) >= done, 600)
                    memory.append(_resident(bot))
                    progress.update(task, completed=done)
            seconds = time.monotonic() - start
            probing.cancel()
            if lock:
                lock.close()
        warnings = bot.log.count("The store cannot be used")
    answered = Counter((m["chat_id"], m["reply_to"]) for m in api.sent)
    lost = asked.keys() - answered.keys()
    crossed = [
        m
        for m in api.sent
        if QUESTIONS[asked[m["chat_id"], m["reply_to"]]] not in m["text"]
    ]
    twice = [key for key, count in answered.items() if count > 1]
    quarter = max(1, len(memory) // 4)
    first = sum(memory[:quarter]) / quarter / 1024
    last = sum(memory[-quarter:]) / quarter / 1024
    faults: int = len(lost) + len(crossed) + len(twice) + (warnings > 1)
    console.print(
        f"{n_questions} questions, {n_chats} chats, store {store}: "
        f"{n_questions / seconds:.0f} a second\n"
        f"lost {len(lost)}, crossed {len(crossed)}, twice {len(twice)}, "
        f"warnings {warnings}\n"
        f"memory in the first quarter {first:.0f} MiB, in the last {last:.0f} MiB\n"
        f"/healthz answered in {_milliseconds(probes, 50)} ms at the median, in "
        f"{_milliseconds(probes, 99)} ms at the 99th percentile"
    )
    return faults


async def _probe(port: int, probes: list[float]) -> None:
    """Ask /healthz twenty times a second; append the seconds of each answer."""
    async with httpx.AsyncClient() as client:
        while True:
            start = time.monotonic()
            await client.get(f"http://127.0.0.1:{port}/healthz", timeout=60)
            probes.append(time.monotonic() - start)
            await asyncio.sleep(0.05)


def _milliseconds(probes: list[float], percentile: int) -> str:
    return f"{np.percentile(probes, percentile) * 1000:.0f}" if probes else "-"


def _break_store(store: str, bot: Bot) -> sqlite3.Connection | None:
    if store == "full":
        limits = (FULL_BYTES, FULL_BYTES)
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, limits)
    if store == "locked":
        lock = sqlite3.connect(bot.folder / "store.sqlite3")
        lock.execute("BEGIN EXCLUSIVE")
        return lock
    return None


def _resident(bot: Bot) -> int:
    pages = Path(f"/proc/{bot.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024


def main() -> int:
    """Run the load test; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=1_000)
    parser.add_argument("--store", choices=STORES, default="works")
    parser.add_argument("--encoder", "--reader", action="store_true")
    options = parser.parse_args()
    console = Console(highlight=False)
    faults = asyncio.run(
        soak(
            options.questions,
            options.chats,
            options.store,
            console,
            with_encoder=options.encoder,
        )
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
