import json
import re
import shlex
import subprocess
import sys

import pexpect
import pytest

from bot.__main__ import main
from retrieval.evaluation.question_sets import load_question_set
from tests.question_sets import bees, cows, mills, tea, write, write_readers


@pytest.fixture
def questions(tmp_path):
    return write(tmp_path / "small.json", bees(impossible=["Who reads?"]), tea())


def test_one_file_prints_four_tables_in_80_columns(questions, capsys):
    assert main(["evaluate", questions]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"small +4 +100\.0 +100\.0 +1\.000 +100\.0", out)
    assert "Refusal: found from " in out
    assert "Expected calibration error" in out
    assert "Reliability: own and other article" in out
    assert "0.9 to 1.0" in out


def test_several_files_are_rows_of_the_same_tables(questions, tmp_path, capsys):
    name = "a.much.longer.name.than.any.table.of.eighty.columns.has.room.for.json"
    assert main(["evaluate", questions, write(tmp_path / name, tea())]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert out.partition("Refusal")[0].count("100.0") == 2 * 3  # hit@1, @3, passage
    assert "Reliability" not in out


def test_articles_enough_are_also_asked_together(questions, tmp_path, capsys):
    many = write(tmp_path / "many.json", bees(), tea(), cows(), mills())
    assert main(["evaluate", many, questions]) == 0
    table = capsys.readouterr().out.partition("Many articles at once")[2]
    assert re.search(r"many +2 +100\.0 +100\.0", table)
    assert re.search(r"small +– +– +–", table)


def test_readers_questions_are_told_by_kind_all_files_together(tmp_path, capsys):
    first = write_readers(tmp_path / "a")
    write_readers(tmp_path / "b", "one")
    write_readers(tmp_path / "b", "two")
    assert main(["evaluate", first, str(tmp_path / "b")]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80
    table = out.partition("Users' questions by kind, all sets together")[2]
    assert re.search(r"plain +6 +\d+\.\d +\d+\.\d +\d+\.\d +\d+\.\d *\n", table)
    assert re.search(r"named +3 +\d+\.\d +\d+\.\d +0\.0 +– *\n", table)
    assert re.search(r"follow-up +6 ", table)
    assert re.search(r"Of \d+ answers at a confidence of 0\.8 or more, ", table)


def test_results_of_several_languages_have_a_row_each(tmp_path, capsys):
    english = write_readers(tmp_path / "a", language="en")
    write_readers(tmp_path / "b", "one", language="de")
    write_readers(tmp_path / "b", "two", language="en")
    assert main(["evaluate", english, str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    table = out.partition("By language")[2]
    assert re.search(r"\n *de +4 +\d+\.\d +\d+\.\d +3 ", table)
    assert re.search(r"\n *en +8 +\d+\.\d +\d+\.\d +6 ", table)
    assert main(["evaluate", english]) == 0
    assert "By language" not in capsys.readouterr().out


def test_json_tells_the_kinds_of_each_set(tmp_path, capsys):
    assert main(["evaluate", "--json", write_readers(tmp_path)]) == 0
    (measured,) = json.loads(capsys.readouterr().out)["question_sets"]
    kinds = {kind["name"]: kind for kind in measured["kinds"]}
    assert kinds["plain"]["questions"] == 2
    assert kinds["look-alike"]["first"] is None


def test_json_is_one_object_on_one_line(questions, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "20")
    assert main(["evaluate", "--json", questions]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    (measured,) = json.loads(out)["question_sets"]
    assert measured["name"] == "small"
    assert measured["hit_at_1"] == 1.0
    assert measured["impossible"] == 1
    assert len(measured["calibration"]["bins"]) == 10
    assert measured["risk_coverage"][-1]["coverage"] == 1.0


def test_the_threshold_and_the_language_come_from_the_settings(
    questions, monkeypatch, capsys
):
    monkeypatch.setenv("BOT_MIN_CONFIDENCE", "1")
    monkeypatch.setenv("BOT_LANGUAGE", "th")
    languages = []

    def load(path, *, language):
        languages.append(language)
        return load_question_set(path, language=language)

    monkeypatch.setattr("bot.commands.evaluate.load_question_set", load)
    assert main(["evaluate", "--json", questions]) == 0
    assert json.loads(capsys.readouterr().out)["min_confidence"] == 1.0
    assert languages == ["th"]


def test_neither_a_token_nor_an_article_is_needed(questions, monkeypatch, capsys):
    monkeypatch.setenv("BOT_ARTICLE", "missing.txt")
    assert main(["evaluate", questions]) == 0
    assert capsys.readouterr().err == ""


def test_a_name_with_brackets_is_no_markup(tmp_path, capsys):
    assert main(["evaluate", write(tmp_path / "[bold]$x_$.json", tea())]) == 0
    assert "[bold]$x_$" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("none.json",), "none.json: no such file"),
        (("empty",), "no file in it ends in .json"),
        (("small.json", "bad.json"), "bad.json: data is missing"),
        (("--save-plot", "plot.pdf", "small.json"), "name a file that ends in .png"),
        (("--save-plot", "no/plot.png", "small.json"), "No such file or directory"),
        (("--save-plot", "dir.png", "small.json"), "Is a directory"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("questions")
def test_what_is_wrong_is_one_line_before_anything_is_measured(
    tmp_path, monkeypatch, capsys, arguments, words
):
    def measure(*_, **__):
        raise AssertionError

    monkeypatch.setattr("bot.commands.evaluate.evaluate", measure)
    (tmp_path / "bad.json").write_text("{}")
    (tmp_path / "dir.png").mkdir()
    (tmp_path / "empty").mkdir()
    assert main(["evaluate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err


def test_ctrl_c_ends_with_130(questions, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.evaluate.evaluate", interrupt)
    assert main(["evaluate", questions]) == 130


def test_a_pipe_sees_no_progress(questions, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "evaluate", questions],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert "hit@1" in done.stdout


def test_a_terminal_sees_progress(questions, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    command = shlex.join([sys.executable, "-m", "bot", "evaluate", questions])
    assert b"%" in pexpect.run(command, timeout=60).partition(b"sentence")[0]
