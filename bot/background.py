"""Work that blocks, beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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

    threading.Thread(target=call, daemon=True).start()
    return await asyncio.wrap_future(done)
