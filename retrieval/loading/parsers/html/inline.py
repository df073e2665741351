"""Rendering as text of formulas, superscripts, definitions, numbers and captions."""

from typing import Any

import regex
from lxml import html

from retrieval.loading.content import one_line
from retrieval.loading.parsers.equations import equation
from retrieval.loading.parsers.html.tree import (
    HEADINGS,
    NO_DISPLAY,
    SENTENCE_END,
    replace_element,
)
from retrieval.loading.parsers.superscripts import superscript_after

_EDIT = regex.compile(
    r"\s*\[\s*(?:edit|bearbeiten|modifier|editar|править)[^\]]*\]\s*$"
)
_TEX = regex.compile(r"^\{\\displaystyle\s*(.*)\}$", regex.S)


def render_formulas(tree: Any) -> None:
    """Replace formulas by text."""
    for formula in list(tree.iter("{*}math", "math")):
        words = equation(formula).strip()
        if not words:
            tex = formula.get("alttext") or ""
            words = one_line(_TEX.sub(r"\1", tex))
        outermost = formula
        for parent in formula.iterancestors("span"):  # hidden where an image shows it
            if NO_DISPLAY.search(parent.get("style", "")):
                outermost = parent
        replace_element(outermost, words)
    for image in list(tree.iter("img")):
        described = _TEX.match(image.get("alt") or "")
        if described and "fallback" not in (image.get("class") or ""):
            replace_element(image, one_line(described[1]))


def render_inline(tree: Any) -> None:
    """Render superscripts, headings, times and line breaks as a person reads them."""
    _render_superscripts(tree)
    _strip_headings(tree)
    _render_times(tree)
    _undo_line_breaks(tree)


def _render_superscripts(tree: Any) -> None:
    """Write superscripts in superscript letters, and drop references of notes."""
    for mark in list(tree.iter("sup")):
        words = one_line(mark.text_content())
        link = mark.find(".//a")
        is_note = link is not None and "#" in (link.get("href") or "")
        parent = mark.getparent()
        is_note = is_note or (parent.tag == "a" and "#" in (parent.get("href") or ""))
        sibling = mark.getprevious()
        before = parent.text if sibling is None else sibling.tail
        if sibling is not None and not before:
            before = sibling.text_content()
        replace_element(mark, "" if is_note else superscript_after(before or "", words))


def _strip_headings(tree: Any) -> None:
    """Remove buttons and "edit" links from headings."""
    for button in tree.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6)//button"):
        button.drop_tag()
    for heading in tree.iter(*HEADINGS):
        if _EDIT.search(words := one_line(heading.text_content())):
            for child in list(heading):
                child.drop_tree()
            heading.text = _EDIT.sub("", words)


def _render_times(tree: Any) -> None:
    """Move the text of `time` elements beside them.

    trafilatura would take their attributes instead, which may differ.
    """
    for time in tree.xpath("(.//p|.//li|.//td|.//dd|.//blockquote)//time"):
        words = html.Element("span")
        words.text, time.text = time.text_content(), None
        del time[:]
        time.addprevious(words)


def _undo_line_breaks(tree: Any) -> None:
    """Replace line breaks within sentences by spaces."""
    for line_break in tree.xpath(".//br"):
        sibling, parent = line_break.getprevious(), line_break.getparent()
        before = (parent.text if sibling is None else sibling.tail) or ""
        after = (line_break.tail or "").lstrip()
        if after[:1].islower() and not SENTENCE_END.search(before.rstrip()):
            line_break.tag, line_break.text = "span", " "


def render_definitions(tree: Any) -> None:
    """Turn definition lists into lists of "term: description"."""
    for terms in list(tree.iter("dl")):
        term = ""
        for child in list(terms.iter("dt", "dd")):
            if child.tag == "dt":
                words = one_line(child.text_content())
                term = f"{term}, {words}" if term else words
                continue
            lead = term if SENTENCE_END.search(term) or not term else f"{term}:"
            for inner in child:
                if inner.tag in ("p", "div"):
                    inner.drop_tag()
                    break
            child.text = f"{lead} {(child.text or '').lstrip()}" if lead else child.text
            child.tag, term = "li", ""
        for child in list(terms.iter("dt")):
            after = child.getnext()
            if after is not None and after.tag in ("li", "dt"):
                child.drop_tree()
            else:
                child.tag = "li"
        for group in list(terms.iterchildren("div")):
            group.drop_tag()
        terms.tag = "ul"


def render_list_numbers(tree: Any) -> None:
    """Write the numbers that browsers show before the items of lists."""
    for items in list(tree.iter("ol")):
        if "none" in (items.get("style") or ""):
            continue
        start = items.get("start") or "1"
        number = int(start) if start.isdecimal() and len(start) < 9 else 1
        for item in items.iterchildren("li"):
            own = item.get("value") or ""
            number = int(own) if own.isdecimal() and len(own) < 9 else number
            first = item.find("p")
            if first is None or one_line(item.text):
                first = item
            if one_line(item.text_content()):
                first.text = f"{number}. {(first.text or '').lstrip()}"
            number += 1


def render_captions(tree: Any) -> None:
    """Turn captions that are sentences into paragraphs, each caption once."""
    rendered: set[str] = set()
    for caption in list(tree.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        words = one_line(caption.text_content())
        if figure is None or figure.getparent() is None:
            continue
        if not SENTENCE_END.search(words) or words in rendered:
            continue
        rendered.add(words)
        paragraph = html.Element("p")
        paragraph.text, paragraph.tail = words, figure.tail
        figure.tail = None
        caption.drop_tree()
        figure.addnext(paragraph)
