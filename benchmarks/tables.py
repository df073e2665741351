"""Finders of tables compared on PDFs that this script draws.

    python -m benchmarks.tables

Seven kinds of tables, eight of each: grids as ReportLab draws them, rules as in LaTeX's
booktabs, the thin boxes of Word, narrow gaps without lines, wrapped cells, merged
labels, and headers of two rows. A cell is right if its row has it in its column; rows
of the header are not counted, since the finders write those of two rows differently.
"""

import argparse
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table
from rich.console import Console
from rich.table import Table as PrintedTable

TABLES_OF_A_KIND = 8
FONT = ("Helvetica", 10)
LINE = 14  # points
INTRODUCTION = (
    "The ferry office of Tarnhaven sets these figures in spring, after a meeting with "
    "the skippers, and prints them on the boards of both landing stages before the "
    "first boat of the season leaves for the outer islands."
)
NAMES = "Alder Birch Cedar Dogwood Elm Fir Gorse Hazel Ivy Juniper Larch Maple".split()
THINGS = "ferry raft kayak tender launch skiff dinghy cutter".split()
PLACES = "Old Pier;East Quay;Mill Steps;Long Sand;Gull Rock;The Narrows".split(";")
DUTIES = (
    "counts the passengers at each landing stage and writes the number on the board",
    "sees to the ropes and the lamps, and paints the hull once a year in May",
    "sells the tickets from nine until the last boat has left for Gull Rock",
    "keeps the log of the tides and lends it to the school on Fridays",
)
GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A PDF with one table.

    Attributes:
        kind: How it is drawn.
        data: The file.
        rows: Cells of the rows below the header, merged labels in each row.
    """

    kind: str
    data: bytes
    rows: Rows


def samples() -> Iterator[Sample]:
    """Yield the same tables in each run."""
    for kind, draw in KINDS.items():
        for seed in range(TABLES_OF_A_KIND):
            yield Sample(kind, *draw(Random(seed)))


def _figures(random: Random) -> Rows:
    header = ["Boat", "Landing", "Seats", "Fare"]
    rows = [
        [
            f"{random.choice(NAMES)} {random.choice(THINGS)}",
            random.choice(PLACES),
            str(random.randint(4, 400)),
            f"{random.randint(2, 60)}.{random.randint(0, 9)}0",
        ]
        for _ in range(random.randint(4, 14))
    ]
    keep = random.choice([2, 3, 4])
    return [row[:keep] for row in [header, *rows]]


def _document(table: Flowable) -> bytes:
    stream = BytesIO()
    style = getSampleStyleSheet()["BodyText"]
    text = Paragraph(INTRODUCTION, style)
    SimpleDocTemplate(stream, pagesize=A4).build([text, table, text])
    return stream.getvalue()


def _grid(random: Random) -> tuple[bytes, Rows]:
    rows = _figures(random)
    return _document(Table(rows, style=[GRID])), rows[1:]


def _wrapped(random: Random) -> tuple[bytes, Rows]:
    body = [
        [
            f"{random.choice(NAMES)}, keeper of the {random.choice(THINGS)}",
            random.choice(DUTIES),
            random.choice(PLACES),
        ]
        for _ in range(random.randint(2, 7))
    ]
    style = getSampleStyleSheet()["BodyText"]
    rows = [["Who", "Duty", "Where"], *body]
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    widths = [random.randint(70, 110), random.randint(140, 220), 80]
    return _document(Table(cells, colWidths=widths, style=[GRID])), body


def _merged(random: Random) -> tuple[bytes, Rows]:
    rows: Rows = [["Season", "Boat", "Fare", "Deposit"]]
    style: list[Any] = [GRID, ("VALIGN", (0, 0), (0, -1), "MIDDLE")]
    filled: Rows = []
    for season in random.sample(["Spring", "Summer", "Autumn", "Winter"], 3):
        height = random.randint(2, 4)
        style.append(("SPAN", (0, len(rows)), (0, len(rows) + height - 1)))
        for n in range(height):
            row = [
                random.choice(NAMES),
                str(random.randint(2, 90)),
                str(random.randint(100, 900)),
            ]
            rows.append(["" if n else season, *row])
            filled.append([season, *row])
    return _document(Table(rows, style=style)), filled


def _two_header_rows(random: Random) -> tuple[bytes, Rows]:
    header = [["Boat", "Fare", ""], ["", "single", "return"]]
    body = [
        [f"{random.choice(NAMES)} {n}", str(random.randint(2, 9)), str(10 + n)]
        for n in range(random.randint(3, 9))
    ]
    style = [GRID, ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1))]
    return _document(Table([*header, *body], style=style)), body


def _drawn(
    rows: Rows, gap: float, rules: Callable[[Canvas, list[float], list[float]], None]
) -> bytes:
    """Draw a table by hand, its last column to the right.

    Args:
        rows: The cells.
        gap: Distance of the columns, in points.
        rules: Draws lines, given the x of all walls and the y of all rows' edges.
    """
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setFont(*FONT)
    canvas.drawString(70, 760, INTRODUCTION[:88])
    widths = [
        max(stringWidth(cell, *FONT) for cell in column)
        for column in zip(*rows, strict=True)
    ]
    walls = [70.0]
    for width in widths:
        walls.append(walls[-1] + width + gap)
    edges = [720.0 - LINE * n for n in range(len(rows) + 1)]
    for top, row in zip(edges, rows, strict=False):
        for n, cell in enumerate(row):
            if n and n == len(row) - 1:
                canvas.drawRightString(walls[n + 1] - gap / 2, top - 10, cell)
            else:
                canvas.drawString(walls[n] + gap / 2, top - 10, cell)
    rules(canvas, walls, edges)
    canvas.drawString(70, edges[-1] - 3 * LINE, INTRODUCTION[:88])
    canvas.save()
    return stream.getvalue()


def _booktabs(random: Random) -> tuple[bytes, Rows]:
    def rules(canvas: Canvas, walls: list[float], edges: list[float]) -> None:
        for y, width in ((edges[0], 0.8), (edges[1], 0.5), (edges[-1], 0.8)):
            canvas.setLineWidth(width)
            canvas.line(walls[0], y, walls[-1], y)

    rows = _figures(random)
    return _drawn(rows, 12, rules), rows[1:]


def _word(random: Random) -> tuple[bytes, Rows]:
    def rules(canvas: Canvas, walls: list[float], edges: list[float]) -> None:
        for y in edges:
            for left, right in pairwise(walls):
                canvas.rect(left, y - 0.25, right - left, 0.5, stroke=0, fill=1)
        for x in walls:
            for top, bottom in pairwise(edges):
                canvas.rect(x - 0.25, bottom, 0.5, top - bottom, stroke=0, fill=1)

    rows = _figures(random)
    return _drawn(rows, 8, rules), rows[1:]


def _narrow(random: Random) -> tuple[bytes, Rows]:
    rows = _figures(random)
    return _drawn(rows, 7, lambda *_: None), rows[1:]


KINDS: dict[str, Callable[[Random], tuple[bytes, Rows]]] = {
    "grid": _grid,
    "booktabs": _booktabs,
    "word": _word,
    "narrow": _narrow,
    "wrapped": _wrapped,
    "merged": _merged,
    "two headers": _two_header_rows,
}


def with_article_bot(data: bytes) -> Rows:
    """Find rows as this project does: by ruling lines, else by gaps."""
    from retrieval.documents.tables import split_cells
    from retrieval.loading.parsers.pdf.parser import parse

    return [list(split_cells(block.text)) for block in parse(data).blocks]


def with_gaps(data: bytes) -> Rows:
    """Find rows by this project's gaps alone."""
    from retrieval.documents.tables import split_cells
    from retrieval.loading.parsers.pdf.lines import page_lines
    from retrieval.loading.parsers.pdf.words import read_words

    library: Any = importlib.import_module("pypdfium2")
    lines = page_lines(read_words(library.PdfDocument(data)[0]), 1)
    return [list(split_cells(line.text)) for line in lines]


