"""Plain text in pages to content, without the heads and feet of its pages.

Documents for line printers, such as RFCs, end each page in a line like "[Page 7]", and
repeat a line above the next page's text.
"""

from collections import Counter
from collections.abc import Iterator

import regex

from retrieval.loading.content import Block, Content, lines_of, one_line
from retrieval.loading.parsers.text import decode

TITLE_INDENTATION = 8  # characters; a single line that is further in is the title

_FOOT = regex.compile(r"^.*\[Page (?P<page>\d+)\][ \t]*$")
_HEAD = regex.compile(r"^\S+(?: \S+)*+ {2,}\S+(?: \S+)*+ {2,}\S")  # of three parts
_NUMBER = regex.compile(r"^(?P<number>\d+(?:\.\d+)*)\.?[ \t]+\S")
_GAP = regex.compile(r"[^\s.?!:] {2,}\S")  # between cells
_UNFINISHED = regex.compile(r"[^\s.?!:;]$")


def parse(data: bytes, charset: str = "") -> Content:
    """Parse a text whose pages end in lines like "[Page 7]".

    Raises:
        UnreadableError: The data is not text.
    """
    text = decode(data, charset).replace("\f", "\n").expandtabs()
    pages = list(_pages(text.splitlines()))
    heads = Counter(_first_line(lines) for _, lines in pages[1:])
    paragraphs: list[tuple[int, list[str]]] = []
    for n, (page, lines) in enumerate(pages):
        first = _first_line(lines)
        # Of two pages only the second has a head, which cannot recur.
        if (
            n
            and first
            and (heads[first] > 1 or (len(pages) == 2 and _HEAD.match(first)))
        ):
            lines.remove(first)
        found = list(_paragraphs(lines))
        if found and paragraphs and _goes_on(paragraphs[-1][1], found[0]):
            paragraphs[-1][1].extend(found.pop(0))
        paragraphs += [(page, paragraph) for paragraph in found]
    return Content(list(_blocks(paragraphs)))


def _pages(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the lines of each page, without its foot."""
    page: list[str] = []
    number = 0
    for line in lines:
        if foot := _FOOT.match(line):
            number = int(foot["page"])
            yield number, page
            page = []
        else:
            page.append(line)
    if any(line.strip() for line in page):
        yield number + 1, page


def _first_line(lines: list[str]) -> str:
    return next((line for line in lines if line.strip()), "")


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []


def _goes_on(left: list[str], right: list[str]) -> bool:
    """Return whether a paragraph goes on over the end of its page."""
    is_open = _UNFINISHED.search(left[-1]) is not None
    return is_open and right[0].lstrip()[:1].islower()


def _blocks(paragraphs: list[tuple[int, list[str]]]) -> Iterator[Block]:
    has_title = False
    for page, lines in paragraphs:
        first = lines[0]
        indentation = len(first) - len(first.lstrip())
        is_line = len(lines) == 1 and not _GAP.search(first.strip())
        words = one_line(" ".join(lines))
        if is_line and indentation >= TITLE_INDENTATION and not has_title:
            has_title = True
            yield Block(words, 1, page=page)
        elif is_line and not indentation and _UNFINISHED.search(words):
            number = _NUMBER.match(words)
            depth = number["number"].count(".") if number else 0
            yield Block(words, min(2 + depth, 6), page=page)
        elif all(_GAP.search(line.strip()) for line in lines):
            yield Block(lines_of("\n".join(lines)), page=page)
        else:
            yield Block(words, page=page)
