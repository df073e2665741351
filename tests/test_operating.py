"""The instructions of docs/operating.md and deploy/ work."""

import asyncio
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from bot.telegram.metrics import Metrics
from retrieval import Answerer, Article
from tests.bot.conftest import postgresql_server, postgresql_url

ROOT = Path(__file__).parents[1]
OPERATING = (ROOT / "docs" / "operating.md").read_text()
UNIT = ROOT / "deploy" / "article-bot.service"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", OPERATING, re.M | re.S)
    for line in block.splitlines()
]
__all__ = ["postgresql_server", "postgresql_url"]

BEES = Answerer([Article.from_text("Bees make honey.")]).answer("What do bees make?")
PLACE = ChatLocation(1)


def run(commands, folder, **environment):
    for command in commands:
        subprocess.run(
            ["bash", "-ec", command.replace("python3", sys.executable)],
            cwd=folder,
            check=True,
            env=MappingProxyType({"PATH": "/usr/bin:/bin", **environment}),
            timeout=60,
        )


async def keep(url, question_id):
    store = Store(url)
    await store.turns.save(PLACE, question_id, BEES, [question_id + 1])
    await store.close()


async def kept(url):
    store = Store(url)
    turn = await store.turns.last(PLACE)
    await store.close()
    return turn and turn.question_id


def test_a_backup_of_sqlite_comes_back(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    (backup,) = [command for command in COMMANDS if "sqlite3.connect" in command]
    asyncio.run(keep(url, 1))
    run([backup], tmp_path)
    asyncio.run(keep(url, 10))
    assert asyncio.run(kept(url)) == 10
    run([c for c in COMMANDS if c.startswith(("rm ", "cp "))], tmp_path)
    assert asyncio.run(kept(url)) == 1


def test_a_backup_of_postgresql_comes_back(tmp_path, postgresql_url):
    dump, restore = [c for c in COMMANDS if c.startswith("pg_")]
    asyncio.run(keep(postgresql_url, 1))
    run([dump], tmp_path, DATABASE=postgresql_url)
    asyncio.run(keep(postgresql_url, 10))
    assert asyncio.run(kept(postgresql_url)) == 10
    run([restore], tmp_path, DATABASE=postgresql_url)
    assert asyncio.run(kept(postgresql_url)) == 1


def test_every_command_for_the_store_is_run_here():
    assert len(COMMANDS) == 5


def test_the_table_of_metrics_is_complete():
    metrics = Metrics()
    metrics.register_gauges(waiting=int, articles=int, store_works=bool)
    families = text_string_to_metric_families(metrics.exposition().decode())
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
    }
    told = set(re.findall(r"^\| `(article_bot_\w+)", OPERATING, re.M))
    assert told == names


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path):
    unit = tmp_path / UNIT.name
    program = "/opt/article-bot/bin/article-bot"
    assert f"ExecStart={program} telegram" in UNIT.read_text()
    unit.write_text(UNIT.read_text().replace(program, sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True,
        check=True,
    )


def test_the_unit_lets_the_bot_stop_and_keeps_its_store_in_its_own_folder(tmp_path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(UNIT)
    service = unit["Service"]
    assert int(service["TimeoutStopSec"]) > 4
    # As systemd reads them: what the file of settings leaves empty is empty.
    settings = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if re.match(r"BOT_\w+=", line)
    )
    settings |= dict(pair.split("=", 1) for pair in service["Environment"].split())
    settings |= {"BOT_TOKEN": "", "BOT_DATABASE_URL": ""}
    settings = {k: v.replace("/var", str(tmp_path)) for k, v in settings.items()}
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "from bot.store.urls import default_url as u; print(u('1:x'))",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**settings, "PYTHONPATH": str(ROOT)},
    )
    folder = f"{tmp_path}/lib/{service['StateDirectory']}"
    assert made.stdout.strip() == f"sqlite+aiosqlite:///{folder}/bot-1.sqlite3"


def test_the_image_runs_as_a_user_and_writes_its_data_folder_alone():
    *_, final = DOCKERFILE.split("\nFROM ")
    assert "USER article-bot" in final
    assert final.index("USER") < final.index("ENTRYPOINT")
    written = re.findall(r"XDG_(?:CACHE|DATA)_HOME=(\S+)", final)
    assert written == ["/data/cache", "/data"]
    assert "VOLUME /data\n" in final


def test_the_image_is_made_from_files_that_are_there_and_sent():
    sent = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().split()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M):
        for name in line.split():
            assert (ROOT / name).exists()
            assert f"!{name}" in sent


def test_every_link_of_the_operators_page_leads_to_a_file():
    links = re.findall(r"\]\(((?!http)[^)]+)\)", OPERATING)
    assert links
    assert all((ROOT / "docs" / link).is_file() for link in links)
