"""The inbox: a queue that loses no update, keeps each chat's order, and is fair.

Telegram's library takes updates from the queue at once, and starts a task for each. So
the queue holds only the next update of each chat, if the chat has none under way. The
other updates wait in the inbox, chat by chat. When `MAX_WAITING` wait, the inbox
accepts no more, and Telegram keeps the rest.
"""

import asyncio
import json
import logging
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.addressing import is_addressed_to_bot, sender_of
from bot.telegram.admission import Admitted
from bot.telegram.metrics import Metrics
from bot.telegram.rate_limit import Verdict

logger = logging.getLogger(__name__)

MAX_WAITING = 2_000  # updates; Telegram keeps further ones
MAX_WAITING_OF_CHAT = (
    200  # further updates of a chat are dropped, so that others can wait
)
MAX_UNDER_WAY = 256  # chats; most of them wait for Telegram and do not compute

Admit = Callable[[Update], Verdict]

# The id of the update that is being processed, if a dead process has left it.
_left_over_update: ContextVar[int | None] = ContextVar("left_over_update", default=None)


class Inbox(asyncio.Queue[object]):
    """The queue of updates; each is stored before its arrival is confirmed to Telegram.

    The queue's items are `Admitted`.

    Attributes:
        received_at: Time of the last update by `time.monotonic`, in seconds, or None.

    Args:
        store: Stores updates until they are answered, across restarts.
        admit: Counts an update, and returns the verdict on it.
        metrics: Counters of the process.
    """

    def __init__(self, store: Store, admit: Admit, metrics: Metrics) -> None:
        super().__init__()
        self._store = store
        self._admit = admit
        self._metrics = metrics
        self._left_over: set[int] = set()
        self._tried: Counter[int] = Counter()  # tries by update id, not taken back yet
        self._is_stopping = False
        self._waiting: OrderedDict[Hashable, deque[Admitted]] = OrderedDict()
        self._under_way: set[Hashable] = set()
        self._room = asyncio.Semaphore(MAX_WAITING)
        self._last: object = None  # is handed out after all updates
        self.received_at: float | None = None  # by time.monotonic

    async def receive(self, raw: object, bot: Bot) -> bool:
        """Accept an update in Telegram's JSON; return False if it is no update.

        An update that cannot be parsed is dropped, since Telegram would send it and all
        later updates again for ever.
        """
        if not (isinstance(raw, dict) and isinstance(raw.get("update_id"), int)):
            return False
        self.received_at = time.monotonic()
        try:
            update = _parse(raw, bot)
        except Exception as error:  # the library raises anything for malformed updates
            self._drop(raw, error)
        else:
            await self.put(update)
        return True

    async def put(self, item: object) -> None:
        """Queue an update that is addressed to the bot, unless it came before."""
        if not isinstance(item, Update):
            self._last = item
            self._hand_out()
            return
        if not is_addressed_to_bot(item):
            return
        verdict = self._admit(item)
        # A press must be answered, or the button shows progress for ever.
        if verdict is Verdict.REJECT_SILENTLY and not item.callback_query:
            return
        # An inline query is not stored: it is out of date after a restart, and private;
        # nor is a reaction, which may be one to a message of others.
        if not (item.inline_query or item.message_reaction):
            with suppress(StoreError):
                body = json.dumps(_without_names(item.to_dict()))
                if not await self._store.updates.receive(item.update_id, body):
                    return
        await self._wait(Admitted(item, verdict))

    @property
    def pending(self) -> int:
        """The number of updates that wait or are under way."""
        return sum(map(len, self._waiting.values())) + len(self._under_way)

    async def finish(self, update_id: int) -> None:
        """Delete a processed update from the store."""
        self._left_over.discard(update_id)
        with suppress(StoreError):
            await self._store.updates.finish(update_id)

    def release(self, item: object) -> None:
        """Make way for the next update of an item's chat."""
        if isinstance(item, Admitted):
            self._under_way.discard(_queue_key(item.update))
        self._hand_out()

    async def take_over(self, bot: Bot, *, starting: bool = False) -> None:
        """Queue the updates that a dead process has left in the store.

        Chats come last if one of their updates may have crashed that process.

        Args:
            bot: Telegram's client.
            starting: Whether this process is starting.
        """
        with suppress(StoreError):
            left = await self._store.updates.take_over(starting=starting)
            updates: list[Update] = []
            suspects: set[Hashable] = set()
            for kept in left:
                raw = json.loads(kept.body)
                try:
                    update = _parse(raw, bot)
                except Exception as error:  # another version may have stored it
                    self._drop(raw, error)
                    await self.finish(raw["update_id"])
                    continue
                updates.append(update)
                self._left_over.add(update.update_id)
                if kept.is_suspect:
                    suspects.add(_queue_key(update))
            for update in sorted(updates, key=lambda u: _queue_key(u) in suspects):
                await self._wait(Admitted(update, Verdict.ADMIT))

    @asynccontextmanager
    async def processing(self, item: object) -> AsyncIterator[None]:
        """Return a context in which `trying` knows the update that is processed."""
        number = item.update.update_id if isinstance(item, Admitted) else None
        token = _left_over_update.set(number if number in self._left_over else None)
        try:
            yield
        finally:
            _left_over_update.reset(token)

    @asynccontextmanager
    async def trying(self) -> AsyncIterator[None]:
        """Return a context for work that may crash the process.

        If a dead process left the update that is being processed, a try of it is
        counted in the store, and uncounted when the work has not crashed this process.
        """
        number = _left_over_update.get()
        if number is None or self._is_stopping:
            yield
            return
        self._tried[number] += 1
        with suppress(StoreError):
            await self._store.updates.begin(number)
        try:
            yield
        finally:
            if self._tried[number] > 0:
                self._tried[number] -= 1
                with suppress(StoreError):
                    await asyncio.shield(self._store.updates.give_back(number))

    async def give_back_tries(self) -> None:
        """Uncount all tries, and count no more, since the process ends in order."""
        self._is_stopping = True
        tried, self._tried = self._tried, Counter()
        for number in tried.elements():
            with suppress(StoreError):
                await self._store.updates.give_back(number)

    async def _wait(self, admitted: Admitted) -> None:
        update = admitted.update
        key = _queue_key(update)
        waiting = self._waiting.get(key, ())
        if update.inline_query and waiting:  # only the last query is of use
            self._waiting[key][-1] = admitted
            return
        if len(waiting) >= MAX_WAITING_OF_CHAT:
            logger.warning("Too many updates of a chat wait; one is dropped")
            await self.finish(update.update_id)
            return
        await self._room.acquire()
        self._waiting.setdefault(key, deque()).append(admitted)
        self._hand_out()

    def _drop(self, raw: dict[str, Any], error: Exception) -> None:
        """Log an update that cannot be parsed, without its content."""
        self._metrics.dropped()
        logger.warning(
            "Update %d (%s) cannot be parsed and is dropped (%s)",
            raw["update_id"],
            ", ".join(kind for kind in Update.ALL_TYPES if kind in raw) or "no content",
            type(error).__name__,
        )

    def _hand_out(self) -> None:
        """Queue the next update of each chat that has none under way, in turns."""
        for key in [key for key in self._waiting if key not in self._under_way]:
            if len(self._under_way) >= MAX_UNDER_WAY:
                return
            waiting = self._waiting[key]
            self.put_nowait(waiting.popleft())
            self._under_way.add(key)
            self._room.release()
            if waiting:
                self._waiting.move_to_end(key)
            else:
                del self._waiting[key]
        if self._last is not None and not self._waiting:
            self.put_nowait(self._last)
            self._last = None


