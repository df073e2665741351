"""Turns: questions, their answers, and the messages that hold the answers."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Row, Select, delete, select
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.background import in_background
from bot.store.chat_location import ChatLocation
from bot.store.database import Database
from bot.store.errors import DuplicateError, StoreError
from bot.store.passage_store import PassageStore, key_prefix
from bot.store.schema import messages, turns
from bot.store.snapshots import passage_keys, read_snapshot, take_snapshot
from retrieval import Answer

logger = logging.getLogger(__name__)

HISTORY = 5  # turns that a follow-up may refer back to
MAX_TURNS = 1_000  # per location; older ones are deleted


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored question with its answer.

    Attributes:
        id: Number of the turn in the store.
        question_id: Number of the message that asked.
        edited_at: Time of its last edit, in seconds since 1970; 0 if never.
        answer: The answer, read back from its snapshot.
        message_ids: Numbers of the messages that hold the answer, in order.
    """

    id: int
    question_id: int
    edited_at: int
    answer: Answer
    message_ids: tuple[int, ...]


class TurnStore:
    """Stores and recalls turns.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database, passages: PassageStore) -> None:
        self._database = database
        self._passages = passages
        self._unsaved: set[ChatLocation] = set()

    async def save(
        self,
        location: ChatLocation,
        question_id: int,
        answer: Answer,
        message_ids: Sequence[int],
        replaced: Turn | None = None,
        *,
        edited_at: int = 0,
        is_own: bool = False,
    ) -> None:
        """Store a turn; the replaced one is deleted with its feedback.

        Args:
            location: The location of the question.
            question_id: Number of the message that asked.
            answer: The answer that was given.
            message_ids: Numbers of the messages that hold the answer.
            replaced: The earlier turn of the question, if there is one.
            edited_at: Time of the last edit of the question; see `Turn`.
            is_own: Whether the answer quotes an article that the chat sent.
        """
        prefix = key_prefix(location.chat_id) if is_own else ""
        snapshot = await in_background(take_snapshot, answer, prefix)
        row = {
            "chat_id": location.chat_id,
            "thread_id": location.thread_id,
            "question_id": question_id,
            "asked_at": int(self._database.clock.now()),
            "edited_at": edited_at,
            "question": _storable(answer.question),
            "found": answer.found,
            "confidence": answer.confidence,
            "body": snapshot.body,
            "message_ids": " ".join(map(str, message_ids)),
        }
        keys = [{"chat_id": location.chat_id, "message_id": n} for n in message_ids]
        insert = self._database.insert(messages)
        insert = insert.on_conflict_do_update(
            index_elements=[messages.c.chat_id, messages.c.message_id],
            set_={"turn_id": insert.excluded.turn_id},
        )
        try:
            async with self._database.transaction() as connection:
                await self._passages.save(connection, snapshot.passages)
                if replaced:
                    await connection.execute(
                        delete(turns).where(turns.c.id == replaced.id)
                    )
                added = await connection.execute(
                    turns.insert().values(row).returning(turns.c.id)
                )
                turn_id = added.scalar_one()
                await connection.execute(_delete_oldest(location))
                await connection.execute(
                    insert, [{**key, "turn_id": turn_id} for key in keys]
                )
        except DuplicateError:
            raise
        except StoreError:
            self._unsaved.add(location)
            raise
        self._passages.note_saved(snapshot.passages)
        self._unsaved.discard(location)

    def has_unsaved(self, location: ChatLocation) -> bool:
        """Return whether the last answer at a location could not be saved."""
        return location in self._unsaved

    async def recall(
        self, location: ChatLocation, question_id: int
    ) -> tuple[Turn | None, tuple[Answer, ...]]:
        """Return the turn of a question, if there is one, and the answers before it.

        Args:
            location: The location of the question.
            question_id: Number of the message that asked; later turns are left out.

        Returns:
            The turn, and at most `HISTORY` answers, oldest first.
        """
        query = (
            _turns_of(location)
            .where(turns.c.question_id <= question_id)
            .order_by(turns.c.question_id.desc())
            .limit(HISTORY + 1)
        )
        found = await self._read(query)
        own = [turn for turn in found if turn.question_id == question_id]
        before = [turn.answer for turn in found if turn.question_id < question_id]
        return next(iter(own), None), tuple(reversed(before[:HISTORY]))

    async def last(self, location: ChatLocation) -> Turn | None:
        """Return the newest turn at a location."""
        return await self._one(
            _turns_of(location).order_by(turns.c.question_id.desc()).limit(1)
        )

    async def of_message(self, chat_id: int, message_id: int) -> Turn | None:
        """Return the turn whose answer a message holds."""
        return await self._one(
            select(turns)
            .join(messages)
            .where(messages.c.chat_id == chat_id, messages.c.message_id == message_id)
        )

    async def claim_source(self, turn: Turn, view: int) -> bool:
        """Note that the source of a view is being sent; return whether it is new."""
        shown = turns.c.source_view
        async with self._database.transaction() as connection:
            result = await connection.execute(
                update_rows(turns)
                .where(turns.c.id == turn.id, shown.is_(None) | (shown != view))
                .values(source_view=view)
            )
            return bool(result.rowcount)

    async def release_source(self, turn: Turn) -> None:
        """Note that the claimed source could not be sent."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(turns).where(turns.c.id == turn.id).values(source_view=None)
            )

    async def delete_before(self, connection: AsyncConnection, time: int) -> None:
        """Delete turns that were asked before a time, in seconds since 1970."""
        await connection.execute(delete(turns).where(turns.c.asked_at < time))

    def forget_unsaved(self, chat_id: int) -> None:
        """Forget that answers in a chat could not be saved."""
        self._unsaved = {each for each in self._unsaved if each.chat_id != chat_id}

    async def _one(self, query: Select[Any]) -> Turn | None:
        return next(iter(await self._read(query)), None)

    async def _read(self, query: Select[Any]) -> list[Turn]:
        """Read turns; those with a missing or unreadable passage are left out."""
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        needed = {row.id: _passage_keys(row) for row in rows}
        keys: set[str] = set().union(*needed.values())
        bodies = await self._passages.read(keys)
        return list(_turns(rows, needed, bodies))


