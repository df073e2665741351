"""Parts of a PDF's page without columns, in reading order.

A band of a page is cut at a gutter: an x where several words begin, one below the
other, and which no word of the band crosses. The left column of a band is read before
the right one; lines that cross the gutter are between bands. This is the recursive X-Y
cut (Nagy and Seth, 1984), extended to lines that cross a gutter.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import ge, lt
from statistics import median

from retrieval.loading.parsers.pdf.rows import UNSPACED, is_rtl, pdf_rows
from retrieval.loading.parsers.pdf.words import Word

GUTTER = 0.7  # times the size; columns are at least as far apart
MIN_COLUMN_LINES = 3  # one below the other, on both sides
MIN_COLUMN_WORDS = 2.5  # without a gap, on average; a table's cells hold fewer
MIN_COLUMN_LETTERS = 20  # without a gap, on average, where words are long
MIN_COLUMN_WIDTH = 6  # times the size
MIN_COLUMN_FILL = 0.55  # mean width of lines, as a share of the widest line's
CELL_GAP = 1.0  # times the size; a wider gap may part the cells of a table
MAX_CUTS = 12  # of a page into columns
MAX_TRIED = 8  # places for a gutter, the most frequent first


def split_columns(words: list[Word], cuts: int = 0) -> Iterator[list[Word]]:
    """Yield parts of a page without columns, in reading order.

    Args:
        words: Words of the page or of a part of it.
        cuts: Number of cuts that led to this part.
    """
    gutter = _gutter(words) if cuts < MAX_CUTS else None
    if gutter is None:
        yield words
        return
    cut, top, bottom = gutter
    above = [word for word in words if word.y > top]
    band = [word for word in words if bottom <= word.y <= top]
    below = [word for word in words if word.y < bottom]
    sides = [
        [word for word in band if word.left < cut],
        [word for word in band if word.left >= cut],
    ]
    if sum(map(is_rtl, band)) > len(band) / 2:
        sides.reverse()
    if above:
        yield from split_columns(above, cuts + 1)
    for side in sides:
        yield from split_columns(side, cuts + 1)
    if below:
        yield from split_columns(below, cuts + 1)


def _gutter(words: list[Word]) -> tuple[float, float, float] | None:
    """Find the gutter with most letters on both its sides.

    Returns:
        The x of the gutter, and the highest and lowest baseline of its band, in points;
        None if the page has no columns.
    """
    if len(words) < 4 * MIN_COLUMN_LINES:
        return None
    size = median(word.size for word in words)
    rows = list(pdf_rows(words))
    best: tuple[float, tuple[float, float, float]] | None = None
    for x in _column_starts(rows, size)[:MAX_TRIED]:
        cut = x - 1.5
        for band in _bands(rows, cut):
            weight = _column_weight(band, cut, size)
            if weight and (best is None or weight > best[0]):
                ys = [word.y for row in band for word in row]
                best = weight, (cut, max(ys) + 0.1, min(ys) - 0.1)
    return best and best[1]


def _column_starts(rows: list[list[Word]], size: float) -> list[int]:
    """Return the x where a column may begin, in points, the most frequent first."""
    starts: Counter[int] = Counter()  # of words that begin a row or follow a gap
    for row in rows:
        before: Word | None = None
        for word in row:
            if before is None or word.left - before.right >= GUTTER * size:
                starts[round(word.left)] += 1
            before = word
    leftmost = min(word.left for row in rows for word in row)
    return sorted(
        (
            x
            for x in starts
            if x > leftmost + 4 * size
            and sum(starts[x + d] for d in (-1, 0, 1)) >= MIN_COLUMN_LINES
            and starts[x] >= max(starts[x - 1], starts[x + 1])
        ),
        key=lambda x: -starts[x],
    )


def _bands(rows: list[list[Word]], cut: float) -> Iterator[list[list[Word]]]:
    """Yield runs of rows in which no word crosses an x."""

    def is_free(row: list[Word]) -> bool:
        left = [word.right for word in row if word.left < cut]
        right = [word.left for word in row if word.left >= cut]
        if any(end > cut for end in left):
            return False
        size = max(word.size for word in row)
        return not (left and right) or min(right) - max(left) >= GUTTER * 0.8 * size

    for free, run in groupby(rows, key=is_free):
        if free:
            yield list(run)


def _column_weight(band: list[list[Word]], cut: float, size: float) -> float:
    """Return the letters of the shorter of two columns; 0 if they are no columns."""
    sides = [
        [line for row in band if (line := [w for w in row if is_there(w.left, cut)])]
        for is_there in (lt, ge)
    ]
    if any(len(side) < MIN_COLUMN_LINES for side in sides):
        return 0.0
    if not all(_is_column(side, size) for side in sides):
        return 0.0
    tops = [max(w.y for line in side for w in line) for side in sides]
    bottoms = [min(w.y for line in side for w in line) for side in sides]
    if min(tops) - max(bottoms) < size:
        return 0.0  # one is above the other
    return float(min(sum(len(w.text) for line in side for w in line) for side in sides))


def _is_column(lines: list[list[Word]], size: float) -> bool:
    """Return whether lines look like a column of prose rather than a table's cells."""
    pieces = [piece for line in lines for piece in _split_at_gaps(line)]
    words = sum(map(len, pieces)) / len(pieces)
    letters = sum(len(word.text) for piece in pieces for word in piece) / len(pieces)
    # The lines may form columns themselves, with or without a wide gap between them.
    fill = max(_fill(pieces), _fill(lines))
    width = max(piece[-1].right - piece[0].left for piece in pieces)
    if fill < MIN_COLUMN_FILL or width < MIN_COLUMN_WIDTH * size:
        return False
    is_prose = words >= MIN_COLUMN_WORDS or letters >= MIN_COLUMN_LETTERS
    return is_prose or any(UNSPACED.match(w.text) for line in lines for w in line)


def _fill(lines: list[list[Word]]) -> float:
    """Return the mean width of lines, as a share of the widest line's."""
    widths = [line[-1].right - line[0].left for line in lines]
    return sum(widths) / len(widths) / (max(widths) or 1)


def _split_at_gaps(line: list[Word]) -> list[list[Word]]:
    """Split a line at gaps that are wider than most between words."""
    pieces = [line[:1]]
    for left, right in pairwise(line):
        if right.left - left.right > CELL_GAP * left.size:
            pieces.append([])
        pieces[-1].append(right)
    return pieces
