"""`Content` to `Article`: blocks to a text, sections to passages."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import regex

from retrieval.documents import Article, Passage, Sentence
from retrieval.language import detect_language
from retrieval.loading.content import Block, Content
from retrieval.segmentation import Span, split_paragraphs

SEPARATOR = "\n\n"  # between blocks, so that the text reads like a plain one
SECTION_SEPARATOR = " › "
MAX_SECTION_CHARACTERS = 120  # longer paths keep their innermost headings

_WORD = regex.compile(r"\w")


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
        content: What a reader found.
        title: Overrides the title found.
        language: ISO 639-1 code; None takes what the file says, or detects it.
        source: The path or link.
        url: Where the file was fetched from, if it was.
    """
    blocks = [block for block in content.blocks if _WORD.search(block.text)]
    text = SEPARATOR.join(block.text for block in blocks)
    language = language or detect_language(text)
    heading = next((block.text for block in blocks if block.level), None)
    found_title = content.title or heading
    passages: list[Passage] = []
    for section, placed in _sections(blocks, found_title):
        pages = {span[0]: block.page for block, span in placed}
        spans = ((span, block.joined) for block, span in placed)
        page = None
        for (start, end), sentences in split_paragraphs(text, spans, language):
            for sentence, _ in sentences:
                page = pages.get(sentence, page)
            passages.append(
                Passage(
                    len(passages) + 1,
                    text[start:end],
                    start,
                    end,
                    tuple(Sentence(text[s:e], s, e) for s, e in sentences),
                    section,
                    pages.get(start, page),
                )
            )
    return Article(
        text,
        title or found_title,
        content.publisher,
        language,
        source,
        tuple(passages),
        content.author,
        content.date,
        _place(content.url, url),
    )


def _place(said: str | None, fetched: str | None) -> str | None:
    """Return where the text stands: as it says itself, but on no other host."""
    if said is None or urlsplit(said).scheme not in ("http", "https"):
        return fetched
    same = fetched is None or urlsplit(said).hostname == urlsplit(fetched).hostname
    return said if same else fetched


def _sections(
    blocks: list[Block], title: str | None
) -> Iterator[tuple[str | None, list[tuple[Block, Span]]]]:
    """Yield each section's name and its blocks with their spans."""
    path: list[Block] = []
    placed: list[tuple[Block, Span]] = []
    start = 0
    for block in blocks:
        span = (start, start + len(block.text))
        start = span[1] + len(SEPARATOR)
        if not block.level:
            placed.append((block, span))
            continue
        yield _name(path), placed
        placed = []
        while path and path[-1].level >= block.level:
            path.pop()
        if block.text != title:
            path.append(block)
    yield _name(path), placed


def _name(path: list[Block]) -> str | None:
    names = [block.text for block in path]
    while (
        len(names) > 1 and len(SECTION_SEPARATOR.join(names)) > MAX_SECTION_CHARACTERS
    ):
        del names[0]
    return SECTION_SEPARATOR.join(names)[:MAX_SECTION_CHARACTERS] or None
