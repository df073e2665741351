"""HTML to content, by trafilatura: the main text and the metadata of a page."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import regex
from lxml import etree, html
from trafilatura import bare_extraction, load_html
from trafilatura.settings import DEFAULT_CONFIG

from retrieval.loading.content import (
    Block,
    Content,
    UnreadableError,
    lines_of,
    one_line,
    row_block,
)
from retrieval.loading.parsers.html.cleanup import clean
from retrieval.loading.parsers.html.json_ld import article_body, questions
from retrieval.loading.parsers.html.tree import HEADINGS
from retrieval.loading.parsers.nested_lists import list_label
from retrieval.loading.parsers.text import decode

DECLARATION_BYTES = 2_048  # at the beginning of a page, that may declare its encoding
LARGE_ARTICLE = 1 / 3  # of the longest one's letters; shorter ones are teasers

_CONFIG = deepcopy(DEFAULT_CONFIG)
# Short pages are articles, too; by default trafilatura would add their menus.
_CONFIG["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
# Only declared dates: a year in the text is no date of publication.
_DATES = {"original_date": True, "extensive_search": False}
_INLINE = frozenset(("code", "del", "hi", "quote", "ref", "span"))
_SPACED = frozenset(("cell", "head", "item", "lb", "list", "p", "row", "table"))
FAQ_LEVEL = 2  # of the headings of an FAQ that only JSON-LD holds
STUB = 1 / 3  # of the letters of the text in JSON-LD; a shorter page is a stub of it
MAX_DATE_CHARACTERS = 20_000  # of one text that may hold a date
MAX_DATE_LINE = 200  # characters of a date in words
_DATED = regex.compile(r"date|publish|posted|updated|timestamp|byline", regex.I)
_NO_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
_BY = regex.compile(r"^\W*(?:by|von|par|por|di|door|text|words)\b:?\s+", regex.I)
_NAME = regex.compile(
    r"^(?:\p{Lu}[\p{L}\p{M}.'’-]*|\p{Lo}+)"
    r"(?: (?:\p{Lu}[\p{L}\p{M}.'’-]*|\p{Lo}+|al|bin|da|de|del|den|der|di|dos|"
    r"du|el|la|le|ten|van|von|y|and|und|et|e))*"
)
_NO_NAME = regex.compile(
    r"\b(?:Admin\w*|Associate|BBC|Chief|Column\w*|Contribut\w*|Correspondents?|Desk|"
    r"Editor\w*|Journalist|Last|Modified|News\w*|Photo\w*|Posted|Published|Read|Redaktion|Reporters?|"
    r"Senior|Special|Staff|Team|The|Updated|Writers?)\b"
)
_IDEOGRAPHS = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]{2,8}")
_COMMENT = regex.compile(r"\bcomment", regex.I)
_DECLARED = regex.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", regex.I
)
_XML = regex.compile(r"^\s*<\?xml[^>]*>")


def parse(data: bytes, charset: str = "") -> Content:
    """Parse a page, in the encoding that its server or the page itself declares.

    Raises:
        UnreadableError: The page has no main text.
    """
    tree = _parse_tree(data, charset)
    # Cleanup removes the elements that these are read from.
    body_for_engines = article_body(tree)
    faq = list(questions(tree))
    dates = _declared_dates(tree)
    headings = _headings(tree)
    clean(tree)
    _mark_main(tree)
    found: Any = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        fast=True,  # its fallbacks keep paragraphs only
        date_extraction_params=_DATES,
        config=_CONFIG,
    )
    blocks = [] if found is None or found.body is None else list(_blocks(found.body))
    if sum(len(block.text) for block in blocks) < STUB * len(body_for_engines):
        lines = filter(None, map(one_line, body_for_engines.splitlines()))
        blocks = [*(block for block in blocks if block.level == 1), *map(Block, lines)]
    blocks += list(_unseen_answers(faq, blocks))
    if not blocks:
        raise UnreadableError(
            "no main text is found in this page; save its text to a file"
        )
    return Content(
        blocks,
        title=_title(tree, headings, one_line(found and found.title)) or None,
        author=_authors(found.author) if found else None,
        publisher=one_line(found.sitename) or None if found else None,
        date=found.date if found and found.date in dates else None,
        url=found.url or None if found else None,
    )


def _parse_tree(data: bytes, charset: str) -> Any:
    """Return the tree of a page; a fragment of HTML becomes the body of one."""
    declared = _DECLARED.search(data[:DECLARATION_BYTES])
    page = decode(data, charset or (declared[1].decode() if declared else ""))
    tree = load_html(_XML.sub("", page))
    if tree is None:
        raise UnreadableError("there is no page in it that can be read")
    if tree.tag == "html":
        return tree
    whole = html.Element("html")
    etree.SubElement(whole, "body").append(tree)
    return whole


class _Dates:
    """The dates that a page declares.

    Args:
        lines: Lines of text of the parts that may hold a date of publication.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def __contains__(self, date: object) -> bool:
        year, month, day = (*str(date).split("-"), "", "")[:3]
        digits = regex.compile(rf"{year}\W?{month}\W?{day}")
        words = [
            regex.compile(rf"(?<!\d)0?{number}(?!\d)")
            for number in (year, day.lstrip("0"))
        ]
        return any(
            digits.search(line)
            or (len(line) <= MAX_DATE_LINE and all(word.search(line) for word in words))
            for line in self._lines
        )


