"""`article-bot read`: what an operator sees of an article before publishing it."""

import json

import pytest

from bot.cli import run
from tests.retrieval.loading.sample_files import FILES, HONEY


@pytest.fixture
def _alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # no .env
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("_alone")
def test_metadata_and_numbered_passages_are_shown(tmp_path, capsys):
    path = tmp_path / "bees.html"
    path.write_bytes(FILES["bees.html"])
    assert run(["read", str(path)]) == 0
    metadata, *passages = capsys.readouterr().out.rstrip().split("\n\n")
    assert metadata == (
        "title: Bees\nauthor: Ann Ito\npublisher: The Daily Hive\ndate: 2026-03-04\n"
        f"language: en\nsource: {path}\nurl: https://hive.example/bees"
    )
    assert f"[2] Honey\n{HONEY}" in passages
    assert "Month: July; Kilos: 7" in passages[-2]


@pytest.mark.usefixtures("_alone")
def test_json_holds_passages_with_their_places_and_tables(tmp_path, capsys):
    path = tmp_path / "bees.md"
    path.write_bytes(FILES["bees.md"])
    assert run(["read", "--json", str(path)]) == 0
    read = json.loads(capsys.readouterr().out)
    assert (read["title"], read["author"], read["date"]) == (
        "The book of bees",
        "Ann Ito",
        "2026-03-04",
    )
    honey = next(each for each in read["passages"] if HONEY in each["sentences"])
    assert honey["section"] == "Honey"
    assert honey["end"] - honey["start"] == len(honey["text"])
    assert read["tables"] == [{"columns": ["Month", "Kilos"], "rows": [["July", "7"]]}]


@pytest.mark.usefixtures("_alone")
def test_pages_are_shown(tmp_path, capsys):
    path = tmp_path / "bees.pdf"
    path.write_bytes(FILES["bees.pdf"])
    assert run(["read", str(path)]) == 0
    assert "page 1\n" in capsys.readouterr().out


@pytest.mark.usefixtures("_alone")
def test_what_cannot_be_read_is_one_line(tmp_path, capsys):
    assert run(["read", str(tmp_path / "none.txt")]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "no such file" in captured.err
    assert captured.out == ""
