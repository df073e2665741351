"""Passages that answers quote, each stored once however many answers quote it."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import DAY
from bot.store.database import Database
from bot.store.schema import passages

MAX_CACHED_PASSAGES = 1_000
_PRIVATE = "p"  # prefix of the keys of passages that only one chat may quote


class PassageStore:
    """Stores passages by their keys, and caches them.

    Passages of a chat's own uploads are not cached: another process may delete them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh: set[str] = set()  # written on the day below
        self._day = 0
        self._cached: dict[str, str] = {}  # never stale: a key is the hash of its body

    async def save(self, connection: AsyncConnection, bodies: dict[str, str]) -> None:
        """Store passages within a transaction; call `note_saved` after its commit."""
        now = int(self._database.clock.now())
        today = now - now % DAY
        if today != self._day:
            self._day = today
            self._fresh.clear()
        new = sorted(bodies.keys() - self._fresh)  # in one order, against deadlocks
        if not new:
            return
        insert = self._database.insert(passages)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=[passages.c.id],
                set_={"used_at": insert.excluded.used_at},
            ),
            [{"id": key, "body": bodies[key], "used_at": today} for key in new],
        )

    def note_saved(self, keys: Iterable[str]) -> None:
        """Note that passages are stored, so that today they are not written again."""
        self._fresh |= set(filter(is_shared, keys))

    async def read(self, keys: set[str]) -> dict[str, str]:
        """Return the bodies of passages by their keys; missing ones are left out.

        Raises:
            StoreError: The database cannot be used.
        """
        bodies = {key: self._cached[key] for key in keys & self._cached.keys()}
        unread = keys - bodies.keys()
        if unread:
            wanted = passages.c.id.in_(unread)
            async with self._database.transaction() as connection:
                rows = await connection.execute(
                    select(passages.c.id, passages.c.body).where(wanted)
                )
                read = {row.id: row.body for row in rows}
            bodies |= read
            if len(self._cached) > MAX_CACHED_PASSAGES:
                self._cached.clear()
            self._cached |= {key: read[key] for key in filter(is_shared, read)}
        return bodies

    async def delete_chat(self, connection: AsyncConnection, chat_id: int) -> None:
        """Delete the passages of a chat's own uploads."""
        own = passages.c.id.startswith(key_prefix(chat_id))
        await connection.execute(delete(passages).where(own))

    async def delete_unused(self, connection: AsyncConnection, before: int) -> None:
        """Delete passages that no turn has quoted since a time."""
        # The day of use is only approximate: two more days make up for it.
        await connection.execute(
            delete(passages).where(passages.c.used_at < before - 2 * DAY)
        )


def key_prefix(chat_id: int) -> str:
    """Return the prefix of the keys of a chat's own passages."""
    return f"{_PRIVATE}{sha256(str(chat_id).encode()).hexdigest()[:15]}"


def is_shared(key: str) -> bool:
    """Return whether a passage is of an article that every chat can ask."""
    return not key.startswith(_PRIVATE)
