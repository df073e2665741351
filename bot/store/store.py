"""The store, whole: each kind of what lasts, and what is done to all at once."""

import logging
import time
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy import update as update_rows

from bot.store.choices import Choices
from bot.store.database import DAY, Database
from bot.store.feedback import Feedback
from bot.store.passages import Passages, key_prefix
from bot.store.schema import choices, inbox, messages, passages, turns, uploads
from bot.store.turns import Turns
from bot.store.updates import KeptUpdates
from bot.store.uploads import KeptUploads

logger = logging.getLogger(__name__)

KEPT_UPDATES_SECONDS = 86_400  # as long as Telegram itself keeps them


class Store(Database):
    """What lasts, in one database.

    Each method that awaits raises `StoreError` if the database cannot be used.

    Attributes:
        turns: Questions with their answers.
        feedback: What readers say of these.
        choices: What places are answered from.
        uploads: What chats sent.
        updates: Those that wait.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a database URL; nothing is opened before it is used.

        Args:
            url: `sqlite:///file` or `postgresql://user:password@host/database`.
            clock: Seconds since 1970.
            stopwatch: Seconds from any time on, which nobody sets back.

        Raises:
            StoreURLError: The URL is of no kind that is known, or its driver is
                not installed.
        """
        super().__init__(url, clock, stopwatch)
        self.turns = Turns(self, Passages(self))
        self.feedback = Feedback(self)
        self.choices = Choices(self)
        self.uploads = KeptUploads(self)
        self.updates = KeptUpdates(self)
        self._ahead = clock() - stopwatch()  # as long as nobody sets the clock

    async def forget(self, chat_id: int) -> None:
        """Delete what is stored of a chat."""
        prefix = key_prefix(chat_id)
        async with self.transaction() as connection:
            for table in (turns, choices, uploads):
                await connection.execute(
                    delete(table).where(table.c.chat_id == chat_id)
                )
            await connection.execute(
                delete(passages).where(passages.c.id.startswith(prefix))
            )
        self.turns.forget_lost(chat_id)
        await self.empty_log()

    async def move(self, old: int, new: int) -> None:
        """Keep what is stored of a chat for another, which it has become."""
        async with self.transaction() as connection:
            for table in (turns, messages, choices, uploads):
                await connection.execute(
                    update_rows(table).where(table.c.chat_id == old).values(chat_id=new)
                )

    async def prune(self, days: int, upload_hours: float) -> None:
        """Delete what is too old, and updates that Telegram has dropped.

        Nothing is deleted by a clock that has jumped by more than a day.

        Args:
            days: That turns are kept.
            upload_hours: That articles are kept which readers sent.
        """
        if abs(self.clock() - self._stopwatch() - self._ahead) > DAY:
            logger.error(
                "The clock has jumped; nothing is deleted before the bot is restarted"
            )
            return
        now = int(self.clock())
        before = now - days * DAY
        stale = now - KEPT_UPDATES_SECONDS
        sent_before = self.clock() - upload_hours * 3_600
        async with self.transaction() as connection:
            await connection.execute(delete(turns).where(turns.c.asked_at < before))
            asked = select(turns.c.id).where(turns.c.chat_id == choices.c.chat_id)
            await connection.execute(
                delete(choices).where(choices.c.chosen_at < before, ~asked.exists())
            )
            await connection.execute(delete(inbox).where(inbox.c.alive_at < stale))
            await connection.execute(
                delete(uploads).where(uploads.c.sent_at < sent_before)
            )
            # Their day of use is noted only roughly: two days make up for it.
            await connection.execute(
                delete(passages).where(passages.c.used_at < before - 2 * DAY)
            )
