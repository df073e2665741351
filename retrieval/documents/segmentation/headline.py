"""The title above the prose of a text, and the publisher's credit.

- The title is the first fragment above the prose whose words occur in the prose. What
  is above the title is boilerplate. A section's number is no title, nor is a line of
  several such as "Date: 4 May". There each line is a fragment of its own, unless it
  begins in lower case. A question in a block of its own is a fragment, too, if it is
  the only one.
- A closing credit, "(Yonhap)", or one in a dateline, "SEOUL (Yonhap) --", names the
  publisher; the closing credit is not quoted.
"""

from collections.abc import Iterable

import regex

from retrieval.documents.segmentation.blocks import (
    SECTION_NUMBER,
    is_fragment,
    is_question_block,
)
from retrieval.documents.segmentation.spans import (
    LINE_BREAK,
    WORD,
    Span,
    split_to_list,
    strip_span,
)

MIN_FIELDS = 2  # lines such as "Date: 4 May"; one may be a headline with a colon
TITLE_OVERLAP = 0.5  # share of a headline's letters that the body's words cover

# Possessive, so that each line is scanned once, not once for each letter.
_FACT = regex.compile(
    r"^[^\p{L}\n]*+\p{L}.*?\p{N}|^[^\p{N}\n]*+\p{N}.*?[,:–]\s*\p{L}|\p{L}{2}: *\p{L}"
    r"|(?<!\p{N})(?:\p{N}{4}([./-])\p{N}{1,2}\1\p{N}{1,2}"
    r"|\p{N}{1,2}([./-])\p{N}{1,2}\2\p{N}{4})(?!\p{N})",
    regex.M,
)
_FIELD = regex.compile(r"\p{L}[\p{L} ]{0,30}+[:：]\s*\S")  # such as "Date: 4 May"
_CLOSING_CREDIT = regex.compile(
    r"(?<=(?:^|[.!?。！？\"”’')\]\n])\s*)[(（](?P<name>\p{Lu}[\p{L}\p{M} .&'’-]{1,40}"
    r"|[\p{Lo}][\p{L}\p{M} ·]{1,20})[)）]\s*$"
)
_DATELINE_CREDIT = regex.compile(
    r"^[\p{Lu}][\p{L}., \d]{1,60}\s*\((?P<name>\p{Lu}[\p{L} .&'’-]{1,40})\)\s*[-–—]"
)


def has_fact(heading: str) -> bool:
    """Return whether a heading states a fact that can be asked for: a date, a place.

    >>> has_fact("Harbour Fair, 3 May 2024"), has_fact("Where: Old Lock")
    (True, True)
    >>> has_fact("[4.2.0] - 2024-03-11")
    True
    >>> has_fact("How to book"), has_fact("1. How to book")
    (False, False)
    """
    return _FACT.search(heading) is not None


def extract_credit(text: str, blocks: list[Span]) -> tuple[Span | None, list[Span]]:
    """Return the publisher's span, and the blocks without the closing credit."""
    if not blocks:
        return None, blocks
    start, end = blocks[-1]
    closing = _CLOSING_CREDIT.search(text, start, end)
    if closing and (len(blocks) > 1 or closing.start() > start):
        rest = strip_span(text, start, closing.start())
        return closing.span("name"), blocks[:-1] + ([rest] if rest else [])
    for block in blocks:
        dateline = _DATELINE_CREDIT.search(text, *block)
        if dateline:
            return dateline.span("name"), blocks
    return None, blocks


def extract_title(text: str, blocks: list[Span]) -> tuple[Span | None, list[Span]]:
    """Return the title's span, and the blocks below it."""
    asked = [block for block in blocks if is_question_block(text, block)]
    fragments: list[Span] = []
    head = 0
    for block in blocks:
        lines = split_to_list(text, LINE_BREAK, block)
        if not (all(is_fragment(text, line) for line in lines) or asked == [block]):
            break
        fragments += _unwrapped(text, lines)
        head += 1
    if head in (0, len(blocks)):
        return None, blocks
    used = {word for block in blocks[head:] for word in _words(text, block)}

    def overlap(fragment: Span) -> float:
        words = _words(text, fragment)
        letters = sum(map(len, words))
        return sum(len(word) for word in words if word in used) / letters

    fields = [line for line in fragments if _FIELD.match(text, *line)]
    positions = range(len(fragments))
    candidates = [
        n
        for n in positions
        if not SECTION_NUMBER.fullmatch(text, *fragments[n])
        and (len(fields) < MIN_FIELDS or fragments[n] not in fields)
    ] or positions
    chosen = next(
        (n for n in candidates if overlap(fragments[n]) >= TITLE_OVERLAP),
        max(candidates, key=lambda n: overlap(fragments[n])),
    )
    return fragments[chosen], fragments[chosen + 1 :] + blocks[head:]


def _unwrapped(text: str, lines: Iterable[Span]) -> list[Span]:
    """Return lines; one that begins in lower case is joined with the line before."""
    joined: list[Span] = []
    for start, end in lines:
        if joined and text[start].islower():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _words(text: str, span: Span) -> list[str]:
    return [word.casefold() for word in WORD.findall(text, *span)]
