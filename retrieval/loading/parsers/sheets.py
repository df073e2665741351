"""Rows of spreadsheets to blocks, for every format that has them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from retrieval.loading.content import Block, UnreadableError, one_line, row_block

MAX_CELLS = 200_000  # of all sheets; an article of more is a database


def sheet_blocks(rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    """Yield the tables of a sheet, which blank rows separate.

    Columns that are blank in a whole table are left out. A line of one cell above or
    below a table is a paragraph.

    Raises:
        UnreadableError: There are over `MAX_CELLS` cells.

    >>> rows = [["Fares"], ["Who", "", "Fee"], ["Cart", "", "5"], [], ["From May"]]
    >>> [block.text for block in sheet_blocks(rows)]
    ['Fares', 'Who | Fee', 'Cart | 5', 'From May']
    """
    for is_blank, table in groupby(_limited(rows), key=lambda row: not any(row)):
        if not is_blank:
            yield from _table_blocks(list(table))


def _limited(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    n_cells = 0
    for row in rows:
        cells = [one_line(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        n_cells += max(len(cells), 1)
        if n_cells > MAX_CELLS:
            raise UnreadableError(f"over {MAX_CELLS:,} cells are too many; split it")
        yield cells


def _table_blocks(rows: list[list[str]]) -> Iterator[Block]:
    wide = [n for n, row in enumerate(rows) if sum(map(bool, row)) > 1]
    body = range(wide[0], wide[-1] + 1) if wide else range(0)
    width = max((len(rows[n]) for n in body), default=0)
    filled = {column for n in body for column, cell in enumerate(rows[n]) if cell}
    for n, row in enumerate(rows):
        if n in body:
            cells = [*row, *[""] * (width - len(row))]
            yield from row_block(cells[column] for column in sorted(filled))
        else:
            yield Block("".join(row), continues=n > 0)
