"""Work that blocks, beside the event loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
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
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type]  # it is the function's
        else:
            done.set_exception(error)

    def call() -> None:
        result, problem = None, None
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=call, daemon=True).start()
    return await done
