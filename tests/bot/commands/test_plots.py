"""The plot of an evaluation."""

import struct
import sys

import pytest

from bot.__main__ import main
from bot.commands.plots import PlotError, save_plot
from retrieval.evaluation.question_sets import load_question_set
from retrieval.evaluation.runner import evaluate
from tests.question_sets import bees, tea, write


@pytest.fixture
def questions(tmp_path):
    return write(tmp_path / "small.json", bees(impossible=["Who reads?"]), tea())


def test_without_matplotlib_a_plot_says_how_to_install_it(
    questions, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["evaluate", "--save-plot", "plot.png", questions]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("install it with: pip install 'article-bot[plot]'\n")
    assert main(["evaluate", questions]) == 0


def test_the_plot_is_a_png_and_the_tables_are_printed_too(questions, tmp_path, capsys):
    odd = write(tmp_path / "_$odd$.json", tea())
    impossible = tea(impossible=["Who reads?"])
    impossible["paragraphs"][0]["qas"] = impossible["paragraphs"][0]["qas"][1:]
    silent = write(tmp_path / "silent.json", impossible)
    files = [questions, odd, silent]
    assert main(["evaluate", "--save-plot", "plot.png", *files]) == 0
    assert "hit@1" in capsys.readouterr().out
    data = (tmp_path / "plot.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert width > height > 400


def test_a_plot_that_was_there_stays_until_there_is_a_new_one(tmp_path):
    (tmp_path / "plot.png").write_bytes(b"old")
    assert main(["evaluate", "--save-plot", "plot.png", "none.json"]) == 2
    assert (tmp_path / "plot.png").read_bytes() == b"old"


def test_a_failed_start_leaves_no_plot_behind(tmp_path):
    assert main(["evaluate", "--save-plot", "plot.png", "none.json"]) == 2
    assert not (tmp_path / "plot.png").exists()


def test_a_folder_that_goes_away_meanwhile_is_one_line_too(questions, tmp_path):
    evaluation = evaluate(load_question_set(questions))
    with pytest.raises(PlotError, match="cannot be written"):
        save_plot(tmp_path / "gone" / "plot.png", [evaluation])
