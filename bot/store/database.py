"""Where turns last: a database, SQLite or PostgreSQL.

A store that fails is left alone for a while: each call raises `StoreError` at once,
so that answers go out without it, and one warning tells of it.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.config import Config
from platformdirs import user_data_path
from sqlalchemy import (
    URL,
    Connection,
    Delete,
    Row,
    Select,
    delete,
    event,
    func,
    select,
    text,
)
from sqlalchemy import update as update_rows
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.background import in_background
from bot.store.schema import (
    choices,
    feedback,
    inbox,
    messages,
    passages,
    turns,
    uploads,
)
from bot.store.snapshots import passage_keys, read_snapshot, take_snapshot
from retrieval import Answer, Article
from retrieval.serialization import dump_article, parse_article

logger = logging.getLogger(__name__)

HISTORY = 5  # turns that a follow-up may go back
MAX_TURNS = 1_000  # of a place; beyond them the oldest go
REST_SECONDS = 5  # between a failure and the next try
CALM_SECONDS = 60  # without a failure, until the next one is news again
BUSY_SECONDS = 1  # that a locked SQLite file is waited for
POSTGRESQL_SECONDS = 5  # to connect, and for a statement
POSTGRESQL_CONNECTIONS = 8
LEASE_SECONDS = 30  # a process silent for longer has lost its updates
MAX_TRIES = 3  # of an update; one that ends the bot each time is given up
MAX_CACHED_PASSAGES = 1_000
KEPT_UPDATES_SECONDS = 86_400  # as long as Telegram itself keeps them
DAY = 86_400
_MIGRATION_LOCK = 7_304_711  # any number that is always the same
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_PRIVATE = "p"  # how the keys of passages begin that only one chat may have quoted
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class StoreError(Exception):
    """The store cannot be used at the moment."""


class KeptAlreadyError(StoreError):
    """Another process was first with it."""


class StoreURLError(Exception):
    """The database URL is wrong; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is held: a chat, or one topic of a forum."""

    chat_id: int
    thread_id: int = 0


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


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that readers were not helped with, and how often."""

    question: str
    count: int


def default_url(token: str, server: str = "") -> str:
    """Name the SQLite file of a bot in the platform's data folder.

    Each bot has its own, and one of the same number on another Bot API server is
    another bot: the numbers of its chats and messages mean others.

    Args:
        token: The bot's token; the file is named after its public part.
        server: The Bot API server, where that is not Telegram's own.
    """
    bot = token.partition(":")[0]
    name = f"bot-{bot}" if bot.isdecimal() else "bot"
    if server:
        name += f"-{sha256(server.encode()).hexdigest()[:8]}"
    path = user_data_path("article-bot", appauthor=False) / f"{name}.sqlite3"
    return f"sqlite+aiosqlite:///{path}"


