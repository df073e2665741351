"""Ratings of answers, and the questions that were asked, for the operator's report."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Row, Select, case, func, select

from bot.store.database import Database
from bot.store.passage_store import PassageStore, is_shared
from bot.store.schema import feedback, ignored, turns
from bot.store.turn_store import Turn

logger = logging.getLogger(__name__)

PASSAGES_AT_ONCE = 10_000  # databases limit the values of a query


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A stored question with what the operator wants to know of its answer.

    Attributes:
        turn_id: Number of the turn in the store.
        chat_id: The chat that asked.
        asked_at: Time in seconds since 1970.
        question: The question.
        found: Whether an answer was found.
        confidence: The confidence of the answer, in [0, 1].
        article: Title or file name of the article cited first; None if nothing was
            cited, or if the chat itself sent the article.
        source: Path or link of this article, or None.
        language: ISO 639-1 code of this article, or None.
        answer: The quotation that was cited first, under the same conditions. After a
            refusal, it is the closest one.
        question_before: The question before it in the chat, or None.
        has_words: Whether the question has a word to look up.
        wrong: The number of people who called the answer wrong.
        is_ignored: Whether an operator has taken the question off the list.
    """

    turn_id: int
    chat_id: int
    asked_at: int
    question: str
    found: bool
    confidence: float
    article: str | None
    source: str | None
    language: str | None
    answer: str | None
    question_before: str | None
    has_words: bool
    wrong: int
    is_ignored: bool


class FeedbackStore:
    """Stores what users say of answers, and lists what they asked.

    Each method raises `StoreError` if the database cannot be used.
    """

    def __init__(self, database: Database, passages: PassageStore) -> None:
        self._database = database
        self._passages = passages

    async def rate(self, turn: Turn, person_id: int, *, is_right: bool) -> bool:
        """Store a person's rating of an answer; return whether it is their first."""
        row = {"turn_id": turn.id, "person_id": person_id, "is_right": is_right}
        async with self._database.transaction() as connection:
            result = await connection.execute(
                self._database.insert(feedback).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def asked(self, since: float = 0) -> list[AskedQuestion]:
        """List the questions since a time in seconds since 1970, oldest first.

        A request for more of the last answer is stored with the question of that
        answer; it is left out.
        """
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_asked_since(since))).all()
        read = [(row, _read(row.body)) for row in rows]
        new = [(row, one) for row, one in read if not _is_continuation(row, one)]
        cited = {one.first.passage for _, one in new if one.first}
        keys = sorted(filter(is_shared, cited))
        passages: dict[str, str] = {}
        for start in range(0, len(keys), PASSAGES_AT_ONCE):
            chunk = keys[start : start + PASSAGES_AT_ONCE]
            passages |= await self._passages.read(set(chunk))
        return [_asked_question(row, one, passages) for row, one in new]

    async def ignore(self, turn_ids: list[int]) -> None:
        """Mark questions, so that they are no longer listed as unanswered."""
        known = select(turns.c.id).where(turns.c.id.in_(turn_ids))
        async with self._database.transaction() as connection:
            there = (await connection.scalars(known)).all()
            if there:
                await connection.execute(
                    self._database.insert(ignored).on_conflict_do_nothing(),
                    [{"turn_id": turn_id} for turn_id in there],
                )


def _asked_since(since: float) -> Select[Any]:
    """Build the query of turns with the question before each, and its ratings."""

    def before(column: Column[Any]) -> ColumnElement[Any]:
        place = (turns.c.chat_id, turns.c.thread_id)
        return func.lag(column).over(partition_by=place, order_by=turns.c.question_id)

    all_turns = select(
        turns.c.id,
        turns.c.chat_id,
        turns.c.asked_at,
        turns.c.question,
        turns.c.found,
        turns.c.confidence,
        turns.c.body,
        before(turns.c.question).label("question_before"),
        before(turns.c.body).label("body_before"),
    ).subquery()
    wrong = (
        select(func.count())
        .where(feedback.c.turn_id == all_turns.c.id, feedback.c.is_right.is_(False))
        .scalar_subquery()
    )
    return (
        select(
            all_turns,
            wrong.label("wrong"),
            case((ignored.c.turn_id.is_not(None), 1), else_=0).label("is_ignored"),
        )
        .outerjoin(ignored, ignored.c.turn_id == all_turns.c.id)
        .where(all_turns.c.asked_at >= since)
        .order_by(all_turns.c.asked_at, all_turns.c.id)
    )


class _Quote(NamedTuple):
    """The place of a quotation: the key of its passage, and offsets in the passage."""

    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The parts of an answer's snapshot that are reported.

    Attributes:
        first: The first citation, or None.
        others: The other citations, and those of further passages.
        has_words: Whether anything is cited, or a word occurs in no article.
    """

    first: _Quote | None = None
    others: tuple[_Quote, ...] = ()
    has_words: bool = False


def _read(body: str | None) -> _Snapshot:
    """Return the parts of a snapshot; an empty one if it is missing or unreadable."""
    if body is None:
        return _Snapshot()
    try:
        answer = json.loads(body)
        quotes = [
            _Quote(one["passage"], one["start"], one["end"])
            for one in answer["citations"] + answer["further"]
        ]
        has_words = bool(quotes or answer["unmentioned"])
    except (ValueError, LookupError, TypeError):
        logger.warning("A stored turn cannot be read; its answer is left out")
        return _Snapshot()
    first = quotes[0] if answer["citations"] else None
    return _Snapshot(first, tuple(quotes[1:]), has_words)


def _is_continuation(row: Row[Any], snapshot: _Snapshot) -> bool:
    """Return whether a turn shows more of the answer before it."""
    if row.question != row.question_before:
        return False
    return snapshot.first in _read(row.body_before).others


def _asked_question(
    row: Row[Any], snapshot: _Snapshot, passages: Mapping[str, str]
) -> AskedQuestion:
    first = snapshot.first or _Quote("", 0, 0)
    passage = json.loads(passages.get(first.passage, "{}"))
    text = passage.get("text")
    return AskedQuestion(
        turn_id=row.id,
        chat_id=row.chat_id,
        asked_at=row.asked_at,
        question=" ".join(row.question.split()),
        found=row.found,
        confidence=row.confidence,
        article=passage.get("title") or passage.get("source"),
        source=passage.get("source"),
        language=passage.get("language"),
        answer=text and " ".join(text[first.start : first.end].split()),
        question_before=row.question_before and " ".join(row.question_before.split()),
        has_words=row.found or snapshot.has_words,
        wrong=row.wrong,
        is_ignored=bool(row.is_ignored),
    )
