"""Work that blocks, beside the event loop."""

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

LET_GO_SECONDS = 0.5  # for work that is nearly done to end by itself
_under_way: set[threading.Thread] = set()


async def in_background(
    function: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Call a function in a thread of its own, and return or raise what it does.

    Unlike `asyncio.to_thread`, nobody waits for it when the program ends: a stop is not
    held up by a long document or a slow page.
    """
    done: Future[Result] = Future()
    done.set_running_or_notify_cancel()  # nobody can cancel a thread

    def call() -> None:
        try:
            done.set_result(function(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        finally:
            _under_way.discard(thread)

    thread = threading.Thread(target=call, daemon=True)
    _under_way.add(thread)
    thread.start()
    return await asyncio.wrap_future(done)


def end(code: int) -> int:
    """Return the exit code of the program, or exit with it where work goes on.

    Python would end a thread wherever it is, and within C++ that ends the process by
    an abort instead.
    """
    until = time.monotonic() + LET_GO_SECONDS
    for thread in list(_under_way):
        thread.join(max(until - time.monotonic(), 0))
    if _under_way:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
