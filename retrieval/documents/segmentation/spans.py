"""Pieces of a text, as spans: what stands between separators, without blanks around."""

from collections.abc import Iterator
from itertools import chain

import regex

Span = tuple[int, int]  # characters into the text, half-open

_NEWLINE = r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])"
LINE_BREAK = regex.compile(_NEWLINE)
BLANK_LINES = regex.compile(
    rf"{_NEWLINE}[^\S\r\n\v\f\x85\u2028\u2029]*+{_NEWLINE}"
    r"\s*(?<=[\n\r\v\f\x85\u2028\u2029])"
)
WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\w+")


def split_at(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> list[Span]:
    """List what stands between separators; see `pieces`."""
    return list(pieces(text, separator, within))


def pieces(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> Iterator[Span]:
    """Yield what stands between separators and holds a word, stripped."""
    start, past = within or (0, len(text))
    ends = chain(
        (match.span() for match in separator.finditer(text, start, past)),
        [(past, past)],
    )
    for end, following in ends:
        span = strip(text, start, end)
        if span and WORD.search(text, *span):
            yield span
        start = following


def strip(text: str, start: int, end: int) -> Span | None:
    """Leave out the blanks around a piece; None if nothing is left."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip("\ufeff \t\r\n\v\f\x85\xa0\u2028\u2029"))
    end = start + len(text[start:end].rstrip())
    return (start, end) if start < end else None
