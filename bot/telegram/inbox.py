"""Updates on their way in: none is lost, each chat's stay in order, all take turns.

Telegram's library takes an update from the queue as soon as there is one, and makes a
task of it. So the queue holds only those whose turn it is; the others wait here, by
chat, and beyond a number of them Telegram keeps the rest.
"""

import asyncio
import json
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.addressing import is_for_us
from bot.telegram.quota import Verdict

logger = logging.getLogger(__name__)

MAX_WAITING = 2_000  # beyond them Telegram keeps the rest for us
MAX_WAITING_OF_CHAT = 200  # beyond them a chat's are dropped, lest it holds up others
MAX_UNDER_WAY = 256  # chats at once: waiting for Telegram, not computing

Admit = Callable[[Update], Verdict]


class Inbox(asyncio.Queue[object]):
    """The queue of updates; each is stored before Telegram learns that it arrived."""

    def __init__(self, store: Store, admit: Admit) -> None:
        """Keep updates in a store.

        Args:
            store: Where they wait for the next start, if need be.
            admit: Counts an update, and tells what becomes of it.
        """
        super().__init__()
        self._store = store
        self._admit = admit
        self._waiting: OrderedDict[Hashable, deque[Update]] = OrderedDict()
        self._under_way: set[Hashable] = set()
        self._room = asyncio.Semaphore(MAX_WAITING)
        self._over: set[int] = set()
        self._last: object = None  # comes after all that waits
        self.received_at: float | None = None  # by time.monotonic

    async def put(self, item: object) -> None:
        """Take an update that is meant for us, is admitted, and did not come before."""
        if not isinstance(item, Update):
            self._last = item
            self._hand_out()
            return
        self.received_at = time.monotonic()
        if not is_for_us(item):
            return
        verdict = self._admit(item)
        # A button that nobody answers goes on turning.
        if verdict is Verdict.IGNORE and not item.callback_query:
            return
        # An inline query is dead when the bot is back, and says who types what.
        if not item.inline_query:
            with suppress(StoreError):
                if not await self._store.updates.receive(
                    item.update_id, item.to_json()
                ):
                    return
        if verdict is not Verdict.ADMIT:
            self._over.add(item.update_id)
        await self._wait(item)

    @property
    def n_open(self) -> int:
        """How many updates wait or are under way."""
        return sum(map(len, self._waiting.values())) + len(self._under_way)

    def is_over(self, update_id: int) -> bool:
        """Tell, once, whether an update is one too many of a person's."""
        is_over = update_id in self._over
        self._over.discard(update_id)
        return is_over

    async def finish(self, update_id: int) -> None:
        """Drop an update that is dealt with."""
        with suppress(StoreError):
            await self._store.updates.finish(update_id)

    def release(self, update: object) -> None:
        """Let the next update of a chat have its turn."""
        self._under_way.discard(_line(update))
        self._hand_out()

    async def take_over(self, bot: Bot, *, starting: bool = False) -> None:
        """Take the updates that a process now dead has left; see `Store`."""
        with suppress(StoreError):
            for body in await self._store.updates.take_over(starting=starting):
                update = Update.de_json(json.loads(body), bot)
                if update:
                    await self._wait(update)

    async def _wait(self, update: Update) -> None:
        line = _line(update)
        waiting = self._waiting.get(line, ())
        if update.inline_query and waiting:  # who types on wants the last alone
            self._over.discard(self._waiting[line][-1].update_id)
            self._waiting[line][-1] = update
            return
        if len(waiting) >= MAX_WAITING_OF_CHAT:
            logger.warning("A chat has too much waiting; an update of it is dropped")
            await self.finish(update.update_id)
            return
        await self._room.acquire()
        self._waiting.setdefault(line, deque()).append(update)
        self._hand_out()

    def _hand_out(self) -> None:
        """Queue the next update of each chat that has none under way, by turns."""
        for line in [key for key in self._waiting if key not in self._under_way]:
            if len(self._under_way) >= MAX_UNDER_WAY:
                return
            waiting = self._waiting[line]
            self.put_nowait(waiting.popleft())
            self._under_way.add(line)
            self._room.release()
            if waiting:
                self._waiting.move_to_end(line)
            else:
                del self._waiting[line]
        if self._last is not None and not self._waiting:
            self.put_nowait(self._last)
            self._last = None


class Processor(BaseUpdateProcessor):
    """Processes what the inbox hands out, and tells it when that is done."""

    def __init__(self, inbox: Inbox) -> None:
        """Take the inbox."""
        super().__init__(MAX_UNDER_WAY)
        self._inbox = inbox

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Process an update; one that is cancelled is to be taken up again."""
        try:
            await coroutine
            if isinstance(update, Update):
                await self._inbox.finish(update.update_id)
        finally:
            self._inbox.release(update)

    async def initialize(self) -> None:
        """Do nothing; there is nothing to allocate."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to free."""


def _line(update: object) -> Hashable:
    """Tell whose updates are dealt with one after another: a chat's, a typist's."""
    if not isinstance(update, Update):
        return None
    if update.inline_query:
        return "inline", update.inline_query.from_user.id
    return update.effective_chat.id if update.effective_chat else None
