"""Links from a citation to its article's page, and back."""

import re
from hmac import compare_digest, digest
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bot.articles.catalogue import Catalogue
from bot.articles.entries import Entry
from retrieval import Citation

PATH = "/read/"
QUOTED_CHARACTERS = 200  # of a citation, in a link
QUOTED_BYTES = 500  # the same in UTF-8; Telegram takes a link of some 2,000 characters
KEY_BYTES = 8  # of a seal

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class Cited(NamedTuple):
    """What a link cites.

    Attributes:
        span: Where it stood in the article's text, half-open.
        quote: Its beginning, in one line.
    """

    span: tuple[int, int]
    quote: str


class PageLinks:
    """Makes and reads links to pages.

    A link holds where a quotation stands and how it begins, so that a page can show
    what was quoted of an article that has changed since. Both are sealed: nobody else
    can have this server mark, or say, what they like.
    """

    def __init__(self, public_url: str, secret: str) -> None:
        """Take the address of the server, as readers reach it, and a secret."""
        self._address = f"{public_url.rstrip('/')}{PATH}"
        self._secret = secret.encode()

    def of(self, citation: Citation, catalogue: Catalogue) -> str | None:
        """Link to a citation; None if it does not stand in the catalogue now.

        So what readers have sent themselves gets no link, whatever it is called.
        """
        entry = catalogue.entry_of(citation.article)
        span = _locate(citation, entry) if entry else None
        if entry is None or span is None:
            return None
        place, said = f"{span[0]}-{span[1]}", shortened(citation.quote)
        query = {"s": place, "q": said, "k": self._seal(entry.slug, place, said)}
        return f"{self._address}{entry.slug}?{urlencode(query, quote_via=quote)}#cited"

    def read(self, slug: str, place: str, said: str, seal: str) -> Cited | None:
        """Read what a link cites; None for what is forged or damaged."""
        match = _SPAN.fullmatch(place)
        known = self._seal(slug, place, said)
        if match is None or not compare_digest(seal.encode(), known.encode()):
            return None
        return Cited((int(match[1]), int(match[2])), said)

    def _seal(self, slug: str, place: str, said: str) -> str:
        told = f"{slug}\n{place}\n{said}".encode(errors="replace")
        return digest(self._secret, told, "sha256")[:KEY_BYTES].hex()


def shortened(quotation: str) -> str:
    """Put the beginning of a quotation into one line."""
    line = " ".join(quotation.split())
    cut = line[:QUOTED_CHARACTERS].encode(errors="replace")[:QUOTED_BYTES]
    begin = cut.decode(errors="ignore")
    return line if begin == line else f"{begin[:-1].rstrip()}…"


def _locate(citation: Citation, entry: Entry) -> tuple[int, int] | None:
    """Find a citation in an article, which it may have been kept without."""
    article, number = entry.article, citation.passage.number
    if article is citation.article:
        return citation.start, citation.end
    if number > len(article.passages):
        return None
    passage = article.passages[number - 1]
    shift = passage.start - citation.passage.start
    start, end = citation.start + shift, citation.end + shift
    return (start, end) if article.text[start:end] == citation.quote else None
