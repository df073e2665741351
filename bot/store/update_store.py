"""Updates received from Telegram and not dealt with yet."""

import logging
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import inbox

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30  # a process silent for longer has lost its updates
UPDATE_LIFETIME_SECONDS = 86_400  # as long as Telegram itself keeps an update
MAX_TRIES = 3  # of an update; one that ends the bot each time is given up


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """An update that an earlier process did not finish.

    Attributes:
        body: The update as JSON, as received.
        is_suspect: Whether an earlier attempt to recover it ended its process.
    """

    body: str
    is_suspect: bool


class UpdateStore:
    """Stores updates for this process, or for another that takes them over.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = uuid4().hex

    async def receive(self, update_id: int, body: str) -> bool:
        """Store an update; return whether it is new."""
        row = {
            "update_id": update_id,
            "body": body,
            "owner": self._owner,
            "alive_at": int(self._database.clock.now()),
        }
        async with self._database.transaction() as connection:
            result = await connection.execute(
                self._database.insert(inbox).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def finish(self, update_id: int) -> None:
        """Delete the body of an update that is dealt with; its number stays known."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(inbox).where(inbox.c.update_id == update_id).values(body="")
            )

    async def begin(self, update_id: int) -> None:
        """Count an attempt at an update, before work that may end the process."""
        await self._count(update_id, 1)

    async def give_back(self, update_id: int) -> None:
        """Uncount an attempt that this process has survived."""
        await self._count(update_id, -1)

    async def take_over(self, *, starting: bool = False) -> list[PendingUpdate]:
        """Renew this process's lease, and take the updates of dead processes.

        Args:
            starting: Whether this process has just started. Only one process uses a
                SQLite file, so all updates in it are left by one that has ended.

        Returns:
            The updates taken, in order of arrival.
        """
        now = int(self._database.clock.now())
        is_open = inbox.c.body != ""
        lost = is_open & (inbox.c.owner != self._owner)
        if not (starting and self._database.is_sqlite):
            lost &= inbox.c.alive_at < now - LEASE_SECONDS
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(inbox)
                .where(is_open, inbox.c.owner == self._owner)
                .values(alive_at=now)
            )
            given_up = await connection.execute(
                delete(inbox).where(lost, inbox.c.tries >= MAX_TRIES)
            )
            taken = await connection.execute(
                update_rows(inbox)
                .where(lost)
                .values(owner=self._owner, alive_at=now)
                .returning(inbox.c.update_id, inbox.c.body, inbox.c.tries)
            )
            rows = sorted(taken, key=lambda row: int(row.update_id))
        if given_up.rowcount:
            logger.error(
                "%d updates have ended the bot %d times each; they are dropped",
                given_up.rowcount,
                MAX_TRIES,
            )
        return [PendingUpdate(row.body, row.tries > 1) for row in rows]

    async def delete_stale(self, connection: AsyncConnection, now: int) -> None:
        """Delete updates that Telegram has dropped too."""
        stale = now - UPDATE_LIFETIME_SECONDS
        await connection.execute(delete(inbox).where(inbox.c.alive_at < stale))

    async def _count(self, update_id: int, tries: int) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(inbox)
                .where(inbox.c.update_id == update_id)
                .values(tries=inbox.c.tries + tries)
            )
