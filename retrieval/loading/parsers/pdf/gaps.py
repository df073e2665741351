"""Cells of tables without ruling lines: where gaps are aligned from row to row.

A wide gap parts two cells. A narrow gap does if it begins or ends where such a gap does
in the row above or below, if all gaps of its row are within such gaps, or if enough
rows one below the other have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.loading.parsers.pdf.rows import baseline
from retrieval.loading.parsers.pdf.words import Word

WIDE_GAP = 1.6  # times the size; a wider gap parts the cells of a row
NARROW_GAP = 0.55  # times the size; twice the usual space, at least
LETTER_GAP = 1.05  # times the mean width of a letter, at least
ALIGNED = 1.5  # points; edges that near are one below the other
MAX_ROW_DISTANCE = 3.0  # times the size; rows further apart are of two tables
MIN_ALIGNED_ROWS = 4  # with a narrow gap at one place and no wide one


@dataclass(frozen=True, slots=True)
class _Gap:
    left: float
    right: float
    is_wide: bool

    def is_in_line_with(self, other: "_Gap") -> bool:
        """Return whether a gap begins or ends where another does."""
        return (
            abs(self.left - other.left) <= ALIGNED
            or abs(self.right - other.right) <= ALIGNED
        )

    def is_within(self, other: "_Gap") -> bool:
        """Return whether a gap begins and ends within another."""
        return other.left - ALIGNED <= self.left and self.right <= other.right + ALIGNED


def cell_starts(rows: Sequence[list[Word]]) -> list[set[float]]:
    """Return for each row the x where its second and further cells begin, in points.

    Args:
        rows: The rows of a part of a page from the top, words from the left.
    """
    gaps = [_gaps(row) for row in rows]
    found = [{gap for gap in row if gap.is_wide} for row in gaps]
    near = [
        baseline(above) - baseline(below) <= MAX_ROW_DISTANCE * below[0].size
        for above, below in pairwise(rows)
    ]
    for n, row in enumerate(gaps):
        for gap in row:
            if len(_column(gap, gaps, near, n)) >= MIN_ALIGNED_ROWS:
                found[n].add(gap)
    downwards = [(n, n + 1) for n, is_near in enumerate(near) if is_near]
    upwards = [(n + 1, n) for n, _ in reversed(downwards)]
    for known, other in [*downwards, *upwards]:
        found[other] |= _continued(gaps[other], found[known])
    return [{gap.right for gap in row} for row in found]


def _gaps(row: list[Word]) -> list[_Gap]:
    return [
        _Gap(before.right, word.left, width > WIDE_GAP * word.size)
        for before, word in pairwise(row)
        if (width := word.left - before.right) > NARROW_GAP * word.size
        # The usual space of typewriter type is as wide as its letters.
        and width > LETTER_GAP * min(_letter_width(before), _letter_width(word))
    ]


def _letter_width(word: Word) -> float:
    return (word.right - word.left) / len(word.text)


def _continued(gaps: list[_Gap], known: set[_Gap]) -> set[_Gap]:
    """Return the gaps that part cells like the known gaps of the next row."""
    in_line = {gap for gap in gaps if any(map(gap.is_in_line_with, known))}
    within = {
        gap
        for gap in gaps
        if any(gap.is_within(other) or other.is_within(gap) for other in known)
    }
    # A loose line of prose has gaps elsewhere too.
    return in_line | within if in_line | within == set(gaps) else in_line


def _column(
    gap: _Gap, gaps: Sequence[list[_Gap]], near: Sequence[bool], n: int
) -> list[_Gap]:
    """Return the gaps below a gap, itself among them, whose cells begin in line."""
    column = [gap]
    while n < len(near) and near[n] and len(column) < MIN_ALIGNED_ROWS:
        n += 1
        below = [g for g in gaps[n] if abs(g.right - gap.right) <= ALIGNED]
        if not below:
            break
        column += below
    return column
