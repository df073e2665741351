"""Servers and databases for the bot: a fake Bot API, SQLite, PostgreSQL."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

import pytest
from pytest_postgresql.executors import PostgreSQLExecutor
from pytest_postgresql.janitor import DatabaseJanitor

from bot.store.store import Store
from tests.bot.bot_process import free_port
from tests.bot.fake_bot_api import FakeBotApi
from tests.support import Clock

_NUMBERS = count(1)


def _pg_ctl():
    """Find the newest server, in Debian's folders too, which are not on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which("pg_ctl", path=os.pathsep.join(map(str, folders[::-1])))


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        yield api


@pytest.fixture(scope="session")
def postgresql_server():
    """A server that is gone after the tests; it refuses to run as root."""
    pg_ctl = _pg_ctl() or shutil.which("pg_ctl")
    if pg_ctl is None:
        pytest.skip("needs a PostgreSQL server (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        wrapper = folder / "pg_ctl"
        wrapper.write_text(f'#!/bin/sh\nexec runuser -u postgres -- {pg_ctl} "$@"\n')
        wrapper.chmod(0o755)
        folder.chmod(0o755)
        pg_ctl = str(wrapper)
    server = PostgreSQLExecutor(
        executable=pg_ctl,
        host="127.0.0.1",
        port=free_port(),
        datadir=str(folder / "data"),
        unixsocketdir=str(folder),
        logfile=str(folder / "log"),
        startparams="-w",
        dbname="postgres",
        postgres_options="-c fsync=off",
    )
    try:
        with server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server):
    """A new database on the server."""
    server = postgresql_server
    name = f"bot_{next(_NUMBERS)}"
    with DatabaseJanitor(
        user=server.user, host=server.host, port=server.port, dbname=name
    ):
        yield f"postgresql://{server.user}@{server.host}:{server.port}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/store.sqlite3"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(database_url, clock):
    store = Store(database_url, clock, clock)
    yield store
    await store.close()


@pytest.fixture
async def replica(database_url, clock):
    """A second store on the database of `store`, as of another process."""
    replica = Store(database_url, clock, clock)
    yield replica
    await replica.close()
