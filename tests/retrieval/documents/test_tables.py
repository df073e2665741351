"""Rows of tables: the row that answers is quoted with the names of its columns."""

import pytest

from bot.chat.presentation import Presentation
from bot.chat.reply_builder import answer_reply
from bot.store.snapshots import read_snapshot, take_snapshot
from bot.telegram.html import render_telegram
from retrieval import Answerer
from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import make_docx_of, make_table_pdf

ROWS = [
    ["Route", "Adult", "Car"],
    ["Larkey to Brae", "7.50", "21.00"],
    ["Larkey to Isle", "9.20", "26.50"],
    ["Brae to Isle", "5.00", "15.00"],
]
LEAD = "All fares of the ferry are in pounds, and last changed in April."
MARKDOWN = "\n".join(
    [LEAD, "", "| Route | Adult | Car |", "|---|---|---|"]
    + [f"| {' | '.join(row)} |" for row in ROWS[1:]]
)
HTML = (
    f"<article><h1>Fares</h1><p>{LEAD}</p><table>"
    + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in ROWS)
    + "</table></article>"
)
PLAIN = f"{LEAD}\n\n" + "\n".join("  ".join(f"{c:<16}" for c in row) for row in ROWS)
FILES = {
    "fares.md": MARKDOWN.encode(),
    "fares.html": HTML.encode(),
    "fares.txt": PLAIN.encode(),
    "fares.docx": make_docx_of(LEAD, ROWS),
    "fares.pdf": make_table_pdf(LEAD, ROWS),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("How much is a car from Larkey to Isle?", 2),
        ("What is the adult fare from Brae to Isle?", 3),
        ("What does an adult pay from Larkey to Brae?", 1),
    ],
)
def test_the_row_that_is_asked_for_is_quoted_with_its_columns(name, question, row):
    article = read_article(FILES[name], name, language="en")
    answer = Answerer([article], reader=None).answer(question)
    assert answer.found
    citation = answer.citations[0]
    assert citation.quote.replace("|", " ").split() == " ".join(ROWS[row]).split()
    assert [(r.columns, r.cells) for r in citation.rows] == [
        (tuple(ROWS[0]), tuple(ROWS[row]))
    ]
    shown = render_telegram(answer_reply(answer, Presentation()))[0]
    assert f"Route: {ROWS[row][0]}; Adult: {ROWS[row][1]}; Car: {ROWS[row][2]}" in shown


def test_a_stored_row_keeps_the_names_of_its_columns():
    article = read_article(FILES["fares.md"], "fares.md", language="en")
    answer = Answerer([article], reader=None).answer("A car from Larkey to Isle?")
    kept = take_snapshot(answer)
    read = read_snapshot("?", True, 0.9, kept.body, kept.passages)
    assert read.citations[0].rows == answer.citations[0].rows != ()


def test_what_spans_several_rows_stands_in_each():
    page = (
        "<article><h1>Tolls</h1><table><tr><th>Zone</th><th>Kind</th><th>Toll</th></tr>"
        "<tr><td rowspan='2'>North</td><td>Car</td><td>5</td></tr>"
        "<tr><td>Bus</td><td>9</td></tr></table></article>"
    )
    article = read_article(page.encode(), "tolls.html", language="en")
    answer = Answerer([article], reader=None).answer("What is the toll of a north bus?")
    assert answer.citations[0].quote == "North | Bus | 9"


def test_an_article_finds_its_rows_once():
    article = read_article(FILES["fares.md"], "fares.md", language="en")
    assert [row.cells for row in article.rows.values()] == [*map(tuple, ROWS[1:])]
    assert article.rows is article.rows


def test_prose_beside_bars_is_no_table():
    article = read_article(b"Yes | no, said Ann.\n\nBees fly.", "a.md")
    citation = Answerer([article], reader=None).rank("What did Ann say?")[0]
    assert citation.rows == ()