class Store:
    """Turns, feedback, and updates that wait; see `schema`."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a database URL; nothing is opened before it is used.

        Args:
            url: `sqlite:///file` or `postgresql://user:password@host/database`.
            clock: Seconds since 1970.
            stopwatch: Seconds from any time on, which nobody sets back.

        Raises:
            StoreURLError: The URL is of no kind that is known, or its driver is
                not installed.
        """
        self._url = _known(url)
        self._clock = clock
        self._stopwatch = stopwatch
        self._ahead = clock() - stopwatch()  # as long as nobody sets the clock
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _engine(self._url)
        # SQLite has one writer at a time anyway, and waits for it by polling.
        self._gate = asyncio.Semaphore(1 if self._is_sqlite else POSTGRESQL_CONNECTIONS)
        self._ready = False
        self._rests_until: float | None = None
        self._failed_at: float | None = None  # unless it has been well for a while
        self._owner = uuid4().hex
        # No passage of a chat's own is in these two: another process may forget it.
        self._fresh: set[str] = set()  # passages written on the day below
        self._day = 0
        self._passages: dict[str, str] = {}  # read before; the key tells the body
        self._unsaved: set[Place] = set()

    @property
    def works(self) -> bool:
        """Whether the last use of the store succeeded."""
        return self._rests_until is None

    @property
    def where(self) -> str:
        """The database, without its password and options, which may hold it too."""
        shown = self._url.set(drivername=self._url.get_backend_name(), query={})
        return shown.render_as_string(hide_password=True)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def ping(self) -> None:
        """Use the store; at first, create or upgrade its tables.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self._transaction() as connection:
            await connection.execute(text("SELECT 1"))

    async def probe(self) -> None:
        """Reach the database, and change nothing in it; see `ping`.

        Of an SQLite file that is not there yet, none is left.

        Raises:
            StoreError: The database cannot be used.
        """
        path = Path(self._url.database or "").absolute()
        try:
            if not self._is_sqlite or path.exists():
                # SQLite opens anything; only a table makes it look into the file.
                table = " FROM sqlite_master" if self._is_sqlite else ""
                async with self._engine.connect() as connection:
                    await connection.execute(text(f"SELECT 1{table}"))
                return
            there = next(parent for parent in path.parents if parent.exists())
            with TemporaryDirectory(dir=there, prefix=".article-bot-") as folder:
                trial = Path(folder) / path.relative_to(there)
                store = Store(f"sqlite:///{trial}", self._clock, self._stopwatch)
                try:
                    await store.ping()
                finally:
                    await store.close()
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(error.strerror or _reason(error)) from error
        except Exception as error:  # whatever a driver may raise
            raise StoreError(_reason(error)) from error

    async def save(
        self,
        place: Place,
        question_id: int,
        answer: Answer,
        message_ids: Sequence[int],
        replaced: Turn | None = None,
        *,
        edited_at: int = 0,
        is_private: bool = False,
    ) -> None:
        """Keep a turn, in place of the one replaced and what was said of that.

        Args:
            place: Where it was asked.
            question_id: The message that asked.
            answer: What was answered.
            message_ids: The messages that hold the answer.
            replaced: The turn that it takes the place of.
            edited_at: When the question was edited last; see `Turn`.
            is_private: Whether it quotes what the chat itself has sent.

        Raises:
            StoreError: The database cannot be used.
        """
        prefix = _private_prefix(place.chat_id) if is_private else ""
        snapshot = await in_background(take_snapshot, answer, prefix)
        now = int(self._clock())
        row = {
            "chat_id": place.chat_id,
            "thread_id": place.thread_id,
            "question_id": question_id,
            "asked_at": now,
            "edited_at": edited_at,
            "question": _storable(answer.question),
            "found": answer.found,
            "confidence": answer.confidence,
            "body": snapshot.body,
            "message_ids": " ".join(map(str, message_ids)),
        }
        keys = [{"chat_id": place.chat_id, "message_id": n} for n in message_ids]
        insert = self._insert(messages)
        insert = insert.on_conflict_do_update(
            index_elements=[messages.c.chat_id, messages.c.message_id],
            set_={"turn_id": insert.excluded.turn_id},
        )
        try:
            async with self._transaction() as connection:
                await self._keep_passages(connection, snapshot.passages, now)
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
        except KeptAlreadyError:
            raise
        except StoreError:
            self._unsaved.add(place)
            raise
        self._fresh |= set(filter(_is_shared, snapshot.passages))
        self._unsaved.discard(place)

    def has_lost(self, place: Place) -> bool:
        """Tell whether the last answer given there could not be saved."""
        return place in self._unsaved

    async def recall(
        self, place: Place, question_id: int
    ) -> tuple[Turn | None, tuple[Answer, ...]]:
        """Return the turn of a question, if there is one, and the answers before it.

        Args:
            place: Where it was asked.
            question_id: The message that asked; later ones are left out.

        Returns:
            The turn, and at most `HISTORY` answers, oldest first.

        Raises:
            StoreError: The database cannot be used.
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

    async def last_turn(self, place: Place) -> Turn | None:
        """Return the newest turn of a place.

        Raises:
            StoreError: The database cannot be used.
        """
        return await self._one(
            _turns_of(place).order_by(turns.c.question_id.desc()).limit(1)
        )

    async def turn_of_message(self, chat_id: int, message_id: int) -> Turn | None:
        """Return the turn that a message answers.

        Raises:
            StoreError: The database cannot be used.
        """
        return await self._one(
            select(turns)
            .join(messages)
            .where(messages.c.chat_id == chat_id, messages.c.message_id == message_id)
        )

    async def claim_source(self, turn: Turn, view: int) -> bool:
        """Note that the source of a view is being sent; False if it has been.

        Raises:
            StoreError: The database cannot be used.
        """
        shown = turns.c.source_view
        async with self._transaction() as connection:
            result = await connection.execute(
                update_rows(turns)
                .where(turns.c.id == turn.id, shown.is_(None) | (shown != view))
                .values(source_view=view)
            )
            return bool(result.rowcount)

    async def release_source(self, turn: Turn) -> None:
        """Note that the source which was claimed could not be sent.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self._transaction() as connection:
            await connection.execute(
                update_rows(turns).where(turns.c.id == turn.id).values(source_view=None)
            )

    async def rate(self, turn: Turn, person_id: int, *, is_right: bool) -> bool:
        """Keep what a person says of an answer; False if they have said it before.

        Raises:
            StoreError: The database cannot be used.
        """
        row = {"turn_id": turn.id, "person_id": person_id, "is_right": is_right}
        async with self._transaction() as connection:
            result = await connection.execute(
                self._insert(feedback).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def choose(self, place: Place, slug: str | None) -> None:
        """Keep what a place is answered from; None is all.

        Raises:
            StoreError: The database cannot be used.
        """
        key = {"chat_id": place.chat_id, "thread_id": place.thread_id}
        async with self._transaction() as connection:
            if slug is None:
                await connection.execute(delete(choices).filter_by(**key))
                return
            insert = self._insert(choices)
            row = {**key, "slug": slug, "chosen_at": int(self._clock())}
            await connection.execute(
                insert.values(row).on_conflict_do_update(
                    index_elements=[choices.c.chat_id, choices.c.thread_id],
                    set_={"slug": slug, "chosen_at": row["chosen_at"]},
                )
            )

    async def choice(self, place: Place) -> str | None:
        """Return the slug of what a place is answered from; None is all.

        Raises:
            StoreError: The database cannot be used.
        """
        query = select(choices.c.slug).filter_by(
            chat_id=place.chat_id, thread_id=place.thread_id
        )
        async with self._transaction() as connection:
            slug: str | None = (await connection.execute(query)).scalar()
            return slug

    async def keep_upload(self, chat_id: int, article: Article, limit: int) -> int:
        """Keep an article that a chat sent, and of its others the newest.

        Args:
            chat_id: The chat.
            article: What it sent.
            limit: How many a chat may have; older ones are deleted, and so is the
                same one, sent before.

        Returns:
            The number that `uploads` knows it by.

        Raises:
            StoreError: The database cannot be used.
        """
        row = {
            "chat_id": chat_id,
            "body": dump_article(article),
            "sent_at": int(self._clock()),
        }
        of_chat = select(uploads.c.id).filter_by(chat_id=chat_id)
        newest = of_chat.order_by(uploads.c.id.desc()).limit(limit)
        same = (uploads.c.chat_id == chat_id) & (uploads.c.body == row["body"])
        async with self._transaction() as connection:
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

    async def uploads(self, chat_id: int, hours: float) -> list[int]:
        """List what a chat has sent in the last hours, the newest first.

        Raises:
            StoreError: The database cannot be used.
        """
        since = self._clock() - hours * 3_600
        query = (
            select(uploads.c.id)
            .where(uploads.c.chat_id == chat_id, uploads.c.sent_at >= since)
            .order_by(uploads.c.id.desc())
        )
        async with self._transaction() as connection:
            return list((await connection.execute(query)).scalars())

    async def read_upload(self, chat_id: int, number: int) -> Article | None:
        """Read an article that a chat sent; None if it is there no more.

        Raises:
            StoreError: The database cannot be used.
        """
        query = select(uploads.c.body).filter_by(id=number, chat_id=chat_id)
        async with self._transaction() as connection:
            body = (await connection.execute(query)).scalar()
        return await in_background(parse_article, body) if body else None

    async def prune_uploads(self, hours: float) -> None:
        """Delete what was sent before the last hours.

        Raises:
            StoreError: The database cannot be used.
        """
        before = self._clock() - hours * 3_600
        async with self._transaction() as connection:
            await connection.execute(delete(uploads).where(uploads.c.sent_at < before))

    async def forget(self, chat_id: int) -> None:
        """Delete what is stored of a chat.

        Raises:
            StoreError: The database cannot be used.
        """
        prefix = _private_prefix(chat_id)
        async with self._transaction() as connection:
            for table in (turns, choices, uploads):
                await connection.execute(
                    delete(table).where(table.c.chat_id == chat_id)
                )
            await connection.execute(
                delete(passages).where(passages.c.id.startswith(prefix))
            )
        self._unsaved = {place for place in self._unsaved if place.chat_id != chat_id}
        await self._empty_log()

    async def move(self, old: int, new: int) -> None:
        """Keep what is stored of a chat for another, which it has become.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self._transaction() as connection:
            for table in (turns, messages, choices, uploads):
                await connection.execute(
                    update_rows(table).where(table.c.chat_id == old).values(chat_id=new)
                )

    async def prune(self, days: int) -> None:
        """Delete what is older than some days, and updates that Telegram has dropped.

        Nothing is deleted by a clock that has jumped by more than a day.

        Raises:
            StoreError: The database cannot be used.
        """
        if abs(self._clock() - self._stopwatch() - self._ahead) > DAY:
            logger.error(
                "The clock has jumped; nothing is deleted before the bot is restarted"
            )
            return
        now = int(self._clock())
        before = now - days * DAY
        stale = now - KEPT_UPDATES_SECONDS
        async with self._transaction() as connection:
            await connection.execute(delete(turns).where(turns.c.asked_at < before))
            asked = select(turns.c.id).where(turns.c.chat_id == choices.c.chat_id)
            await connection.execute(
                delete(choices).where(choices.c.chosen_at < before, ~asked.exists())
            )
            await connection.execute(delete(inbox).where(inbox.c.alive_at < stale))
            # Their day of use is noted only roughly: two days make up for it.
            await connection.execute(
                delete(passages).where(passages.c.used_at < before - 2 * DAY)
            )

    async def wrong(self) -> list[Missed]:
        """List the questions whose answers were called wrong, most frequent first.

        Raises:
            StoreError: The database cannot be used.
        """
        return await self._missed(
            select(turns.c.question, func.count())
            .join(feedback)
            .where(feedback.c.is_right.is_(False))
        )

    async def refused(self) -> list[Missed]:
        """List the questions that were refused, most frequent first.

        Raises:
            StoreError: The database cannot be used.
        """
        return await self._missed(
            select(turns.c.question, func.count()).where(turns.c.found.is_(False))
        )

    async def receive(self, update_id: int, body: str) -> bool:
        """Keep an update until it is dealt with; False if it came before.

        Raises:
            StoreError: The database cannot be used.
        """
        row = {
            "update_id": update_id,
            "body": body,
            "owner": self._owner,
            "alive_at": int(self._clock()),
        }
        async with self._transaction() as connection:
            result = await connection.execute(
                self._insert(inbox).values(row).on_conflict_do_nothing()
            )
            return bool(result.rowcount)

    async def finish(self, update_id: int) -> None:
        """Drop what an update said that is dealt with; it is known if it comes again.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self._transaction() as connection:
            await connection.execute(
                update_rows(inbox).where(inbox.c.update_id == update_id).values(body="")
            )

    async def take_over(self, *, starting: bool = False) -> list[str]:
        """Say that this process is alive; take the updates of one that is not.

        Args:
            starting: Whether this process has just begun: a SQLite file has no other
                user, so that what is in it was left by a process that has ended.

        Returns:
            The updates taken, in the order they came in, as they were received.

        Raises:
            StoreError: The database cannot be used.
        """
        now = int(self._clock())
        is_open = inbox.c.body != ""
        lost = is_open & (inbox.c.owner != self._owner)
        if not (starting and self._is_sqlite):
            lost &= inbox.c.alive_at < now - LEASE_SECONDS
        async with self._transaction() as connection:
            await connection.execute(
                update_rows(inbox)
                .where(is_open, inbox.c.owner == self._owner)
                .values(alive_at=now)
            )
            given_up = await connection.execute(
                delete(inbox).where(lost, inbox.c.tries >= MAX_TRIES)
            )
            taken = await connection.execute(
                update_rows(inbox)
                .where(lost)
                .values(owner=self._owner, alive_at=now, tries=inbox.c.tries + 1)
                .returning(inbox.c.update_id, inbox.c.body)
            )
            rows = sorted(taken, key=lambda row: int(row.update_id))
        if given_up.rowcount:
            logger.error(
                "%d updates were begun %d times and never dealt with; they are dropped",
                given_up.rowcount,
                MAX_TRIES,
            )
        return [row.body for row in rows]

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._gate:
            now = self._stopwatch()
            if self._rests_until is not None and now < self._rests_until:
                raise StoreError
            try:
                if not self._ready:
                    await self._migrate()
                async with self._engine.begin() as connection:
                    yield connection
            except IntegrityError as error:
                raise KeptAlreadyError(_reason(error)) from error
            except Exception as error:  # whatever a driver or the system may raise
                if _is_of_values(error):
                    logger.warning("Something cannot be kept (%s)", _reason(error))
                    raise StoreError(_reason(error)) from error
                now = self._stopwatch()
                if self._failed_at is None:
                    logger.warning(
                        "The store cannot be used (%s); answers go out, but are not "
                        "remembered",
                        _reason(error),
                    )
                self._failed_at = now
                self._rests_until = now + REST_SECONDS
                raise StoreError(_reason(error)) from error
            self._rests_until = None
            if (
                self._failed_at is not None
                and self._stopwatch() >= self._failed_at + CALM_SECONDS
            ):
                self._failed_at = None
                logger.info("The store works again")

    async def _migrate(self) -> None:
        if self._is_sqlite and self._url.database:
            path = Path(self._url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds what people asked
        # An engine of its own: SQLite cannot copy a table that others refer to, as
        # it does to alter it, without deleting their rows.
        engine = _engine(self._url, is_migrating=True) if self._is_sqlite else None
        try:
            async with (engine or self._engine).begin() as connection:
                if not self._is_sqlite:  # replicas may start together
                    await connection.execute(
                        text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
                    )
                await connection.run_sync(_upgrade)
        finally:
            if engine:
                await engine.dispose()
        self._ready = True

    async def _empty_log(self) -> None:
        """Have SQLite's write-ahead log hold nothing of what was deleted."""
        if not self._is_sqlite:
            return
        async with self._gate:
            try:
                async with self._engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    driver: Any = raw.driver_connection
                    await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except Exception as error:  # at the next one, it is emptied all the same
                logger.info("The log could not be emptied (%s)", _reason(error))

    async def _keep_passages(
        self, connection: AsyncConnection, bodies: dict[str, str], now: int
    ) -> None:
        today = now - now % DAY
        if today != self._day:
            self._day = today
            self._fresh.clear()
        new = sorted(bodies.keys() - self._fresh)  # in one order, against deadlocks
        if not new:
            return
        insert = self._insert(passages)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=[passages.c.id],
                set_={"used_at": insert.excluded.used_at},
            ),
            [{"id": key, "body": bodies[key], "used_at": today} for key in new],
        )

    async def _one(self, query: Select[Any]) -> Turn | None:
        return next(iter(await self._read(query)), None)

    async def _read(self, query: Select[Any]) -> list[Turn]:
        """Read turns; one whose passages are gone or unreadable is gone too."""
        async with self._transaction() as connection:
            rows = (await connection.execute(query)).all()
        needed = {row.id: _passage_keys(row) for row in rows}
        keys: set[str] = set().union(*needed.values())
        bodies = {key: self._passages[key] for key in keys & self._passages.keys()}
        unread = keys - bodies.keys()
        if unread:
            wanted = passages.c.id.in_(unread)
            async with self._transaction() as connection:
                kept = await connection.execute(
                    select(passages.c.id, passages.c.body).where(wanted)
                )
                read = {row.id: row.body for row in kept}
            bodies |= read
            if len(self._passages) > MAX_CACHED_PASSAGES:
                self._passages.clear()
            self._passages |= {key: read[key] for key in filter(_is_shared, read)}
        return list(_turns(rows, needed, bodies))

    async def _missed(self, query: Select[Any]) -> list[Missed]:
        counts: dict[str, int] = {}
        spelling: dict[str, str] = {}
        async with self._transaction() as connection:
            rows = await connection.execute(query.group_by(turns.c.question))
        for question, count in rows:
            key = " ".join(question.casefold().split()).rstrip("?!. ？。")
            spelling.setdefault(key, " ".join(question.split()))
            counts[key] = counts.get(key, 0) + count
        order = sorted(counts, key=lambda key: (-counts[key], key))
        return [Missed(spelling[key], counts[key]) for key in order]

    def _insert(self, table: Any) -> Any:
        """Insert in the database's own dialect, which alone knows conflicts."""
        dialect = sqlite if self._is_sqlite else postgresql
        return dialect.insert(table)


