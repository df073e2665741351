"""Removal of boilerplate: hidden parts, banners, players, links to other stories."""

from collections.abc import Iterator
from typing import Any

import regex
from lxml import etree

from retrieval.loading.content import one_line
from retrieval.loading.parsers.html.paragraphs import is_prose
from retrieval.loading.parsers.html.tree import HEADINGS, NO_DISPLAY, drop

NO_HEADING = 7  # level below all headings
MOST_OF_PAGE = 0.5  # of its letters; an element with more is no boilerplate

_NEVER_SHOWN = (
    "noscript",
    "template",
    "del",
    "s",
    "strike",
    "dialog",
    "select",
    "datalist",
)
_FURNITURE_TAGS = "div section aside ul ol nav form p details table".split()
_RULE = regex.compile(r"([^{}@]+)\{([^{}]*)\}")
_AT_RULE = regex.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_COMBINATORS = regex.compile(r"[~+>]")
_SELECTOR = regex.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", regex.I)
_HIDDEN_CLASS = regex.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-reader(?:-text)?|"
    r"mw-editsection|visuallyhidden)(?:$|[\s_-])",
    regex.I,
)
_PULL_QUOTE = regex.compile(r"pull-?quote", regex.I)
# Google Docs exports them below the text, with links back to their marks.
_EDITORS_COMMENTS = ".//div[p/a[starts-with(@href, '#cmnt_ref')]]"
_UNFOLDS = regex.compile(r":checked|:target|\.(?:is-)?(?:active|open|show)\b", regex.I)
_POPUP = regex.compile(r"modal|popup|overlay|dialog|tooltip|lightbox", regex.I)
_CONSENT = regex.compile(
    r"(?:^|[\s_-])(?:cookies?(?:-?\w+)?|consent|gdpr|onetrust|cmp|"
    r"privacy-?(?:banner|notice|popup))(?:$|[\s_-])",
    regex.I,
)
# Whole names only: a piece such as "share" is also in the classes of articles.
_FURNITURE = regex.compile(
    r"video-js|vjs-[\w-]+|jwplayer|plyr|advert\w*|ads?|adslot|"
    r"ad-?(?:box|container|slot|unit|wrapper|banner)|sponsored-(?:content|links|posts)|"
    r"related-?(?:articles|content|links|news|posts|stories)|recommendations|"
    r"recommended-(?:articles|posts|stories)|more-?(?:stories|news)|taboola|outbrain|"
    r"most-?(?:read|popular|viewed)|trending|(?:other|latest)-?(?:news|stories)|"
    r"newsletter(?:-(?:box|form|signup|sign-up))?|subscri(?:be|ption)-(?:box|form|"
    r"widget(?:-wrap)?)|share-(?:bar|buttons|links|tools)|social-(?:icons|links|share)|"
    r"comments?(?:-?(?:area|list|section|thread|wrapper))?|(?:article|post|reader|user)"
    r"-comments|respond|comment-respond|disqus_thread|author-?(?:bio|box|card|info)|"
    r"about-(?:the-)?author|post-author-box|print-?only|visible-print(?:-block)?|"
    r"d-print-block|navbox|vertical-navbox|navigation-box|catlinks|mw-jump-link|toc|"
    r"hatnote|siteSub|printfooter|side-?bar|widget-area|donat(?:e|ions?)(?:-box)?|"
    r"support-(?:us|box|banner)",
    regex.I,
)
# Of a newspaper; elsewhere they may be what the page is about.
_MASTHEAD = regex.compile(r"(?:team|staff|masthead|editors)(?:-(?:box|list))?", regex.I)
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
    r"|leggi anche|articoli correlati|leia (?:também|mais)"
    r"|(?:você )?(?:também )?pode gostar|notícias relacionadas"
    r"|lees ook|meest gelezen|czytaj także|zobacz też|читайте также|по теме"
    r"|関連記事|関連ニュース|相关阅读|相关新闻|相關新聞|관련 ?기사|많이 본 뉴스",
    regex.I,
)


def remove_boilerplate(tree: Any) -> None:
    """Remove hidden and deleted parts and the furniture of the page, in place."""
    drop(tree.iter(*_NEVER_SHOWN))
    _unfold_panels(tree)
    drop(list(_hidden(tree)))
    drop(list(_page_furniture(tree)))
    drop(list(_repeated_quotes(tree)))
    drop(tree.xpath(_EDITORS_COMMENTS))
    _drop_other_stories(tree)


def _names(element: Any) -> str:
    return " ".join(map(element.get, ("class", "id", "role"), [""] * 3))


def _unfold_panels(tree: Any) -> None:
    """Unhide the panels that a click on the page unfolds."""
    controlled = {
        name.lstrip("#")
        for element in tree.iter("a", "button", "div", "span", "label", *HEADINGS)
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
            or (
                before is not None
                and (
                    before.tag in (*HEADINGS, "button", "dt", "label")
                    or before.get("onclick") is not None
                )
            )
        )
        if is_panel and not _POPUP.search(_names(panel)):
            for name in ("hidden", "style", "aria-hidden"):
                panel.attrib.pop(name, None)


