"""Rows of a PDF's page: the words on one baseline."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import regex

from retrieval.loading.parsers.pdf.words import Word

SCRIPT_SIZE = 0.85  # of the line's size; sub- and superscripts are at most as large
SAME_LINE = 0.4  # times the size; baselines that near belong to one line
DROP_CAP = 1.8  # times the size of the word that it begins, at least
MIN_LINE_NUMBERS = 5  # in a margin

_RTL = regex.compile(r"[\p{Hebrew}\p{Arabic}]")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}、。，]")


def merge_drop_caps(words: list[Word]) -> list[Word]:
    """Join large letters at the beginning of paragraphs with their words."""
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
        is_one_word = first.text[:1].islower() or (
            first.text.isupper() and cap.text not in "AIO"
        )
        space = "" if is_one_word else " "
        found[n] = replace(first, text=f"{cap.text}{space}{first.text}")
        found = [word for word in found if word is not cap]
    return found


def without_line_numbers(words: list[Word]) -> list[Word]:
    """Remove the line numbers in a margin."""
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
        # Mirrored where the margin is on the right: numbers end before text begins.
        inner = min((w.left if sign > 0 else -w.right for w in others), default=edge)
        if others and max(w.right if sign > 0 else -w.left for w in numbers) < inner:
            return others
    return words


def pdf_rows(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the rows of a page from the top, the words of each from the left."""
    rows = _rows_by_baseline(words)
    _move_scripts(rows)
    for row in sorted(filter(None, rows), key=baseline, reverse=True):
        yield sorted(row, key=lambda word: word.left)


def _rows_by_baseline(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.y, word.left)):
        for row in reversed(rows[-3:]):
            smaller = min(row[0].size, word.size)
            if abs(row[0].y - word.y) <= SAME_LINE * smaller:
                row.append(word)
                break
        else:
            rows.append([word])
    return rows


def _move_scripts(rows: list[list[Word]]) -> None:
    """Move sub- and superscripts, in place, to the rows of the words beside them."""
    largest = [max(word.size for word in row) for row in rows]
    for n, row in enumerate(rows):
        near = [k for k in range(max(n - 2, 0), min(n + 3, len(rows))) if k != n]
        for word in list(row):
            for k in near:
                if word.size <= SCRIPT_SIZE * largest[k] and any(
                    _is_script_of(word, other) for other in rows[k]
                ):
                    row.remove(word)
                    rows[k].append(word)
                    break


def _is_script_of(word: Word, other: Word) -> bool:
    """Return whether a word is a sub- or superscript beside another."""
    gaps = (word.left - other.right, other.left - word.right)
    return (
        word.size <= SCRIPT_SIZE * other.size
        and abs(word.y - other.y) <= 0.75 * other.size
        and any(-0.3 * word.size <= gap <= 0.6 * word.size for gap in gaps)
    )


def baseline(row: list[Word]) -> float:
    """Return the height of the baseline of most letters in a row, in points."""
    sizes: Counter[float] = Counter()
    for word in row:
        sizes[word.y] += len(word.text)
    return sizes.most_common(1)[0][0]


def is_rtl(word: Word) -> bool:
    """Return whether a word is written from right to left."""
    return _RTL.search(word.text) is not None
