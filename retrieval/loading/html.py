"""HTML to content, by trafilatura: the main text without what stands around it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree
from trafilatura import bare_extraction, load_html
from trafilatura.settings import DEFAULT_CONFIG

from retrieval.loading.content import Block, Content, UnreadableError, one_line

_CONFIG = deepcopy(DEFAULT_CONFIG)
# Short pages are articles too: trafilatura would take their menus as well.
_CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
_INLINE = frozenset(("hi", "ref", "del", "span"))


def read_html(page: str | bytes) -> Content:
    """Read a page; bytes are decoded as the page itself declares.

    Raises:
        UnreadableError: No main text is found.
    """
    tree = load_html(page)
    if tree is None:
        raise UnreadableError("there is no page in it that could be read")
    _mark_main(tree)
    found: Any = bare_extraction(
        tree, with_metadata=True, include_comments=False, config=_CONFIG
    )
    if found is None or found.body is None:
        raise UnreadableError(
            "no main text is found in this page; save its text to a file"
        )
    return Content(
        list(_blocks(found.body)),
        title=one_line(found.title) or None,
        author=one_line(found.author) or None,
        publisher=one_line(found.sitename) or None,
        date=found.date or None,
        url=found.url or None,
        language=(tree.get("lang") or "")[:2].lower() or None,
    )


def _mark_main(tree: Any) -> None:
    """Call the whole body the main text, where the page does not say what it is.

    trafilatura would keep single paragraphs, and lose their headings.
    """
    body = tree.find("body")
    if body is None or next(tree.iter("main", "article"), None) is not None:
        return
    inside = list(body)
    main = etree.SubElement(body, "main")
    main.text, body.text = body.text, None
    main.extend(inside)


def _blocks(body: Any, *, joined: bool = False) -> Iterator[Block]:
    """Walk trafilatura's elements; text beside them is a paragraph."""
    loose = [body.text]  # text and inline elements in a row
    for element in body:
        if element.tag in _INLINE:
            loose += ["".join(element.itertext()), element.tail]
            continue
        if words := one_line("".join(filter(None, loose))):
            yield Block(words, joined=joined)
        loose = [element.tail]
        match element.tag:
            case "head":
                level = (element.get("rend") or "h2")[-1]
                if words := one_line("".join(element.itertext())):
                    yield Block(words, int(level) if level.isdecimal() else 2)
            case "list":
                for item in element:
                    yield from _blocks(item, joined=True)
            case "row":
                cells = (one_line("".join(cell.itertext())) for cell in element)
                if words := " | ".join(filter(None, cells)):
                    yield Block(words, joined=True)
            case "lb" | "graphic":
                pass
            case _:
                yield from _blocks(element, joined=joined)
    if words := one_line("".join(filter(None, loose))):
        yield Block(words, joined=joined)
