"""Links that open a page at the sentence: text fragments, and pages of a PDF.

Text fragments follow the WICG's URL Fragment Text Directives
(https://wicg.github.io/scroll-to-text-fragment/): `#:~:text=[prefix-,]start[,end]`. A
browser highlights the first match, whatever its case; so the start and the end have as
many words as distinguish the quotation from earlier text, each within one block of the
page.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from urllib.parse import quote

import regex

from retrieval.documents.values import Article, Passage

MIN_CHARACTERS = 20  # at each end of a range
MAX_EXACT_CHARACTERS = 60  # up to this length, a quotation is given in full
PREFIX_PIECES = 4
_DIRECTIVE = ":~:"
_BOUNDARY = regex.compile(r"\n\n| \| ")  # the second is between the cells of a table
_WORD = re.compile(r"\S+")  # blanks are those of `str.split`
# A word, or a clause where words have no blanks between them: a match may not begin or
# end inside a word.
_PIECE = regex.compile(r"[^\s，、。；：！？]+[，、。；：！？]*|[，、。；：！？]+")


def deep_link(article: Article, passage: Passage, start: int, end: int) -> str | None:
    """Return a link to a quotation; None if the article is not on a page.

    Args:
        article: The article that is quoted.
        passage: The passage that the quotation begins in.
        start: Offset of the quotation in `article.text`, in characters.
        end: Offset past the quotation's last character.

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
    """Return the directive's parts, [prefix-,]start[,end], percent-encoded."""
    folded, firsts, folded_firsts = _folded_article(text)
    n = bisect_right(firsts, start) - 1
    begin = folded_firsts[n] + len(text[firsts[n] : start].casefold())
    blocks = [start, *_block_boundaries(text, start, end), end]
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


def _block_boundaries(text: str, start: int, end: int) -> list[int]:
    """Return the offsets where blocks of the page, or cells, end and begin."""
    return [n for match in _BOUNDARY.finditer(text, start, end) for n in match.span()]


def _prefix(text: str, start: int, folded: str, begin: int, head: int) -> list[str]:
    """Return the prefix, from the head's block, if the head also occurs earlier."""
    if folded.find(_folded(text[start:head])) == begin:
        return []
    past = start - len(text[:start]) + len(text[:start].rstrip())
    first = max([0, *_block_boundaries(text, 0, past)])
    pieces = [match.start() for match in _PIECE.finditer(text, first, past)]
    return [f"{_encode(text[pieces[-PREFIX_PIECES:][0] : past])}-"]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=64)  # of the articles cited last
def _folded_article(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text folded, and the offsets of its words before and after folding."""
    firsts: list[int] = []
    folded_firsts: list[int] = []
    words: list[str] = []
    offset = 0
    for match in _WORD.finditer(text):
        firsts.append(match.start())
        folded_firsts.append(offset)
        words.append(match.group().casefold())
        offset += len(words[-1]) + 1
    return " ".join(words), firsts, folded_firsts


def _encode(words: str) -> str:
    """Percent-encode words, and hyphens, too, which have a meaning in directives."""
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")
