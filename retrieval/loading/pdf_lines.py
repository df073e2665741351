"""Words of a PDF's page to lines, in the order in which a person reads them.

A page is cut where columns part: at a place where words begin, one below the other, and
that no word crosses, in a band of the page. In a band the left column comes before the
right one; what crosses it stands between bands. What is left is read line by line. This
is the recursive X-Y cut (Nagy and Seth, 1984), but for lines that cross a gutter.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import ge, lt
from statistics import median
from unicodedata import normalize

import regex

from retrieval.loading.pdf_words import Word
from retrieval.loading.scripts import raised_after

RAISED_SIZE = 0.85  # of the line's size, up to which letters may be raised or lowered
RAISED_BY = 0.15  # of the line's size, from which they are
SAME_LINE = 0.4  # of the size, up to which baselines are those of one line
GUTTER = 0.7  # of the size, at least, between columns
MIN_COLUMN_LINES = 3  # one below the other, on both sides
MIN_COLUMN_WORDS = 2.5  # without a gap, on average; a table's cells hold fewer
MIN_COLUMN_LETTERS = 20  # the same, where words are long
MIN_COLUMN_WIDTH = 6  # times the size
MIN_COLUMN_FILL = 0.55  # of the widest line's width, that lines take on average
CELL_GAP = 1.6  # times the size, between the cells of a row
GLUED = 0.12  # of the size, up to which other type is of the same word
PART_GAP = 1.0  # times the size, where a row may hold cells of a table
DROP_CAP = 1.8  # times the size of the word that it begins
MIN_LINE_NUMBERS = 5  # in a margin
MAX_CUTS = 12  # of a page into columns

_SPACED = 0.9  # of the size, between letters that are set apart
_RTL = regex.compile(r"[\p{Hebrew}\p{Arabic}]")
_LETTER = regex.compile(r"\p{L}")
_DRAWN = regex.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")  # Arabic, in a form it takes
_DOTS = regex.compile(r"[.·․_]{3,}|…{2,}")
_DOT = regex.compile(r"[.·․]+")
_FRACTION = regex.compile(r"(?<=\d)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁄/∕](\d+)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}、。，]")
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


def lines_of_page(words: Sequence[Word], number: int) -> list[Line]:
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
        here = _without_line_numbers(_with_initials(here))
        for part in _parts(here):
            column = lines[-1].column + 1 if lines else 0
            lines += [
                line for group in _rows(part) for line in _line(group, number, column)
            ]
    return lines


def _with_initials(words: list[Word]) -> list[Word]:
    """Put large letters that begin a paragraph to their words."""
    found = list(words)
    for cap in words:
        if len(cap.text) > 2 or not cap.text[:1].isupper():
            continue
        beside = [
            word
            for word in words
            if cap.size >= DROP_CAP * word.size
            and 0 <= word.left - cap.right + 0.1 * cap.size < 0.6 * cap.size
            and cap.y + 0.2 * cap.size < word.y < cap.y + cap.size
        ]
        if not beside:
            continue
        first = max(beside, key=lambda word: (word.y, -word.left))
        n = next(n for n, word in enumerate(found) if word is first)
        goes_on = first.text[:1].islower() or (
            first.text.isupper() and cap.text not in "AIO"
        )
        glue = "" if goes_on else " "
        found[n] = replace(first, text=f"{cap.text}{glue}{first.text}")
        found = [word for word in found if word is not cap]
    return found


def _without_line_numbers(words: list[Word]) -> list[Word]:
    """Leave out the numbers of lines in a margin."""
    if not words:
        return words
    for edge, sign in (
        (min(w.left for w in words), 1),
        (max(w.right for w in words), -1),
    ):
        numbers = sorted(
            (
                word
                for word in words
                if word.text.isdecimal()
                and len(word.text) <= 4
                and abs((word.left if sign > 0 else word.right) - edge)
                < 2.5 * word.size
            ),
            key=lambda word: -word.y,
        )
        values = [int(word.text) for word in numbers]
        steps = {b - a for a, b in pairwise(values)}
        if len(values) < MIN_LINE_NUMBERS or len(steps) != 1 or steps <= {0}:
            continue
        marked = set(map(id, numbers))
        others = [word for word in words if id(word) not in marked]
        # Turned so that the margin is on the left, they end before all text begins.
        inner = min((w.left if sign > 0 else -w.right for w in others), default=edge)
        if others and max(w.right if sign > 0 else -w.left for w in numbers) < inner:
            return others
    return words


def _parts(words: list[Word], cuts: int = 0) -> Iterator[list[Word]]:
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
    if sum(map(_is_rtl, band)) > len(band) / 2:
        sides.reverse()
    if above:
        yield from _parts(above, cuts + 1)
    for side in sides:
        yield from _parts(side, cuts + 1)
    if below:
        yield from _parts(below, cuts + 1)


def _is_rtl(word: Word) -> bool:
    return _RTL.search(word.text) is not None


def _gutter(words: list[Word]) -> tuple[float, float, float] | None:
    """Find where a column begins, and the band of the page in which it does.

    Returns:
        The place, and the highest and lowest baseline; None where there are no columns.
    """
    if len(words) < 4 * MIN_COLUMN_LINES:
        return None
    size = median(word.size for word in words)
    rows = list(_rows(words))
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


def _rows(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield what stands on one baseline, from the top, each from the left."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.y, word.left)):
        for row in reversed(rows[-3:]):
            smaller = min(row[0].size, word.size)
            if abs(row[0].y - word.y) <= SAME_LINE * smaller:
                row.append(word)
                break
        else:
            rows.append([word])
    largest = [max(word.size for word in row) for row in rows]
    for n, row in enumerate(rows):
        near = [k for k in range(max(n - 2, 0), min(n + 3, len(rows))) if k != n]
        for word in list(row):
            for k in near:
                if word.size <= RAISED_SIZE * largest[k] and any(
                    _is_raised_from(word, other) for other in rows[k]
                ):
                    row.remove(word)
                    rows[k].append(word)
                    break
    for row in sorted(filter(None, rows), key=_baseline, reverse=True):
        yield sorted(row, key=lambda word: word.left)


def _is_raised_from(word: Word, other: Word) -> bool:
    """Tell whether a word stands beside another, smaller and higher or lower."""
    gaps = (word.left - other.right, other.left - word.right)
    return (
        word.size <= RAISED_SIZE * other.size
        and abs(word.y - other.y) <= 0.75 * other.size
        and any(-0.3 * word.size <= gap <= 0.6 * word.size for gap in gaps)
    )


def _baseline(row: list[Word]) -> float:
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.y] += len(word.text)
    return sizes.most_common(1)[0][0]


def _line(row: list[Word], number: int, column: int) -> Iterator[Line]:
    """Yield the line that some words make, unless they are blank."""
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.size] += len(word.text)
    size = sizes.most_common(1)[0][0]
    base = _baseline([word for word in row if word.size == size])
    if sum(len(w.text) for w in row if _is_rtl(w)) > sum(len(w.text) for w in row) / 2:
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
    runs = [list(run) for _, run in groupby(row, key=_is_rtl)]
    return [
        word
        for run in reversed(runs)
        for word in (reversed(run) if _is_rtl(run[0]) else run)
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
        return raised_after(text.rstrip(), word.text)
    return word.text


def _cleaned(cell: str) -> str:
    cell = _FRACTION.sub(lambda m: f" {m[1].translate(_PLAIN)}/{m[2]}", cell)
    cell = _DRAWN.sub(lambda drawn: normalize("NFKC", drawn[0]), cell)
    cell = _DOTS.sub(LEADER, cell)
    return " ".join(_UNSEEN.sub("", cell).split())
