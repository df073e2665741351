"""Updates on their way in: none is lost, and each chat's stay in order."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.addressing import is_for_us
from bot.store import Store, StoreError

MAX_WAITING_UPDATES = 2_000  # beyond them Telegram keeps the rest for us
MAX_CONCURRENT_UPDATES = 1_024  # waiting for Telegram, not computing


class Inbox(asyncio.Queue[object]):
    """The queue of updates; each is stored before Telegram learns that it arrived."""

    def __init__(self, store: Store) -> None:
        """Keep updates in a store."""
        super().__init__(MAX_WAITING_UPDATES)
        self._store = store
        self.received_at: float | None = None  # by time.monotonic

    async def put(self, item: object) -> None:
        """Store an update that is meant for us and queue it, unless it came before."""
        self.received_at = time.monotonic()
        if isinstance(item, Update):
            if not is_for_us(item):
                return
            with suppress(StoreError):
                if not await self._store.receive(item.update_id, item.to_json()):
                    return
        await super().put(item)

    async def finish(self, update_id: int) -> None:
        """Drop an update that is dealt with."""
        with suppress(StoreError):
            await self._store.finish(update_id)

    async def take_over(self, bot: Bot, *, starting: bool = False) -> None:
        """Queue the updates that a process now dead has left; see `Store`."""
        with suppress(StoreError):
            for body in await self._store.take_over(starting=starting):
                await super().put(Update.de_json(json.loads(body), bot))


class ChatOrder(BaseUpdateProcessor):
    """Processes chats concurrently, and each chat's updates in order."""

    def __init__(self, finish: Callable[[int], Awaitable[Any]]) -> None:
        """Start with no chat waiting.

        Args:
            finish: Called with the id of an update that is dealt with; not for one
                that was cancelled, which is to be taken up again.
        """
        super().__init__(MAX_CONCURRENT_UPDATES)
        self._finish = finish
        self._locks: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[Hashable, int] = defaultdict(int)

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Process an update once those before it in its chat are done."""
        key = _chat(update)
        self._waiting[key] += 1
        try:
            async with self._locks[key]:  # asyncio.Lock is fair: first in, first out
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
        if isinstance(update, Update):
            await self._finish(update.update_id)

    async def initialize(self) -> None:
        """Do nothing; there is nothing to allocate."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to free."""


def _chat(update: object) -> Hashable:
    if not isinstance(update, Update):
        return None
    chat = update.effective_chat or update.effective_user  # inline has no chat
    return chat.id if chat else None
