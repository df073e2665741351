"""Word's DOCX to content, by python-docx."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import docx
import regex
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from retrieval.loading.content import Block, Content, UnreadableError, one_line

MAX_UNPACKED_BYTES = 100 * 1024**2  # pictures and all; more is a bomb, or no article
MAX_XML_BYTES = 20 * 1024**2  # of one part; parsed it takes ten times as much

_HEADING = regex.compile(r"heading (\d)", regex.I)
_LIST = regex.compile(r"list", regex.I)


def read_docx(data: bytes) -> Content:
    """Read the body's paragraphs and tables; headers and footers are left out.

    Raises:
        UnreadableError: It unpacks to too much.
    """
    with ZipFile(BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    xml = [size for name, size in sizes.items() if name.endswith((".xml", ".rels"))]
    if sum(sizes.values()) > MAX_UNPACKED_BYTES or max(xml) > MAX_XML_BYTES:
        raise UnreadableError("it unpacks to too much; split it")
    document = docx.Document(BytesIO(data))
    said = document.core_properties
    return Content(
        list(_blocks(document)),
        title=one_line(said.title) or None,
        author=one_line(said.author) or None,
    )


def _blocks(document: Document) -> Iterator[Block]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows(part)
        elif words := one_line(part.text):
            style = _style(part)
            heading = _HEADING.match(style)
            level = int(heading[1]) if heading else 1 if style == "Title" else 0
            yield Block(words, level, joined=bool(_LIST.match(style)))


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style and paragraph.style.name) or ""


def _rows(table: Table) -> Iterator[Block]:
    for row in table.rows:
        # A merged cell stands in every column that it spans.
        cells = dict.fromkeys(one_line(cell.text) for cell in row.cells)
        if words := " | ".join(filter(None, cells)):
            yield Block(words, joined=True)
