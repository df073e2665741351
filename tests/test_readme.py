import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pexpect
import pytest

from bot import __version__
from tests.fork_server import FORK_SERVER

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MAX_LINES = 160  # of the README


def blocks(path, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text(), re.M | re.S)


COMMANDS = [
    line.removeprefix(".venv/bin/article-bot ")
    for path in DOCUMENTS
    for block in blocks(path, "sh")
    for line in block.splitlines()
    if line.startswith(".venv/bin/article-bot ")
]
EXAMPLES = [
    (path.name, example) for path in DOCUMENTS for example in blocks(path, "python")
]


def test_the_session_is_what_a_terminal_shows():
    (session,) = blocks(README, "console")
    command, _, expected = session.partition("\n")
    assert command == "$ make console"
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot", "console"],
        encoding="utf-8",
        timeout=30,
        dimensions=(60, 80),
        env={"TERM": "dumb", "PATH": "", "LANG": "C.UTF-8"},
    )
    shown = ""
    for question in re.findall("^> (.+)$", expected, re.M):
        child.expect("\r\n> ")
        shown += child.before + child.after
        child.sendline(question)
    child.expect(pexpect.EOF)
    shown += child.before
    assert [line.rstrip() for line in shown.splitlines()] == expected.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_works(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = FORK_SERVER.run(*shlex.split(command), env={"BOT_TOKEN": ""})
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize(("_", "example"), EXAMPLES)
def test_every_python_example_runs(monkeypatch, _, example):
    monkeypatch.chdir(ROOT)
    exec(example, {})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(path):
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", path.read_text())
    for link in links:
        assert (path.parent / link).is_file(), link


def test_every_document_is_linked_from_the_readme():
    linked = set(re.findall(r"\]\(((?!http)[^)#]+)\)", README.read_text()))
    others = {str(path.relative_to(ROOT)) for path in DOCUMENTS} - {"README.md"}
    assert others <= linked


def test_the_readme_is_read_in_five_minutes():
    assert len(README.read_text().splitlines()) <= MAX_LINES


def test_every_dependency_has_its_reason():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    architecture = (ROOT / "docs" / "architecture.md").read_text()
    table = architecture[architecture.index("## What it stands on") :]
    for dependency in pyproject["project"]["dependencies"]:
        name = re.match(r"[\w-]+", dependency)[0]
        assert re.search(rf"^\|[^|]*\b{name}\b", table, re.M), name


def test_the_extra_encoder_is_another_name_of_reader():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = pyproject["project"]["optional-dependencies"]
    assert extras["encoder"] == ["article-bot[reader]"]


def test_the_program_tells_its_version_and_its_encoder():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"article-bot {__version__} (encoder: ")
    assert "languages ar, de, el, en, " in " ".join(done.stdout.split())
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## (?:Unreleased|\[?{re.escape(__version__)})", changes, re.M)
