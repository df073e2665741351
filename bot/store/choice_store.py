"""The article that each chat location has chosen."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.chat_location import ChatLocation
from bot.store.database import Database
from bot.store.schema import choices, turns


class ChoiceStore:
    """Stores the chosen article of each chat location.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose(self, location: ChatLocation, slug: str | None) -> None:
        """Store the article that a location is answered from; None means all."""
        key = {"chat_id": location.chat_id, "thread_id": location.thread_id}
        async with self._database.transaction() as connection:
            if slug is None:
                await connection.execute(delete(choices).filter_by(**key))
                return
            insert = self._database.insert(choices)
            row = {**key, "slug": slug, "chosen_at": int(self._database.clock.now())}
            await connection.execute(
                insert.values(row).on_conflict_do_update(
                    index_elements=[choices.c.chat_id, choices.c.thread_id],
                    set_={"slug": slug, "chosen_at": row["chosen_at"]},
                )
            )

    async def chosen(self, location: ChatLocation) -> str | None:
        """Return the slug that a location is answered from; None means all."""
        query = select(choices.c.slug).filter_by(
            chat_id=location.chat_id, thread_id=location.thread_id
        )
        async with self._database.transaction() as connection:
            slug: str | None = (await connection.execute(query)).scalar()
            return slug

    async def delete_unused(self, connection: AsyncConnection, before: int) -> None:
        """Delete choices made before a time, of chats that have no turns left."""
        asked = select(turns.c.id).where(turns.c.chat_id == choices.c.chat_id)
        await connection.execute(
            delete(choices).where(choices.c.chosen_at < before, ~asked.exists())
        )
