"""Splitting of a text at separators, into spans without blanks around them."""

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


def split_to_list(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> list[Span]:
    """Return the spans between separators; see `split_spans`."""
    return list(split_spans(text, separator, within))


def split_spans(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> Iterator[Span]:
    """Yield the spans between separators that contain a word, stripped of blanks.

    Args:
        text: The text.
        separator: Matches the separators.
        within: The span that is split; by default the whole text.
    """
    start, past = within or (0, len(text))
    ends = chain(
        (match.span() for match in separator.finditer(text, start, past)),
        [(past, past)],
    )
    for end, following in ends:
        span = strip_span(text, start, end)
        if span and WORD.search(text, *span):
            yield span
        start = following


def strip_span(text: str, start: int, end: int) -> Span | None:
    """Return a span without the blanks around it; None if nothing is left."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip("\ufeff \t\r\n\v\f\x85\xa0\u2028\u2029"))
    end = start + len(text[start:end].rstrip())
    return (start, end) if start < end else None
