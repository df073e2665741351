"""A page as a person sees it: lxml's tree without what is hidden, and with what is not.

What is hidden, deleted or stands around the text on every page goes; formulas, terms
and captions become text; what trafilatura would lose for its form gets another.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import regex
from lxml import etree, html

from retrieval.loading.content import one_line
from retrieval.loading.equations import equation
from retrieval.loading.scripts import raised_after

MIN_PROSE_CHARACTERS = 40  # of a paragraph that no menu holds
MAX_SPAN = 100  # rows that a cell may span
MOST_OF_PAGE = 0.5  # of its letters: what holds more is no banner

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form "
    "header hr li main nav ol p pre section table ul".split()
) | frozenset(_HEADINGS)
_DEAD = ("noscript", "template", "del", "s", "strike", "dialog", "select", "datalist")
_NO_DISPLAY = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.I)
_RULE = regex.compile(r"([^{}@]+)\{([^{}]*)\}")
_AT_RULE = regex.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SELECTOR = regex.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", regex.I)
_UNSEEN = regex.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-reader(?:-text)?|"
    r"mw-editsection|visuallyhidden)(?:$|[\s_-])",
    regex.I,
)
_POPUP = regex.compile(r"modal|popup|overlay|dialog|tooltip|lightbox", regex.I)
_CONSENT = regex.compile(
    r"(?:^|[\s_-])(?:cookies?(?:-?\w+)?|consent|gdpr|onetrust|cmp|"
    r"privacy-?(?:banner|notice|popup))(?:$|[\s_-])",
    regex.I,
)
_AROUND = regex.compile(
    r"(?:^|[\s_-])(?:video-js|vjs-[\w-]+|jwplayer|plyr|player|advert\w*|ads?|adslot|"
    r"ad-?(?:box|container|slot|unit|wrapper|banner)|sponsored(?:-\w+)?|promo(?:-\w+)?|"
    r"related(?:-\w+)?|recommend\w*|more-?(?:stories|news|on|from)|read-?(?:next|more|"
    r"also)|also-?(?:read|like)|you-?may-?(?:also-?)?like|most-?(?:read|popular|viewed)|"
    r"trending|taboola|outbrain|other-?(?:stories|news|articles)|latest-?(?:news|"
    r"stories)|newsletter(?:-\w+)?|sign-?up|share(?:-\w+)?|social(?:-\w+)?)(?:$|[\s_-])",
    regex.I,
)
_OTHER_STORIES = regex.compile(
    r"(?:related|recommended|more|other|latest|popular|trending)"
    r"(?: (?:from|in|on) [\p{L} ]{1,40}| (?:top )?(?:articles|coverage|content|"
    r"headlines|links|news|posts|reading|stories|topics))"
    r"|(?:read|see|you (?:may|might)) (?:also|next|more)(?: like| enjoy)?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy)|most (?:read|popular|viewed)"
    r"|(?:recommended|suggested) for you|trending(?: now)?|up next|from around the web"
    r"|mehr zum thema|lesen sie auch|auch interessant|das könnte sie auch interessieren"
    r"|meistgelesen|weitere (?:artikel|meldungen|nachrichten|themen)"
    r"|lire aussi|à lire aussi|sur le même sujet|les plus lus|articles liés"
    r"|lea también|te puede interesar|noticias relacionadas|más noticias|lo más leído"
    r"|leggi anche|articoli correlati|leia (?:também|mais)|notícias relacionadas"
    r"|lees ook|meest gelezen|czytaj także|zobacz też|читайте также|по теме"
    r"|関連記事|関連ニュース|相关阅读|相关新闻|相關新聞|관련 ?기사|많이 본 뉴스",
    regex.I,
)
_EDIT = regex.compile(
    r"\s*\[\s*(?:edit|bearbeiten|modifier|editar|править)[^\]]*\]\s*$"
)
_SENTENCE_END = regex.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")
_TEX = regex.compile(r"^\{\\displaystyle\s*(.*)\}$", regex.S)


def show(tree: Any) -> None:
    """Turn a page's tree into what a person reads of it, in place."""
    etree.strip_tags(tree, etree.Comment)
    _write_formulas(tree)
    _drop(tree.iter(*_DEAD))
    _unfold_panels(tree)
    _drop(list(_hidden(tree)))
    _drop(list(_around(tree)))
    _drop_other_stories(tree)
    _write_marks(tree)
    _write_terms(tree)
    _write_numbers(tree)
    _write_captions(tree)
    _undo_layout_tables(tree)
    _fill_tables(tree)
    _mend_paragraphs(tree)
    _keep_leads_and_links(tree)