def _known(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as error:
        raise StoreURLError(
            "BOT_DATABASE_URL is wrong: it is no database URL; write "
            "postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE"
        ) from error
    if backend not in _DRIVERS:
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: {backend} is not supported; write "
            "postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE"
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreURLError(
            "BOT_DATABASE_URL is wrong: what is kept in memory is lost at each stop; "
            "write sqlite:///FILE"
        )
    if backend == "postgresql":
        parsed = _with_ssl(parsed)
    return parsed.set(drivername=_DRIVERS[backend])


def _with_ssl(url: URL) -> URL:
    """Translate the one option that libpq's URLs often have; refuse all others."""
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    if mode:
        query["ssl"] = mode
    unknown = query.keys() - {"ssl", "host", "port", "user", "password"}
    if unknown:
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: its option {min(unknown)} is not known here; "
            "leave it out, or write sslmode"
        )
    if query.get("ssl") not in (None, *_SSL_MODES):
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: sslmode is one of {', '.join(_SSL_MODES)}"
        )
    return url.set(query=query)


def _engine(url: URL, *, is_migrating: bool = False) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(
            url,
            connect_args={"timeout": BUSY_SECONDS},
            poolclass=NullPool if is_migrating else None,
        )
        pragmas = ["journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"]
        pragmas.append(f"foreign_keys={'OFF' if is_migrating else 'ON'}")
        # The driver would begin a transaction only before it writes rows, and a
        # migration that was killed would stay half done. See SQLAlchemy, "Pysqlite",
        # "Serializable isolation, savepoints and transactional DDL".
        begin = "BEGIN IMMEDIATE" if is_migrating else "BEGIN"

        def prepare(connection: Any, _: object) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        event.listen(engine.sync_engine, "connect", prepare)
        event.listen(
            engine.sync_engine, "begin", lambda each: each.exec_driver_sql(begin)
        )
        return engine
    try:
        return create_async_engine(
            url,
            pool_size=POSTGRESQL_CONNECTIONS,
            pool_pre_ping=True,
            connect_args={
                "timeout": POSTGRESQL_SECONDS,
                "command_timeout": POSTGRESQL_SECONDS,
            },
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreURLError(
            "PostgreSQL needs its driver: install article-bot[postgres]"
        ) from error


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_of_values(error: Exception) -> bool:
    """Tell whether a fault is of what was to be kept, and not of the store."""
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    state = getattr(cause, "sqlstate", None) or ""
    return isinstance(
        error, DataError | ValueError | OverflowError
    ) or state.startswith("22")  # SQL's class of data exceptions


def _reason(error: Exception) -> str:
    """Tell an error in one line, without the statement and what it held."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).splitlines() or [type(cause).__name__]
    return lines[0].rpartition(">: ")[2] or type(cause).__name__


def _private_prefix(chat_id: int) -> str:
    """Return how the keys of a chat's own passages begin."""
    return f"{_PRIVATE}{sha256(str(chat_id).encode()).hexdigest()[:15]}"


def _storable(question: str) -> str:
    """Replace what a database refuses: NUL, and halves of surrogate pairs."""
    return question.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _turns_of(place: Place) -> Select[Any]:
    return select(turns).filter_by(chat_id=place.chat_id, thread_id=place.thread_id)


def _beyond_most(place: Place) -> Delete:
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


def _is_shared(key: str) -> bool:
    return not key.startswith(_PRIVATE)


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
