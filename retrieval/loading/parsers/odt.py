"""OpenDocument to content: texts, spreadsheets and presentations, from their XML."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from retrieval.loading.content import (
    Block,
    Content,
    metadata_author,
    metadata_title,
    one_line,
)
from retrieval.loading.parsers.archives import open_archive, read_xml
from retrieval.loading.parsers.sheets import sheet_blocks

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE, _SHOW = (
    f"{_OASIS}{name}:1.0}}"
    for name in ("office", "text", "table", "drawing", "style", "presentation")
)
_DC = "{http://purl.org/dc/elements/1.1/}"
MAX_REPEATS = 1_000  # of one cell or row; programs repeat blank ones to the edge
_SKIPPED = frozenset(
    (
        *(
            _TEXT + name
            for name in (
                "tracked-changes table-of-content alphabetical-index note-citation "
                "note-body ruby-text hidden-text hidden-paragraph"
            ).split()
        ),
        f"{_OFFICE}annotation",
        f"{_SHOW}notes",
        f"{_DRAW}text-box",
    )
)
_SPACES = frozenset(_TEXT + name for name in ("s", "tab", "line-break"))


def parse(data: bytes, _: str = "") -> Content:
    """Parse the body of a document, without comments and deleted or hidden text.

    Raises:
        UnreadableError: The file unpacks to too much data.
    """
    with open_archive(data) as archive:
        content = read_xml(archive, "content.xml")
        has_meta = "meta.xml" in archive.namelist()
        meta = read_xml(archive, "meta.xml") if has_meta else content
    blocks = list(_Document(content).blocks())
    return Content(
        blocks,
        title=metadata_title(meta.findtext(f".//{_DC}title")),
        author=metadata_author(meta.findtext(f".//{_DC}creator")),
    )


class _Document:
    """A walk through the XML of one document.

    Args:
        content: The root of its `content.xml`, an element of lxml.
    """

    def __init__(self, content: Any) -> None:
        self._body = content.find(f"{_OFFICE}body")
        self._n_sheets = len(self._body.findall(f"{_OFFICE}spreadsheet/{_TABLE}table"))
        self._hidden = {
            style.get(f"{_STYLE}name")
            for style in content.iter(f"{_STYLE}style")
            for properties in style.iter(f"{_STYLE}text-properties")
            if properties.get(f"{_TEXT}display") == "none"
            or properties.get(f"{_STYLE}text-line-through-style", "none") != "none"
        }

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body; those of a slide have its number as page."""
        page = None
        for part in self._body:
            for element in part:
                if element.tag == f"{_DRAW}page":
                    page = (page or 0) + 1
                for block in self._walk([element]):
                    yield replace(block, page=page)

    def _walk(
        self, elements: Iterable[Any], continues: bool = False
    ) -> Iterator[Block]:
        for element in elements:
            is_hidden = element.get(f"{_TEXT}display", "true") == "none"
            if is_hidden or element.tag in _SKIPPED - {f"{_DRAW}text-box"}:
                continue
            if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield from self._paragraph(element, continues)
            elif element.tag == f"{_TABLE}table":
                if self._n_sheets > 1:
                    yield Block(one_line(element.get(f"{_TABLE}name")) or "-", 1)
                yield from sheet_blocks(self._rows(element))
            else:
                is_item = continues or element.tag == f"{_TEXT}list"
                yield from self._walk(element, is_item)

    def _paragraph(self, paragraph: Any, continues: bool) -> Iterator[Block]:
        level = 0
        if paragraph.tag == f"{_TEXT}h":
            level = int(paragraph.get(f"{_TEXT}outline-level", "1"))
        frame = next(paragraph.iterancestors(f"{_DRAW}frame"), None)
        if frame is not None and frame.get(f"{_SHOW}class") == "title":
            level = 1
        if words := one_line(self._words(paragraph)):
            yield Block(words, level, continues=continues and not level)
        for inside in paragraph.iter(f"{_DRAW}text-box", f"{_TEXT}note-body"):
            if next(inside.iterancestors(f"{_TEXT}p", f"{_TEXT}h")) is paragraph:
                yield from self._walk(inside)

    def _rows(self, table: Any) -> Iterator[list[str]]:
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table")) is not table:
                continue
            cells: list[str] = []
            for cell in row.iterchildren(
                f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
            ):
                text = " ".join(block.text for block in self._walk(cell))
                cells += [text] * _repeats(cell, "columns")
            yield from [cells] * (_repeats(row, "rows") if any(cells) else 1)

    def _words(self, element: Any) -> str:
        if element.tag in _SKIPPED or not isinstance(element.tag, str):
            return ""
        if element.get(f"{_TEXT}style-name") in self._hidden:
            return ""
        inside = "".join(self._words(each) + (each.tail or "") for each in element)
        blank = " " if element.tag in _SPACES else ""
        return f"{blank}{element.text or ''}{inside}"


def _repeats(element: Any, name: str) -> int:
    """Return how often a cell or a row stands in a row, within limits."""
    number = element.get(f"{_TABLE}number-{name}-repeated", "1")
    return min(int(number), MAX_REPEATS) if number.isdecimal() else 1
