"""Splitting of plain text into blocks, and their types: prose, fragment, question.

Blank lines separate blocks. In a text without blank lines each line is a paragraph, or
all are one hard-wrapped paragraph where most lines end amid a sentence. A block that
ends like a sentence, or is long, is prose; other single lines are fragments, such as
headings, list items and navigation.
"""

from itertools import islice

import regex

from retrieval.documents.segmentation.spans import (
    BLANK_LINES,
    LINE_BREAK,
    Span,
    split_spans,
    split_to_list,
)

MAX_FRAGMENT_CHARACTERS = 200  # longer lines are prose that lost its full stop

_SENTENCE_END = regex.compile(r"[.!?…。！？｡؟۔।॥։።;:]['\"”’»›」』）)\]\s]*$")
_QUESTION_END = regex.compile(r"[?!？！؟][\"'”’»)]*$")
LEAD_IN = regex.compile(r"[:：]\s*$")
# The number of a section, on a line of its own or before a sentence: "Section 2."
SECTION_NUMBER = regex.compile(
    r"(?:\p{Lu}[\p{L}\p{M}]+|§)[ \xa0]*(?:\d{1,3}(?:\.\d{1,3})*|(?<=[ \xa0])[IVX]+)\."
)
ITEM = regex.compile(r"(?:[•‣▪◦●○■*–-]|[(\[]?(?:\d{1,3}|\p{L})[.)\]])\s")


def split_blocks(text: str) -> list[Span]:
    """Return the blocks of a text, split at blank lines, or else at line breaks."""
    blocks = split_to_list(text, BLANK_LINES)
    if len(blocks) != 1:
        return blocks
    lines = split_to_list(text, LINE_BREAK)
    unfinished = sum(not ends_like_a_sentence(text, line) for line in lines[:-1])
    hard_wrapped = unfinished > len(lines[:-1]) / 2
    return blocks if hard_wrapped else lines


def count_blocks(text: str) -> int:
    """Return an upper bound of the number of blocks, without splitting the text."""
    has_blocks = len(list(islice(split_spans(text, BLANK_LINES), 2))) == 2
    separator = BLANK_LINES if has_blocks else LINE_BREAK
    return 1 + sum(1 for _ in separator.finditer(text))


def ends_like_a_sentence(text: str, span: Span) -> bool:
    """Return whether a span ends in a full stop or the like."""
    return _SENTENCE_END.search(text, *span) is not None


def is_fragment(text: str, span: Span) -> bool:
    """Return whether a span is one short line that does not end like a sentence."""
    return (
        span[1] - span[0] <= MAX_FRAGMENT_CHARACTERS
        and (
            not ends_like_a_sentence(text, span)
            or SECTION_NUMBER.fullmatch(text, *span) is not None
        )
        and not LINE_BREAK.search(text, *span)
    )


def is_question_block(text: str, block: Span) -> bool:
    """Return whether a block is one short line that ends in "?" or "!"."""
    return (
        block[1] - block[0] <= MAX_FRAGMENT_CHARACTERS
        and _QUESTION_END.search(text, *block) is not None
        and not LINE_BREAK.search(text, *block)
    )


def joins_next(text: str, block: Span) -> bool:
    """Return whether a block goes with the block after it: a fragment, a question."""
    return is_fragment(text, block) or is_question_block(text, block)
