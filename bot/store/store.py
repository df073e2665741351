"""The store, whole: each kind of what lasts, and what is done to all at once."""

import logging
from functools import cached_property

from sqlalchemy import delete, func, select
from sqlalchemy import update as update_rows

from bot.store.choices import Choices
from bot.store.database import DAY, Database
from bot.store.feedback import Feedback
from bot.store.passages import Passages, key_prefix
from bot.store.schema import choices, inbox, messages, passages, turns, uploads
from bot.store.turns import Turns
from bot.store.updates import UpdateStore
from bot.store.uploads import UploadStore

logger = logging.getLogger(__name__)

KEPT_UPDATES_SECONDS = 86_400  # as long as Telegram itself keeps them


class Store(Database):
    """What lasts, in one database.

    Each method that awaits raises `StoreError` if the database cannot be used.
    """

    _last_before: int | None = None  # the latest time stored before this process began

    @cached_property
    def turns(self) -> Turns:
        """Questions with their answers."""
        return Turns(self, Passages(self))

    @cached_property
    def feedback(self) -> Feedback:
        """What readers say of these."""
        return Feedback(self)

    @cached_property
    def choices(self) -> Choices:
        """What places are answered from."""
        return Choices(self)

    @cached_property
    def uploads(self) -> UploadStore:
        """What chats sent."""
        return UploadStore(self)

    @cached_property
    def updates(self) -> UpdateStore:
        """Those that wait."""
        return UpdateStore(self)

    async def forget(self, chat_id: int) -> bool:
        """Delete what is stored of a chat.

        Returns:
            False while the file of SQLite still holds deleted words, since somebody
            reads it; they leave it when that is over.
        """
        prefix = key_prefix(chat_id)
        async with self.transaction() as connection:
            for table in (turns, choices, uploads):
                await connection.execute(
                    delete(table).where(table.c.chat_id == chat_id)
                )
            await connection.execute(
                delete(passages).where(passages.c.id.startswith(prefix))
            )
        self.turns.forget_unsaved(chat_id)
        return await self.truncate_wal()

    async def move(self, old: int, new: int) -> None:
        """Keep what is stored of a chat for another, which it has become."""
        async with self.transaction() as connection:
            for table in (turns, messages, choices, uploads):
                await connection.execute(
                    update_rows(table).where(table.c.chat_id == old).values(chat_id=new)
                )

    async def prune(self, days: int, upload_hours: float) -> None:
        """Delete what is too old, and updates that Telegram has dropped.

        Nothing is deleted by a clock that has jumped by more than a day, nor by one
        that is more than a day beyond the last that was stored before this process
        began, unless Telegram's clock says the same: a machine without a battery may
        begin in any year.

        Args:
            days: That turns are kept.
            upload_hours: That articles are kept which readers sent.
        """
        if self.has_jumped:
            logger.error(
                "The clock has jumped; nothing is deleted before the bot is restarted"
            )
            return
        now = int(self.clock())
        if self._last_before is None:
            self._last_before = await self._last_time()
        is_late = self._last_before and self.begun_at > self._last_before + DAY
        if is_late and not self.is_clock_confirmed:
            logger.info(
                "Nothing is deleted yet: by the clock nobody has used the store for "
                "over a day, and Telegram has not confirmed the clock"
            )
            return
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

    async def _last_time(self) -> int:
        """Return the latest time that an earlier process stored; 0 if none did."""
        columns = (turns.c.asked_at, inbox.c.alive_at, uploads.c.sent_at)
        async with self.transaction() as connection:
            times = [
                await connection.scalar(
                    select(func.max(column)).where(column < self.begun_at)
                )
                for column in columns
            ]
        return int(max((time for time in times if time), default=0))