def _drop(elements: Iterable[Any]) -> None:
    """Take elements out, and leave what comes after each."""
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def _names(element: Any) -> str:
    return " ".join(map(element.get, ("class", "id", "role"), [""] * 3))


def _write_formulas(tree: Any) -> None:
    """Write formulas as text, where they stand."""
    for formula in list(tree.iter("{*}math", "math")):
        words = equation(formula).strip()
        if not words:
            tex = formula.get("alttext") or ""
            words = one_line(_TEX.sub(r"\1", tex))
        place = formula
        for parent in formula.iterancestors("span"):  # hidden, for an image shows it
            if _NO_DISPLAY.search(parent.get("style", "")):
                place = parent
        _replace(place, words)
    for image in list(tree.iter("img")):
        described = _TEX.match(image.get("alt") or "")
        if described and "fallback" not in (image.get("class") or ""):
            _replace(image, one_line(described[1]))


def _replace(element: Any, words: str) -> None:
    written = html.Element("span")
    written.text = words
    element.addprevious(written)
    element.drop_tree()


def _unfold_panels(tree: Any) -> None:
    """Show the panels that a click on the page unfolds."""
    controlled = {
        name.lstrip("#")
        for element in tree.iter("a", "button", "div", "span", "label", *_HEADINGS)
        for attribute in ("aria-controls", "data-target", "data-bs-target", "href")
        for name in (element.get(attribute) or "").split()
        if attribute == "aria-controls" or name.startswith("#")
    }
    for panel in tree.xpath(
        ".//*[self::div or self::section or self::p or self::ul or self::dd]"
        "[@hidden or @style or @aria-hidden]"
    ):
        before = panel.getprevious()
        is_panel = (
            panel.get("id") in controlled
            or panel.get("role") == "tabpanel"
            or panel.get("hidden") == "until-found"
            or (before is not None and before.tag in (*_HEADINGS, "button", "dt"))
        )
        if is_panel and not _POPUP.search(_names(panel)):
            for name in ("hidden", "style", "aria-hidden"):
                panel.attrib.pop(name, None)


def _hidden(tree: Any) -> Iterator[Any]:
    """Yield what the page says is not to be seen, unless a script surely shows it."""
    body = tree.find("body")
    if body is None:
        return
    rules = _unseen_by_style(tree)
    most = MOST_OF_PAGE * len(one_line(body.text_content()))
    for element in body.iterdescendants(etree.Element):
        classes = (element.get("class") or "").split()
        own = {element.tag, f"#{element.get('id')}"}
        own |= {f".{name}" for name in classes}
        own |= {f"{element.tag}.{name}" for name in classes}
        if (
            element.get("hidden") is not None
            or _NO_DISPLAY.search(element.get("style") or "")
            or element.get("aria-hidden") == "true"
            or _UNSEEN.search(element.get("class") or "")
            or not own.isdisjoint(rules)
        ) and len(one_line(element.text_content())) < max(most, 1):
            yield element


def _unseen_by_style(tree: Any) -> set[str]:
    """List the simple selectors that the page's own style sheets show nothing of."""
    selectors: set[str] = set()
    for style in tree.iter("style"):
        for rule in _RULE.finditer(_AT_RULE.sub("", style.text or "")):
            if _NO_DISPLAY.search(rule[2]):
                selectors |= {
                    each.strip()
                    for each in rule[1].split(",")
                    if _SELECTOR.fullmatch(each.strip())
                }
    return selectors - {""}


