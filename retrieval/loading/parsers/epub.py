"""EPUB to content: the pages of a book in reading order, each read like a web page."""

import posixpath
from urllib.parse import unquote

from retrieval.loading.content import Block, Content, UnreadableError, one_line
from retrieval.loading.formats import HTML
from retrieval.loading.parsers.archives import open_archive, read_xml
from retrieval.loading.parsers.parse import parse as parse_format

_CONTAINER = "META-INF/container.xml"
_RIGHTS = "META-INF/rights.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def parse(data: bytes, _: str = "") -> Content:
    """Parse the pages of a book's spine, without its table of contents.

    Raises:
        UnreadableError: The book unpacks to too much data, or is encrypted.
    """
    with open_archive(data) as archive:
        names = set(archive.namelist())
        if _RIGHTS in names:
            raise UnreadableError("this EPUB is encrypted; take one without a lock")
        path = read_xml(archive, _CONTAINER).find(".//{*}rootfile").get("full-path")
        package = read_xml(archive, path)
        items = {item.get("id"): item for item in package.iter("{*}item")}
        blocks: list[Block] = []
        for reference in package.iter("{*}itemref"):
            item = items.get(reference.get("idref"))
            if item is None or item.get("media-type") not in _PAGES:
                continue
            is_contents = "nav" in item.get("properties", "").split()
            page = posixpath.normpath(
                posixpath.join(posixpath.dirname(path), unquote(item.get("href", "")))
            )
            if reference.get("linear") != "no" and not is_contents and page in names:
                blocks += _page_blocks(archive.read(page))
    said = {
        name: one_line(
            package.findtext(f".//{{http://purl.org/dc/elements/1.1/}}{name}")
        )
        for name in ("title", "creator", "publisher", "date")
    }
    return Content(
        blocks,
        title=said["title"] or None,
        author=said["creator"] or None,
        publisher=said["publisher"] or None,
        date=said["date"].partition("T")[0] or None,
    )


def _page_blocks(page: bytes) -> list[Block]:
    try:
        return parse_format(page, HTML).blocks
    except UnreadableError:  # a cover or a picture, without text
        return []
