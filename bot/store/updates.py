"""Updates that came in, and wait until they are dealt with."""

import logging
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy import update as update_rows

from bot.store.database import Database
from bot.store.schema import inbox

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30  # a process silent for longer has lost its updates
MAX_TRIES = 3  # of an update; one that ends the bot each time is given up


@dataclass(frozen=True, slots=True)
class KeptUpdate:
    """An update that an earlier process has left.

    Attributes:
        body: The update, as it was received.
        is_suspect: Whether a process ended amid it that had taken it over itself.
    """

    body: str
    is_suspect: bool


class UpdateStore:
    """Keeps updates, for this process or one that takes them over.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        """Take where they are kept."""
        self._database = database
        self._owner = uuid4().hex

    async def receive(self, update_id: int, body: str) -> bool:
        """Keep an update until it is dealt with; False if it came before."""
        row = {
            "update_id": update_id,
            "body": body,
            "owner": self._owner,
            "alive_at": int(self._database.clock()),
        }
        async with self._database.transaction() as connection:
            result = await connection.execute(
                self._database.insert(inbox).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def finish(self, update_id: int) -> None:
        """Drop what an update said that is dealt with; its number stays known."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(inbox).where(inbox.c.update_id == update_id).values(body="")
            )

    async def begin(self, update_id: int) -> None:
        """Count a try at an update that was taken over, before what may end us."""
        await self._count(update_id, 1)

    async def give_back(self, update_id: int) -> None:
        """Uncount a try that this process has outlived."""
        await self._count(update_id, -1)

    async def _count(self, update_id: int, tries: int) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(inbox)
                .where(inbox.c.update_id == update_id)
                .values(tries=inbox.c.tries + tries)
            )

    async def take_over(self, *, starting: bool = False) -> list[KeptUpdate]:
        """Say that this process is alive; take the updates of one that is not.

        Args:
            starting: Whether this process has just begun: a SQLite file has no other
                user, so that what is in it was left by a process that has ended.

        Returns:
            The updates taken, in the order they came in.
        """
        now = int(self._database.clock())
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
                "%d updates ended the bot %d times; they are dropped",
                given_up.rowcount,
                MAX_TRIES,
            )
        return [KeptUpdate(row.body, row.tries > 1) for row in rows]