def _around(tree: Any) -> Iterator[Any]:
    """Yield what stands around the text: banners, players, advertisements."""
    body = tree.find("body")
    if body is None:
        return
    most = MOST_OF_PAGE * len(one_line(body.text_content()))
    for element in body.iter("div", "section", "aside", "ul", "nav", "form", "p"):
        names = _names(element)
        if element.get("role") in ("dialog", "alertdialog") or _CONSENT.search(names):
            if next(element.iter("h1", "main", "article"), None) is None:
                yield element
        elif _AROUND.search(names) and len(one_line(element.text_content())) < most:
            yield element


def _drop_other_stories(tree: Any) -> None:
    """Take out what stands below a heading that leads to other stories."""
    for heading in list(tree.iter(*_HEADINGS, "p", "div", "strong")):
        if heading.getparent() is None:
            continue
        words = one_line(heading.text_content()).rstrip(":").strip()
        if not _OTHER_STORIES.fullmatch(words):
            continue
        place = heading
        while place.getparent() is not None and (
            one_line(place.getparent().text_content()).rstrip(":") == words
        ):
            place = place.getparent()
        following = list(place.itersiblings())
        level = int(heading.tag[1]) if heading.tag in _HEADINGS else 7
        below = []
        for sibling in following:
            if sibling.tag in _HEADINGS and int(sibling.tag[1]) <= level:
                # Headings of the same kind below lead to the stories themselves.
                if sibling.find(".//a") is None:
                    break
            elif sibling.tag == "p" and level == 7 and sibling.find(".//a") is None:
                break
            below.append(sibling)
        _drop([*below, place])


def _write_marks(tree: Any) -> None:
    """Write what is raised as such, and leave out what leads to notes."""
    for raised_ in list(tree.iter("sup")):
        words = one_line(raised_.text_content())
        link = raised_.find(".//a")
        is_note = link is not None and "#" in (link.get("href") or "")
        parent = raised_.getparent()
        is_note = is_note or (parent.tag == "a" and "#" in (parent.get("href") or ""))
        sibling = raised_.getprevious()
        before = parent.text if sibling is None else sibling.tail
        if sibling is not None and not before:
            before = sibling.text_content()
        _replace(raised_, "" if is_note else raised_after(before or "", words))
    for button in tree.xpath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6)//button"):
        button.drop_tag()
    for heading in tree.iter(*_HEADINGS):
        if _EDIT.search(words := one_line(heading.text_content())):
            for child in list(heading):
                child.drop_tree()
            heading.text = _EDIT.sub("", words)
    for time in tree.xpath("(.//p|.//li|.//td|.//dd|.//blockquote)//time"):
        words = html.Element("span")
        words.text, time.text = time.text_content(), None
        del time[:]
        time.addprevious(words)  # what the page says in attributes is left where it is
    for line_break in tree.xpath(".//br"):
        sibling, parent = line_break.getprevious(), line_break.getparent()
        before = (parent.text if sibling is None else sibling.tail) or ""
        after = (line_break.tail or "").lstrip()
        if after[:1].islower() and not _SENTENCE_END.search(before.rstrip()):
            line_break.tag, line_break.text = "span", " "


def _write_terms(tree: Any) -> None:
    """Write terms and what is said of them as items, "term: description"."""
    for terms in list(tree.iter("dl")):
        term = ""
        for child in list(terms.iter("dt", "dd")):
            if child.tag == "dt":
                words = one_line(child.text_content())
                term = f"{term}, {words}" if term else words
                continue
            lead = term if _SENTENCE_END.search(term) or not term else f"{term}:"
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


def _write_numbers(tree: Any) -> None:
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


def _write_captions(tree: Any) -> None:
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


