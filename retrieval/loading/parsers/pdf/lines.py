"""Words of a PDF's page to lines, in the order in which a person reads them.

`columns` cuts the page into parts, `rows` these into rows; what is raised, set apart or
led by dots is written here as a person reads it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from unicodedata import normalize

import regex

from retrieval.loading.parsers.pdf.columns import split_columns
from retrieval.loading.parsers.pdf.rows import (
    RAISED_SIZE,
    UNSPACED,
    baseline,
    is_rtl,
    rows_of,
    with_initials,
    without_line_numbers,
)
from retrieval.loading.parsers.pdf.words import Word
from retrieval.loading.parsers.superscripts import superscript_after

RAISED_BY = 0.15  # of the line's size, from which they are
CELL_GAP = 1.6  # times the size, between the cells of a row
GLUED = 0.12  # of the size, up to which other type is of the same word

_SPACED = 0.9  # of the size, between letters that are set apart
_LETTER = regex.compile(r"\p{L}")
_DRAWN = regex.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")  # Arabic, in a form it takes
_DOTS = regex.compile(r"[.·․_]{3,}|…{2,}")
_DOT = regex.compile(r"[.·․]+")
_FRACTION = regex.compile(r"(?<=\d)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁄/∕](\d+)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNSEEN = regex.compile(r"[\u00ad\u200b\u2060\ufeff]|(?![\t])\p{Cc}")
_SYMBOL = regex.compile(r"^[\ue000-\uf8ff](?=\s)")  # a bullet of a font of signs
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]+")
LEADER = " … "  # stands for a row of dots


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; lengths as in its words.

    Attributes:
        is_row: Whether it is one of a table.
        has_leader: Whether dots lead from one part to the next.
        column: Which part of the page it stands in, in the order of reading.
    """

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool
    is_row: bool
    has_leader: bool
    column: int


def page_lines(words: Sequence[Word], number: int) -> list[Line]:
    """Return a page's lines, those of its own direction first.

    Args:
        words: Of the page, as drawn.
        number: Of the page, from 1.
    """
    turns = Counter({0: 1})
    for word in words:
        turns[word.turn] += len(word.text)
    lines: list[Line] = []
    for turn, _ in turns.most_common():
        here = [word for word in words if word.turn == turn]
        if not here:
            continue
        here = without_line_numbers(with_initials(here))
        for part in split_columns(here):
            column = lines[-1].column + 1 if lines else 0
            lines += [
                line for group in rows_of(part) for line in _line(group, number, column)
            ]
    return lines


def _line(row: list[Word], number: int, column: int) -> Iterator[Line]:
    """Yield the line that some words make, unless they are blank."""
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.size] += len(word.text)
    size = sizes.most_common(1)[0][0]
    base = baseline([word for word in row if word.size == size])
    if sum(len(w.text) for w in row if is_rtl(w)) > sum(len(w.text) for w in row) / 2:
        row = _right_to_left(row)
    cells = [""]
    has_leader = False
    before: Word | None = None
    dots = 0
    for word in _joined(row):
        gap = 0.0
        if before:
            gap = max(word.left - before.right, before.left - word.right, 0.0)
        if _DOT.fullmatch(word.text) and (len(word.text) > 3 or gap > 0.1 * size):
            dots += len(word.text)
            before = word
            continue
        if dots >= 3:
            has_leader = True
            cells[-1] = f"{cells[-1].rstrip()}{LEADER}"
        elif dots:
            cells[-1] += " " + "." * dots
        elif before and gap > CELL_GAP * size:
            cells.append("")
        elif before and not _sticks(before, word, size, base):
            cells[-1] += " "
        dots = 0
        cells[-1] += _written(cells[-1], word, size, base)
        before = word
    cells = [_cleaned(cell) for cell in cells]
    cells = [cell for cell in cells if cell]
    # A number or a bullet with a gap after it leads a heading or an item.
    is_row = len(cells) > 2 or (len(cells) == 2 and _WORD.search(cells[0]) is not None)
    text = (" | " if is_row else " ").join(cells)
    if not text:
        return
    yield Line(
        _SYMBOL.sub("•", text),
        number,
        min(word.left for word in row),
        base,
        size,
        all(word.bold for word in row),
        is_row,
        has_leader,
        column,
    )


def _right_to_left(row: list[Word]) -> list[Word]:
    """Order a line that is read from the right, with numbers and names in it."""
    runs = [list(run) for _, run in groupby(row, key=is_rtl)]
    return [
        word
        for run in reversed(runs)
        for word in (reversed(run) if is_rtl(run[0]) else run)
    ]


def _joined(row: list[Word]) -> Iterator[Word]:
    """Join letters that are set apart into words."""
    n = 0
    while n < len(row):
        run = [row[n]]
        while (
            n + len(run) < len(row)
            and len(run[-1].text) == len(row[n + len(run)].text) == 1
            and _LETTER.match(run[-1].text)
            and _LETTER.match(row[n + len(run)].text)
            and 0 < row[n + len(run)].left - run[-1].right < 3 * _SPACED * run[-1].size
        ):
            run.append(row[n + len(run)])
        gaps = [b.left - a.right for a, b in pairwise(run)]
        if len(run) >= 4 and min(gaps) < _SPACED * run[0].size:
            usual = median(gaps)
            start = 0
            for k, gap in enumerate([*gaps, float("inf")]):
                if gap > 1.5 * usual:
                    part = run[start : k + 1]
                    text = "".join(word.text for word in part)
                    yield replace(part[0], text=text, right=part[-1].right)
                    start = k + 1
        else:
            yield from run
        n += len(run)


def _sticks(before: Word, word: Word, size: float, base: float) -> bool:
    """Tell whether a word goes on with what stands before it, without a blank."""
    if _is_raised(word, size, base):
        return True
    if UNSPACED.match(before.text[-1:]) and UNSPACED.match(word.text):
        return True
    is_other = (before.size, before.y, before.bold) != (word.size, word.y, word.bold)
    return is_other and abs(word.left - before.right) <= GLUED * size


def _is_raised(word: Word, size: float, base: float) -> bool:
    return word.size <= RAISED_SIZE * size and word.y - base > RAISED_BY * size


def _written(text: str, word: Word, size: float, base: float) -> str:
    """Write a word; what is raised as such, and not what leads to a note."""
    if _is_raised(word, size, base):
        return superscript_after(text.rstrip(), word.text)
    return word.text


def _cleaned(cell: str) -> str:
    cell = _FRACTION.sub(lambda m: f" {m[1].translate(_PLAIN)}/{m[2]}", cell)
    cell = _DRAWN.sub(lambda drawn: normalize("NFKC", drawn[0]), cell)
    cell = _DOTS.sub(LEADER, cell)
    return " ".join(_UNSEEN.sub("", cell).split())
