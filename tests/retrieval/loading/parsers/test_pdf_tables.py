"""PDF: the cells of tables, with lines and without."""

from io import BytesIO

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from benchmarks.tables import right_cells, samples, with_article_bot
from retrieval.loading.load import read_article
from retrieval.loading.parsers.pdf import rulings
from tests.retrieval.loading.sample_files import drawn

GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")


def table_text(rows, *style, **options):
    stream = BytesIO()
    SimpleDocTemplate(stream).build([Table(rows, style=list(style), **options)])
    return read_article(stream.getvalue(), "a.pdf").text.split("\n\n")


def canvas_text(draw):
    stream = BytesIO()
    canvas = Canvas(stream)
    draw(canvas)
    canvas.save()
    return read_article(stream.getvalue(), "a.pdf").text.split("\n\n")


@pytest.mark.parametrize("sample", list(samples()), ids=lambda sample: sample.kind)
def test_at_least_95_percent_of_the_cells_of_a_table_are_right(sample):
    right, cells = right_cells(sample.rows, with_article_bot(sample.data))
    assert right >= 0.95 * cells


def test_a_cell_of_several_lines_is_one_cell():
    style = getSampleStyleSheet()["BodyText"]
    rows = [
        ["Hive", "Work"],
        ["Mill", "Feed sugar in March and count the frames of brood with care"],
        ["Lock", "Mend"],
    ]
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    assert table_text(cells, GRID, colWidths=[60, 90]) == [
        " | ".join(row) for row in rows
    ]


def test_a_label_that_spans_rows_is_read_in_each_and_one_over_columns_in_their_names():
    rows = [
        ["Roof", "Hive", "Honey in kilograms", ""],
        ["", "", "lime", "heather"],
        ["Town hall", "A", "12", "3"],
        ["", "B", "9", "4"],
    ]
    spans = [((0, 0), (0, 1)), ((1, 0), (1, 1)), ((2, 0), (3, 0)), ((0, 2), (0, 3))]
    style = [("SPAN", *span) for span in spans]
    middle = ("VALIGN", (0, 0), (-1, -1), "MIDDLE")
    assert table_text(rows, GRID, middle, *style) == [
        "Roof | Hive | Honey in kilograms lime | Honey in kilograms heather",
        "Town hall | A | 12 | 3",
        "Town hall | B | 9 | 4",
    ]


def test_a_cell_over_all_columns_is_read_once_and_an_empty_cell_keeps_its_place():
    rows = [["Roof", "Lime", "Heather"], ["Old town", "", ""], ["Lock", "", "7"]]
    assert table_text(rows, GRID, ("SPAN", (0, 1), (2, 1))) == [
        "Roof | Lime | Heather",
        "Old town",
        "Lock | | 7",
    ]


def test_rows_without_lines_between_them_are_read_one_by_one():
    rows = [["Roof", "Lime"], *([f"Roof {n}", f"{n} kg"] for n in range(5))]
    lines = [("BOX", (0, 0), (-1, -1), 1, "black"), ("LINEBELOW", (0, 0), (-1, 0), 1)]
    inner = ("LINEAFTER", (0, 0), (0, -1), 1, "black")
    box, below = lines
    assert table_text(rows, box, (*below, "black"), inner) == [
        " | ".join(row) for row in rows
    ]


def test_narrow_gaps_part_cells_where_the_rows_above_and_below_have_them():
    rows = [("Elm", "North roof", "12"), ("Sycamore", "South roof", "7")] * 3
    page = [
        (x, 700 - 14 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 121, 185), row, strict=True)
    ]
    assert drawn(page).text.split("\n\n") == [" | ".join(row) for row in rows]


def test_typewriter_type_has_no_cells_between_its_words():
    lines = [
        (60, 700 - 14 * n, "Elm oak ash fir. " * 4, "Courier", 11) for n in range(6)
    ]
    assert "|" not in drawn(lines).text


def test_lines_around_prose_make_no_table():
    prose = "The keeper of the bees on the roof of the town hall sells honey in jars."

    def draw(canvas):
        for x in (50, 300, 560):
            canvas.line(x, 600, x, 790)
        for y in (600, 700, 790):
            canvas.line(50, y, 560, y)
        for top in (770, 680):
            for n in range(4):
                canvas.setFontSize(7)
                canvas.drawString(60, top - 9 * n, prose)
                canvas.drawString(310, top - 9 * n, prose)

    assert " ".join(canvas_text(draw)).count(prose) == 16
    assert not any("|" in text for text in canvas_text(draw))


def test_lines_that_cross_words_or_enclose_no_rectangle_make_no_table():
    def crossing(canvas):
        canvas.grid([50, 100, 150, 200], [650, 680, 710])
        canvas.drawString(60, 690, "The bees fly over the wall.")
        canvas.drawString(60, 660, "They come home at dusk.")

    assert not any("|" in text for text in canvas_text(crossing))

    def open_corner(canvas):
        canvas.lines([(50, 710, 200, 710), (50, 650, 200, 650), (50, 650, 50, 710)])
        canvas.lines([(125, 680, 125, 710), (125, 680, 200, 680), (200, 650, 200, 710)])
        canvas.drawString(130, 690, "Elm")
        canvas.drawString(60, 660, "Ash")

    assert not any("|" in text for text in canvas_text(open_corner))


def test_lines_of_a_form_within_the_page_part_cells_too():
    def draw(canvas):
        canvas.beginForm("table")
        canvas.grid([0, 100, 200], [0, 20, 40])
        canvas.endForm()
        canvas.translate(50, 600)
        canvas.doForm("table")
        for x, y, cell in ((5, 25, "Elm"), (90, 25, "N"), (5, 5, "Ash"), (105, 5, "7")):
            canvas.drawString(x if cell != "N" else 104, y, cell)

    assert canvas_text(draw) == ["Elm | N", "Ash | 7"]


def test_a_large_drawing_makes_no_table(monkeypatch):
    rows = [["Roof", "Lime"], ["Lock", "7"]]
    monkeypatch.setattr(rulings, "MAX_POINTS", 5)
    assert table_text(rows, GRID) == ["Roof | Lime", "Lock | 7"]
