"""Tables as files: CSV, TSV and XLSX; rows are read with their columns' names."""

from datetime import date, datetime, time
from itertools import islice

import openpyxl
import pytest

from retrieval.loading.load import read_article
from retrieval.loading.parsers import sheets
from retrieval.loading.parsers.csv import parse as parse_csv
from tests.retrieval.loading.sample_files import make_xlsx, saved

ROWS = [["Kind", "Toll", "Paid by"], ["Cart", "5", "driver"], ["Barge", "9", "owner"]]


def row_texts(data, name):
    return [row.text for row in read_article(data, name).rows.values()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_have_the_names_of_their_columns_whatever_separates_cells(delimiter):
    lines = [delimiter.join(row) for row in ROWS]
    for end in ("\n", "\r\n"):
        assert row_texts(end.join(lines).encode(), "tolls.csv") == [
            "Kind: Cart; Toll: 5; Paid by: driver",
            "Kind: Barge; Toll: 9; Paid by: owner",
        ]


def test_decimal_commas_are_no_delimiters():
    table = b"Kind;Toll\nCart;5,50\nBarge;9,25\nRaft;1,75\n"
    assert row_texts(table, "tolls.csv")[0] == "Kind: Cart; Toll: 5,50"


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines():
    table = b'Kind,Toll\n"Cart, ""long""\nor wide",5\n'
    assert row_texts(table, "a.csv") == ['Kind: Cart, "long" or wide; Toll: 5']


def test_a_border_in_a_cell_does_not_look_like_a_column():
    assert row_texts(b"Kind,Toll\na|b,5\n", "a.csv") == ["Kind: a/b; Toll: 5"]


def test_a_table_of_one_column_is_lines():
    assert [b.text for b in parse_csv(b"Cart\nBarge\n").blocks] == ["Cart", "Barge"]


def test_an_encoding_that_the_server_declares_is_used():
    assert parse_csv("Gebühr,5".encode("cp1252"), "cp1252").blocks[0].text == (
        "Gebühr | 5"
    )


def test_too_many_cells_are_refused_before_they_are_all_read(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_CELLS", 100)
    endless = iter(lambda: ["a", "b"], None)
    with pytest.raises(sheets.UnreadableError, match="over 100 cells are too many"):
        list(islice(sheets.sheet_blocks(endless), 1_000))


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (12.5, "0.00", "12.50"),
        (1234, "#,##0", "1,234"),
        (0.25, "0%", "25%"),
        (True, "General", "TRUE"),
        (date(2026, 3, 4), "yyyy-mm-dd", "2026-03-04"),
        (datetime(2026, 3, 4, 9, 30), "yyyy-mm-dd hh:mm", "2026-03-04 09:30"),
        (time(9, 30), "hh:mm", "09:30:00"),
    ],
)
def test_a_value_is_read_as_it_is_shown(value, form, shown):
    book = openpyxl.Workbook()
    book.active.append(["Kind", "Toll"])
    book.active.append(["Cart", value])
    book.active["B2"].number_format = form
    assert read_article(saved(book), "a.xlsx").text.endswith(f"Cart | {shown}")


def test_lines_around_a_table_are_paragraphs_and_blank_columns_are_left_out():
    rows = [
        ["Tolls from May"],
        ["Kind", None, "Toll"],
        ["Cart", None, 5],
        ["The board"],
    ]
    article = read_article(make_xlsx(rows), "a.xlsx")
    assert article.text.split("\n\n") == [
        "Tolls from May",
        "Kind | Toll",
        "Cart | 5",
        "The board",
    ]
    assert [row.text for row in article.rows.values()] == ["Kind: Cart; Toll: 5"]


def test_visible_sheets_are_sections():
    book = openpyxl.Workbook()
    book.properties.title = "Tolls of the canal"
    for name, state in (("Carts", "visible"), ("Barges", "visible"), ("Old", "hidden")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in ROWS:
            sheet.append([f"{name} {row[0]}", *row[1:]])
    article = read_article(saved(book), "a.xlsx")
    assert article.title == "Tolls of the canal"
    assert [passage.section for passage in article.passages] == ["Carts", "Barges"]
