import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.M | re.S)


COMMANDS = [
    line.removeprefix(".venv/bin/article-bot ")
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith(".venv/bin/article-bot ")
]


def test_the_session_is_what_a_terminal_shows():
    (session,) = blocks("console")
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
    done = subprocess.run(
        [sys.executable, "-m", "bot", *shlex.split(command)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"BOT_TOKEN": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_python_example_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    exec(example, {})


def test_every_link_to_a_file_leads_to_one():
    links = re.findall(r"\]\(((?!http)[^)]+)\)", README)
    assert links
    assert all((ROOT / link).is_file() for link in links)


def test_every_dependency_has_its_reason():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    table = README[README.index("## What it stands on") :]
    for dependency in pyproject["project"]["dependencies"]:
        name = re.match(r"[\w-]+", dependency)[0]
        assert re.search(rf"^\|[^|]*\b{name}\b", table, re.M), name