def _undo_layout_tables(tree: Any) -> None:
    """Make plain parts of tables that only lay the page out."""
    for table in reversed(list(tree.iter("table"))):
        cells = list(table.iter("td", "th"))
        lays_out = table.get("role") in ("presentation", "none") or any(
            cell.find(".//h1") is not None
            or cell.find(".//h2") is not None
            or cell.find(".//table") is not None
            or len(cell.findall(".//p")) > 1
            or (cell.find(".//p") is not None and cell.find(".//ul") is not None)
            for cell in cells
        )
        if lays_out and table.find(".//th") is None:
            for part in list(table.iter("tbody", "thead", "tfoot", "tr", "td")):
                if part.tag == "td":
                    part.tag = "div"
                else:
                    part.drop_tag()
            table.tag = "div"
            for name in ("width", "border", "class"):
                table.attrib.pop(name, None)


def _fill_tables(tree: Any) -> None:
    """Repeat what spans several rows in each, and put lists in cells in a line."""
    for table in tree.iter("table"):
        spanning: dict[int, tuple[int, Any]] = {}  # rows to come, and the cell
        for row in table.iter("tr"):
            column = 0
            for cell in list(row.iterchildren("td", "th")):
                while spanning.get(column, (0, None))[0] > 0:
                    left, above = spanning[column]
                    cell.addprevious(deepcopy(above))
                    spanning[column] = (left - 1, above)
                    column += 1
                rows = cell.attrib.pop("rowspan", "1")
                if rows.isdecimal() and 1 < int(rows) <= MAX_SPAN:
                    spanning[column] = (int(rows) - 1, deepcopy(cell))
                column += 1
    for item in tree.xpath(".//td//li|.//th//li"):
        text = item.text or ""
        item.tag = "span"
        if item.getprevious() is not None:
            item.text = f", {text}"
    for part in tree.xpath(".//td//*[self::ul or self::ol]|.//th//*[self::ul]"):
        before = part.getprevious()
        if before is not None or one_line(part.getparent().text):
            part.text = f" {part.text or ''}"
        part.drop_tag()


def _mend_paragraphs(tree: Any) -> None:
    """Let a sentence run through parts that stand in it, and no text stand alone."""
    body = tree.find("body")
    if body is None:
        return
    for part in list(body.iter("div", "center", "section")):
        before = _text_before(part)
        after = one_line(part.tail)
        is_amid = before and not _SENTENCE_END.search(before) and after[:1].islower()
        if is_amid and not any(child.tag in _BLOCKS for child in part):
            part.tag = "span"
            part.attrib.clear()
            part.text = f" {part.text or ''}"
            part.tail = f" {part.tail}"
    for part in list(body.iter("div", "article", "section", "main")):
        if any(child.tag in _BLOCKS for child in part):
            _wrap_loose(part)
        elif part.tag == "div" and one_line(part.text_content()):
            part.tag = "p"


def _text_before(part: Any) -> str:
    sibling, parent = part.getprevious(), part.getparent()
    if sibling is None:
        return one_line(parent.text)
    if sibling.tag in _BLOCKS and sibling.tag != "p":
        return one_line(sibling.tail)
    return one_line(sibling.tail) or one_line(sibling.text_content())


def _wrap_loose(part: Any) -> None:
    """Put text and inline elements between blocks into paragraphs."""
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
            and not _SENTENCE_END.search(one_line(above.text_content()))
        ):
            loose.tag = "span"  # it goes on with the sentence above
            loose.text = f" {loose.text or ''}"
            above.append(loose)
        lead, run = None, []

    for child in list(part):
        if child.tag in _BLOCKS or not isinstance(child.tag, str):
            close(child)
            lead, child.tail = child.tail, None
        else:
            run.append(child)
    close(None)


def _keep_leads_and_links(tree: Any) -> None:
    """Free prose from names and links for which it would be taken for a menu."""
    inside = "[ancestor::main or ancestor::article]"
    for paragraph in tree.xpath(f".//p{inside}|.//li{inside}"):
        words = one_line(paragraph.text_content())
        if len(words) < MIN_PROSE_CHARACTERS or not _SENTENCE_END.search(words):
            continue
        for link in list(paragraph.iter("a")):
            link.drop_tag()
        for part in [paragraph, *paragraph.iterancestors("div", "section", "header")]:
            for name in ("class", "id"):
                part.attrib.pop(name, None)
