"""An article's text as the blocks of a page; pure.

The words are the article's, all of them, in order; what is a heading, a list or a table
is told from its lines, as `retrieval` reads them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from bot.web.links import Cited, shortened
from retrieval import Article
from retrieval.documents.segmentation.blocks import split_blocks
from retrieval.documents.segmentation.spans import Span
from retrieval.documents.tables import cells_of, rows_of
from retrieval.loading.build_article import SECTION_SEPARATOR

MAX_LEVEL = 6
MAX_ITEM_CHARACTERS = 200  # as `segmentation` has it; longer blocks are paragraphs
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_ENDED = re.compile(r"[.!?。！？][\"'”’»)\]]*\s*$")
_ITEM = re.compile(r"(?:[•‣▪◦●○■*–-]|[(\[]?\d{1,3}[.)\]])\s")

Kind = Literal["heading", "paragraph", "list", "table"]


class Piece(NamedTuple):
    """A piece of the text.

    Attributes:
        is_cited: Whether it belongs to what is cited.
        anchor: Whether that begins with it, so that a link leads here.
    """

    text: str
    is_cited: bool = False
    anchor: bool = False


Cell = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, a paragraph, an item of a list or a row of a table.

    Attributes:
        cells: Of a row; anything else has one.
        passage: The number of the passage that begins here, or None.
    """

    cells: tuple[Cell, ...]
    passage: int | None


@dataclass(frozen=True, slots=True)
class Element:
    """A heading, a paragraph, a whole list or a whole table.

    Attributes:
        level: Of a heading, from 2; else 0.
        has_header: Whether the first row names the columns.
        has_marks: Whether the items of a list begin with marks of their own.
    """

    kind: Kind
    lines: tuple[Line, ...]
    level: int
    has_header: bool
    has_marks: bool


@dataclass(frozen=True, slots=True)
class Page:
    """An article with what is cited of it.

    Attributes:
        is_marked: Whether what is cited stands in the article as it is now.
        missing: The quotation that stands in it no more, or None.
    """

    article: Article
    elements: tuple[Element, ...]
    is_marked: bool
    missing: str | None


class _Placed(NamedTuple):
    """A part of the text that stands by itself, and what it is."""

    kind: Kind
    level: int
    span: Span


def lay_out(article: Article, cited: Cited | None) -> Page:
    """Lay out an article, with what is cited marked, if it is there."""
    mark = _find(article, cited) if cited else None
    marker = _Marker(article.text, mark)
    begins = {passage.start: passage.number for passage in article.passages}
    named_rows = rows_of(article)
    elements: list[Element] = []
    for (kind, level, _), run in groupby(
        enumerate(_parts(article, mark)), lambda each: _together(*each)
    ):
        spans = [part.span for _, part in run]
        lines = tuple(
            Line(tuple(marker.cells(span, kind)), _begun(begins, span))
            for span in spans
        )
        has_header = (
            kind == "table"
            and len(spans) > 1
            and spans[0][0] not in named_rows
            and spans[1][0] in named_rows
        )
        has_marks = kind == "list" and bool(_ITEM.match(article.text, spans[0][0]))
        elements.append(Element(kind, lines, level, has_header, has_marks))
    missing = cited.quote if cited and mark is None else None
    return Page(article, tuple(elements), mark is not None, missing)


def _together(number: int, part: _Placed) -> tuple[Kind, int, int]:
    """Tell apart what is no list or table from all else of its kind."""
    is_alone = part.kind in ("heading", "paragraph")
    return part.kind, part.level, number if is_alone else -1


def _begun(begins: dict[int, int], span: Span) -> int | None:
    """Return the number of the passage that begins in a span."""
    return next((begins[n] for n in range(*span) if n in begins), None)


