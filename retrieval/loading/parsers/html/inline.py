"""Rendering as text of formulas, superscripts, definitions, numbers and captions."""

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any

import regex
from lxml import html

from retrieval.loading.content import one_line
from retrieval.loading.parsers.equations import equation, tex_equation
from retrieval.loading.parsers.html.tree import (
    HEADINGS,
    NO_DISPLAY,
    SENTENCE_END,
    drop,
    replace_element,
)
from retrieval.loading.parsers.superscripts import superscript_after

_EDIT = regex.compile(
    r"\s*\[\s*(?:edit|bearbeiten|modifier|editar|править)[^\]]*\]\s*$"
)
_NOTE_MARK = regex.compile(r"[\[(]?(?:\d{1,3}|\p{L}|[*†‡§↩⤴^]\ufe0e?)[\])]?:?")
_NOTE = regex.compile(r"(?:foot|end|side)?note|#_?(?:fn|cite|cmnt|ref)", regex.I)
_SIDE_NOTES = ".//span[@class='sidenote' or @class='marginnote']"
# The title's style in an export of Google Docs, and in one of Word.
_TITLE_STYLES = (
    ".//body[contains(@class, 'doc-content')]"
    "//p[contains(concat(' ', @class, ' '), ' title ')]"
    "|.//p[contains(concat(' ', @class, ' '), ' MsoTitle ')]"
)
_ROMAN = " i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(" ")
_TEX = regex.compile(r"^\{\\displaystyle\s*(.*)\}$", regex.S)


def render_formulas(tree: Any) -> None:
    """Replace formulas by text."""
    for formula in list(tree.iter("{*}math", "math")):
        words = equation(formula).strip()
        if not words:
            tex = formula.get("alttext") or ""
            words = tex_equation(_TEX.sub(r"\1", tex))
        outermost = formula
        for parent in formula.iterancestors("span"):  # hidden where an image shows it
            if NO_DISPLAY.search(parent.get("style", "")):
                outermost = parent
        replace_element(outermost, words)
    for image in list(tree.iter("img")):
        described = _TEX.match(image.get("alt") or "")
        if described and "fallback" not in (image.get("class") or ""):
            replace_element(image, tex_equation(described[1]))


def render_inline(tree: Any) -> None:
    """Render marks, quotations, headings, times and breaks as a person reads them."""
    drop(list(_note_marks(tree)))
    _render_superscripts(tree)
    _render_quotations(tree)
    for note in tree.xpath(_SIDE_NOTES):
        note.text = f" {note.text or ''}"
    for title in tree.xpath(_TITLE_STYLES):
        title.tag = "h1"
    _strip_headings(tree)
    _render_times(tree)
    _undo_line_breaks(tree)


def keep_lines(tree: Any) -> None:
    """Mark preformatted text as code, whose lines trafilatura keeps."""
    for text in tree.iter("pre"):
        if text.find(".//code") is None:
            code = html.Element("code")
            code.text, text.text = text.text, None
            code.extend(list(text))
            text.append(code)


def _note_marks(tree: Any) -> Iterator[Any]:
    """Yield the links to notes, and the links back from them."""
    for link in tree.xpath(".//a[contains(@href, '#')]"):
        words = one_line(link.text_content())
        names = f"{link.get('class') or ''} {link.get('href') or ''}"
        if _NOTE_MARK.fullmatch(words) and _NOTE.search(names):
            yield link


def _render_quotations(tree: Any) -> None:
    """Write the quotation marks that browsers show around `q` elements."""
    for quotation in reversed(list(tree.iter("q"))):
        is_nested = next(quotation.iterancestors("q"), None) is not None
        opening, closing = "‘’" if is_nested else "“”"
        quotation.text = opening + (quotation.text or "")
        if len(quotation):
            quotation[-1].tail = (quotation[-1].tail or "") + closing
        else:
            quotation.text += closing
        quotation.drop_tag()


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
                mark = _list_mark(number, items.get("type") or "1")
                first.text = f"{mark}. {(first.text or '').lstrip()}"
            number += 1


def _list_mark(number: int, kind: str) -> str:
    """Return the number of an item as the list's `type` shows it.

    >>> _list_mark(2, "a"), _list_mark(4, "I"), _list_mark(27, "A")
    ('b', 'IV', '27')
    """
    mark = str(number)
    if kind in "aA" and 1 <= number <= len(ascii_lowercase):
        mark = ascii_lowercase[number - 1]
    elif kind in "iI" and 1 <= number < len(_ROMAN):
        mark = _ROMAN[number]
    return mark.upper() if kind in "AI" else mark


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


def render_disclosures(tree: Any) -> None:
    """Turn accordions into headings with their answers below, in reading order."""
    for details in list(tree.iter("details")):
        summary = details.find("summary")
        if summary is not None:
            _as_heading(summary)
        details.tag = "div"
    for label in tree.xpath(".//label[@for]|.//div[@onclick]"):
        below = label.getnext()
        if below is not None and below.tag == "div" and one_line(label.text_content()):
            _as_heading(label)
    labels = {
        name: element
        for element in tree.xpath(".//*[@aria-controls or @role='tab']")
        for name in _panel_ids(element)
    }
    for panel in list(tree.xpath(".//*[@role='tabpanel']")):
        label = labels.get(panel.get("id"))
        words = "" if label is None else one_line(label.text_content())
        if label is not None and words:
            heading = html.Element("h4")
            heading.text = words
            panel.addprevious(heading)
            if label.getparent() is not None:
                label.drop_tree()


def _panel_ids(element: Any) -> list[str]:
    """Return the ids of the panels that a click on an element shows."""
    if element.get("aria-controls"):
        return list(element.get("aria-controls").split())
    is_tab = element.get("role") == "tab"
    return [(element.get("href") or "").lstrip("#")] if is_tab else []


def _as_heading(summary: Any) -> None:
    words = one_line(summary.text_content())
    del summary[:]
    summary.tag, summary.text = "h4", words


def keep_boxes(tree: Any) -> None:
    """Turn asides and footers within the article, and addresses, into blocks."""
    for part in list(tree.xpath(".//article//aside|.//article//footer|.//main//aside")):
        has_text = any(map(one_line, part.xpath(".//p//text()|.//li//text()")))
        if has_text and part.find(".//a") is None and part.find(".//form") is None:
            part.tag = "div"
    for address in list(tree.iter("address")):
        address.tag = "p"
