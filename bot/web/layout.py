"""The layout of an article as a page of headings, paragraphs, lists and tables.

The page shows all words of the article, in order. Headings, lists and tables are
detected from lines and passages. No I/O.
"""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from bot.web.page_links import LinkedQuote, shorten
from retrieval import Article, Passage
from retrieval.documents.segmentation.blocks import split_blocks
from retrieval.documents.segmentation.spans import Span
from retrieval.documents.tables import split_cells
from retrieval.documents.values import SECTION_SEPARATOR

MAX_LEVEL = 6
MAX_ITEM_CHARACTERS = 200  # as in `segmentation`; longer blocks are paragraphs
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_ENDED = re.compile(r"[.!?。！？][\"'”’»)\]]*\s*$")
_ITEM = re.compile(r"(?:[•‣▪◦●○■*–-]|[(\[]?\d{1,3}[.)\]])\s")

ElementKind = Literal["heading", "paragraph", "list", "table"]


class TextRun(NamedTuple):
    """A run of text, either wholly inside the citation or wholly outside.

    Attributes:
        text: The characters of the run.
        is_cited: Whether the run is part of the citation.
        anchor: Whether the run begins the citation, so that links scroll to it.
    """

    text: str
    is_cited: bool = False
    anchor: bool = False


Cell = tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class ElementLine:
    """A heading, a paragraph, an item of a list or a row of a table.

    Attributes:
        cells: The cells of a row; any other line has one cell.
        passage: Number of the passage whose first line on the page this is, or None.
    """

    cells: tuple[Cell, ...]
    passage: int | None


@dataclass(frozen=True, slots=True)
class Element:
    """A heading, a paragraph, a whole list or a whole table.

    Attributes:
        kind: Kind of the element.
        lines: One line, or the items of a list, or the rows of a table.
        level: Level of a heading, from 2; else 0.
        has_header: Whether the first row of a table names the columns.
        has_marks: Whether the items of a list begin with bullets or numbers.
    """

    kind: ElementKind
    lines: tuple[ElementLine, ...]
    level: int
    has_header: bool
    has_marks: bool


@dataclass(frozen=True, slots=True)
class PageView:
    """An article laid out as a page, with a citation.

    Attributes:
        article: The article that is shown.
        elements: Its elements, in order.
        is_marked: Whether the citation was found in the article as it is now.
        missing: The quote, if it is no longer in the article; else None.
    """

    article: Article
    elements: tuple[Element, ...]
    is_marked: bool
    missing: str | None


class _Block(NamedTuple):
    """A span of the text with the kind of element that it belongs to."""

    kind: ElementKind
    level: int
    span: Span