def _parts(article: Article, mark: Span | None) -> Iterator[_Placed]:
    """Yield the parts of a text in order.

    The title, which heads the page, is none unless it is cited; nor is what stands
    above it, around the article.
    """
    levels = _levels(article)
    text = article.text
    blocks = [(block, _words(text, block)) for block in split_blocks(text)]
    title = next((block for block, words in blocks if words == article.title), None)
    first = article.passages[0].start if article.passages else len(text)
    above = min(title[0], first) if title else 0
    sentences = {s.start for p in article.passages for s in p.sentences}
    items = _joined(article, [block for block, _ in blocks])
    for block, words in blocks:
        is_cited = mark is not None and mark[0] < block[1] and block[0] < mark[1]
        if block[1] <= above or (block == title and not is_cited):
            continue
        lines = [match.span() for match in _LINE.finditer(text, *block)]
        if words in levels:
            yield _Placed("heading", levels[words], block)
        elif lines and all(len(cells_of(text[slice(*line)])) > 1 for line in lines):
            yield from (_Placed("table", 0, line) for line in lines)
        elif any(_ITEM.match(text, start) for start, _ in lines):
            yield from _items(text, lines)
        elif block in items:
            yield _Placed("list", 0, block)
        elif sum(start in sentences for start, _ in lines) > len(lines) / 2:
            yield from (_Placed("paragraph", 0, line) for line in lines)
        else:
            yield _Placed("paragraph", 0, block)


def _joined(article: Article, blocks: list[Span]) -> set[Span]:
    """Tell which blocks are items: short ones, several of which make a passage.

    A line that ends in a colon leads to them.
    """
    items: set[Span] = set()
    starts = [start for start, _ in blocks]
    for passage in article.passages:
        first = bisect_left(starts, passage.start)
        inside = blocks[first : bisect_left(starts, passage.end)]
        if inside and article.text[slice(*inside[0])].rstrip().endswith((":", "：")):
            del inside[0]
        is_short = all(end - start <= MAX_ITEM_CHARACTERS for start, end in inside)
        ended = [bool(_ENDED.search(article.text, *block)) for block in inside]
        # A byline, say, goes with the paragraph below it, and is no list with that.
        is_prose = ended and ended[-1] and not any(ended[:-1])
        if len(inside) > 1 and is_short and not is_prose:
            items.update(inside)
    return items


def _words(text: str, span: Span) -> str:
    return " ".join(text[slice(*span)].split())


def _items(text: str, lines: list[Span]) -> Iterator[_Placed]:
    """Yield the items of a list, with the lines that each goes on in."""
    kind: Kind = "paragraph"
    start, past = lines[0]
    for line in lines:
        if _ITEM.match(text, line[0]):
            if line != lines[0]:
                yield _Placed(kind, 0, (start, past))
            kind, start = "list", line[0]
        past = line[1]
    yield _Placed(kind, 0, (start, past))


def _levels(article: Article) -> dict[str, int]:
    """Tell the level of each heading, from 2."""
    levels: dict[str, int] = {}
    for passage in article.passages:
        path = (passage.section or "").split(SECTION_SEPARATOR)
        for level, heading in enumerate(filter(None, path), 2):
            levels.setdefault(heading, min(level, MAX_LEVEL))
    return levels


def _find(article: Article, cited: Cited) -> Span | None:
    """Find what is cited: where it stood, or else where its words stand now."""
    if cited.quote and shortened(article.text[slice(*cited.span)]) == cited.quote:
        return cited.span
    words = cited.quote.removesuffix("…").split()
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    match = pattern.search(article.text) if words else None
    return match.span() if match else None


class _Marker:
    """Cuts lines where the mark begins and ends; its first piece is the anchor."""

    def __init__(self, text: str, mark: Span | None) -> None:
        self._text = text
        self._mark = mark or (len(text), len(text))
        self._is_anchored = False

    def cells(self, span: Span, kind: Kind) -> Iterator[Cell]:
        """Yield the cells of a row, or all of another line."""
        start, end = span
        if kind != "table":
            yield tuple(self._pieces(span))
            return
        for cell in cells_of(self._text[start:end]):
            at = self._text.index(cell, start, end)
            yield tuple(self._pieces((at, at + len(cell))))
            start = at + len(cell)

    def _pieces(self, span: Span) -> Iterator[Piece]:
        start, end = span
        first, past = (min(max(at, start), end) for at in self._mark)
        if start < first:
            yield Piece(self._text[start:first])
        if first < past:
            yield Piece(self._text[first:past], True, not self._is_anchored)
            self._is_anchored = True
        if past < end:
            yield Piece(self._text[past:end])
