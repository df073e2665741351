"""Lines of a PDF's page, in reading order.

`columns` cuts the page into parts, `rows` cuts the parts into rows; here a row becomes
a line of text: superscripts, cells, dot leaders and letterspaced words included.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from statistics import median
from unicodedata import normalize

import regex

from retrieval.loading.parsers.pdf.columns import split_columns
from retrieval.loading.parsers.pdf.gaps import ALIGNED, WIDE_GAP, cell_starts
from retrieval.loading.parsers.pdf.grids import merge_tables
from retrieval.loading.parsers.pdf.key_figures import merge_key_figures
from retrieval.loading.parsers.pdf.rows import (
    SCRIPT_SIZE,
    UNSPACED,
    baseline,
    is_rtl,
    merge_drop_caps,
    pdf_rows,
    without_line_numbers,
)
from retrieval.loading.parsers.pdf.rulings import Ruling
from retrieval.loading.parsers.pdf.words import HYPHEN, Word
from retrieval.loading.parsers.superscripts import superscript_after

RAISED_BY = 0.15  # times the line's size; superscripts are at least as much higher
GLUED = 0.12  # times the size; other type that near belongs to the same word
MIN_LEADER_DOTS = 3
MIN_SIDE_WORDS = 6  # of the line beside a heading in the margin

_LETTERSPACE = 0.9  # times the size; the most between the letters of a spaced-out word
_LETTER = regex.compile(r"\p{L}")
_ARABIC_FORM = regex.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")  # by place in its word
_DOTS = regex.compile(r"[.·․_]{3,}|…{2,}")
_DOT = regex.compile(r"[.·․]+")
_FRACTION = regex.compile(r"(?<=\d)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁄/∕](\d+)")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_INVISIBLE = regex.compile(r"[\u00ad\u200b\u2060\ufeff]|(?![\t])\p{Cc}")
_SYMBOL = regex.compile(r"^[\ue000-\uf8ff](?=\s)")  # a bullet from a symbol font
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]+")
_AFTER_LABEL = regex.compile(r": \| ")
LEADER = " … "  # stands for a dot leader


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page, with its position in points.

    Attributes:
        text: Its text; never blank.
        page: Number of its page, from 1.
        x: Where it begins.
        y: Height of its baseline, from the bottom up.
        size: Size of most of its letters.
        bold: Whether all its words are bold.
        is_row: Whether it is a row of a table.
        has_leader: Whether a dot leader joins two parts of it.
        column: Number of its part of the page, in reading order.
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


def page_lines(
    words: Sequence[Word], number: int, rulings: Sequence[Ruling] = ()
) -> list[PdfLine]:
    """Return a page's lines, first the lines in its most frequent direction.

    Args:
        words: Words of the page, in drawing order.
        number: Number of the page, from 1.
        rulings: Lines that are drawn on it.
    """
    rotations = Counter({0: 1})
    for word in words:
        rotations[word.rotation] += len(word.text)
    lines: list[PdfLine] = []
    for rotation, _ in rotations.most_common():
        here = [word for word in words if word.rotation == rotation]
        if not here:
            continue
        if not rotation:
            here = merge_key_figures(merge_tables(here, rulings, _cell_text))
        here = without_line_numbers(merge_drop_caps(here))
        for part in split_columns(here):
            column = lines[-1].column + 1 if lines else 0
            rows = list(_without_side_heads(list(pdf_rows(part))))
            lines += filter(
                None,
                (
                    _line(row, number, column, starts)
                    for row, starts in zip(rows, cell_starts(rows), strict=True)
                ),
            )
    return lines


def _without_side_heads(rows: list[list[Word]]) -> Iterator[list[Word]]:
    """Yield rows, with headings beside the first line of a paragraph as their own."""
    for row, below in zip_longest(rows, rows[1:]):
        wide = [
            n
            for n, (before, word) in enumerate(pairwise(row), 1)
            if word.left - before.right > WIDE_GAP * word.size
        ]
        head = row[: wide[0]] if len(wide) == 1 else []
        # A number or a bullet with a gap after it belongs to its line.
        has_word = any(_WORD.search(word.text) for word in head)
        if has_word and below and _is_paragraph(row[len(head) :], below):
            yield head
            yield row[len(head) :]
        else:
            yield row


def _is_paragraph(first: list[Word], below: list[Word]) -> bool:
    """Return whether a line of prose goes on right below, where it begins."""
    size = first[0].size
    return (
        len(first) >= MIN_SIDE_WORDS
        and first[0].text[:1].isupper()
        and abs(first[0].left - below[0].left) <= ALIGNED
        and first[0].y - below[0].y <= WIDE_GAP * size
        and all(b.left - a.right <= WIDE_GAP * size for a, b in pairwise(below))
    )


def _cell_text(words: list[Word]) -> str:
    """Return the text of the words in a ruled cell, its lines as one."""
    text = ""
    for row in pdf_rows(words):
        line = " ".join(_cells(_in_reading_order(row), *_type(row), set())[0])
        if text.endswith(HYPHEN):
            text = text[:-1]
        elif text and not (UNSPACED.match(text[-1]) and UNSPACED.match(line)):
            text += " "
        text += line
    return text.strip()


def _line(
    row: list[Word], number: int, column: int, starts: set[float]
) -> PdfLine | None:
    """Return the line of a row; None if it is blank.

    Args:
        row: Words from the left.
        number: Number of the page, from 1.
        column: Number of the part of the page.
        starts: The x where its second and further cells begin, in points.
    """
    size, base = _type(row)
    cells, has_leader = _cells(_in_reading_order(row), size, base, starts)
    # A number or a bullet with a gap after it leads a heading or an item.
    is_row = (
        len(cells) > 2
        or (len(cells) == 2 and _WORD.search(cells[0]) is not None)
        or any(word.is_row for word in row)
    )
    # The value of a form follows its label: "Berth: Pier 9".
    text = _AFTER_LABEL.sub(": ", (" | " if is_row else " ").join(cells))
    if not text:
        return None
    return PdfLine(
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


def _type(row: list[Word]) -> tuple[float, float]:
    """Return the size of most letters in a row, and the height of their baseline."""
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.size] += len(word.text)
    size = sizes.most_common(1)[0][0]
    return size, baseline([word for word in row if word.size == size])


def _in_reading_order(row: list[Word]) -> list[Word]:
    is_rtl_row = sum(len(w.text) for w in row if is_rtl(w)) > (
        sum(len(w.text) for w in row) / 2
    )
    return _right_to_left(row) if is_rtl_row else row


def _cells(
    row: list[Word], size: float, base: float, starts: set[float]
) -> tuple[list[str], bool]:
    """Return the texts of a row's cells, and whether it has a dot leader.

    Args:
        row: Words in reading order.
        size: Size of the row's type, in points.
        base: Height of its baseline, in points.
        starts: The x where its second and further cells begin, in points.
    """
    cells = [""]
    has_leader = False
    before: Word | None = None
    dots = 0
    for word in _join_letters(row):
        gap = 0.0
        if before:
            gap = max(word.left - before.right, before.left - word.right, 0.0)
        if _DOT.fullmatch(word.text) and (len(word.text) > 3 or gap > 0.1 * size):
            dots += len(word.text)
            before = word
            continue
        if dots >= MIN_LEADER_DOTS:
            has_leader = True
            cells[-1] = f"{cells[-1].rstrip()}{LEADER}"
        elif dots:
            cells[-1] += " " + "." * dots
        elif before and (gap > WIDE_GAP * size or word.left in starts):
            cells.append("")
        elif before and not _is_glued(before, word, size, base):
            cells[-1] += " "
        dots = 0
        cells[-1] += _word_text(cells[-1], word, size, base)
        before = word
    return list(filter(None, map(_normalize_cell, cells))), has_leader


def _right_to_left(row: list[Word]) -> list[Word]:
    """Return a row in reading order, from the right; numbers and names keep theirs."""
    runs = [list(run) for _, run in groupby(row, key=is_rtl)]
    return [
        word
        for run in reversed(runs)
        for word in (reversed(run) if is_rtl(run[0]) else run)
    ]


def _join_letters(row: list[Word]) -> Iterator[Word]:
    """Join the letters of letterspaced words."""
    n = 0
    while n < len(row):
        run = [row[n]]
        while (
            n + len(run) < len(row)
            and len(run[-1].text) == len(row[n + len(run)].text) == 1
            and _LETTER.match(run[-1].text)
            and _LETTER.match(row[n + len(run)].text)
            and 0
            < row[n + len(run)].left - run[-1].right
            < 3 * _LETTERSPACE * run[-1].size
        ):
            run.append(row[n + len(run)])
        gaps = [b.left - a.right for a, b in pairwise(run)]
        if len(run) >= 4 and min(gaps) < _LETTERSPACE * run[0].size:
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


def _is_glued(before: Word, word: Word, size: float, base: float) -> bool:
    """Return whether no space separates a word from the word before it."""
    if _is_superscript(word, size, base):
        return True
    if UNSPACED.match(before.text[-1:]) and UNSPACED.match(word.text):
        return True
    is_other = (before.size, before.y, before.bold) != (word.size, word.y, word.bold)
    return is_other and abs(word.left - before.right) <= GLUED * size


def _is_superscript(word: Word, size: float, base: float) -> bool:
    return word.size <= SCRIPT_SIZE * size and word.y - base > RAISED_BY * size


def _word_text(text: str, word: Word, size: float, base: float) -> str:
    """Return the text of a word, after the text before it: "" for a note's number."""
    if _is_superscript(word, size, base):
        return superscript_after(text.rstrip(), word.text)
    return word.text


def _normalize_cell(cell: str) -> str:
    cell = _FRACTION.sub(lambda m: f" {m[1].translate(_PLAIN)}/{m[2]}", cell)
    cell = _ARABIC_FORM.sub(lambda form: normalize("NFKC", form[0]), cell)
    cell = _DOTS.sub(LEADER, cell)
    return " ".join(_INVISIBLE.sub("", cell).split())
