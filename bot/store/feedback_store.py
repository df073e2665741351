"""Ratings of answers, and the questions that were not answered well."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from bot.store.database import Database
from bot.store.schema import feedback, turns
from bot.store.turn_store import Turn


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question that was refused or answered wrongly, and how often."""

    question: str
    count: int


class FeedbackStore:
    """Stores what users say of answers, and counts missed questions.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rate(self, turn: Turn, person_id: int, *, is_right: bool) -> bool:
        """Store a person's rating of an answer; return whether it is their first."""
        row = {"turn_id": turn.id, "person_id": person_id, "is_right": is_right}
        async with self._database.transaction() as connection:
            result = await connection.execute(
                self._database.insert(feedback).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def wrong(self) -> list[MissedQuestion]:
        """List the questions whose answers were called wrong, most frequent first."""
        return await self._missed(
            select(turns.c.question, func.count())
            .join(feedback)
            .where(feedback.c.is_right.is_(False))
        )

    async def refused(self) -> list[MissedQuestion]:
        """List the questions that were refused, most frequent first."""
        return await self._missed(
            select(turns.c.question, func.count()).where(turns.c.found.is_(False))
        )

    async def _missed(self, query: Select[Any]) -> list[MissedQuestion]:
        counts: dict[str, int] = {}
        spelling: dict[str, str] = {}
        async with self._database.transaction() as connection:
            rows = await connection.execute(query.group_by(turns.c.question))
        for question, count in rows:
            key = " ".join(question.casefold().split()).rstrip("?!. ？。")
            spelling.setdefault(key, " ".join(question.split()))
            counts[key] = counts.get(key, 0) + count
        order = sorted(counts, key=lambda key: (-counts[key], key))
        return [MissedQuestion(spelling[key], counts[key]) for key in order]
