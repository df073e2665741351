"""Pacing of outgoing requests, to stay below Telegram's limits for each chat.

python-telegram-bot's own limiter makes all chats wait after Telegram has refused a
request of one, and its leaky buckets allow twice the limit in the first period.
"""

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.metrics import Metrics

logger = logging.getLogger(__name__)

# Telegram's limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
PRIVATE_MOST, PRIVATE_SECONDS = 1, 1.0
GROUP_MOST, GROUP_SECONDS = 20, 60.0
MAX_RETRIES = 10  # of a request after HTTP 429, after the wait of the reply
MARGIN_SECONDS = 0.1  # added to the wait, since clocks differ
MANY_CHATS = 3  # refused chats in a row that mean the whole bot is too fast
MAX_CHATS = 2_000  # with remembered windows; the longest idle chat goes first

Requested = bool | dict[str, Any] | list[dict[str, Any]]


class _Window:
    """A sliding window: at most `most` requests in any period of `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=most)

    def reserve(self, now: float) -> float:
        """Return when one more request may go, and count it at that time."""
        is_full = len(self._times) == self._times.maxlen
        at = max(now, self._times[0] + self._seconds) if is_full else now
        self._times.append(at)
        return at


class ChatRateLimiter(BaseRateLimiter[None]):
    """Paces messages, and repeats a request that Telegram answers with HTTP 429.

    After a 429, only requests for that chat wait or, if the request was for no chat,
    requests of that method. After `MANY_CHATS` of them without a success in between,
    all requests wait, since the whole bot is too fast.

    Args:
        per_second: The most messages in a second to all chats together.
        metrics: Counters of the process.
        clock: Returns the time in seconds.
        sleep: Waits for a number of seconds.
    """

    def __init__(
        self,
        per_second: float,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        most = max(int(per_second), 1)
        self._all = _Window(most, most / per_second)
        self._metrics = metrics
        self._clock = clock
        self._sleep = sleep
        self._windows: OrderedDict[object, _Window] = OrderedDict()
        self._paused_until: dict[object, float] = {}
        self._all_paused_until = 0.0
        self._refused: set[object] = set()  # chats, since a request last succeeded

    async def initialize(self) -> None:
        """Do nothing; there is nothing to allocate."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to free."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Requested]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002 - nothing is to be said for one request
    ) -> Requested:
        """Send a request as soon as the limits allow it; see `BaseRateLimiter`.

        Raises:
            RetryAfter: Telegram has answered 429 too many times.
        """
        chat = data.get("chat_id")
        waits = endpoint if chat is None else chat
        n_refused = 0
        while True:
            await self._wait_while_paused(waits)
            if chat is not None:
                await self._wait_for_turn(endpoint, chat)
            try:
                result = await callback(*args, **kwargs)
            except RetryAfter as error:
                n_refused += 1
                if n_refused > MAX_RETRIES:
                    raise
                # As in the library's own limiter: the public property warns that its
                # type will change.
                self._pause(waits, error._retry_after.total_seconds())
            else:
                self._refused.clear()
                return result

    async def _wait_for_turn(self, endpoint: str, chat: object) -> None:
        is_message = (
            endpoint.startswith(("send", "copy", "forward"))
            and endpoint != "sendChatAction"
        )
        is_edit = endpoint.startswith("edit")
        if not (is_message or is_edit):
            return
        if is_message or _is_group(chat):
            await self._wait_until(self._window(chat).reserve(self._clock()))
        await self._wait_until(self._all.reserve(self._clock()))
        await self._wait_while_paused(chat)  # others may have been refused meanwhile

    async def _wait_while_paused(self, chat: object) -> None:
        while (until := self._until(chat)) > self._clock():
            await self._wait_until(until)

    def _until(self, chat: object) -> float:
        return max(self._all_paused_until, self._paused_until.get(chat, 0.0))

    async def _wait_until(self, at: float) -> None:
        seconds = at - self._clock()
        if seconds > 0:
            await self._sleep(seconds)

    def _window(self, chat: object) -> _Window:
        """Return the window of a chat."""
        if chat not in self._windows:
            self._windows[chat] = (
                _Window(GROUP_MOST, GROUP_SECONDS)
                if _is_group(chat)
                else _Window(PRIVATE_MOST, PRIVATE_SECONDS)
            )
        self._windows.move_to_end(chat)
        if len(self._windows) > MAX_CHATS:
            self._windows.popitem(last=False)
        return self._windows[chat]

    def _pause(self, chat: object, seconds: float) -> None:
        now = self._clock()
        until = now + seconds + MARGIN_SECONDS
        self._metrics.paused()
        self._paused_until = {
            other: time for other, time in self._paused_until.items() if time > now
        }
        self._paused_until[chat] = until
        self._refused.add(chat)
        if len(self._refused) < MANY_CHATS:
            logger.info("Telegram makes a chat wait for %g seconds", seconds)
            return
        self._all_paused_until = max(self._all_paused_until, until)
        logger.warning("Telegram makes all chats wait for %g seconds", seconds)


def _is_group(chat: object) -> bool:
    """Return whether a chat is a group or a channel; only these have a name as id.

    >>> _is_group(7), _is_group(-7), _is_group("@name")
    (False, True, True)
    """
    return (chat < 0) if isinstance(chat, int) else not str(chat).isdecimal()
