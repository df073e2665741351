"""Articles that users sent, each for its chat."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.background import in_background
from bot.store.database import Database
from bot.store.schema import uploads
from retrieval import Article
from retrieval.documents.json import article_from_json, article_to_json


class UploadStore:
    """Stores the articles that chats sent.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat_id: int, article: Article, limit: int) -> int:
        """Store an article that a chat sent, and delete its oldest beyond a limit.

        Args:
            chat_id: The chat.
            article: The article; an earlier copy of it is deleted.
            limit: Maximum number of articles of a chat.

        Returns:
            The number to read the article by.
        """
        row = {
            "chat_id": chat_id,
            "body": article_to_json(article),
            "sent_at": int(self._database.clock.now()),
        }
        of_chat = select(uploads.c.id).filter_by(chat_id=chat_id)
        newest = of_chat.order_by(uploads.c.id.desc()).limit(limit)
        copies = (uploads.c.chat_id == chat_id) & (uploads.c.body == row["body"])
        async with self._database.transaction() as connection:
            await connection.execute(delete(uploads).where(copies))
            added = await connection.execute(
                uploads.insert().values(row).returning(uploads.c.id)
            )
            number = int(added.scalar_one())
            newest_ids = list((await connection.execute(newest)).scalars())
            await connection.execute(
                delete(uploads).where(
                    uploads.c.chat_id == chat_id, uploads.c.id.not_in(newest_ids)
                )
            )
        return number

    async def numbers(self, chat_id: int, hours: float) -> list[int]:
        """List the numbers of what a chat sent in the last hours, newest first."""
        since = self._database.clock.now() - hours * 3_600
        query = (
            select(uploads.c.id)
            .where(uploads.c.chat_id == chat_id, uploads.c.sent_at >= since)
            .order_by(uploads.c.id.desc())
        )
        async with self._database.transaction() as connection:
            return list((await connection.execute(query)).scalars())

    async def read(self, chat_id: int, number: int) -> Article | None:
        """Read an article that a chat sent; None if it has been deleted."""
        query = select(uploads.c.body).filter_by(id=number, chat_id=chat_id)
        async with self._database.transaction() as connection:
            body = (await connection.execute(query)).scalar()
        return await in_background(article_from_json, body) if body else None

    async def note_messages(self, number: int, message_ids: Iterable[int]) -> None:
        """Store the numbers of the messages that brought and confirmed an article."""
        noted = " ".join(map(str, message_ids))
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(uploads)
                .where(uploads.c.id == number)
                .values(message_ids=noted)
            )

    async def of_messages(
        self, chat_id: int, message_ids: Collection[int]
    ) -> int | None:
        """Return the number of the newest article that one of some messages brought."""
        query = (
            select(uploads.c.id, uploads.c.message_ids)
            .filter_by(chat_id=chat_id)
            .order_by(uploads.c.id.desc())
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        wanted = set(map(str, message_ids))
        found = (row.id for row in rows if not wanted.isdisjoint(row[1].split()))
        return next(found, None)

    async def delete_before(self, connection: AsyncConnection, time: float) -> None:
        """Delete articles that were sent before a time, in seconds since 1970."""
        await connection.execute(delete(uploads).where(uploads.c.sent_at < time))
