"""The connection to SQLite or PostgreSQL: transactions, migrations, outages.

A circuit breaker guards it: for a while after a failure each use raises `StoreError`
at once, so that answers go out without the store; one warning is logged.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
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

from bot.store.clock import Clock
from bot.store.errors import DuplicateError, StoreError, StoreURLError
from bot.store.urls import parse_database_url

logger = logging.getLogger(__name__)

BREAKER_SECONDS = 5  # from a failure to the next attempt
QUIET_SECONDS = 60  # without a failure, until the next one is logged again
BUSY_SECONDS = 1  # to wait for a locked SQLite file
POSTGRESQL_SECONDS = 5  # to connect, and for a statement
POSTGRESQL_CONNECTIONS = 8
_MIGRATION_LOCK = 7_304_711  # any constant number


class Database:
    """A pool of connections to one database, which is opened on first use.

    Attributes:
        clock: The time that rows are stored with.
        is_sqlite: Whether the database is an SQLite file.

    Args:
        url: `sqlite:///file` or `postgresql://user:password@host/database`.
        clock: The time that rows are stored with.

    Raises:
        StoreURLError: The URL is malformed or of another kind of database, or the
            driver is not installed.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self._url = parse_database_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _engine(self._url)
        # SQLite has one writer at a time anyway, and waits for it by polling.
        self._gate = asyncio.Semaphore(1 if self.is_sqlite else POSTGRESQL_CONNECTIONS)
        self._ready = False
        self._broken_until: float | None = None
        self._failed_at: float | None = None  # None after a while without failures
        self._has_deleted_rows = False  # in the log, while someone reads the file

    @property
    def is_available(self) -> bool:
        """True if the last use of the database succeeded."""
        return self._broken_until is None

    @property
    def display_url(self) -> str:
        """The URL without password and options, which may hold a password too."""
        shown = self._url.set(drivername=self._url.get_backend_name(), query={})
        return shown.render_as_string(hide_password=True)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def ping(self) -> None:
        """Run a query; the first time, create or upgrade the tables.

        Raises:
            StoreError: The database cannot be used.
        """
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    async def probe(self) -> None:
        """Check that the database can be reached, without changing it; see `ping`.

        An SQLite file that does not exist yet is not created.

        Raises:
            StoreError: The database cannot be used.
        """
        path = Path(self._url.database or "").absolute()
        try:
            if not self.is_sqlite or path.exists():
                # SQLite opens any file; it reads the file only to look at a table.
                table = " FROM sqlite_master" if self.is_sqlite else ""
                async with self._engine.connect() as connection:
                    await connection.execute(text(f"SELECT 1{table}"))
                return
            there = next(parent for parent in path.parents if parent.exists())
            with TemporaryDirectory(dir=there, prefix=".article-bot-") as folder:
                trial = Path(folder) / path.relative_to(there)
                other = Database(f"sqlite:///{trial}", self.clock)
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
        """Begin a transaction; commit it at the end unless an exception is raised.

        Raises:
            DuplicateError: A row with this key exists already.
            StoreError: The database cannot be used.
        """
        async with self._gate:
            now = self.clock.stopwatch()
            if self._broken_until is not None and now < self._broken_until:
                raise StoreError
            try:
                if not self._ready:
                    await self._migrate()
                async with self._engine.begin() as connection:
                    yield connection
            except IntegrityError as error:
                raise DuplicateError(_reason(error)) from error
            except Exception as error:  # whatever a driver or the system may raise
                if _is_value_error(error):
                    logger.warning("A value cannot be stored (%s)", _reason(error))
                    raise StoreError(_reason(error)) from error
                now = self.clock.stopwatch()
                if self._failed_at is None:
                    logger.warning(
                        "The store cannot be used (%s); answers are sent, but not "
                        "stored",
                        _reason(error),
                    )
                self._failed_at = now
                self._broken_until = now + BREAKER_SECONDS
                raise StoreError(_reason(error)) from error
            self._broken_until = None
            if (
                self._failed_at is not None
                and self.clock.stopwatch() >= self._failed_at + QUIET_SECONDS
            ):
                self._failed_at = None
                logger.info("The store works again")

    async def truncate_wal(self) -> bool:
        """Remove deleted rows from SQLite's write-ahead log.

        Returns:
            False while another reader of the file, such as a backup, keeps the log
            from being truncated; see `truncate_wal_again`.
        """
        if not self.is_sqlite:
            return True
        async with self._gate:
            try:
                async with self._engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    driver: Any = raw.driver_connection
                    # This waits for a reader as long as for a lock.
                    cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    is_busy, *_ = await cursor.fetchone()
            except Exception as error:  # whatever a driver may raise
                logger.info(
                    "The write-ahead log could not be emptied (%s)", _reason(error)
                )
                is_busy = True
        self._has_deleted_rows = bool(is_busy)
        return not is_busy

    async def truncate_wal_again(self) -> None:
        """Truncate the write-ahead log if it still holds deleted rows."""
        if self._has_deleted_rows and await self.truncate_wal():
            logger.info("Deleted rows have left the write-ahead log, too")

    def insert(self, table: Any) -> Any:
        """Build an INSERT in the database's dialect, which supports ON CONFLICT."""
        dialect = sqlite if self.is_sqlite else postgresql
        return dialect.insert(table)

    async def _migrate(self) -> None:
        if self.is_sqlite and self._url.database:
            path = Path(self._url.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds the questions of users
        # A separate engine without foreign keys: SQLite copies a table to alter it,
        # and would delete the rows that refer to the old one.
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


def _is_value_error(error: Exception) -> bool:
    """Return whether the values are at fault, and not the database."""
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    state = getattr(cause, "sqlstate", None) or ""
    return isinstance(
        error, DataError | ValueError | OverflowError
    ) or state.startswith("22")  # SQL's class of data exceptions


def _reason(error: Exception) -> str:
    """Describe an error in one line, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).splitlines() or [type(cause).__name__]
    return lines[0].rpartition(">: ")[2] or type(cause).__name__
