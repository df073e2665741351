"""Requests to the Bot API server, repeated during its outages."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from httpx import ConnectTimeout, PoolTimeout, Response
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_delay,
    stop_never,
    wait_random_exponential,
)

from bot.telegram.metrics import Metrics

logger = logging.getLogger(__name__)

RETRY_SECONDS = 300  # the longest outage that an answer survives
MAX_WAIT_SECONDS = 5  # between two tries, so that the bot recovers soon
REPLY_SECONDS = 30  # for which a reply is awaited; too short, and messages come twice
_FOR_EVER = {"getUpdates", "getMe", "deleteWebhook", "setWebhook"}
_TELL_OF_TOKEN = {"getUpdates", "getMe"}  # for other methods, 404 may mean the method
_UNKNOWN_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


class _ServerError(NetworkError):
    """A 5xx reply of the Bot API server."""


class UnreadableReplyError(TelegramError):
    """A reply is not a JSON object of the Bot API.

    Attributes:
        payload: The reply; it may hold users' texts, and must not be logged.
    """

    def __init__(self, payload: bytes) -> None:
        super().__init__("Telegram's reply cannot be read")
        self.payload = payload


class RetryingRequest(HTTPXRequest):
    """Repeats a request on dropped connections and 5xx replies, with backoff.

    Calls for starting and polling are repeated for ever, other calls for
    `RETRY_SECONDS`. A message is not sent again if the request was written and no reply
    came, since the user might get it twice. HTTP 429 is left to the rate limiter.

    Args:
        refused: An event that is set when Telegram does not know the token.
        metrics: Counters of the process.
        told_time: Called with the server's time, in seconds since 1970, for each reply
            that has it.
        options: Further arguments of `HTTPXRequest`.
    """

    def __init__(
        self,
        refused: asyncio.Event,
        metrics: Metrics,
        told_time: Callable[[float], None],
        **options: Any,
    ) -> None:
        hooks = {"response": [partial(_tell_time, told_time)]}
        super().__init__(
            read_timeout=REPLY_SECONDS, httpx_kwargs={"event_hooks": hooks}, **options
        )
        self._refused = refused
        self._metrics = metrics

    async def do_request(
        self, url: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Send a request; see `telegram.request.BaseRequest.do_request`.

        Raises:
            NetworkError: The server could not be reached in time.
        """
        method = url.rpartition("/")[2]
        repeat = method in _FOR_EVER
        retrying = AsyncRetrying(
            retry=retry_if_exception(partial(_may_repeat, method)),
            wait=wait_random_exponential(multiplier=0.5, max=MAX_WAIT_SECONDS),
            stop=stop_never if repeat else stop_after_delay(RETRY_SECONDS),
            before_sleep=partial(self._tell_of_retry, method),
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    code, payload = await super().do_request(url, *args, **kwargs)
                    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                        raise _ServerError(f"HTTP {code}")
        except NetworkError:
            self._metrics.given_up()
            raise
        if method in _TELL_OF_TOKEN and code in _UNKNOWN_TOKEN:
            self._refused.set()
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse a reply; unlike the library's own method, this does not log its text.

        Raises:
            UnreadableReplyError: The reply is not a JSON object, or is nested too deep.
        """
        try:
            reply: object = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise UnreadableReplyError(payload) from None
        if not isinstance(reply, dict) or not (
            "result" in reply or "description" in reply
        ):
            raise UnreadableReplyError(payload)
        return reply

    def _tell_of_retry(self, method: str, state: RetryCallState) -> None:
        self._metrics.retried()
        if method == "getUpdates":
            self._metrics.poll_failed()
        error = state.outcome and state.outcome.exception()
        logger.warning(
            "%s failed, trying again (%s; try %d)", method, error, state.attempt_number
        )


async def _tell_time(told_time: Callable[[float], None], response: Response) -> None:
    with suppress(ValueError):
        told_time(parsedate_to_datetime(response.headers.get("date", "")).timestamp())


def _may_repeat(method: str, error: BaseException) -> bool:
    """Return whether a request that failed may be sent again."""
    if method.startswith("send") and isinstance(error, TimedOut):
        return isinstance(error.__cause__, ConnectTimeout | PoolTimeout)
    return isinstance(error, NetworkError)
