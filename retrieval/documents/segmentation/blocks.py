"""Plain text to blocks, and what a block looks like: prose, a heading, a question.

Blank lines separate blocks. A text without any has one paragraph a line, or is one
hard-wrapped paragraph where most lines end in the middle of a sentence. A block that
ends like a sentence, or is long, is prose; other single lines are fragments: headings,
list items, navigation.
"""

from itertools import islice

import regex

from retrieval.documents.segmentation.spans import (
    BLANK_LINES,
    LINE_BREAK,
    Span,
    pieces,
    split_at,
)

MAX_FRAGMENT_CHARACTERS = 200  # longer lines are prose that lost its full stop

_SENTENCE_END = regex.compile(r"[.!?…。！？｡؟۔।॥։።;:]['\"”’»›」』）)\]\s]*$")
_QUESTION_END = regex.compile(r"[?!？！؟][\"'”’»)]*$")
LEAD_IN = regex.compile(r"[:：]\s*$")
ITEM = regex.compile(r"(?:[•‣▪◦●○■*–-]|[(\[]?(?:\d{1,3}|\p{L})[.)\]])\s")


def split_blocks(text: str) -> list[Span]:
    """Split at blank lines, or at lines where the text has no blank ones."""
    blocks = split_at(text, BLANK_LINES)
    if len(blocks) != 1:
        return blocks
    lines = split_at(text, LINE_BREAK)
    unfinished = sum(not ends_like_a_sentence(text, line) for line in lines[:-1])
    hard_wrapped = unfinished > len(lines[:-1]) / 2
    return blocks if hard_wrapped else lines


def count_blocks(text: str) -> int:
    """Return how many blocks a text has at most; far quicker than splitting it."""
    has_blocks = len(list(islice(pieces(text, BLANK_LINES), 2))) == 2
    separator = BLANK_LINES if has_blocks else LINE_BREAK
    return 1 + sum(1 for _ in separator.finditer(text))


def ends_like_a_sentence(text: str, span: Span) -> bool:
    """Tell whether a piece ends in a full stop or the like."""
    return _SENTENCE_END.search(text, *span) is not None


def is_fragment(text: str, span: Span) -> bool:
    """Tell whether a piece is one short line that ends like no sentence."""
    return (
        span[1] - span[0] <= MAX_FRAGMENT_CHARACTERS
        and not ends_like_a_sentence(text, span)
        and not LINE_BREAK.search(text, *span)
    )


def is_question(text: str, block: Span) -> bool:
    """Tell whether a block is one question, or one cry, in a line of its own."""
    return (
        block[1] - block[0] <= MAX_FRAGMENT_CHARACTERS
        and _QUESTION_END.search(text, *block) is not None
        and not LINE_BREAK.search(text, *block)
    )


def leads_on(text: str, block: Span) -> bool:
    """Tell whether a block goes with the one after it, as questions do."""
    return is_fragment(text, block) or is_question(text, block)
