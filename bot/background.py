"""Blocking work in threads, beside the event loop."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

GRACE_SECONDS = 0.5  # for work that is nearly done
_running: set[threading.Thread] = set()


async def in_background(
    function: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Call a function in a new thread, and return its result.

    Unlike `asyncio.to_thread`, the program does not wait for the thread when it ends:
    a long document or a slow page does not delay a stop.

    Raises:
        BaseException: Whatever the function raises.
    """
    return await asyncio.wrap_future(start_in_background(function, *args, **kwargs))


def start_in_background(
    function: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Future[Result]:
    """Start to call a function in a new thread; see `in_background`."""
    done: Future[Result] = Future()
    done.set_running_or_notify_cancel()  # nobody can cancel a thread

    def call() -> None:
        try:
            done.set_result(function(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        finally:
            _running.discard(thread)

    thread = threading.Thread(target=call, daemon=True)
    _running.add(thread)
    thread.start()
    return done


def exit_without_waiting(code: int) -> int:
    """Return the exit code, or exit at once if threads are still running.

    A normal exit of Python would stop such a thread anywhere; within C++ code that
    aborts the process.
    """
    until = time.monotonic() + GRACE_SECONDS
    for thread in list(_running):
        thread.join(max(until - time.monotonic(), 0))
    if _running:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
