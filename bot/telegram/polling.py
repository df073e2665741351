"""Long polling for updates, with each update parsed by itself.

python-telegram-bot parses all updates of a reply at once: after an update that it
cannot parse, it fetches the updates again and again without a pause.
"""

import asyncio
import logging
import re
import time
from contextlib import suppress
from typing import Any

from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram.inbox import Inbox
from bot.telegram.metrics import Metrics
from bot.telegram.request import REPLY_SECONDS, UnreadableReplyError

logger = logging.getLogger(__name__)

POLL_SECONDS = 10  # for which Telegram waits for an update before it replies
MAX_UPDATES = 100  # of one reply
MAX_BACKOFF_SECONDS = 30.0
QUIET_SECONDS = 60  # without a reply, after which Telegram counts as unreachable
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,18})')


class PollingBot(ExtBot[None]):
    """A bot that returns updates as unparsed JSON."""

    async def fetch_updates(
        self, offset: int, seconds: int, allowed: list[str], limit: int = MAX_UPDATES
    ) -> list[Any]:
        """Return the waiting updates in Telegram's JSON.

        Args:
            offset: The id of the first update that is wanted; earlier updates are
                confirmed by it, and not sent again.
            seconds: The time that Telegram may wait for an update.
            allowed: The kinds of updates that are wanted.
            limit: The maximum number of updates.

        Raises:
            UnreadableReplyError: The reply is no JSON that can be read.
            TelegramError: Telegram refuses, or its reply holds no list.
        """
        data = {
            "offset": offset,
            "timeout": seconds,
            "limit": limit,
            "allowed_updates": allowed,
        }
        timeout = REPLY_SECONDS + seconds
        result = await self._post("getUpdates", data, read_timeout=timeout)
        if not isinstance(result, list):
            raise TelegramError("the reply to getUpdates holds no list")
        return result


class Poller:
    """Polls Telegram for updates, and puts them into the inbox.

    Args:
        bot: Telegram's client.
        inbox: The queue of updates.
        metrics: Counters of the process.
        allowed: The kinds of updates that are wanted.
    """

    def __init__(
        self, bot: PollingBot, inbox: Inbox, metrics: Metrics, allowed: list[str]
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._metrics = metrics
        self._allowed = allowed
        self._offset = 0
        self._succeeded_at = time.monotonic()

    @property
    def is_deaf(self) -> bool:
        """True if no poll has succeeded for a while."""
        return time.monotonic() > self._succeeded_at + QUIET_SECONDS

    async def run(self) -> None:
        """Poll until cancelled; after each failure in a row, wait longer."""
        n_failures = 0
        while True:
            try:
                await self._poll(POLL_SECONDS)
            except Exception as error:  # no reply of the server may stop the polling
                self._metrics.poll_failed()
                _tell(error)
                backoff = min(2.0**n_failures / 2, MAX_BACKOFF_SECONDS)
                if isinstance(error, RetryAfter):  # see `pacing` for the property
                    backoff = max(backoff, error._retry_after.total_seconds())
                n_failures = min(n_failures + 1, 10)
                await asyncio.sleep(backoff)
            else:
                n_failures = 0

    async def confirm(self) -> None:
        """Confirm the received updates, so that Telegram does not send them again."""
        with suppress(TelegramError):
            await self._bot.fetch_updates(self._offset, 0, self._allowed)

    async def _poll(self, seconds: int) -> None:
        updates = await self._fetch(seconds)
        self._succeeded_at = time.monotonic()
        if updates and all(_number(update) is None for update in updates):
            raise TelegramError("the reply to getUpdates holds no update with a number")
        for update in updates:
            await self._inbox.receive(update, self._bot)
            self._offset = max(self._offset, (_number(update) or 0) + 1)

    async def _fetch(self, seconds: int, limit: int = MAX_UPDATES) -> list[Any]:
        """Fetch updates; if the reply cannot be read, fetch a single update."""
        try:
            return await self._bot.fetch_updates(
                self._offset, seconds, self._allowed, limit
            )
        except UnreadableReplyError as error:
            if limit > 1:
                return await self._fetch(seconds, 1)
            number = _NUMBER.search(error.payload)
            if number is None:
                raise
            return [{"update_id": int(number[1])}]


def _number(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


def _tell(error: Exception) -> None:
    if isinstance(error, Conflict):
        logger.error(
            "Another program is fetching this bot's messages with the same token; "
            "stop it, for only one can"
        )
        return
    # The text of other errors may hold what people write.
    reason = str(error) if isinstance(error, TelegramError) else type(error).__name__
    logger.warning("Fetching messages failed, trying again: %s", reason)
