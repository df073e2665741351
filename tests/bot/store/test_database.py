"""The database: migrations, outages, and processes that are killed."""

import asyncio
import logging
import sqlite3
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Text

from bot.store.chat_location import ChatLocation
from bot.store.database import BREAKER_SECONDS, QUIET_SECONDS
from bot.store.errors import StoreError, StoreURLError
from bot.store.schema import metadata
from bot.store.store import Store
from tests.bot.store.conftest import HERE
from tests.support import LEADER


async def test_the_migrations_make_the_schema(store):
    await store.database.ping()

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with store.database._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    await replica.database.ping()
    assert await replica.turns.last(HERE)


class TestWhenItFails:
    @pytest.fixture
    async def locked(self, tmp_path, clock, answer, monkeypatch):
        """A store whose file is locked, and the connection that locks it."""
        monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.1)
        store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, clock)
        await store.turns.save(HERE, 10, answer("What is Joguk?"), [11])
        other = sqlite3.connect(tmp_path / "store.sqlite3")
        other.execute("BEGIN EXCLUSIVE")
        yield store, other
        other.close()
        await store.close()

    async def test_one_warning_tells_of_it(self, locked, answer, caplog):
        store, _ = locked
        for n in range(3):
            with pytest.raises(StoreError):
                await store.turns.save(HERE, 20 + n, answer(LEADER), [30 + n])
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert "database is locked" in record.getMessage()
        assert not store.database.is_available

    async def test_it_knows_whose_last_answer_is_lost(self, locked, answer, clock):
        store, other = locked
        with pytest.raises(StoreError):
            await store.turns.save(HERE, 20, answer(LEADER), [21])
        assert store.turns.has_unsaved(HERE)
        assert not store.turns.has_unsaved(ChatLocation(8))
        other.rollback()
        clock.now += BREAKER_SECONDS
        await store.turns.save(HERE, 30, answer(LEADER), [31])
        assert not store.turns.has_unsaved(HERE)

    async def test_it_works_again_once_the_fault_is_gone(self, locked, clock, caplog):
        caplog.set_level(logging.INFO)
        store, other = locked
        with pytest.raises(StoreError):
            await store.updates.receive(1, "one")
        other.rollback()
        with pytest.raises(StoreError):  # still at rest
            await store.database.ping()
        clock.now += BREAKER_SECONDS
        await store.database.ping()
        assert store.database.is_available
        assert len(caplog.records) == 1
        clock.now += QUIET_SECONDS
        await store.database.ping()
        assert caplog.messages[-1] == "The store works again"

    async def test_a_fault_that_comes_and_goes_is_told_once(
        self, locked, clock, caplog
    ):
        store, _ = locked
        for n in range(5):
            clock.now += BREAKER_SECONDS
            await store.database.ping()  # reading works while another writes
            with pytest.raises(StoreError):
                await store.updates.receive(n, "")
        assert len(caplog.records) == 1

    async def test_a_server_that_is_away_is_an_error_without_the_password(self, caplog):
        store = Store("postgresql://bot:hunter2@127.0.0.1:9/bot")
        with pytest.raises(StoreError):
            await store.database.ping()
        assert "hunter2" not in caplog.text + store.database.display_url
        await store.close()

    async def test_a_file_that_is_no_database_is_an_error(self, tmp_path):
        (tmp_path / "x").write_text("no database " * 100)
        store = Store(f"sqlite:///{tmp_path}/x")
        with pytest.raises(StoreError, match="not a database"):
            await store.database.ping()
        await store.close()

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("store.sqlite3", "it is not a database URL"),
            ("mysql://host/db", "mysql is not supported"),
            ("nonsense://x", "nonsense is not supported"),
        ],
    )
    def test_a_wrong_url_is_one_line(self, url, words):
        with pytest.raises(StoreURLError, match=words) as caught:
            Store(url)
        assert "\n" not in str(caught.value)

    def test_a_missing_driver_names_the_extra(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "asyncpg", None)
        with pytest.raises(StoreURLError, match=r"article-bot\[postgres\]"):
            Store("postgresql://host/db")


async def test_the_file_is_for_its_owner_alone(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    await store.database.ping()
    await store.close()
    assert (tmp_path / "store.sqlite3").stat().st_mode & 0o077 == 0


def test_a_password_among_the_options_is_not_shown():
    store = Store("postgresql://host/db?user=bot&password=secret")
    assert store.database.display_url == "postgresql://host/db"


KILL = """
import asyncio, os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from bot.store.store import Store

url, statements = sys.argv[1], 0
while True:
    statements += 1
    child = os.fork()
    if child == 0:
        left = statements

        @event.listens_for(Engine, "before_cursor_execute")
        def count(*_):
            global left
            left -= 1
            if left == 0:
                os._exit(9)

        async def opened():
            store = Store(url)
            await store.database.ping()
            await store.close()

        asyncio.run(opened())
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(statements)
        break
"""


async def test_a_kill_at_any_statement_of_the_first_start_harms_nothing(
    tmp_path, answer
):
    """A process is killed before each statement in turn, always on the same file."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILL, url],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert int(done.stdout) > 20
    store = Store(url)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    assert (await store.turns.last(HERE)).answer.question == LEADER
    await store.close()


async def test_two_processes_that_start_on_one_new_file_both_work(tmp_path):
    stores = [Store(f"sqlite:///{tmp_path}/store.sqlite3") for _ in range(2)]
    await asyncio.gather(*(store.database.ping() for store in stores))
    for store in stores:
        await store.database.ping()
        await store.close()


async def test_a_migration_that_copies_a_table_keeps_what_refers_to_it(
    tmp_path, answer, monkeypatch
):
    """SQLite deletes a table to alter it, and with it rows that refer to it."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    store = Store(url)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    await store.close()

    def copy_turns(connection):
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("turns", recreate="always") as batch:
            batch.add_column(Column("note", Text))

    monkeypatch.setattr("bot.store.database._upgrade", copy_turns)
    store = Store(url)
    assert (await store.turns.of_message(7, 11)).answer.question == LEADER
    await store.close()
