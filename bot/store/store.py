"""The store, whole: each kind of what lasts, and what is done to all at once."""

import logging
from functools import cached_property

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
    """

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
    def uploads(self) -> KeptUploads:
        """What chats sent."""
        return KeptUploads(self)

    @cached_property
    def updates(self) -> KeptUpdates:
        """Those that wait."""
        return KeptUpdates(self)

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
        if self.has_jumped:
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
