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

from retrieval.documents.segmentation.headline import has_fact
from retrieval.loading.content import (
    Block,
    Content,
    metadata_author,
    metadata_title,
    one_line,
    row_block,
)
from retrieval.loading.formats import TEXT, detect_format
from retrieval.loading.parsers.archives import open_archive
from retrieval.loading.parsers.docx.diagrams import DIAGRAM, diagram_blocks
from retrieval.loading.parsers.docx.numbering import Numbering, W, value, with_bases
from retrieval.loading.parsers.docx.symbols import symbol
from retrieval.loading.parsers.equations import equation
from retrieval.loading.parsers.parse import parse as parse_format
from retrieval.loading.parsers.superscripts import superscript_after
from retrieval.loading.parsers.text import decode

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
_ON = ("1", "true", "on")
_HIDING = ("vanish", "strike", "dstrike")
_TICKED, _UNTICKED = "☒", "☐"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Formats of embedded documents that are read; no archives, which could hold archives.
_CHUNKS = ("html", "eml", "rtf")
# Fields whose results differ from page to page.
_PAGE_FIELD = regex.compile(r"\b(?:PAGE|NUMPAGES|SECTIONPAGES|DATE|TIME)\b")
# Elements that only wrap paragraphs, rows, cells or words.
_WRAPPERS = frozenset(
    W + name for name in "sdt sdtContent ins moveTo customXml smartTag".split()
)
_SKIPPED = frozenset(
    W + name
    for name in "del moveFrom pPr rPr instrText txbxContent rt sdtPr ffData".split()
)
_SHOWN = {W + "tab": " ", W + "br": " ", W + "cr": " ", W + "noBreakHyphen": "-"}