def with_pdfplumber(data: bytes, strategy: str = "lines") -> Rows:
    """Find rows with pdfplumber, merged labels repeated in each row."""
    library: Any = importlib.import_module("pdfplumber")
    settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy}
    rows: Rows = []
    with library.open(BytesIO(data)) as document:
        for table in document.pages[0].extract_tables(settings):
            above: list[str] = []
            for row in table:
                filled = [
                    " ".join(cell.split())
                    if cell is not None
                    else "".join(above[n : n + 1])
                    for n, cell in enumerate(row)
                ]
                rows.append(filled)
                above = filled
    return rows


FINDERS: dict[str, Callable[[bytes], Rows]] = {
    "this project": with_article_bot,
    "its gaps alone": with_gaps,
    "pdfplumber, lines": with_pdfplumber,
    "pdfplumber, text": lambda data: with_pdfplumber(data, "text"),
}


def right_cells(expected: Rows, found: Rows) -> tuple[int, int]:
    """Return how many cells are right, and how many there are.

    >>> right_cells([["Elm", "4"]], [["Elm", "5"], ["Fir", "4", "1"]])
    (1, 2)
    """
    right = sum(
        max(
            (
                sum(a == b for a, b in zip(row, other, strict=True))
                for other in found
                if len(other) == len(row)
            ),
            default=0,
        )
        for row in expected
    )
    return right, sum(map(len, expected))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    argparse.ArgumentParser(prog="python -m benchmarks.tables").parse_args(arguments)
    tables = list(samples())
    printed = PrintedTable(title=f"cells right in {len(tables)} tables, %")
    for heading in ("finder", *KINDS, "all"):
        printed.add_column(heading, justify="left" if heading == "finder" else "right")
    for name, find in FINDERS.items():
        counts = {kind: [0, 0] for kind in (*KINDS, "all")}
        for table in tables:
            right, cells = right_cells(table.rows, find(table.data))
            for kind in (table.kind, "all"):
                counts[kind][0] += right
                counts[kind][1] += cells
        printed.add_row(name, *(f"{100 * a / b:.1f}" for a, b in counts.values()))
    Console().print(printed)


if __name__ == "__main__":
    main()
