"""HTML to content, by trafilatura: the main text without what stands around it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import regex
from lxml import etree
from trafilatura import bare_extraction, load_html
from trafilatura.settings import DEFAULT_CONFIG

from retrieval.loading.content import Block, Content, UnreadableError, one_line

LARGE_ARTICLE = 1 / 3  # of the longest one's letters; shorter ones are teasers

_CONFIG = deepcopy(DEFAULT_CONFIG)
# Short pages are articles too: trafilatura would take their menus as well.
_CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
# Only what the page says of itself: a year in its text is no date of publication.
_DATES = {"original_date": True, "extensive_search": False}
_INLINE = frozenset(("code", "del", "hi", "quote", "ref", "span"))
_APART = frozenset(("cell", "head", "item", "lb", "list", "p", "row", "table"))
_COMMENT = regex.compile(r"\bcomment", regex.I)
_POPUP = regex.compile(r"modal|popup|overlay|dialog|tooltip|lightbox", regex.I)
_SENTENCE_END = regex.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")


def read_html(page: str | bytes) -> Content:
    """Read a page; bytes are decoded as the page itself declares.

    Raises:
        UnreadableError: No main text is found.
    """
    tree = load_html(page)
    if tree is None:
        raise UnreadableError("there is no page in it that could be read")
    _keep_what_is_shown(tree)
    _mark_main(tree)
    found: Any = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params=_DATES,
        config=_CONFIG,
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
    )


def _keep_what_is_shown(tree: Any) -> None:
    """Keep what trafilatura takes for no text, though a reader can see it.

    Panels that a click unfolds, headings that are buttons, dates amid a sentence, and
    sentences over several lines.
    """
    for element in tree.xpath(".//noscript"):
        element.drop_tree()
    for button in tree.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6)//button"):
        button.drop_tag()
    for time in tree.xpath("(.//p|.//li|.//td|.//dd|.//blockquote)//time"):
        words = etree.Element("span")
        words.text, time.text = time.text_content(), None
        del time[:]
        time.addprevious(words)  # what the page says in attributes is left where it is
    for line_break in tree.xpath(".//br"):
        sibling, parent = line_break.getprevious(), line_break.getparent()
        before = (parent.text if sibling is None else sibling.tail) or ""
        after = (line_break.tail or "").lstrip()
        if after[:1].islower() and not _SENTENCE_END.search(before.rstrip()):
            line_break.tag, line_break.text = "span", " "
    text = ".//*[self::main or self::article]"
    for panel in tree.xpath(f"{text}//*[@hidden or @style or @aria-hidden]"):
        names = " ".join(map(panel.get, ("class", "id", "role"), [""] * 3))
        if panel.tag in ("div", "section") and not _POPUP.search(names):
            for name in ("hidden", "style", "aria-hidden"):
                panel.attrib.pop(name, None)


def _mark_main(tree: Any) -> None:
    """Call the whole body the main text, where the page does not say what it is.

    trafilatura would keep single paragraphs, and lose their headings. Of several
    articles on one page it would keep the first.
    """
    body = tree.find("body")
    if body is None:
        return
    articles = [
        article
        for article in tree.xpath(".//article[not(ancestor::article)]")
        if not _COMMENT.search(article.get("class", ""))
    ]
    sizes = [len(one_line(article.text_content())) for article in articles]
    least = LARGE_ARTICLE * max(sizes, default=0)
    large = [a for a, size in zip(articles, sizes, strict=True) if size >= least]
    if len(large) > 1:
        main = etree.Element("article", {"class": "article-content"})
        body.insert(0, main)
        for article in large:
            article.tag = "div"
            article.attrib.clear()
            main.append(article)
    elif next(tree.iter("main", "article"), None) is None:
        inside = list(body)
        main = etree.SubElement(body, "main")
        main.text, body.text = body.text, None
        main.extend(inside)


def _blocks(body: Any, *, joined: bool = False) -> Iterator[Block]:
    """Walk trafilatura's elements; text beside them is a paragraph."""
    loose = [body.text or ""]  # text and inline elements in a row
    for element in body:
        if element.tag in _INLINE and (body.tag != "body" or element.tag != "quote"):
            loose += [_words(element), element.tail or ""]
            continue
        if words := one_line("".join(loose)):
            yield Block(words, joined=joined)
        loose = [element.tail or ""]
        match element.tag:
            case "head":
                level = (element.get("rend") or "h2")[-1]
                if words := one_line(_words(element)):
                    yield Block(words, int(level) if level.isdecimal() else 2)
            case "list":
                for item in element:
                    yield from _blocks(item, joined=True)
            case "row":
                cells = [one_line(_words(cell)) for cell in element]
                if any(cells):
                    yield Block(one_line(" | ".join(cells)), joined=True)
            case "lb" | "graphic":
                pass
            case _:
                yield from _blocks(element, joined=joined)
    if words := one_line("".join(loose)):
        yield Block(words, joined=joined)


def _words(element: Any) -> str:
    """Return the text of an element, with blanks around what stands apart in it."""
    inside = "".join(_words(child) + (child.tail or "") for child in element)
    blank = " " if element.tag in _APART else ""
    return f"{blank}{element.text or ''}{inside}{blank}"
