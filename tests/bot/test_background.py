"""Blocking work runs beside the event loop, and the exit does not wait for it."""

import asyncio
import subprocess
import sys
import threading

import pytest

from bot.background import exit_without_waiting, in_background


async def test_what_a_function_returns_or_raises_is_what_its_caller_gets():
    assert await in_background(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await in_background(divmod, 7, 0)


async def test_who_no_longer_waits_hinders_nothing_and_is_told_nothing():
    go_on, begun = threading.Event(), threading.Event()

    def work():
        begun.set()
        assert go_on.wait(60)
        return threading.current_thread()

    waiting = asyncio.create_task(in_background(work))
    while not begun.is_set():
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await in_background(str, "the next") == "the next"


def test_a_program_ends_while_work_is_under_way():
    """It has said all that it had to say, and exits with its own code."""
    program = (
        "import asyncio, threading\n"
        "from bot.background import exit_without_waiting, in_background\n"
        "async def main():\n"
        "    await asyncio.wait({asyncio.create_task(\n"
        "        in_background(threading.Event().wait))}, timeout=0)\n"
        "asyncio.run(main())\n"
        "print('said', end='')\n"
        "exit_without_waiting(3)\n"
        "print('not reached')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "said", "")


async def test_a_program_whose_work_is_done_ends_as_any_does(monkeypatch):
    monkeypatch.setattr("bot.background._running", set())  # but for other tests'
    go_on = threading.Event()
    waiting = asyncio.create_task(in_background(go_on.wait))
    await asyncio.sleep(0)
    go_on.set()
    assert exit_without_waiting(7) == 7
    assert await waiting
