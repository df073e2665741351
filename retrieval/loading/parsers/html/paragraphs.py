"""Repair of paragraphs: sentences in one piece, all text within paragraphs."""

from typing import Any

from lxml import html

from retrieval.loading.content import one_line
from retrieval.loading.parsers.html.tree import BLOCKS, SENTENCE_END

MIN_PROSE_CHARACTERS = 40  # of a paragraph; the items of menus are shorter


def mend_paragraphs(tree: Any) -> None:
    """Join sentences that a block interrupts, and wrap loose text in paragraphs."""
    body = tree.find("body")
    if body is None:
        return
    for part in body.iter("b", "font", "span"):
        if next(part.iterdescendants(*BLOCKS), None) is not None:
            part.tag = "div"
    for part in list(body.iter("div", "center", "section")):
        before = _text_before(part)
        after = one_line(part.tail)
        is_amid = before and not SENTENCE_END.search(before) and after[:1].islower()
        if is_amid and not any(child.tag in BLOCKS for child in part):
            part.tag = "span"
            part.attrib.clear()
            part.text = f" {part.text or ''}"
            part.tail = f" {part.tail}"
    for part in list(body.iter("div", "article", "section", "main")):
        if any(child.tag in BLOCKS for child in part):
            _wrap_loose(part)
        elif part.tag == "div" and SENTENCE_END.search(one_line(part.text_content())):
            part.tag = "p"


def is_prose(part: Any) -> bool:
    """Return whether an element holds sentences, rather than the words of a menu."""
    words = one_line(part.text_content())
    return len(words) >= MIN_PROSE_CHARACTERS and bool(SENTENCE_END.search(words))


def _text_before(part: Any) -> str:
    sibling, parent = part.getprevious(), part.getparent()
    if sibling is None:
        return one_line(parent.text)
    if sibling.tag in BLOCKS and sibling.tag != "p":
        return one_line(sibling.tail)
    return one_line(sibling.tail) or one_line(sibling.text_content())


def _wrap_loose(part: Any) -> None:
    """Wrap text and inline elements between blocks in paragraphs."""
    run: list[Any] = []
    lead = part.text
    part.text = None

    def close(before: Any) -> None:
        nonlocal lead, run
        loose = html.Element("p")
        loose.text = lead
        if before is None:
            part.append(loose)
        else:
            before.addprevious(loose)
        loose.extend(run)
        words = one_line(loose.text_content())
        above = loose.getprevious()
        if not words:
            loose.drop_tag()
        elif (
            above is not None
            and above.tag == "p"
            and words[:1].islower()
            and not SENTENCE_END.search(one_line(above.text_content()))
        ):
            loose.tag = "span"  # it continues the sentence above
            loose.text = f" {loose.text or ''}"
            above.append(loose)
        lead, run = None, []

    for child in list(part):
        if child.tag in BLOCKS or not isinstance(child.tag, str):
            close(child)
            lead, child.tail = child.tail, None
        else:
            run.append(child)
    close(None)


def keep_leads_and_links(tree: Any) -> None:
    """Remove links, classes and ids that make prose look like a menu."""
    inside = "[ancestor::main or ancestor::article]"
    for paragraph in tree.xpath(f".//p{inside}|.//li{inside}"):
        is_quoted = next(paragraph.iterancestors("blockquote"), None) is not None
        if not (is_quoted or is_prose(paragraph)):
            continue
        for link in list(paragraph.iter("a")):
            link.drop_tag()
        for part in [paragraph, *paragraph.iterancestors("div", "section", "header")]:
            for name in ("class", "id"):
                part.attrib.pop(name, None)