def _declared_dates(tree: Any) -> _Dates:
    """Return the dates in metadata, scripts and bylines, apart from the text."""
    texts = [
        *tree.xpath(".//meta/@content|.//link[@rel='canonical']/@href"),
        *(script.text or "" for script in tree.iter("script")),
    ]
    for element in tree.iter("time", "abbr", "span", "p", "div"):
        names = " ".join(map(element.get, ("class", "id", "itemprop"), [""] * 3))
        if element.tag == "time" or _DATED.search(names):
            texts.append(f"{element.get('datetime') or ''} {element.text_content()}")
    return _Dates([one_line(text)[:MAX_DATE_CHARACTERS] for text in texts])


def _unseen_answers(
    faq: Iterable[tuple[str, list[str]]], blocks: Iterable[Block]
) -> Iterator[Block]:
    """Yield the questions and answers of an FAQ that the text does not hold."""
    seen = _letters(" ".join(block.text for block in blocks))
    for question, answer in faq:
        if _letters(" ".join(answer)) not in seen:
            yield Block(question, FAQ_LEVEL)
            for n, line in enumerate(answer):
                yield Block(line, continues=n > 0)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _headings(tree: Any) -> list[str]:
    return [one_line(heading.text_content()) for heading in tree.iter("h1", "h2", "h3")]


def _title(tree: Any, headings: list[str], found: str) -> str:
    """Return the page's title, rather than the site's name in the first heading.

    Args:
        tree: The page after cleanup.
        headings: Its headings before cleanup.
        found: The title that trafilatura found.
    """
    declared = one_line(tree.findtext(".//title"))
    folded = declared.casefold()
    if not declared or folded.startswith(found.casefold()):
        return found
    own = [h for h in headings if len(h) > 3 and folded.startswith(h.casefold())]
    if own:
        return own[0]
    is_of_site = found in headings and found.casefold() not in folded
    head = tree.xpath("(.//header|.//nav|.//*[@role='banner'])//h1")
    return declared if is_of_site and head and len(headings) == 1 else found


def _authors(author: str | None) -> str | None:
    """Return the names of the authors without "By" and job titles; None for no name.

    >>> _authors("By Ann Ito, Staff Writer; Read more")
    'Ann Ito'
    """
    names = []
    for each in (author or "").split(";"):
        name = _NAME.search(_BY.sub("", one_line(each)))
        words = _NO_NAME.split(name[0])[0].strip(" ,-|") if name else ""
        if " " in words or _IDEOGRAPHS.fullmatch(words):
            names.append(words)
    return "; ".join(dict.fromkeys(names)) or None


def _mark_main(tree: Any) -> None:
    """Mark the whole body as the main text where the page marks nothing.

    Otherwise trafilatura would keep single paragraphs without their headings, and of
    several articles on one page only the first.
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
    min_size = LARGE_ARTICLE * max(sizes, default=0)
    large = [
        article
        for article, size in zip(articles, sizes, strict=True)
        if size >= min_size or _is_short_post(article)
    ]
    parents = {article.getparent() for article in large}
    if len(large) > 1 and len(parents) == 1:
        main = parents.pop()  # with what stands above and between them
        if main.tag == "body":
            main = etree.SubElement(body, "article")
            main.extend(large)
        for article in main.findall("article"):
            if article in large:
                article.tag = "div"
                article.attrib.clear()
            else:
                article.drop_tree()
        main.tag = "article"
        main.set("class", "article-content")
    elif next(tree.iter("main", "article"), None) is None:
        inside = list(body)
        main = etree.SubElement(body, "main")
        main.text, body.text = body.text, None
        main.extend(inside)


def _is_short_post(article: Any) -> bool:
    """Return whether a short article is a post of its own, rather than a teaser.

    The heading or the picture of a teaser is a link to its article.
    """
    heading = next(article.iter(*HEADINGS), None)
    linked = article.xpath(".//a[.//img or .//*[self::h1 or self::h2 or self::h3]]")
    return heading is not None and heading.find(".//a") is None and not linked


def _blocks(body: Any, *, continues: bool = False, label: str = "") -> Iterator[Block]:
    """Yield the blocks of a tree of trafilatura; loose text is a paragraph.

    Args:
        body: The tree.
        continues: Whether its blocks belong to the block before them.
        label: What stands before the first words, as the item that a list is part of.
    """
    loose = [label, body.text or ""]  # text and inline elements in a row
    for element in body:
        is_code = element.tag in ("code", "pre") and "\n" in _words(element).strip()
        is_quote = body.tag == "body" and element.tag == "quote"
        is_lead = body.tag == "item" and element.tag == "p" and element is body[0]
        if is_lead or (element.tag in _INLINE and not (is_code or is_quote)):
            loose += [_words(element), element.tail or ""]
            continue
        words = one_line("".join(loose))
        inner = list_label(words) if (body.tag, element.tag) == ("item", "list") else ""
        if words and not inner:
            yield Block(words, continues=continues)
        loose = [element.tail or ""]
        match element.tag:
            case "head":
                level = (element.get("rend") or "h2")[-1]
                if words := one_line(_words(element)):
                    yield Block(words, int(level) if level.isdecimal() else 2)
            case "list":
                for item in element:
                    yield from _blocks(item, continues=True, label=inner)
            case "row":
                yield from row_block(_words(cell) for cell in element)
            case "code" | "pre" if is_code:
                yield Block(lines_of(_words(element)), continues=continues)
            case "lb" | "graphic":
                pass
            case _:
                yield from _blocks(element, continues=continues)
    if words := one_line("".join(loose)):
        yield Block(words, continues=continues)


def _words(element: Any) -> str:
    """Return the text of an element, with spaces around cells, items and the like."""
    inside = "".join(_words(child) + (child.tail or "") for child in element)
    blank = " " if element.tag in _SPACED else ""
    return f"{blank}{element.text or ''}{inside}{blank}"
