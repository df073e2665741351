"""Articles that readers sent, each for its chat."""

from sqlalchemy import delete, select

from bot.background import in_background
from bot.store.database import Database
from bot.store.schema import uploads
from retrieval import Article
from retrieval.documents.json import dump_article, parse_article


class UploadStore:
    """Keeps what chats sent.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        """Take where they are kept."""
        self._database = database

    async def keep(self, chat_id: int, article: Article, limit: int) -> int:
        """Keep an article that a chat sent, and of its others the newest.

        Args:
            chat_id: The chat.
            article: What it sent.
            limit: How many a chat may have; older ones are deleted, and so is the
                same one, sent before.

        Returns:
            The number that it is read by.
        """
        row = {
            "chat_id": chat_id,
            "body": dump_article(article),
            "sent_at": int(self._database.clock()),
        }
        of_chat = select(uploads.c.id).filter_by(chat_id=chat_id)
        newest = of_chat.order_by(uploads.c.id.desc()).limit(limit)
        same = (uploads.c.chat_id == chat_id) & (uploads.c.body == row["body"])
        async with self._database.transaction() as connection:
            await connection.execute(delete(uploads).where(same))
            added = await connection.execute(
                uploads.insert().values(row).returning(uploads.c.id)
            )
            number = int(added.scalar_one())
            kept = list((await connection.execute(newest)).scalars())
            await connection.execute(
                delete(uploads).where(
                    uploads.c.chat_id == chat_id, uploads.c.id.not_in(kept)
                )
            )
        return number

    async def numbers(self, chat_id: int, hours: float) -> list[int]:
        """List what a chat has sent in the last hours, the newest first."""
        since = self._database.clock() - hours * 3_600
        query = (
            select(uploads.c.id)
            .where(uploads.c.chat_id == chat_id, uploads.c.sent_at >= since)
            .order_by(uploads.c.id.desc())
        )
        async with self._database.transaction() as connection:
            return list((await connection.execute(query)).scalars())

    async def read(self, chat_id: int, number: int) -> Article | None:
        """Read an article that a chat sent; None if it is there no more."""
        query = select(uploads.c.body).filter_by(id=number, chat_id=chat_id)
        async with self._database.transaction() as connection:
            body = (await connection.execute(query)).scalar()
        return await in_background(parse_article, body) if body else None
