"""Which article each place is answered from."""

from sqlalchemy import delete, select

from bot.store.chat_location import ChatLocation
from bot.store.database import Database
from bot.store.schema import choices


class Choices:
    """Keeps what places chose.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        """Take where they are kept."""
        self._database = database

    async def choose(self, place: ChatLocation, slug: str | None) -> None:
        """Keep what a place is answered from; None is all."""
        key = {"chat_id": place.chat_id, "thread_id": place.thread_id}
        async with self._database.transaction() as connection:
            if slug is None:
                await connection.execute(delete(choices).filter_by(**key))
                return
            insert = self._database.insert(choices)
            row = {**key, "slug": slug, "chosen_at": int(self._database.clock())}
            await connection.execute(
                insert.values(row).on_conflict_do_update(
                    index_elements=[choices.c.chat_id, choices.c.thread_id],
                    set_={"slug": slug, "chosen_at": row["chosen_at"]},
                )
            )

    async def chosen(self, place: ChatLocation) -> str | None:
        """Return the slug of what a place is answered from; None is all."""
        query = select(choices.c.slug).filter_by(
            chat_id=place.chat_id, thread_id=place.thread_id
        )
        async with self._database.transaction() as connection:
            slug: str | None = (await connection.execute(query)).scalar()
            return slug
