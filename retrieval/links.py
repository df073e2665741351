"""Links that open a page at the sentence: text fragments, and pages of a PDF.

Text fragments follow the WICG's URL Fragment Text Directives
(https://wicg.github.io/scroll-to-text-fragment/): `#:~:text=[prefix-,]start[,end]`. A
browser marks the first place that matches, whatever its case; so the start and the end
take as many words as tell this place from those before it.
"""

from functools import lru_cache
from urllib.parse import quote, urlsplit

from retrieval.documents import Article, Passage

MIN_WORDS = 4  # at each end of a range
MAX_EXACT_CHARACTERS = 60  # quotations up to there are written out
PREFIX_WORDS = 4
_DIRECTIVE = ":~:"
_BLOCK_END = "\n\n"


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
    separator = "" if urlsplit(base).fragment or base.endswith("#") else "#"
    parts = _directive(article.text, start, end)
    return f"{base}{separator}{_DIRECTIVE}text={','.join(parts)}"


def _directive(text: str, start: int, end: int) -> list[str]:
    folded = _folded_article(text)
    blocks = text[start:end].split(_BLOCK_END)  # a range's ends stand in one block each
    words = text[start:end].split()
    exact = " ".join(words)
    begin = len(_folded(text[:start]))
    begin += begin > 0  # the blank between
    if len(blocks) == 1 and len(exact) <= MAX_EXACT_CHARACTERS:
        return [*_prefix(text, start, folded, begin, exact), _encode(exact)]
    most = len(words) // 2
    first, last = len(blocks[0].split()), len(blocks[-1].split())
    n_head = min(MIN_WORDS, first)
    while n_head < min(first, most) and _find(folded, words[:n_head]) != begin:
        n_head += 1
    head = " ".join(words[:n_head])
    after = begin + len(_folded(head))
    past = begin + len(_folded(exact))
    n_tail = min(MIN_WORDS, last, len(words) - n_head)
    while n_tail < min(last, len(words) - n_head):
        tail = words[-n_tail:]
        if _find(folded, tail, after) + len(_folded(" ".join(tail))) == past:
            break
        n_tail += 1
    ends = [head, " ".join(words[len(words) - n_tail :])] if n_tail else [head]
    return [*_prefix(text, start, folded, begin, head), *map(_encode, ends)]


def _prefix(text: str, start: int, folded: str, begin: int, head: str) -> list[str]:
    """Return the words before, where the head stands earlier too."""
    before = text[:start].split()[-PREFIX_WORDS:]
    if folded.find(_folded(head)) == begin or not before:
        return []
    return [f"{_encode(' '.join(before))}-"]


def _find(folded: str, words: list[str], after: int = 0) -> int:
    return folded.find(_folded(" ".join(words)), after)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


_folded_article = lru_cache(maxsize=64)(_folded)  # of the last ones cited


def _encode(words: str) -> str:
    """Percent-encode; a hyphen too, which has a meaning in directives."""
    return quote(words, safe="").replace("-", "%2D")