def lay_out_page(article: Article, cited: LinkedQuote | None) -> PageView:
    """Lay out an article, and mark the citation if the article contains it."""
    mark = _find(article, cited) if cited else None
    marker = _Marker(article.text, mark)
    passages = deque(article.passages)
    named_rows = article.rows
    elements: list[Element] = []
    for (kind, level, _), run in groupby(
        enumerate(_blocks(article, mark)), lambda each: _group_key(*each)
    ):
        spans = [block.span for _, block in run]
        lines = tuple(
            ElementLine(tuple(marker.cells(span, kind)), _next_passage(passages, span))
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
    return PageView(article, tuple(elements), mark is not None, missing)


def _group_key(number: int, block: _Block) -> tuple[ElementKind, int, int]:
    """Return a key that groups list items and rows, and nothing else."""
    is_alone = block.kind in ("heading", "paragraph")
    return block.kind, block.level, number if is_alone else -1


def _next_passage(passages: deque[Passage], span: Span) -> int | None:
    """Return the number of the passage that first shows in a span, and drop it.

    Args:
        passages: Those without a number on the page yet, in order. The beginning of
            one, or all of it, may have been left out with the title.
        span: A line of the page, in characters; lines come in order.
    """
    start, end = span
    while passages and passages[0].end <= start:
        passages.popleft()
    if passages and passages[0].start < end:
        return passages.popleft().number
    return None


def _blocks(article: Article, mark: Span | None) -> Iterator[_Block]:
    """Yield the blocks of a text in order.

    The title, which heads the page anyway, is left out unless it is cited; text above
    the title is left out too, since it is not part of the article.
    """
    levels = _levels(article)
    text = article.text
    blocks = [(block, _words(text, block)) for block in split_blocks(text)]
    title = next((block for block, words in blocks if words == article.title), None)
    first = article.passages[0].start if article.passages else len(text)
    above = min(title[0], first) if title else 0
    sentences = {s.start for p in article.passages for s in p.sentences}
    items = _listed_blocks(article, [block for block, _ in blocks])
    for block, words in blocks:
        is_cited = mark is not None and mark[0] < block[1] and block[0] < mark[1]
        if block[1] <= above or (block == title and not is_cited):
            continue
        lines = _lines(text, block)
        if words in levels:
            yield _Block("heading", levels[words], block)
        elif _is_table(text, block):
            yield from (_Block("table", 0, line) for line in lines)
        elif any(_ITEM.match(text, start) for start, _ in lines):
            yield from _items(text, lines)
        elif block in items:
            yield _Block("list", 0, block)
        elif sum(start in sentences for start, _ in lines) > len(lines) / 2:
            yield from (_Block("paragraph", 0, line) for line in lines)
        else:
            yield _Block("paragraph", 0, block)


def _listed_blocks(article: Article, blocks: list[Span]) -> set[Span]:
    """Return the blocks that are list items: several short ones in one passage.

    A first line that ends in a colon introduces the list.
    """
    items: set[Span] = set()
    starts = [start for start, _ in blocks]
    for passage in article.passages:
        first = bisect_left(starts, passage.start)
        inside = [
            block
            for block in blocks[first : bisect_left(starts, passage.end)]
            if not _is_table(article.text, block)
        ]
        if inside and article.text[slice(*inside[0])].rstrip().endswith((":", "：")):
            del inside[0]
        is_short = all(end - start <= MAX_ITEM_CHARACTERS for start, end in inside)
        ended = [bool(_ENDED.search(article.text, *block)) for block in inside]
        # A byline, for example, shares a passage with the paragraph below it.
        is_prose = ended and ended[-1] and not any(ended[:-1])
        if len(inside) > 1 and is_short and not is_prose:
            items.update(inside)
    return items


def _is_table(text: str, block: Span) -> bool:
    """Return whether all lines of a block are rows of several cells."""
    lines = _lines(text, block)
    return bool(lines) and all(len(split_cells(text[a:b])) > 1 for a, b in lines)


def _lines(text: str, block: Span) -> list[Span]:
    return [match.span() for match in _LINE.finditer(text, *block)]


def _words(text: str, span: Span) -> str:
    return " ".join(text[slice(*span)].split())


def _items(text: str, lines: list[Span]) -> Iterator[_Block]:
    """Yield the items of a list, each with its continuation lines."""
    kind: ElementKind = "paragraph"
    start, past = lines[0]
    for line in lines:
        if _ITEM.match(text, line[0]):
            if line != lines[0]:
                yield _Block(kind, 0, (start, past))
            kind, start = "list", line[0]
        past = line[1]
    yield _Block(kind, 0, (start, past))


def _levels(article: Article) -> dict[str, int]:
    """Return the level of each heading, from 2 to `MAX_LEVEL`."""
    levels: dict[str, int] = {}
    for passage in article.passages:
        path = (passage.section or "").split(SECTION_SEPARATOR)
        for level, heading in enumerate(filter(None, path), 2):
            levels.setdefault(heading, min(level, MAX_LEVEL))
    return levels


def _find(article: Article, cited: LinkedQuote) -> Span | None:
    """Find the citation at its former span, or else wherever its words are now."""
    if cited.quote and shorten(article.text[slice(*cited.span)]) == cited.quote:
        return cited.span
    words = cited.quote.removesuffix("…").split()
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    match = pattern.search(article.text) if words else None
    return match.span() if match else None


class _Marker:
    """Splits lines into runs where the citation begins and ends.

    The first run of the citation is the anchor.
    """

    def __init__(self, text: str, mark: Span | None) -> None:
        self._text = text
        self._mark = mark or (len(text), len(text))
        self._is_anchored = False

    def cells(self, span: Span, kind: ElementKind) -> Iterator[Cell]:
        """Yield the cells of a row; any other line is one cell."""
        start, end = span
        if kind != "table":
            yield tuple(self._runs(span))
            return
        for cell in split_cells(self._text[start:end]):
            at = self._text.index(cell, start, end)
            yield tuple(self._runs((at, at + len(cell))))
            start = at + len(cell)

    def _runs(self, span: Span) -> Iterator[TextRun]:
        start, end = span
        first, past = (min(max(at, start), end) for at in self._mark)
        if start < first:
            yield TextRun(self._text[start:first])
        if first < past:
            yield TextRun(self._text[first:past], True, not self._is_anchored)
            self._is_anchored = True
        if past < end:
            yield TextRun(self._text[past:end])
