"""Content to article: blocks become the text, sections passages."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, takewhile

import regex

from retrieval.documents.segmentation.headline import has_fact
from retrieval.documents.segmentation.passages import split_paragraphs
from retrieval.documents.segmentation.spans import Span
from retrieval.documents.values import (
    SECTION_SEPARATOR,
    Article,
    Passage,
    Sentence,
    strip_invisible,
    truncate_name,
)
from retrieval.loading.content import Block, Content
from retrieval.sources import is_link, split_link
from retrieval.text.detection import detect_language

SEPARATOR = "\n\n"  # between blocks, so that the text reads like a plain one
MAX_SECTION_CHARACTERS = 120  # longer paths keep their innermost headings

_WORD = regex.compile(r"\w")
_DATE = regex.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_PORT = regex.compile(r":\d*$")


def build_article(
    content: Content,
    *,
    title: str | None,
    language: str | None,
    source: str,
    url: str | None,
) -> Article:
    """Return the article of a file's content.

    Its text is the blocks, separated by blank lines. The first heading is the title
    unless the file declares one; the other headings name sections.

    Args:
        content: The result of a parser.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it, as the declarations of files are
            often wrong.
        source: The path or link.
        url: URL of the file after redirects; None if it was not fetched.
    """
    blocks = [
        replace(block, text=strip_invisible(block.text))
        for block in content.blocks
        if _WORD.search(block.text)
    ]
    text = SEPARATOR.join(block.text for block in blocks)
    language = language or detect_language(text)
    heading = next((block.text for block in blocks if block.level), None)
    found_title = content.title or heading
    passages: list[Passage] = []
    for section, placed in _sections(blocks, found_title):
        pages = _Pages(placed)
        spans = ((span, block.continues) for block, span in placed)
        for _, sentences in split_paragraphs(text, spans, language):
            # A passage keeps to one page, so that a citation can name the page.
            for (page, recognition), group in groupby(sentences, pages.of):
                here = list(group)
                start, end = here[0][0], here[-1][1]
                passages.append(
                    Passage(
                        len(passages) + 1,
                        text[start:end],
                        start,
                        end,
                        tuple(Sentence(text[s:e], s, e) for s, e in here),
                        section,
                        page,
                        recognition,
                    )
                )
    return Article(
        text,
        truncate_name(title or found_title),
        truncate_name(content.publisher),
        language,
        source,
        tuple(passages),
        truncate_name(content.author),
        _day(content.date),
        _trusted_url(content.url, url),
    )


def _day(date: str | None) -> str | None:
    """Return a date if it is in ISO 8601, perhaps without day or month; else None."""
    return date if date and _DATE.fullmatch(date) else None


class _Pages:
    """The pages of a section, by offset in the article's text.

    Args:
        placed: The section's blocks with their spans.
    """

    def __init__(self, placed: list[tuple[Block, Span]]) -> None:
        starts = [
            (span[0] + offset, page, block.recognition)
            for block, span in placed
            if block.page is not None or block.recognition is not None
            for offset, page in ((0, block.page), *block.page_breaks)
        ]
        self._starts = [start for start, *_ in starts]
        self._pages = [(page, recognition) for _, page, recognition in starts]

    def of(self, span: Span) -> tuple[int | None, float | None]:
        """Return the page that a span begins on, and its confidence of recognition.

        The page counts from 1; each is None where there is none.
        """
        n = bisect_right(self._starts, span[0])
        return self._pages[n - 1] if n else (None, None)


def _trusted_url(declared: str | None, fetched: str | None) -> str | None:
    """Return the URL that a page declares, unless it is on another host."""
    if declared is None or not is_link(declared):
        return fetched
    is_same_host = fetched is None or _host(declared) == _host(fetched)
    return declared if is_same_host else fetched


def _host(link: str) -> str:
    return _PORT.sub("", split_link(link)[0]).casefold()


def _sections(
    blocks: list[Block], title: str | None
) -> Iterator[tuple[str | None, list[tuple[Block, Span]]]]:
    """Yield each section's name and its blocks with their spans."""
    path: list[Block] = []
    placed: list[tuple[Block, Span]] = []
    start = 0
    # A heading above all others and all prose names the whole article, as a title does.
    headings = list(takewhile(lambda block: block.level, blocks))
    levels = [block.level for block in blocks if block.level]
    whole = min(headings, key=lambda block: block.level, default=None)
    if whole and (whole.level > min(levels) or levels.count(whole.level) > 1):
        whole = None
    for block in blocks:
        span = (start, start + len(block.text))
        start = span[1] + len(SEPARATOR)
        if not block.level:
            if placed and placed[-1][0].section != block.section:
                yield _name(path, placed), placed
                placed = []
            placed.append((block, span))
            continue
        yield _name(path, placed), placed
        placed = [(block, span)] if has_fact(block.text) else []
        while path and path[-1].level >= block.level:
            path.pop()
        if block is not whole and block.text != title:
            path.append(block)
    yield _name(path, placed), placed


def _name(path: list[Block], placed: list[tuple[Block, Span]]) -> str | None:
    """Return the name of a section, from its headings and its blocks' own section."""
    names = [block.text for block in path]
    names += [block.section for block, _ in placed[-1:] if block.section]
    while (
        len(names) > 1 and len(SECTION_SEPARATOR.join(names)) > MAX_SECTION_CHARACTERS
    ):
        del names[0]
    return SECTION_SEPARATOR.join(names)[:MAX_SECTION_CHARACTERS] or None
