"""PPTX to content, from its XML: titles, texts and tables of slides, as pages."""

import posixpath
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from retrieval.loading.content import (
    Block,
    Content,
    metadata_author,
    metadata_title,
    one_line,
    row_block,
)
from retrieval.loading.parsers.archives import open_archive, read_xml

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PRESENTATION = "ppt/presentation.xml"
_PROPERTIES = "docProps/core.xml"
_TITLES = ("title", "ctrTitle")
_REPEATED = ("dt", "ftr", "sldNum")  # date, footer and number, on every slide


def parse(data: bytes, _: str = "") -> Content:
    """Parse the slides that are shown, without the speaker's notes.

    Raises:
        UnreadableError: The file unpacks to too much data.
    """
    with open_archive(data) as archive:
        targets = _targets(archive)
        slides = read_xml(archive, _PRESENTATION).iter(f"{_P}sldId")
        names = [targets[slide.get(f"{_R}id")] for slide in slides]
        blocks = [
            block
            for number, name in enumerate(names, 1)
            for block in _slide_blocks(read_xml(archive, name), number)
        ]
        has_properties = _PROPERTIES in archive.namelist()
        properties = read_xml(archive, _PROPERTIES) if has_properties else None
    if properties is None:
        return Content(blocks)
    return Content(
        blocks,
        title=metadata_title(properties.findtext(f"{_DC}title")),
        author=metadata_author(properties.findtext(f"{_DC}creator")),
    )


def _targets(archive: ZipFile) -> dict[str, str]:
    """Return the parts of a presentation, by their identifiers."""
    return {
        relation.get("Id"): posixpath.normpath(
            posixpath.join("/ppt", relation.get("Target"))
        ).lstrip("/")
        for relation in read_xml(archive, "ppt/_rels/presentation.xml.rels")
    }


def _slide_blocks(slide: Any, number: int) -> Iterator[Block]:
    if slide.get("show") in ("0", "false"):
        return
    for element in slide.iter(f"{_P}sp", f"{_A}tbl"):
        if element.tag == f"{_A}tbl":
            for row in element.iter(f"{_A}tr"):
                cells = [_words(cell) for cell in row.iter(f"{_A}tc")]
                for block in row_block(cells):
                    yield Block(block.text, continues=True, page=number)
            continue
        place = element.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        kind = "" if place is None else place.get("type", "")
        if kind in _REPEATED:
            continue
        if kind in _TITLES:
            if words := _words(element):
                yield Block(words, 1, page=number)
            continue
        for n, paragraph in enumerate(element.iter(f"{_A}p")):
            if words := _words(paragraph):
                yield Block(words, continues=n > 0, page=number)


def _words(element: Any) -> str:
    """Return the text of an element, with a space between paragraphs and lines."""
    parts = element.iter(f"{_A}t", f"{_A}br", f"{_A}p")
    return one_line(
        "".join((each.text or "") if each.tag == f"{_A}t" else " " for each in parts)
    )
