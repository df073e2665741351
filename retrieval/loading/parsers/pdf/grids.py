"""Ruled tables of a PDF's page: the words in the cells that its lines enclose."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from retrieval.loading.parsers.pdf.rows import pdf_rows
from retrieval.loading.parsers.pdf.rulings import JOINED, Ruling
from retrieval.loading.parsers.pdf.words import Word

MAX_CELL_WORDS = 30  # on average; with more, lines part the columns of a page
CROSSING = 2.0  # points; a word that reaches that far over a wall is in no cell
MIN_FILLED = 2  # rows with two cells or more
MIN_STACKED = 3  # lines of a cell in each column, to be rows without lines between

CellText = Callable[[list[Word]], str]


@dataclass(frozen=True, slots=True)
class Grid:
    """Words in the cells of a ruled table.

    Attributes:
        xs: Of the vertical walls, from the left, in points.
        ys: Of the horizontal walls, from the top, in points.
        cells: Number of the cell at each place, by row and column; a merged cell is
            at several places.
        words: By the number of a cell.
    """

    xs: list[float]
    ys: list[float]
    cells: list[list[int]]
    words: dict[int, list[Word]]


def merge_tables(
    words: Sequence[Word], rulings: Sequence[Ruling], cell_text: CellText
) -> list[Word]:
    """Return the words of a page with each row of a ruled table as one word.

    Args:
        words: Words of the page, in drawing order.
        rulings: Lines of the page.
        cell_text: Returns the text of a cell's words.
    """
    rest = list(words)
    for component in _components(rulings):
        grid = _grid(component, rest)
        if grid is None:
            continue
        inside = {id(word) for cell in grid.words.values() for word in cell}
        rest = [word for word in rest if id(word) not in inside]
        rest += _row_words(grid, cell_text)
    return rest


def _components(rulings: Sequence[Ruling]) -> Iterator[list[Ruling]]:
    """Yield the lines that touch one another, directly or by others."""
    left = list(rulings)
    while left:
        component, border = [], [left.pop()]
        while border:
            ruling = border.pop()
            component.append(ruling)
            reached = [
                other
                for other in left
                if other.is_vertical != ruling.is_vertical and other.touches(ruling)
            ]
            border += reached
            found = set(map(id, reached))
            left = [other for other in left if id(other) not in found]
        yield component


def _grid(rulings: list[Ruling], words: Sequence[Word]) -> Grid | None:
    """Return the grid of lines that touch; None if they enclose no table."""
    across = [ruling for ruling in rulings if not ruling.is_vertical]
    down = [ruling for ruling in rulings if ruling.is_vertical]
    if not across or not down:
        return None
    xs = _walls(down, across)
    ys = _walls(across, down)[::-1]
    if len(xs) < 3 or len(ys) < 3:
        return None
    cells = _merged_cells(xs, ys, across, down)
    if not _are_rectangles(cells):
        return None
    inside: dict[int, list[Word]] = {}
    for word in words:
        row = _place([-y for y in ys], -(word.y + 0.3 * word.size))
        column = _place(xs, (word.left + word.right) / 2)
        if row is None or column is None:
            continue
        cell = cells[row][column]
        columns = [n for n, other in enumerate(cells[row]) if other == cell]
        if (
            word.left < xs[columns[0]] - CROSSING
            or word.right > xs[columns[-1] + 1] + CROSSING
        ):
            return None
        inside.setdefault(cell, []).append(word)
    filled = sum(len({cell for cell in row if cell in inside}) > 1 for row in cells)
    count = sum(map(len, inside.values()))
    if filled < MIN_FILLED or count > MAX_CELL_WORDS * len(inside):
        return None
    return Grid(xs, ys, cells, inside)


def _walls(rulings: list[Ruling], others: list[Ruling]) -> list[float]:
    """Return the places of lines, and of the ends of lines that cross them."""
    ends = (min(r.start for r in others), max(r.end for r in others))
    places: list[float] = []
    for at in sorted([*(ruling.at for ruling in rulings), *ends]):
        if not places or at - places[-1] > JOINED:
            places.append(at)
    return places


def _merged_cells(
    xs: list[float], ys: list[float], across: list[Ruling], down: list[Ruling]
) -> list[list[int]]:
    """Return the number of the cell at each place: places without a wall share it."""

    def is_wall(rulings: list[Ruling], at: float, middle: float) -> bool:
        return any(
            abs(ruling.at - at) <= JOINED and ruling.start < middle < ruling.end
            for ruling in rulings
        )

    cells: list[list[int]] = []
    for n, (top, bottom) in enumerate(pairwise(ys)):
        cells.append([])
        for k, (left, right) in enumerate(pairwise(xs)):
            cell = n * len(xs) + k
            if k and not is_wall(down, left, (top + bottom) / 2):
                cell = cells[n][k - 1]
            if n and not is_wall(across, top, (left + right) / 2):
                cell = min(cell, cells[n - 1][k])
            cells[n].append(cell)
    return cells


def _are_rectangles(cells: list[list[int]]) -> bool:
    """Return whether each cell fills a rectangle; others miss a wall or have one more.

    >>> _are_rectangles([[1, 1], [2, 3]]), _are_rectangles([[1, 1], [1, 2]])
    (True, False)
    """
    places: dict[int, list[tuple[int, int]]] = {}
    for n, row in enumerate(cells):
        for k, cell in enumerate(row):
            places.setdefault(cell, []).append((n, k))
    return all(
        len(found) == len({n for n, _ in found}) * len({k for _, k in found})
        for found in places.values()
    )


def _place(walls: list[float], at: float) -> int | None:
    """Return the number of the gap between walls that a place is in."""
    return next((n for n, (a, b) in enumerate(pairwise(walls)) if a <= at < b), None)


def _row_words(grid: Grid, cell_text: CellText) -> Iterator[Word]:
    """Yield the rows of a table, each as one word; the rows of its header as one."""
    height = _header_height(grid.cells)
    bands = [grid.cells[:height], *([row] for row in grid.cells[height:])]
    for n, band in enumerate(bands):
        columns = [tuple(dict.fromkeys(column)) for column in zip(*band, strict=True)]
        if n or height == 1:  # a cell that spans columns is read once
            columns = [column for column, _ in groupby(columns)]
        cells = [
            [word for cell in column for word in grid.words.get(cell, ())]
            for column in columns
        ]
        lines = _stacked(cells) if n and len(bands) <= MIN_STACKED else []
        top = grid.ys[height + n - 1 if n else 0]
        if lines:
            yield from (_row_word(grid, line, top, cell_text) for line in lines)
        elif any(cells):
            yield _row_word(grid, cells, top, cell_text)


def _header_height(cells: list[list[int]]) -> int:
    """Return the number of rows of the header: more than 1 if a cell has others below.

    >>> _header_height([[1, 2, 2], [1, 3, 4], [5, 6, 7]])
    2
    """
    first = cells[0]
    if len(set(first)) in (1, len(first)):
        return 1
    return max(
        2, next((n for n, row in enumerate(cells) if set(row).isdisjoint(first)), 1)
    )


def _stacked(cells: list[list[Word]]) -> list[list[list[Word]]]:
    """Return the cells of rows that no lines part; none if they are one row."""
    column_of = {id(word): n for n, words in enumerate(cells) for word in words}
    lines: list[list[list[Word]]] = []
    for row in pdf_rows([word for words in cells for word in words]):
        lines.append([[] for _ in cells])
        for word in row:
            lines[-1][column_of[id(word)]].append(word)
    return lines if len(lines) >= MIN_STACKED and all(map(all, lines)) else []


def _row_word(
    grid: Grid, cells: list[list[Word]], top: float, cell_text: CellText
) -> Word:
    words = [word for cell in cells for word in cell]
    size = median(word.size for word in words)
    return Word(
        " | ".join(map(cell_text, cells)),
        grid.xs[0],
        grid.xs[-1],
        # A merged label may be on the baseline of another row.
        min(top - size, max(word.y for word in words)),
        size,
        all(word.bold for word in words),
        rotation=0,
        is_mapped=True,
        is_row=len(cells) > 1,
    )
