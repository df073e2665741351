"""`Content` to `Article`: blocks to a text, sections to passages."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, takewhile

import regex

from retrieval.documents.segmentation.headline import has_fact
from retrieval.documents.segmentation.passages import split_paragraphs
from retrieval.documents.segmentation.spans import Span
from retrieval.documents.values import (
    Article,
    Passage,
    Sentence,
    shown_characters,
    truncate_name,
)
from retrieval.loading.content import Block, Content
from retrieval.sources import is_link, split_link
from retrieval.text.detection import detect_language

SEPARATOR = "\n\n"  # between blocks, so that the text reads like a plain one
SECTION_SEPARATOR = " › "
MAX_SECTION_CHARACTERS = 120  # longer paths keep their innermost headings

_WORD = regex.compile(r"\w")
_DATE = regex.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_PORT = regex.compile(r":\d*$")


def assemble(
    content: Content,
    *,
    title: str | None,
    language: str | None,
    source: str,
    url: str | None,
) -> Article:
    """Make an article of what a file holds.

    Its text is the blocks, separated by blank lines. The first heading is the title,
    if nothing else names one; the others are sections.

    Args:
        content: What a parser found.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it, for what files say is often wrong.
        source: The path or link.
        url: Where the file was fetched from, if it was.
    """
    blocks = [
        replace(block, text=shown_characters(block.text))
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
        spans = ((span, block.joined) for block, span in placed)
        for _, sentences in split_paragraphs(text, spans, language):
            # A passage stands on one page, so that a citation can name it.
            for page, group in groupby(sentences, pages.of):
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
        _place(content.url, url),
    )


def _day(date: str | None) -> str | None:
    """Return a date that is one, in ISO 8601 as far as it is known."""
    return date if date and _DATE.fullmatch(date) else None


class _Pages:
    """Which page a place in the text is on."""

    def __init__(self, placed: list[tuple[Block, Span]]) -> None:
        turns = [
            (span[0] + offset, page)
            for block, span in placed
            if block.page is not None
            for offset, page in ((0, block.page), *block.turns)
        ]
        self._starts = [start for start, _ in turns]
        self._pages = [page for _, page in turns]

    def of(self, span: Span) -> int | None:
        """Return the page that a span begins on, from 1; None without pages."""
        n = bisect_right(self._starts, span[0])
        return self._pages[n - 1] if n else None


def _place(said: str | None, fetched: str | None) -> str | None:
    """Return where the text stands: as it says itself, but on no other host."""
    if said is None or not is_link(said):
        return fetched
    return said if fetched is None or _host(said) == _host(fetched) else fetched


def _host(link: str) -> str:
    return _PORT.sub("", split_link(link)[0]).casefold()


def _sections(
    blocks: list[Block], title: str | None
) -> Iterator[tuple[str | None, list[tuple[Block, Span]]]]:
    """Yield each section's name and its blocks with their spans."""
    path: list[Block] = []
    placed: list[tuple[Block, Span]] = []
    start = 0
    # A heading above all others and all prose names the whole, as the title does.
    headings = list(takewhile(lambda block: block.level, blocks))
    levels = [block.level for block in blocks if block.level]
    whole = min(headings, key=lambda block: block.level, default=None)
    if whole and (whole.level > min(levels) or levels.count(whole.level) > 1):
        whole = None
    for block in blocks:
        span = (start, start + len(block.text))
        start = span[1] + len(SEPARATOR)
        if not block.level:
            placed.append((block, span))
            continue
        yield _name(path), placed
        placed = [(block, span)] if has_fact(block.text) else []
        while path and path[-1].level >= block.level:
            path.pop()
        if block is not whole and block.text != title:
            path.append(block)
    yield _name(path), placed


def _name(path: list[Block]) -> str | None:
    names = [block.text for block in path]
    while (
        len(names) > 1 and len(SECTION_SEPARATOR.join(names)) > MAX_SECTION_CHARACTERS
    ):
        del names[0]
    return SECTION_SEPARATOR.join(names)[:MAX_SECTION_CHARACTERS] or None
