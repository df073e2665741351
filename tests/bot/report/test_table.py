"""The report as CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.summary import summarize
from bot.report.table import COLUMNS, render_csv, safe_cell
from tests.bot.report.test_summary import asked

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\x00=1", "|cmd"]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"


@given(st.text())
def test_a_cell_keeps_its_text(text):
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'")


def test_every_question_has_a_line_that_a_reader_of_csv_reads_back():
    report = summarize(asked('Who says "tea, please"?', "=1+1 is how much?"), None)
    text = render_csv(report)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == list(COLUMNS)
    assert {row[3] for row in rows[1:]} == {
        'Who says "tea, please"?',
        "'=1+1 is how much?",
    }
    assert text.count("\r\n") == text.count("\n") == len(rows)
