"""Words of a PDF's page to parts without columns, in the order of reading.

A page is cut where columns part: at a place where words begin, one below the other, and
that no word crosses, in a band of the page. In a band the left column comes before the
right one; what crosses it stands between bands. This is the recursive X-Y cut (Nagy and
Seth, 1984), but for lines that cross a gutter.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import ge, lt
from statistics import median

from retrieval.loading.parsers.pdf.rows import UNSPACED, is_rtl, rows_of
from retrieval.loading.parsers.pdf.words import Word

GUTTER = 0.7  # of the size, at least, between columns
MIN_COLUMN_LINES = 3  # one below the other, on both sides
MIN_COLUMN_WORDS = 2.5  # without a gap, on average; a table's cells hold fewer
MIN_COLUMN_LETTERS = 20  # the same, where words are long
MIN_COLUMN_WIDTH = 6  # times the size
MIN_COLUMN_FILL = 0.55  # of the widest line's width, that lines take on average
PART_GAP = 1.0  # times the size, where a row may hold cells of a table
MAX_CUTS = 12  # of a page into columns


def split_columns(words: list[Word], cuts: int = 0) -> Iterator[list[Word]]:
    """Yield parts of a page in the order of reading, none of them with columns."""
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
    """Find where a column begins, and the band of the page in which it does.

    Returns:
        The place, and the highest and lowest baseline; None where there are no columns.
    """
    if len(words) < 4 * MIN_COLUMN_LINES:
        return None
    size = median(word.size for word in words)
    rows = list(rows_of(words))
    beginnings = []  # where a word begins a line, or stands after a gap
    for row in rows:
        before: Word | None = None
        for word in row:
            if before is None or word.left - before.right >= GUTTER * size:
                beginnings.append(word.left)
            before = word
    leftmost = min(word.left for word in words)
    counts = Counter(round(place) for place in beginnings)
    tried = sorted(
        (
            place
            for place in counts
            if place > leftmost + 4 * size
            and sum(counts[place + d] for d in (-1, 0, 1)) >= MIN_COLUMN_LINES
            and counts[place] >= max(counts[place - 1], counts[place + 1])
        ),
        key=lambda place: -counts[place],
    )
    best: tuple[float, tuple[float, float, float]] | None = None
    for place in tried[:8]:
        cut = place - 1.5
        for band in _bands(rows, cut):
            weight = _columns(band, cut, size)
            if weight and (best is None or weight > best[0]):
                ys = [word.y for row in band for word in row]
                best = weight, (cut, max(ys) + 0.1, min(ys) - 0.1)
    return best and best[1]


def _bands(rows: list[list[Word]], cut: float) -> Iterator[list[list[Word]]]:
    """Yield runs of rows that no word crosses a place in."""

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


def _columns(band: list[list[Word]], cut: float, size: float) -> float:
    """Weigh how many letters stand in columns on both sides; 0 where none do."""
    lines = [
        [line for row in band if (line := [w for w in row if is_there(w.left, cut)])]
        for is_there in (lt, ge)
    ]
    if any(len(side) < MIN_COLUMN_LINES for side in lines):
        return 0.0
    for side in lines:
        parts = [part for row in side for part in _parts_of(row)]
        words = sum(map(len, parts)) / len(parts)
        letters = sum(len(word.text) for part in parts for word in part) / len(parts)
        # A side may hold columns itself, with or without a wide gap between them.
        fill = max(_fill(parts), _fill(side))
        width = max(part[-1].right - part[0].left for part in parts)
        is_wide = any(UNSPACED.match(w.text) for line in side for w in line)
        is_prose = words >= MIN_COLUMN_WORDS or letters >= MIN_COLUMN_LETTERS or is_wide
        if fill < MIN_COLUMN_FILL or width < MIN_COLUMN_WIDTH * size or not is_prose:
            return 0.0
    tops = [max(w.y for line in side for w in line) for side in lines]
    bottoms = [min(w.y for line in side for w in line) for side in lines]
    if min(tops) - max(bottoms) < size:
        return 0.0  # one stands above the other
    return float(min(sum(len(w.text) for line in side for w in line) for side in lines))


def _fill(lines: list[list[Word]]) -> float:
    """Return how much of the widest line's width lines take on average."""
    widths = [line[-1].right - line[0].left for line in lines]
    return sum(widths) / len(widths) / (max(widths) or 1)


def _parts_of(row: list[Word]) -> list[list[Word]]:
    """Cut a row at gaps that are wider than most between words."""
    parts = [row[:1]]
    for left, right in pairwise(row):
        if right.left - left.right > PART_GAP * left.size:
            parts.append([])
        parts[-1].append(right)
    return parts
