"""What a page shows by its form, as text: formulas, terms, numbers, captions."""

from typing import Any

import regex
from lxml import html

from retrieval.loading.content import one_line
from retrieval.loading.parsers.equations import equation
from retrieval.loading.parsers.html.tree import (
    HEADINGS,
    NO_DISPLAY,
    SENTENCE_END,
    replace,
)
from retrieval.loading.parsers.superscripts import superscript_after

_EDIT = regex.compile(
    r"\s*\[\s*(?:edit|bearbeiten|modifier|editar|править)[^\]]*\]\s*$"
)
_TEX = regex.compile(r"^\{\\displaystyle\s*(.*)\}$", regex.S)


def write_formulas(tree: Any) -> None:
    """Write formulas as text, where they stand."""
    for formula in list(tree.iter("{*}math", "math")):
        words = equation(formula).strip()
        if not words:
            tex = formula.get("alttext") or ""
            words = one_line(_TEX.sub(r"\1", tex))
        place = formula
        for parent in formula.iterancestors("span"):  # hidden, for an image shows it
            if NO_DISPLAY.search(parent.get("style", "")):
                place = parent
        replace(place, words)
    for image in list(tree.iter("img")):
        described = _TEX.match(image.get("alt") or "")
        if described and "fallback" not in (image.get("class") or ""):
            replace(image, one_line(described[1]))


def render_inline(tree: Any) -> None:
    """Write what is raised, headings, times and line breaks as a person reads them."""
    _write_raised(tree)
    _free_headings(tree)
    _write_times(tree)
    _undo_line_breaks(tree)


def _write_raised(tree: Any) -> None:
    """Write what is raised as such, and leave out what leads to notes."""
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
        replace(mark, "" if is_note else superscript_after(before or "", words))


def _free_headings(tree: Any) -> None:
    """Free headings from the buttons and links that stand in them."""
    for button in tree.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6)//button"):
        button.drop_tag()
    for heading in tree.iter(*HEADINGS):
        if _EDIT.search(words := one_line(heading.text_content())):
            for child in list(heading):
                child.drop_tree()
            heading.text = _EDIT.sub("", words)


def _write_times(tree: Any) -> None:
    """Write times beside their elements, whose attributes may say something else."""
    for time in tree.xpath("(.//p|.//li|.//td|.//dd|.//blockquote)//time"):
        words = html.Element("span")
        words.text, time.text = time.text_content(), None
        del time[:]
        time.addprevious(words)


def _undo_line_breaks(tree: Any) -> None:
    """Make blanks of line breaks amid sentences."""
    for line_break in tree.xpath(".//br"):
        sibling, parent = line_break.getprevious(), line_break.getparent()
        before = (parent.text if sibling is None else sibling.tail) or ""
        after = (line_break.tail or "").lstrip()
        if after[:1].islower() and not SENTENCE_END.search(before.rstrip()):
            line_break.tag, line_break.text = "span", " "


def render_definitions(tree: Any) -> None:
    """Write terms and what is said of them as items, "term: description"."""
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


def write_numbers(tree: Any) -> None:
    """Write the numbers of lists, which browsers show."""
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


def write_captions(tree: Any) -> None:
    """Set captions of figures below them, as paragraphs."""
    for caption in list(tree.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        words = one_line(caption.text_content())
        if figure is None or figure.getparent() is None or not words:
            continue
        paragraph = html.Element("p")
        paragraph.text, paragraph.tail = words, figure.tail
        figure.tail = None
        caption.drop_tree()
        figure.addnext(paragraph)