class Processor(BaseUpdateProcessor):
    """Processes the items of the inbox, and tells it when each is done."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(MAX_UNDER_WAY)
        self._inbox = inbox

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Process an update; a cancelled one stays in the store for the next start."""
        try:
            async with self._inbox.processing(update):
                await coroutine
            if isinstance(update, Admitted):
                await self._inbox.finish(update.update.update_id)
        finally:
            self._inbox.release(update)

    async def initialize(self) -> None:
        """Do nothing; there is nothing to allocate."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to free."""


def _parse(raw: dict[str, Any], bot: Bot) -> Update:
    """Parse an update, and check that its later use raises nothing.

    Raises:
        Exception: The update is malformed.
    """
    update = Update.de_json(raw, bot)
    message = update.effective_message
    if message and not isinstance(message.chat.id, int):
        raise TypeError("a chat's id is a number")
    if not any(raw.get(kind) for kind in Update.ALL_TYPES):
        raise ValueError("it brings nothing")
    is_addressed_to_bot(update)
    sender_of(update)
    update.to_dict()
    return update


def _without_names(content: Any) -> Any:
    """Remove the names of users and chats from an update.

    >>> _without_names({"from": {"id": 1, "first_name": "Ann", "username": "ann"}})
    {'from': {'id': 1, 'first_name': ''}}
    """
    if isinstance(content, list):
        return [_without_names(each) for each in content]
    if not isinstance(content, dict):
        return content
    left = {
        key: _without_names(value)
        for key, value in content.items()
        if key not in ("last_name", "username")
    }
    return left | ({"first_name": ""} if "first_name" in left else {})


def _queue_key(update: Update) -> Hashable:
    """Return the key of an update's queue: its chat, or the user of an inline query."""
    if update.inline_query:
        return "inline", update.inline_query.from_user.id
    return update.effective_chat.id if update.effective_chat else None
