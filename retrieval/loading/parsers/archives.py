"""ZIP archives of XML, which office files and books are, opened within limits."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from retrieval.loading.content import UnreadableError

MAX_UNPACKED_BYTES = 100 * 1024**2  # pictures and all; more is a bomb, or no article
MAX_XML_BYTES = 20 * 1024**2  # of one part; parsed it takes ten times as much
_XML = (".xml", ".rels", ".opf", ".xhtml", ".html", ".htm")


def open_archive(data: bytes) -> ZipFile:
    """Open an archive; the caller closes it.

    Raises:
        UnreadableError: It unpacks to too much data.
    """
    archive = ZipFile(BytesIO(data))
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    xml = [size for name, size in sizes.items() if name.endswith(_XML)]
    if sum(sizes.values()) > MAX_UNPACKED_BYTES or max(xml) > MAX_XML_BYTES:
        raise UnreadableError("it is too large when unpacked; split it")
    return archive


def read_xml(archive: ZipFile, name: str) -> Any:
    """Return the root element of a part, in lxml's tree; entities stay unresolved."""
    # Imported here: opening alone needs no library.
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(name), parser)
