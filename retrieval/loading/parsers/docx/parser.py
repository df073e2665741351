"""DOCX to content: python-docx opens the file, its XML is walked here.

python-docx itself overlooks the paragraphs in content controls, tracked insertions,
text boxes and footnotes, and repeats merged cells in tables.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import docx
import regex
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from retrieval.loading.content import (
    Block,
    Content,
    UnreadableError,
    metadata_author,
    metadata_title,
    one_line,
)
from retrieval.loading.parsers.docx.numbering import Numbering, W, value
from retrieval.loading.parsers.equations import equation
from retrieval.loading.parsers.superscripts import superscript_after

MAX_UNPACKED_BYTES = 100 * 1024**2  # pictures and all; more is a bomb, or no article
MAX_XML_BYTES = 20 * 1024**2  # of one part; parsed it takes ten times as much
MAX_BOLD_HEADING_CHARACTERS = 100
BOLD_HEADING_LEVEL = 10  # below all that Word knows

_PROPERTIES = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# ISO/IEC 29500-1, Strict, against what Word 2007 wrote and most programs read.
_STRICT = regex.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_RENAMED = {
    b"extendedProperties": b"extended-properties",
    b"customProperties": b"custom-properties",
}
_HEADING = regex.compile(r"heading (\d)", regex.I)
_SENTENCE_END = regex.compile(r"[.!?…:;,][\"'”’)]*$")
_OFF = ("0", "false", "off")
# Elements that only wrap paragraphs, rows, cells or words.
_WRAPPERS = frozenset(
    W + name for name in "sdt sdtContent ins moveTo customXml smartTag".split()
)
_SKIPPED = frozenset(
    W + name for name in "del moveFrom pPr rPr instrText txbxContent".split()
)
_SHOWN = {W + "tab": " ", W + "br": " ", W + "cr": " ", W + "noBreakHyphen": "-"}


def parse(data: bytes, _: str = "") -> Content:
    """Parse the body of a document with its notes, without headers and footers.

    Raises:
        UnreadableError: The file unpacks to too much data.
    """
    with ZipFile(BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        xml = [size for name, size in sizes.items() if name.endswith((".xml", ".rels"))]
        if sum(sizes.values()) > MAX_UNPACKED_BYTES or max(xml) > MAX_XML_BYTES:
            raise UnreadableError("it is too large when unpacked; split it")
        # Read here, as python-docx makes up properties that are missing.
        properties = (
            parse_xml(archive.read(_PROPERTIES)) if _PROPERTIES in sizes else None
        )
        if _STRICT.search(archive.read("_rels/.rels")):
            data = _to_transitional(archive)
    return Content(
        list(_DocumentParser(docx.Document(BytesIO(data))).blocks()),
        title=metadata_title(properties.findtext(f"{_DC}title"))
        if properties is not None
        else None,
        author=metadata_author(properties.findtext(f"{_DC}creator"))
        if properties is not None
        else None,
    )


def _to_transitional(archive: ZipFile) -> bytes:
    """Return a document saved as "Strict Open XML" with the usual namespaces."""
    renamed = BytesIO()
    with ZipFile(renamed, "w", ZIP_STORED) as copy:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xml", ".rels")):
                part = _STRICT.sub(
                    lambda found: (
                        b"http://schemas.openxmlformats.org/%b/2006/%b"
                        % (found[1], _RENAMED.get(found[2], found[2]))
                    ),
                    part,
                )
            copy.writestr(name, part)
    return renamed.getvalue()


class _DocumentParser:
    """A walk through the XML of one document.

    Args:
        document: A document of python-docx; its elements are lxml's.
    """

    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._levels = _heading_levels(document.styles.element)
        self._hidden_styles = _hidden_styles(document.styles.element)
        self._numbering = Numbering(document)
        self._notes: dict[tuple[str, str], Any] = {}
        for kind in ("footnote", "endnote"):
            relation = getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S")
            for part in document.part.rels.values():
                if part.reltype == relation:
                    for note in parse_xml(part.target_part.blob):
                        self._notes[f"{W}{kind}Reference", note.get(f"{W}id")] = note

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body."""
        return self._walk(self._body)

    def _walk(self, container: Iterable[Any]) -> Iterator[Block]:
        for element in container:
            if element.tag == f"{W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self._rows(element)
            elif element.tag in _WRAPPERS and not _is_contents(element):
                yield from self._walk(element)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        properties = paragraph.find(f"{W}pPr")
        if words := one_line(self._words(paragraph)):
            level = self._level(paragraph, properties, words)
            number = self._numbering.next(paragraph)
            is_item = number is not None or (
                properties is not None
                and value(properties, "pStyle").lower().startswith("list")
            )
            if number and not level:
                words = f"{number} {words}"
            yield Block(words, level, continues=is_item and not level)
        for element in paragraph.iter():
            if element.tag == f"{W}txbxContent":
                inside = list(element.iterancestors(f"{W}p", _FALLBACK))
                if inside[0] is paragraph:  # else a copy for old programs
                    yield from self._walk(element)
            elif note := self._notes.get((element.tag, element.get(f"{W}id"))):
                yield from self._walk(note)

    def _level(self, paragraph: Any, properties: Any, words: str) -> int:
        """Return the level of a heading; 0 for any other paragraph."""
        level = 0
        if properties is not None:
            level = self._levels.get(value(properties, "pStyle"), 0)
            if outline := value(properties, "outlineLvl"):
                level = _outline_level(outline)
        if level or len(words) > MAX_BOLD_HEADING_CHARACTERS:
            return level
        is_alone = next(paragraph.iterancestors(f"{W}tc"), None) is None
        is_bold = is_alone and all(map(self._is_bold, paragraph.iter(f"{W}r")))
        return BOLD_HEADING_LEVEL if is_bold and not _SENTENCE_END.search(words) else 0

    def _words(self, element: Any, before: str = "") -> str:
        """Return the text of an element without deletions, field codes and boxes.

        Args:
            element: An element of any kind.
            before: The text of the line before it.
        """
        if element.tag == f"{W}t":
            return element.text or ""
        if element.tag in _SKIPPED:
            return ""
        if element.tag == f"{_M}oMath":
            return equation(element)
        text = _SHOWN.get(element.tag, "")
        for child in element:
            text += self._words(child, before + text)
        properties = element.find(f"{W}rPr") if element.tag == f"{W}r" else None
        if properties is None:
            return text
        if self._is_hidden(properties):
            return ""
        if value(properties, "vertAlign") != "superscript":
            return text
        return superscript_after(before.rstrip(), text)

    def _is_hidden(self, properties: Any) -> bool:
        """Return whether a run is hidden or struck out."""
        marks = (properties.find(W + name) for name in ("vanish", "strike", "dstrike"))
        return value(properties, "rStyle") in self._hidden_styles or any(
            mark is not None and mark.get(f"{W}val") not in _OFF for mark in marks
        )

    def _is_bold(self, run: Any) -> bool:
        bold = run.find(f"{W}rPr/{W}b")
        if bold is None:
            return not one_line(self._words(run))
        return bold.get(f"{W}val") not in _OFF

    def _rows(self, table: Any) -> Iterator[Block]:
        above: dict[int, str] = {}  # text by column, which further rows may share
        for row in _inside(table, "tr"):
            cells: list[str] = []
            column = 0
            for cell in _inside(row, "tc"):
                text = " ".join(block.text for block in self._walk(cell))
                properties = cell.find(f"{W}tcPr")
                if properties is not None and _is_merged_with_above(properties):
                    text = text or above.get(column, "")
                above[column] = text
                cells.append(text)
                width = value(properties, "gridSpan") if properties is not None else ""
                column += int(width) if width.isdecimal() else 1
            if any(cells):
                yield Block(one_line(" | ".join(cells)), continues=True)


