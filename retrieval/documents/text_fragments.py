"""Links that open a page at the sentence: text fragments, and pages of a PDF.

Text fragments follow the WICG's URL Fragment Text Directives
(https://wicg.github.io/scroll-to-text-fragment/): `#:~:text=[prefix-,]start[,end]`. A
browser marks the first place that matches, whatever its case; so the start and the end
take as many words as tell this place from those before it, each within one block of the
page.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from urllib.parse import quote

import regex

from retrieval.documents.values import Article, Passage

MIN_CHARACTERS = 20  # at each end of a range
MAX_EXACT_CHARACTERS = 60  # quotations up to there are written out
PREFIX_PIECES = 4
_DIRECTIVE = ":~:"
_BOUNDARY = regex.compile(r"\n\n| \| ")  # the second is between the cells of a table
_WORD = re.compile(r"\S+")  # by the same blanks as `str.split`
# A word, or a clause where no blanks stand between words, for a match may not begin or
# end inside a word.
_PIECE = regex.compile(r"[^\s，、。；：！？]+[，、。；：！？]*|[，、。；：！？]+")


def deep_link(article: Article, passage: Passage, start: int, end: int) -> str | None:
    """Return a link to a quotation; None where the article is on no page.

    Args:
        article: What is quoted.
        passage: The passage that the quotation begins in.
        start: Offset of the quotation in `article.text`, in characters.
        end: Offset past its last character.

    >>> text = "Tea is hot. It cools, though."
    >>> article = Article.from_text(text, url="https://example.org/tea")
    >>> deep_link(article, article.passages[0], 12, 29)
    'https://example.org/tea#:~:text=It%20cools%2C%20though.'
    """
    if article.url is None:
        return None
    if passage.page is not None:
        return f"{article.url.partition('#')[0]}#page={passage.page}"
    base = article.url.partition(_DIRECTIVE)[0]
    separator = "" if "#" in base else "#"
    parts = _directive(article.text, start, end)
    return f"{base}{separator}{_DIRECTIVE}text={','.join(parts)}"


def _directive(text: str, start: int, end: int) -> list[str]:
    """Return what stands between the commas; its ends stand in one block each."""
    folded, firsts, places = _folded_article(text)
    n = bisect_right(firsts, start) - 1
    begin = places[n] + len(text[firsts[n] : start].casefold())
    blocks = [start, *_bounds(text, start, end), end]
    if len(blocks) == 2 and end - start <= MAX_EXACT_CHARACTERS:
        return [*_prefix(text, start, folded, begin, end), _encode(text[start:end])]
    pieces = [match.span() for match in _PIECE.finditer(text, start, end)]
    middle = len(pieces) // 2
    ends = [past for _, past in pieces[:middle] if past <= blocks[1]]
    head = next(
        (
            past
            for past in ends
            if past - start >= MIN_CHARACTERS
            and folded.find(_folded(text[start:past])) == begin
        ),
        ends[-1] if ends else end,
    )
    after = begin + len(_folded(text[start:head]))
    past = begin + len(_folded(text[start:end]))
    starts = [first for first, _ in pieces[middle:] if first >= blocks[-2]]
    tail = next(
        (
            first
            for first in reversed(starts)
            if end - first >= MIN_CHARACTERS
            and folded.find(_folded(text[first:end]), after)
            == past - len(_folded(text[first:end]))
        ),
        starts[0],
    )
    parts = [*_prefix(text, start, folded, begin, head), _encode(text[start:head])]
    return parts if head == end else [*parts, _encode(text[tail:end])]


def _bounds(text: str, start: int, end: int) -> list[int]:
    """Return where blocks of the page, or cells of its tables, end and begin."""
    return [n for match in _BOUNDARY.finditer(text, start, end) for n in match.span()]


def _prefix(text: str, start: int, folded: str, begin: int, head: int) -> list[str]:
    """Return what stands before, in one block, where the head stands earlier too."""
    if folded.find(_folded(text[start:head])) == begin:
        return []
    past = start - len(text[:start]) + len(text[:start].rstrip())
    first = max([0, *_bounds(text, 0, past)])
    pieces = [match.start() for match in _PIECE.finditer(text, first, past)]
    return [f"{_encode(text[pieces[-PREFIX_PIECES:][0] : past])}-"]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=64)  # of the articles cited last
def _folded_article(text: str) -> tuple[str, list[int], list[int]]:
    """Return the text folded, and where its words begin before and after that."""
    firsts: list[int] = []
    places: list[int] = []
    words: list[str] = []
    place = 0
    for match in _WORD.finditer(text):
        firsts.append(match.start())
        places.append(place)
        words.append(match.group().casefold())
        place += len(words[-1]) + 1
    return " ".join(words), firsts, places


def _encode(words: str) -> str:
    """Percent-encode; a hyphen too, which has a meaning in directives."""
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")
