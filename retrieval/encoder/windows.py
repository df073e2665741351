"""Windows: neighbouring sentences that are reranked together, with their context.

A sentence is often not understood alone: "It lasts three years." A window is a few
sentences of one section, with the headings above them and the sentence before them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from unicodedata import east_asian_width

from retrieval.documents.values import Article

MAX_WINDOW_COLUMNS = 320  # about 75 tokens; a long sentence may go beyond


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of an article.

    Attributes:
        first: The number of the first sentence, counted from 0 through the article.
        sentences: The texts of the sentences; at least one.
        headings: The article's title and the section's heading; may be empty.
        previous_sentence: The sentence before the window in its section; may be empty.
    """

    first: int
    sentences: tuple[str, ...]
    headings: str
    previous_sentence: str


def split_windows(article: Article, texts: Sequence[str]) -> list[Window]:
    """Divide an article into windows; each of its sentences is in one of them.

    Passages stay whole where they fit, and short ones of a section share a window.

    Args:
        article: The article.
        texts: The texts of the article's sentences, in order.
    """
    windows: list[Window] = []
    number = 0
    for section, pieces in _by_section(article, iter(texts)):
        headings = ". ".join(filter(None, [article.title, section]))
        before = ""
        for sentences in _merge_short(pieces):
            windows.append(Window(number, tuple(sentences), headings, before))
            number += len(sentences)
            before = sentences[-1]
    return windows


def _by_section(
    article: Article, texts: Iterator[str]
) -> Iterator[tuple[str | None, list[list[str]]]]:
    """Yield each section with its text in pieces; a section is a run of passages."""
    section: str | None = None
    pieces: list[list[str]] = []
    for passage in article.passages:
        if pieces and passage.section != section:
            yield section, pieces
            pieces = []
        section = passage.section
        pieces += _split_evenly(list(islice(texts, len(passage.sentences))))
    if pieces:
        yield section, pieces


def _split_evenly(texts: list[str]) -> list[list[str]]:
    """Cut a passage between sentences into pieces of about the same length."""
    total = sum(map(_columns, texts))
    count = -(-total // MAX_WINDOW_COLUMNS)
    pieces: list[list[str]] = [[]]
    done = 0
    for text in texts:
        middle = done + _columns(text) / 2
        if pieces[-1] and middle >= len(pieces) * total / count:
            pieces.append([])
        pieces[-1].append(text)
        done += _columns(text)
    return pieces


def _merge_short(pieces: list[list[str]]) -> Iterator[list[str]]:
    """Join neighbouring pieces as long as they fit."""
    packed: list[str] = []
    for piece in pieces:
        if packed and sum(map(_columns, [*packed, *piece])) > MAX_WINDOW_COLUMNS:
            yield packed
            packed = []
        packed = [*packed, *piece]
    if packed:
        yield packed


def _columns(text: str) -> int:
    """Return the width of a text; East Asian wide characters take two columns."""
    return len(text) + sum(east_asian_width(letter) in "WF" for letter in text)
