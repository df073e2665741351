import json
import subprocess
import sys

import pytest

from benchmarks import figures

RUNS = {"run": {"command": "false --json", "figures": {"a": 49.2188, "b": 1_008}}}
FLAT = {"run.a": 49.2188, "run.b": 1_008}


def test_the_documents_quote_what_was_measured():
    runs = json.loads(figures.FIGURES.read_text("utf-8"))
    assert figures.check_documents(runs) == []


def test_a_document_may_round_a_figure_and_group_its_digits():
    text = "<!-- figures: run.a run.a - run.b -->\n49 %, 49.2 %, 7 `12` of 1,008.\n"
    assert list(figures.check(text, FLAT)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<!-- figures: run.a -->\n48 %", "run.a is 49, not 48"),
        ("<!-- figures: run.c -->\n48 %", "there is no figure run.c"),
        ("<!-- figures: run.a -->\n49 of 80", "1 figures for 2 numbers: '49 of 80'"),
        ("<!-- figures:\nrun.a -\n-->\n| a | 50.0 | 1 |", "run.a is 49.2, not 50.0"),
    ],
)
def test_a_number_that_is_not_its_figure_is_found(text, problem):
    assert list(figures.check(text, FLAT)) == [problem]


def test_a_number_that_no_figure_stands_behind_is_found():
    text = "It is right in 70 of 80.\n\n<!-- figures: run.a -->\n49 %\n\n`5 %`\n"
    (problem,) = figures.check_unmarked(text)
    assert problem == "no figure is named for '0 of 8' in 'It is right in 70 of 80.'"


def test_figures_are_counted_over_all_question_sets():
    def kind(name, **counts):
        zeros = dict.fromkeys(("wrong", "refused", "confident", "confident_right"), 0)
        return {"name": name, "questions": 4, **zeros, **counts}

    sets = [
        [kind("plain", right=2, wrong=2, first=3, confident=2, confident_right=1)],
        [kind("plain", right=3, wrong=0, first=3, refused=1)],
        [kind("named", right=3, wrong=1, first=None)],
    ]
    report = {"question_sets": [{"kinds": kinds} for kinds in sets]}
    assert figures.measured(report) == {
        "plain.questions": 8,
        "plain.right": 62.5,
        "plain.first": 75,
        "plain.refused": 12.5,
        "named.questions": 4,
        "named.right": 75,
        "sure.count": 2,
        "sure.right": 1,
        "sure.share": 50,
        "answered.share": 62.5,
    }


def test_a_run_without_its_data_keeps_its_figures(tmp_path, monkeypatch, capsys):
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(RUNS))
    monkeypatch.setattr(figures, "FIGURES", path)
    monkeypatch.setattr(figures, "DOCUMENTS", ())
    monkeypatch.setattr(figures, "BENCHMARKS", figures.ROOT / "CHANGELOG.md")
    monkeypatch.setattr(sys, "argv", ["figures", "--measure", "run"])
    assert figures.main() == 0
    assert json.loads(path.read_text()) == RUNS
    assert capsys.readouterr().err == "It failed, so its figures stay: false --json\n"


def test_figures_that_no_report_has_are_not_measured(tmp_path, monkeypatch, capsys):
    path = tmp_path / "figures.json"
    path.write_text(json.dumps({"hand": {"command": "false", "figures": {}}}))
    monkeypatch.setattr(figures, "FIGURES", path)
    monkeypatch.setattr(sys, "argv", ["figures", "--measure", "hand"])
    with pytest.raises(SystemExit):
        figures.main()
    assert "invalid choice: 'hand'" in capsys.readouterr().err


def test_a_run_is_measured_by_its_command():
    report = {"question_sets": []}
    run = {"command": f"echo '{json.dumps(report)}' # --json", "figures": {}}
    figures._measure(run)
    assert run["figures"]["sure.count"] == 0


def test_the_check_is_one_command():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures"],
        cwd=figures.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