def _storable(question: str) -> str:
    """Replace characters that databases refuse: NUL and lone surrogates."""
    return question.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _turns_of(location: ChatLocation) -> Select[Any]:
    return select(turns).filter_by(
        chat_id=location.chat_id, thread_id=location.thread_id
    )


def _delete_oldest(location: ChatLocation) -> Delete:
    """Build the statement that deletes the oldest turns beyond `MAX_TURNS`."""
    at_location = select(turns.c.id).filter_by(
        chat_id=location.chat_id, thread_id=location.thread_id
    )
    oldest = at_location.order_by(turns.c.question_id.desc()).limit(1).offset(MAX_TURNS)
    return delete(turns).where(
        turns.c.chat_id == location.chat_id,
        turns.c.thread_id == location.thread_id,
        turns.c.id <= oldest.scalar_subquery(),
    )


def _passage_keys(row: Row[Any]) -> set[str]:
    """Return the keys of the passages of a turn; none if it is unreadable."""
    try:
        return passage_keys(row.body)
    except (ValueError, LookupError, TypeError):
        return set()


def _turns(
    rows: Iterable[Row[Any]], needed: dict[int, set[str]], bodies: dict[str, str]
) -> Iterable[Turn]:
    for row in rows:
        if not needed[row.id] <= bodies.keys():
            continue
        try:
            answer = read_snapshot(
                row.question, row.found, row.confidence, row.body, bodies
            )
            message_ids = tuple(map(int, row.message_ids.split()))
        except (ValueError, LookupError, TypeError):
            logger.warning("A stored turn cannot be read; it is ignored")
            continue
        yield Turn(row.id, row.question_id, row.edited_at, answer, message_ids)
