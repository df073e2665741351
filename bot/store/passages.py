"""Passages that answers quote, each kept once however many quote it."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import DAY, Database
from bot.store.schema import passages

MAX_CACHED_PASSAGES = 1_000
_PRIVATE = "p"  # how the keys of passages begin that only one chat may have quoted


class Passages:
    """Keeps and reads passages by their keys.

    Those of a chat's own are not cached: another process may forget them.
    """

    def __init__(self, database: Database) -> None:
        """Take where they are kept."""
        self._database = database
        self._fresh: set[str] = set()  # written on the day below
        self._day = 0
        self._read: dict[str, str] = {}  # before; the key tells the body

    async def keep(self, connection: AsyncConnection, bodies: dict[str, str]) -> None:
        """Keep passages within a transaction; `note_kept` follows it."""
        now = int(self._database.clock())
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

    def note_kept(self, keys: Iterable[str]) -> None:
        """Note that passages are kept, so that they need not be written again today."""
        self._fresh |= set(filter(_is_shared, keys))

    async def read(self, keys: set[str]) -> dict[str, str]:
        """Return the bodies of passages by their keys, as far as they are there.

        Raises:
            StoreError: The database cannot be used.
        """
        bodies = {key: self._read[key] for key in keys & self._read.keys()}
        unread = keys - bodies.keys()
        if unread:
            wanted = passages.c.id.in_(unread)
            async with self._database.transaction() as connection:
                kept = await connection.execute(
                    select(passages.c.id, passages.c.body).where(wanted)
                )
                read = {row.id: row.body for row in kept}
            bodies |= read
            if len(self._read) > MAX_CACHED_PASSAGES:
                self._read.clear()
            self._read |= {key: read[key] for key in filter(_is_shared, read)}
        return bodies


def key_prefix(chat_id: int) -> str:
    """Return how the keys of a chat's own passages begin."""
    return f"{_PRIVATE}{sha256(str(chat_id).encode()).hexdigest()[:15]}"


def _is_shared(key: str) -> bool:
    return not key.startswith(_PRIVATE)
