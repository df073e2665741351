"""CSV and TSV to content: the rows of one table, whatever separates their cells."""

import csv
from collections import Counter
from itertools import islice

from retrieval.loading.content import Content
from retrieval.loading.parsers.sheets import sheet_blocks
from retrieval.loading.parsers.text import decode

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 30  # from which the delimiter is found


def parse(data: bytes, charset: str = "") -> Content:
    """Parse a table of text, in the encoding that its server declares."""
    lines = decode(data, charset).splitlines(keepends=True)
    rows = csv.reader(lines, delimiter=_delimiter(lines[: 2 * SAMPLE_ROWS]))
    return Content(list(sheet_blocks(rows)))


def _delimiter(lines: list[str]) -> str:
    r"""Return the delimiter that cuts most rows into equally many cells.

    >>> _delimiter(["Toll; cart\n", "2,50; 3,00\n", "2,75; 4\n"])
    ';'
    """

    def regularity(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(lines, delimiter=delimiter), SAMPLE_ROWS)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, n_rows = max(widths.items(), key=lambda each: each[1], default=(0, 0))
        return n_rows, width

    return max(DELIMITERS, key=regularity)