def _is_merged_with_above(properties: Any) -> bool:
    """Return whether a cell is merged with the cell above it."""
    merged = properties.find(f"{W}vMerge")
    return merged is not None and merged.get(f"{W}val", "continue") == "continue"


def _inside(element: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also from within wrappers."""
    for child in element:
        if child.tag == W + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, name)


def _heading_levels(styles: Any) -> dict[str, int]:
    """Return the heading level of each style; 0 for styles of other text."""
    found = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}

    def level(identifier: str, depth: int = 0) -> int:
        style = found.get(identifier)
        if style is None or depth > len(found):  # styles in a circle
            return 0
        name = value(style, "name")
        if heading := _HEADING.match(name):
            return int(heading[1])
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None:
            return _outline_level(outline.get(f"{W}val", ""))
        return 1 if name == "Title" else level(value(style, "basedOn"), depth + 1)

    return {identifier: level(identifier) for identifier in found}


def _outline_level(value: str) -> int:
    return int(value) + 1 if value in "012345678" else 0  # 9 is body text


def _hidden_styles(styles: Any) -> set[str]:
    """Return the styles of hidden text."""
    return {
        style.get(f"{W}styleId")
        for style in styles.iter(f"{W}style")
        if (mark := style.find(f"{W}rPr/{W}vanish")) is not None
        and mark.get(f"{W}val") not in _OFF
    }


def _is_contents(element: Any) -> bool:
    """Return whether a content control holds the table of contents."""
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
