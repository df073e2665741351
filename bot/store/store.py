"""The store: one part for each kind of data, and the operations on several parts."""

import logging
import time
from collections.abc import Callable

from sqlalchemy import delete, func, select
from sqlalchemy import update as update_rows

from bot.store.choice_store import ChoiceStore
from bot.store.clock import DAY, Clock
from bot.store.database import Database
from bot.store.feedback_store import FeedbackStore
from bot.store.passage_store import PassageStore
from bot.store.schema import choices, inbox, messages, turns, uploads
from bot.store.turn_store import TurnStore
from bot.store.update_store import UpdateStore
from bot.store.upload_store import UploadStore

logger = logging.getLogger(__name__)


class Store:
    """All persistent data of a bot, in one database, which is opened on first use.

    Each method that awaits raises `StoreError` if the database cannot be used.

    Attributes:
        clock: The time that rows are stored with.
        database: The connection, its state and its transactions.
        turns: Questions with their answers.
        passages: The passages that these answers quote.
        feedback: The ratings of these answers.
        choices: The article that each chat location has chosen.
        uploads: The articles that chats sent.
        updates: The updates that wait to be dealt with.

    Args:
        url: `sqlite:///file` or `postgresql://user:password@host/database`.
        wall_clock: Returns the seconds since 1970.
        stopwatch: Returns the seconds since any fixed moment; nobody can set it back.

    Raises:
        StoreURLError: The URL is malformed or of another kind of database, or the
            driver is not installed.
    """

    def __init__(
        self,
        url: str,
        wall_clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = Clock(wall_clock, stopwatch)
        self.database = Database(url, self.clock)
        self.passages = PassageStore(self.database)
        self.turns = TurnStore(self.database, self.passages)
        self.feedback = FeedbackStore(self.database, self.passages)
        self.choices = ChoiceStore(self.database)
        self.uploads = UploadStore(self.database)
        self.updates = UpdateStore(self.database)
        self._last_before: int | None = None  # see `_last_time`

    async def close(self) -> None:
        """Close every connection."""
        await self.database.close()

    async def forget(self, chat_id: int) -> bool:
        """Delete the data of a chat.

        Returns:
            False while the SQLite file still holds deleted words, because another
            process reads it; `Database.truncate_wal_again` removes them later.
        """
        async with self.database.transaction() as connection:
            for table in (turns, choices, uploads):
                await connection.execute(
                    delete(table).where(table.c.chat_id == chat_id)
                )
            await self.passages.delete_chat(connection, chat_id)
        self.turns.forget_unsaved(chat_id)
        return await self.database.truncate_wal()

    async def move(self, old: int, new: int) -> None:
        """Move the data of a chat to the chat that it has become."""
        async with self.database.transaction() as connection:
            for table in (turns, messages, choices, uploads):
                await connection.execute(
                    update_rows(table).where(table.c.chat_id == old).values(chat_id=new)
                )

    async def prune(self, days: int, upload_hours: float) -> None:
        """Delete old data, unless the clock may be wrong.

        Args:
            days: Lifetime of turns.
            upload_hours: Lifetime of the articles that users sent.
        """
        if not await self._is_clock_trusted():
            return
        now = self.clock.now()
        before = int(now) - days * DAY
        async with self.database.transaction() as connection:
            await self.turns.delete_before(connection, before)
            await self.choices.delete_unused(connection, before)
            await self.updates.delete_stale(connection, int(now))
            await self.uploads.delete_before(connection, now - upload_hours * 3_600)
            await self.passages.delete_unused(connection, before)

    async def _is_clock_trusted(self) -> bool:
        """Return whether old data may be deleted by the clock; log why not.

        A machine without a battery may start in any year. So nothing is deleted by a
        clock that has jumped by over a day, nor by one over a day beyond the last
        stored time, unless Telegram's clock agrees with it.
        """
        if self.clock.has_jumped:
            logger.error(
                "The clock has jumped; nothing is deleted before the bot is restarted"
            )
            return False
        if self._last_before is None:
            self._last_before = await self._last_time()
        is_late = self._last_before and self.clock.started_at > self._last_before + DAY
        if is_late and not self.clock.is_confirmed:
            logger.info(
                "Nothing is deleted yet: by the clock, the store was not used for over "
                "a day, and Telegram has not confirmed the clock"
            )
            return False
        return True

    async def _last_time(self) -> int:
        """Return the latest time that an earlier process stored; 0 if none did."""
        columns = (turns.c.asked_at, inbox.c.alive_at, uploads.c.sent_at)
        async with self.database.transaction() as connection:
            times = [
                await connection.scalar(
                    select(func.max(column)).where(column < self.clock.started_at)
                )
                for column in columns
            ]
        return int(max((time for time in times if time), default=0))
