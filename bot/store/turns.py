"""Turns: questions with their answers, and the messages that those were sent as."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Row, Select, delete, select
from sqlalchemy import update as update_rows

from bot.background import in_background
from bot.store.chat_location import ChatLocation
from bot.store.database import Database
from bot.store.errors import DuplicateError, StoreError
from bot.store.passages import Passages, key_prefix
from bot.store.schema import messages, turns
from bot.store.snapshots import passage_keys, read_snapshot, take_snapshot
from retrieval import Answer

logger = logging.getLogger(__name__)

HISTORY = 5  # turns that a follow-up may go back
MAX_TURNS = 1_000  # of a place; beyond them the oldest go


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored answer.

    Attributes:
        question_id: The message that asked.
        edited_at: When that was edited last, in seconds since 1970; 0 if never.
        message_ids: The messages that it was sent as, in order.
    """

    id: int
    question_id: int
    edited_at: int
    answer: Answer
    message_ids: tuple[int, ...]


class Turns:
    """Keeps and recalls turns.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database, passages: Passages) -> None:
        """Take where they are kept, and where what they quote is."""
        self._database = database
        self._passages = passages
        self._unsaved: set[ChatLocation] = set()

    async def save(
        self,
        place: ChatLocation,
        question_id: int,
        answer: Answer,
        message_ids: Sequence[int],
        replaced: Turn | None = None,
        *,
        edited_at: int = 0,
        is_own: bool = False,
    ) -> None:
        """Keep a turn, in place of the one replaced and what was said of that.

        Args:
            place: Where it was asked.
            question_id: The message that asked.
            answer: What was answered.
            message_ids: The messages that hold the answer.
            replaced: The turn that it takes the place of.
            edited_at: When the question was edited last; see `Turn`.
            is_own: Whether it quotes what the chat itself has sent.
        """
        prefix = key_prefix(place.chat_id) if is_own else ""
        snapshot = await in_background(take_snapshot, answer, prefix)
        row = {
            "chat_id": place.chat_id,
            "thread_id": place.thread_id,
            "question_id": question_id,
            "asked_at": int(self._database.clock()),
            "edited_at": edited_at,
            "question": _storable(answer.question),
            "found": answer.found,
            "confidence": answer.confidence,
            "body": snapshot.body,
            "message_ids": " ".join(map(str, message_ids)),
        }
        keys = [{"chat_id": place.chat_id, "message_id": n} for n in message_ids]
        insert = self._database.insert(messages)
        insert = insert.on_conflict_do_update(
            index_elements=[messages.c.chat_id, messages.c.message_id],
            set_={"turn_id": insert.excluded.turn_id},
        )
        try:
            async with self._database.transaction() as connection:
                await self._passages.keep(connection, snapshot.passages)
                if replaced:
                    await connection.execute(
                        delete(turns).where(turns.c.id == replaced.id)
                    )
                added = await connection.execute(
                    turns.insert().values(row).returning(turns.c.id)
                )
                turn_id = added.scalar_one()
                await connection.execute(_beyond_most(place))
                await connection.execute(
                    insert, [{**key, "turn_id": turn_id} for key in keys]
                )
        except DuplicateError:
            raise
        except StoreError:
            self._unsaved.add(place)
            raise
        self._passages.note_kept(snapshot.passages)
        self._unsaved.discard(place)

    def has_unsaved(self, place: ChatLocation) -> bool:
        """Tell whether the last answer given there could not be saved."""
        return place in self._unsaved

    async def recall(
        self, place: ChatLocation, question_id: int
    ) -> tuple[Turn | None, tuple[Answer, ...]]:
        """Return the turn of a question, if there is one, and the answers before it.

        Args:
            place: Where it was asked.
            question_id: The message that asked; later ones are left out.

        Returns:
            The turn, and at most `HISTORY` answers, oldest first.
        """
        query = (
            _turns_of(place)
            .where(turns.c.question_id <= question_id)
            .order_by(turns.c.question_id.desc())
            .limit(HISTORY + 1)
        )
        found = await self._read(query)
        own = [turn for turn in found if turn.question_id == question_id]
        before = [turn.answer for turn in found if turn.question_id < question_id]
        return next(iter(own), None), tuple(reversed(before[:HISTORY]))

    async def last(self, place: ChatLocation) -> Turn | None:
        """Return the newest turn of a place."""
        return await self._one(
            _turns_of(place).order_by(turns.c.question_id.desc()).limit(1)
        )

    async def of_message(self, chat_id: int, message_id: int) -> Turn | None:
        """Return the turn that a message answers."""
        return await self._one(
            select(turns)
            .join(messages)
            .where(messages.c.chat_id == chat_id, messages.c.message_id == message_id)
        )

    async def claim_source(self, turn: Turn, view: int) -> bool:
        """Note that the source of a view is being sent; False if it has been."""
        shown = turns.c.source_view
        async with self._database.transaction() as connection:
            result = await connection.execute(
                update_rows(turns)
                .where(turns.c.id == turn.id, shown.is_(None) | (shown != view))
                .values(source_view=view)
            )
            return bool(result.rowcount)

    async def release_source(self, turn: Turn) -> None:
        """Note that the source which was claimed could not be sent."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update_rows(turns).where(turns.c.id == turn.id).values(source_view=None)
            )

    def forget_unsaved(self, chat_id: int) -> None:
        """Forget that answers given in a chat could not be saved."""
        self._unsaved = {place for place in self._unsaved if place.chat_id != chat_id}

    async def _one(self, query: Select[Any]) -> Turn | None:
        return next(iter(await self._read(query)), None)

    async def _read(self, query: Select[Any]) -> list[Turn]:
        """Read turns; one whose passages are gone or unreadable is gone too."""
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        needed = {row.id: _passage_keys(row) for row in rows}
        keys: set[str] = set().union(*needed.values())
        bodies = await self._passages.read(keys)
        return list(_turns(rows, needed, bodies))


def _storable(question: str) -> str:
    """Replace what a database refuses: NUL, and halves of surrogate pairs."""
    return question.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _turns_of(place: ChatLocation) -> Select[Any]:
    return select(turns).filter_by(chat_id=place.chat_id, thread_id=place.thread_id)


def _beyond_most(place: ChatLocation) -> Delete:
    """Delete the oldest turns of a place that has more than are kept."""
    of_place = select(turns.c.id).filter_by(
        chat_id=place.chat_id, thread_id=place.thread_id
    )
    oldest = of_place.order_by(turns.c.question_id.desc()).limit(1).offset(MAX_TURNS)
    return delete(turns).where(
        turns.c.chat_id == place.chat_id,
        turns.c.thread_id == place.thread_id,
        turns.c.id <= oldest.scalar_subquery(),
    )


def _passage_keys(row: Row[Any]) -> set[str]:
    """List the passages that a turn needs; none of one that cannot be read."""
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
            logger.warning("A turn cannot be read; it is not remembered")
            continue
        yield Turn(row.id, row.question_id, row.edited_at, answer, message_ids)
