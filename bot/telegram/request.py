"""Requests to the Bot API server that outlast its outages."""

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

RETRY_SECONDS = 300  # an answer outlives an outage of this length
MAX_WAIT_SECONDS = 5  # between two tries, so that the bot is soon back
REPLY_SECONDS = 30  # that Telegram may take; a send given up too soon comes twice
_FOR_EVER = {"getUpdates", "getMe", "deleteWebhook", "setWebhook"}
_TELL_OF_TOKEN = {"getUpdates", "getMe"}  # others may be unknown themselves
_UNKNOWN_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


class _ServerError(NetworkError):
    """A 5xx reply of the Bot API server."""


class UnreadableReplyError(TelegramError):
    """A reply is no JSON that can be read.

    Attributes:
        payload: The reply, which may hold what people write: for no log.
    """

    def __init__(self, payload: bytes) -> None:
        super().__init__("Telegram's reply cannot be read")
        self.payload = payload


class RetryingRequest(HTTPXRequest):
    """Repeats a request on dropped connections and 5xx replies, with backoff.

    Starting and polling are repeated for ever, any other call for `RETRY_SECONDS`.
    A message that may have been taken, for it was written and then nothing came, is
    not sent again: it would reach the reader twice. HTTP 429 is left to the rate
    limiter, which makes further calls for the same chat wait.

    Args:
        refused: Set when Telegram does not know the token; polling alone would end
            without a word.
        metrics: Count what is repeated, and what fails in the end.
        told_time: Called with the server's time, in seconds since 1970, when a reply
            has it.
        options: Those of `HTTPXRequest`.
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
        """Parse a reply; unlike the library's own way, no log gets its text.

        Raises:
            UnreadableReplyError: It is no JSON object, or nested too deep.
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
