"""Key figures of a PDF's page: large numbers side by side, each over its caption."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import regex

from retrieval.loading.parsers.pdf.gaps import ALIGNED, WIDE_GAP
from retrieval.loading.parsers.pdf.rows import pdf_rows
from retrieval.loading.parsers.pdf.words import Word

LARGER = 1.6  # times the size of its caption, at least
MAX_LEADING = 1.8  # times the size, between the lines of a caption

_DIGIT = regex.compile(r"\p{N}")
_LETTER = regex.compile(r"\p{L}")


def merge_key_figures(words: Sequence[Word]) -> list[Word]:
    """Join each key figure with its caption, as a row of its own.

    Other words stay as they are, and in their order.
    """
    rows = list(pdf_rows(words))
    merged: list[Word] = []
    used: set[int] = set()
    for n, row in enumerate(rows):
        if figures := _figures(row):
            captions = _captions(figures, rows[n + 1 :])
            if all(captions):
                merged += _lines(figures, captions)
                used |= {id(w) for part in (*figures, *captions) for w in part}
    return [word for word in words if id(word) not in used] + merged


def _figures(row: list[Word]) -> list[list[Word]]:
    """Return the numbers of a row that wide gaps part; [] if it has other words."""
    pieces = _pieces(row)
    is_made_of_numbers = len(pieces) > 1 and all(
        any(_DIGIT.search(word.text) for word in piece) for piece in pieces
    )
    return pieces if is_made_of_numbers else []


def _captions(
    figures: list[list[Word]], below: Sequence[list[Word]]
) -> list[list[Word]]:
    """Return the words below each figure; [] for one without a caption."""
    captions: list[list[Word]] = [[] for _ in figures]
    before = figures[0][0]
    size = before.size / LARGER
    for n, row in enumerate(below):
        pieces = _pieces(row)
        places = [_place(piece, figures) for piece in pieces]
        leading = before.size if n == 0 else MAX_LEADING * row[0].size
        if (
            row[0].size > size
            or before.y - row[0].y > leading
            or None in places
            or len(set(places)) < len(places)
            or (n == 0 and len(places) < len(figures))
            or not any(_LETTER.search(word.text) for word in row)
        ):
            break
        for place, piece in zip(places, pieces, strict=True):
            if place is not None:
                captions[place] += piece
        before = row[0]
    return captions


def _place(piece: list[Word], figures: list[list[Word]]) -> int | None:
    """Return the number of the figure that is above a piece, flush or centred."""

    def is_below(figure: list[Word]) -> bool:
        edges = [
            (figure[0].left, piece[0].left),
            (figure[-1].right, piece[-1].right),
            (
                (figure[0].left + figure[-1].right) / 2,
                (piece[0].left + piece[-1].right) / 2,
            ),
        ]
        return any(abs(a - b) <= ALIGNED for a, b in edges)

    return next((n for n, figure in enumerate(figures) if is_below(figure)), None)


def _lines(figures: list[list[Word]], captions: list[list[Word]]) -> Iterator[Word]:
    """Yield each figure with its caption as one word, one below the other."""
    top = figures[0][0].y
    height = top - min(word.y for caption in captions for word in caption)
    for n, (figure, caption) in enumerate(zip(figures, captions, strict=True)):
        yield replace(
            caption[0],
            text=" ".join(word.text for word in (*figure, *caption)),
            left=figures[0][0].left,
            right=figures[-1][-1].right,
            y=top - height * n / len(figures),
            is_row=True,
        )


def _pieces(row: list[Word]) -> list[list[Word]]:
    """Split a row at wide gaps."""
    pieces = [row[:1]]
    for left, right in pairwise(row):
        if right.left - left.right > WIDE_GAP * left.size:
            pieces.append([])
        pieces[-1].append(right)
    return pieces