def _hidden(tree: Any) -> Iterator[Any]:
    """Yield the elements that the page hides.

    Elements with most of the text are not hidden for good: a script shows them.
    """
    body = tree.find("body")
    if body is None:
        return
    hiding = _hiding_selectors(tree)
    most = MOST_OF_PAGE * len(one_line(body.text_content()))
    for element in body.iterdescendants(etree.Element):
        classes = (element.get("class") or "").split()
        selectors = {element.tag, f"#{element.get('id')}"}
        selectors |= {f".{name}" for name in classes}
        selectors |= {f"{element.tag}.{name}" for name in classes}
        if (
            element.get("hidden") is not None
            or NO_DISPLAY.search(element.get("style") or "")
            or element.get("aria-hidden") == "true"
            or _HIDDEN_CLASS.search(element.get("class") or "")
            or not selectors.isdisjoint(hiding)
        ) and len(one_line(element.text_content())) < max(most, 1):
            yield element


def _hiding_selectors(tree: Any) -> set[str]:
    """Return the simple selectors that style sheets within the page hide."""
    selectors: set[str] = set()
    unfolded: set[str] = set()
    for style in tree.iter("style"):
        for rule in _RULE.finditer(_AT_RULE.sub("", style.text or "")):
            if NO_DISPLAY.search(rule[2]):
                selectors |= {
                    each.strip()
                    for each in rule[1].split(",")
                    if _SELECTOR.fullmatch(each.strip())
                }
            elif _UNFOLDS.search(rule[1]):
                parts = _COMBINATORS.sub(" ", rule[1]).split(",")
                unfolded |= {part.split()[-1] for part in parts if part.strip()}
    return selectors - unfolded - {""}


def _page_furniture(tree: Any) -> Iterator[Any]:
    """Yield the elements around the text: banners, players, advertisements.

    An element with most of the text goes only if prose below the headline is left.
    """
    body = tree.find("body")
    if body is None:
        return
    named = []
    for element in body.iter(*_FURNITURE_TAGS):
        names = _names(element)
        if element.get("role") in ("dialog", "alertdialog") or _CONSENT.search(names):
            if next(element.iter("h1", "main", "article"), None) is None:
                yield element
        elif element.find(".//h1") is None and (
            any(map(_FURNITURE.fullmatch, names.split()))
            or (
                any(map(_MASTHEAD.fullmatch, names.split()))
                and next(element.iterancestors("article"), None) is not None
            )
        ):
            named.append(element)
    most = MOST_OF_PAGE * len(one_line(body.text_content()))
    leaves_prose = _has_prose_outside(body, set(named))
    for element in named:
        if leaves_prose or len(one_line(element.text_content())) < most:
            yield element


def _has_prose_outside(body: Any, elements: set[Any]) -> bool:
    """Return whether prose below the headline is in none of the elements."""
    below = body.xpath("(.//h1)[1]/following::p[not(ancestor::aside|ancestor::footer)]")
    return any(
        is_prose(paragraph) and elements.isdisjoint(paragraph.iterancestors())
        for paragraph in below
    )


def _repeated_quotes(tree: Any) -> Iterator[Any]:
    """Yield the pull quotes, which repeat words of the text in large letters."""
    text = one_line(tree.text_content()).casefold()
    for quote in tree.iter("aside", "blockquote", "div", "p", "span"):
        if any(map(_PULL_QUOTE.fullmatch, (quote.get("class") or "").split())):
            words = one_line(quote.text_content()).strip("“”\"'«»„ ")
            if words and text.count(words.casefold()) > 1:
                yield quote


def _drop_other_stories(tree: Any) -> None:
    """Remove headings such as "Read more", and the links below them."""
    for heading in list(tree.iter(*HEADINGS, "p", "div", "strong")):
        if heading.getparent() is None:
            continue
        words = one_line(heading.text_content()).rstrip(":.… ")
        if not _OTHER_STORIES.fullmatch(words):
            continue
        outermost = heading
        while outermost.getparent() is not None and (
            one_line(outermost.getparent().text_content()).rstrip(":.… ") == words
        ):
            outermost = outermost.getparent()
        level = int(heading.tag[1]) if heading.tag in HEADINGS else NO_HEADING
        drop([*_links_below(outermost, level), outermost])


def _links_below(heading: Any, level: int) -> list[Any]:
    """Return the elements after a heading, up to the text that goes on without links.

    Args:
        heading: The heading, or a part that holds nothing else.
        level: Its level from 1 to 6; `NO_HEADING` for a part that only looks like one.
    """
    below = []
    for sibling in heading.itersiblings():
        if sibling.tag in HEADINGS and int(sibling.tag[1]) <= level:
            # With a link, such a heading leads to one of the stories itself.
            if sibling.find(".//a") is None:
                break
        elif (
            sibling.tag == "p" and level == NO_HEADING and sibling.find(".//a") is None
        ):
            break
        below.append(sibling)
    return below
