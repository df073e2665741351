"""Subtitles (SRT and WebVTT) to content: sentences over cues, with their times."""

from collections.abc import Iterator
from html import unescape

import regex

from retrieval.loading.content import Block, Content, one_line
from retrieval.loading.parsers.text import decode

PARAGRAPH_SECONDS = 30  # after which a sentence's end begins a paragraph
MAX_PARAGRAPH_SECONDS = 60  # after which any cue does, as in speech without full stops

_CUE = regex.compile(
    r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]*-->[^\n]*\n"
    r"((?:[^\n]*\S[^\n]*\n?)*+)",
    regex.M,
)
_VOICE = regex.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]{1,80})>")
_TAG = regex.compile(r"</?[^<>]{0,200}>|\{\\[^{}]{0,80}\}")
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")


def parse(data: bytes, charset: str = "") -> Content:
    """Parse the words of all cues; a paragraph's section is the time it begins at."""
    text = decode(data, charset).replace("\r\n", "\n")
    return Content(list(_paragraphs(text)))


def _paragraphs(text: str) -> Iterator[Block]:
    words: list[str] = []
    start = 0
    for seconds, lines in _cues(text):
        spoken = seconds - start
        ended = not words or _SENTENCE_END.search(words[-1])
        if (ended and spoken >= PARAGRAPH_SECONDS) or spoken >= MAX_PARAGRAPH_SECONDS:
            if words:
                yield Block(" ".join(words), section=_time(start))
            words = []
        if not words:
            start = seconds
        # Captions that roll repeat the line before.
        words += [line for line in lines if line != (words[-1] if words else "")]
    if words:
        yield Block(" ".join(words), section=_time(start))


def _cues(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the time of each cue, in seconds, and its lines without tags."""
    for hours, minutes, seconds, cue in _CUE.findall(text):
        spoken = _TAG.sub("", _VOICE.sub(r"\1: ", cue))
        lines = [one_line(unescape(line)) for line in spoken.split("\n")]
        start = int(hours or 0) * 3_600 + int(minutes) * 60 + int(seconds)
        yield start, [line for line in lines if line]


def _time(seconds: int) -> str:
    """Return a time as players show it.

    >>> _time(75), _time(3_675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