def parse(data: bytes, _: str = "") -> Content:
    """Parse the body of a document with its notes, then its headers and footers.

    Raises:
        UnreadableError: The file unpacks to too much data.
    """
    with open_archive(data) as archive:
        # Read here, as python-docx makes up properties that are missing.
        properties = (
            parse_xml(archive.read(_PROPERTIES))
            if _PROPERTIES in archive.namelist()
            else None
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
        self._document = document
        self._levels = _heading_levels(document.styles.element)
        self._hidden_styles = _hidden_styles(document.styles.element)
        self._before = ""  # text of paragraphs that the next paragraph goes on with
        self._numbering = Numbering(document)
        self._notes: dict[tuple[str, str], Any] = {}
        for kind in ("footnote", "endnote"):
            relation = getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S")
            for part in document.part.rels.values():
                if part.reltype == relation:
                    for note in parse_xml(part.target_part.blob):
                        self._notes[f"{W}{kind}Reference", note.get(f"{W}id")] = note

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body, then of headers and footers once."""
        seen = set()
        for block in self._walk(self._document.element.body):
            seen.add(block.text)
            yield block
        for relation in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            for part in self._document.part.rels.values():
                if part.reltype != relation:
                    continue
                head = parse_xml(part.target_part.blob)
                _drop_page_fields(head)
                for block in self._walk(head):
                    if block.text not in seen and has_fact(block.text):
                        seen.add(block.text)
                        yield Block(block.text)

    def _walk(self, container: Iterable[Any]) -> Iterator[Block]:
        for element in container:
            if element.tag == f"{W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self._rows(element)
            elif element.tag == f"{W}altChunk":
                yield from self._chunk(element)
            elif element.tag in _WRAPPERS and not _is_contents(element):
                yield from self._walk(element)

    def _chunk(self, chunk: Any) -> Iterator[Block]:
        """Yield the blocks of an embedded document, as exporters of pages write it."""
        part = self._document.part.rels.get(chunk.get(_RELATION))
        if part is None or part.is_external:
            return
        data, name = part.target_part.blob, str(part.target_part.partname)
        format = detect_format(data, name, part.target_part.content_type)
        if format.name in _CHUNKS:
            yield from parse_format(data, format).blocks
        elif format is TEXT:
            lines = decode(data).splitlines()
            yield from (Block(line) for line in map(one_line, lines) if line)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        properties = paragraph.find(f"{W}pPr")
        words = self._before + self._words(paragraph)
        goes_on = properties is not None and _goes_on(properties)
        self._before = words if goes_on else ""
        if not goes_on and (words := one_line(words)):
            level = self._level(paragraph, properties, words)
            number = self._numbering.next(paragraph)
            is_item = number is not None or (
                properties is not None
                and value(properties, "pStyle").lower().startswith("list")
            )
            if number:
                words = f"{number} {words}"
            yield Block(words, level, continues=is_item and not level)
        for element in paragraph.iter():
            if element.tag == f"{W}txbxContent":
                inside = list(element.iterancestors(f"{W}p", _FALLBACK))
                if inside[0] is paragraph:  # else a copy for old programs
                    yield from self._walk(element)
            elif note := self._notes.get((element.tag, element.get(f"{W}id"))):
                yield from self._walk(note)
            elif element.tag == DIAGRAM:
                yield from diagram_blocks(element, self._document.part)

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
        if element.tag == f"{W}sym":
            return symbol(element.get(f"{W}font", ""), element.get(f"{W}char", ""))
        if element.tag == f"{W}fldChar":
            return _field_value(element)
        if element.tag == f"{W}sdt":
            controls = element.find(f"{W}sdtPr")
            if controls is not None and _is_on(controls.find(f"{W}showingPlcHdr")):
                return ""
            box = element.find(f"{W}sdtPr/{_W14}checkbox")
            if box is not None:
                checked = box.find(f"{_W14}checked")
                is_ticked = checked is not None and checked.get(f"{_W14}val") in _ON
                return _TICKED if is_ticked else _UNTICKED
        text = _SHOWN.get(element.tag, "")
        for child in element:
            text += self._words(child, before + text)
        if element.tag != f"{W}r" or not text:
            return text
        properties = element.find(f"{W}rPr")
        if self._is_hidden(element, properties):
            return ""
        if properties is None:
            return text
        if value(properties, "vertAlign") != "superscript":
            return text
        return superscript_after(before.rstrip(), text)

    def _is_hidden(self, run: Any, properties: Any) -> bool:
        """Return whether a run is hidden or struck out, itself or by a style."""
        if properties is not None:
            marks = [properties.find(W + name) for name in _HIDING]
            if any(map(_is_on, marks)):
                return True
            if marks[0] is not None:  # shown in spite of a style
                return False
            if value(properties, "rStyle") in self._hidden_styles:
                return True
        paragraph = next(run.iterancestors(f"{W}p"), None)
        style = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
        return style is not None and style.get(f"{W}val") in self._hidden_styles

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
            yield from row_block(cells)


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

    def level(identifier: str) -> int:
        for style in with_bases(found, identifier):
            name = value(style, "name")
            if heading := _HEADING.match(name):
                return int(heading[1])
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None:
                return _outline_level(outline.get(f"{W}val", ""))
            if name == "Title":
                return 1
        return 0

    return {identifier: level(identifier) for identifier in found}


def _outline_level(value: str) -> int:
    return int(value) + 1 if value in "012345678" else 0  # 9 is body text


def _hidden_styles(styles: Any) -> set[str]:
    """Return the styles of hidden or struck-out text."""
    found = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    hidden = set()
    for identifier in found:
        for name in _HIDING:
            marks = (
                style.find(f"{W}rPr/{W}{name}")
                for style in with_bases(found, identifier)
            )
            if _is_on(next((mark for mark in marks if mark is not None), None)):
                hidden.add(identifier)
    return hidden


def _is_on(mark: Any) -> bool:
    """Return whether a property is given and not switched off."""
    return mark is not None and mark.get(f"{W}val") not in _OFF


def _goes_on(properties: Any) -> bool:
    """Return whether the next paragraph continues this one on the same line.

    A drop cap is a paragraph before the rest of its word; a paragraph mark that is
    deleted or moved away no longer separates two paragraphs.
    """
    frame = properties.find(f"{W}framePr")
    if frame is not None and frame.get(f"{W}dropCap", "none") != "none":
        return True
    marks = (properties.find(f"{W}rPr/{W}{name}") for name in ("del", "moveFrom"))
    return any(mark is not None for mark in marks)


def _drop_page_fields(head: Any) -> None:
    """Empty the fields of a header or footer that differ from page to page."""
    for field in head.iter(f"{W}fldSimple"):
        if _PAGE_FIELD.search(field.get(f"{W}instr", "")):
            field.clear()
    is_page = False
    for element in head.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        if element.tag == f"{W}instrText":
            is_page = is_page or _PAGE_FIELD.search(element.text or "") is not None
        elif element.get(f"{W}fldCharType") == "end":
            is_page = False
        elif is_page:
            element.text = ""


def _field_value(field: Any) -> str:
    """Return the tick or the choice of a form field; "" for other fields."""
    box = field.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        checked = box.find(f"{W}checked")
        if checked is None:
            checked = box.find(f"{W}default")
        return _TICKED if _is_on(checked) else _UNTICKED
    choices = field.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return ""
    entries = [entry.get(f"{W}val", "") for entry in choices.iter(f"{W}listEntry")]
    chosen = value(choices, "result") or value(choices, "default") or "0"
    is_one = chosen.isdecimal() and len(chosen) < 9 and int(chosen) < len(entries)
    return entries[int(chosen)] if is_one else ""


def _is_contents(element: Any) -> bool:
    """Return whether a content control holds the table of contents."""
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
