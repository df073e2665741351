"""The database: SQLite or PostgreSQL, its transactions and its schema.

A database that fails is left alone for a while: each use raises `StoreError` at once,
so that answers go out without it, and one warning tells of it.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.store.errors import DuplicateError, StoreError, StoreURLError
from bot.store.urls import read_url

logger = logging.getLogger(__name__)

BREAKER_SECONDS = 5  # between a failure and the next try
QUIET_SECONDS = 60  # without a failure, until the next one is news again
BUSY_SECONDS = 1  # that a locked SQLite file is waited for
POSTGRESQL_SECONDS = 5  # to connect, and for a statement
POSTGRESQL_CONNECTIONS = 8
DAY = 86_400  # seconds
_MIGRATION_LOCK = 7_304_711  # any number that is always the same


class Database:
    """Holds the connections.

    Attributes:
        begun_at: When this was made, by the clock.
        clock: Seconds since 1970.
        is_sqlite: Whether it is a file of SQLite.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a URL; nothing is opened before it is used.

        Args:
            url: `sqlite:///file` or `postgresql://user:password@host/database`.
            clock: Seconds since 1970.
            stopwatch: Seconds from any time on, which nobody sets back.

        Raises:
            StoreURLError: The URL is of no kind that is known, or its driver is
                not installed.
        """
        self.clock = clock
        self._stopwatch = stopwatch
        self.begun_at = clock()
        self._ahead = self.begun_at - stopwatch()  # as long as nobody sets the clock
        self._url = read_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _engine(self._url)
        # SQLite has one writer at a time anyway, and waits for it by polling.
        self._gate = asyncio.Semaphore(1 if self.is_sqlite else POSTGRESQL_CONNECTIONS)
        self._ready = False
        self._rests_until: float | None = None
        self._failed_at: float | None = None  # unless it has been well for a while
        self._holds_deleted = False  # the log, since somebody read the file
        self._ahead_of_telegram: float | None = None  # unless that has told its time

    @property
    def works(self) -> bool:
        """Whether the last use of the store succeeded."""
        return self._rests_until is None

    @property
    def where(self) -> str:
        """The database, without its password and options, which may hold it too."""
        shown = self._url.set(drivername=self._url.get_backend_name(), query={})
        return shown.render_as_string(hide_password=True)

    @property
    def has_jumped(self) -> bool:
        """Whether the clock was set by over a day, or is so far from Telegram's."""
        jump = self.clock() - self._stopwatch() - self._ahead
        return abs(jump) > DAY or abs(self._ahead_of_telegram or 0.0) > DAY

    @property
    def is_clock_confirmed(self) -> bool:
        """Whether Telegram has told a time that is the clock's."""
        return self._ahead_of_telegram is not None and not self.has_jumped

    def compare_clock(self, time_of_telegram: float) -> None:
        """Note what time it is at Telegram, in seconds since 1970."""
        self._ahead_of_telegram = self.clock() - time_of_telegram

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def ping(self) -> None:
        """Use the store; at first, create or upgrade its tables.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    async def probe(self) -> None:
        """Reach the database, and change nothing in it; see `ping`.

        Of an SQLite file that is not there yet, none is left.

        Raises:
            StoreError: The database cannot be used.
        """
        path = Path(self._url.database or "").absolute()
        try:
            if not self.is_sqlite or path.exists():
                # SQLite opens anything; only a table makes it look into the file.
                table = " FROM sqlite_master" if self.is_sqlite else ""
                async with self._engine.connect() as connection:
                    await connection.execute(text(f"SELECT 1{table}"))
                return
            there = next(parent for parent in path.parents if parent.exists())
            with TemporaryDirectory(dir=there, prefix=".article-bot-") as folder:
                trial = Path(folder) / path.relative_to(there)
                other = Database(f"sqlite:///{trial}", self.clock, self._stopwatch)
                try:
                    await other.ping()
                finally:
                    await other.close()
        except StoreError:
            raise
        except OSError as error:
            raise StoreError(error.strerror or _reason(error)) from error
        except Exception as error:  # whatever a driver may raise
            raise StoreError(_reason(error)) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction, and commit it at the end unless something is raised.

        Raises:
            DuplicateError: What was to be kept is there already.
            StoreError: The database cannot be used.
        """
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
                raise DuplicateError(_reason(error)) from error
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
                self._rests_until = now + BREAKER_SECONDS
                raise StoreError(_reason(error)) from error
            self._rests_until = None
            if (
                self._failed_at is not None
                and self._stopwatch() >= self._failed_at + QUIET_SECONDS
            ):
                self._failed_at = None
                logger.info("The store works again")

    async def truncate_wal(self) -> bool:
        """Have SQLite's write-ahead log hold nothing of what was deleted.

        Returns:
            False while somebody who reads the file, a backup say, keeps the log as it
            is; see `truncate_wal_again`.
        """
        if not self.is_sqlite:
            return True
        async with self._gate:
            try:
                async with self._engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    driver: Any = raw.driver_connection
                    # A reader is waited for as long as a lock is.
                    cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    is_busy, *_ = await cursor.fetchone()
            except Exception as error:  # whatever a driver may raise
                logger.info("The log could not be emptied (%s)", _reason(error))
                is_busy = True
        self._holds_deleted = bool(is_busy)
        return not is_busy

    async def truncate_wal_again(self) -> None:
        """Empty the log if it still holds what was deleted."""
        if self._holds_deleted and await self.truncate_wal():
            logger.info("What was deleted has left the store's log, too")

    def insert(self, table: Any) -> Any:
        """Insert in the database's own dialect, which alone knows conflicts."""
        dialect = sqlite if self.is_sqlite else postgresql
        return dialect.insert(table)

    async def _migrate(self) -> None:
        if self.is_sqlite and self._url.database:
            path = Path(self._url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds what people asked
        # An engine of its own: SQLite cannot copy a table that others refer to, as
        # it does to alter it, without deleting their rows.
        engine = _engine(self._url, is_migrating=True) if self.is_sqlite else None
        try:
            async with (engine or self._engine).begin() as connection:
                if not self.is_sqlite:  # replicas may start together
                    await connection.execute(
                        text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
                    )
                await connection.run_sync(_upgrade)
        finally:
            if engine:
                await engine.dispose()
        self._ready = True


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
