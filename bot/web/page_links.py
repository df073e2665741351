"""Signed links from a citation to the page of its article."""

import re
from hmac import compare_digest, digest
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bot.articles.catalogue import Catalogue
from bot.articles.entries import CatalogueEntry
from retrieval import Citation

PATH = "/read/"
QUOTED_CHARACTERS = 200  # of a quote in a link
QUOTED_BYTES = 500  # of a quote in UTF-8; Telegram accepts links of 2,000 characters
SIGNATURE_BYTES = 8

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class LinkedQuote(NamedTuple):
    """A quote of an article, as a link holds it.

    Attributes:
        span: Former offsets in `Article.text`, in characters, half-open.
        quote: The beginning of the quote, in one line.
    """

    span: tuple[int, int]
    quote: str


class PageLinks:
    """Makes and reads signed links to pages.

    A link holds the offsets and the beginning of a quote, so that a page can show it
    even if the article has changed since. Both are signed, so that others cannot make
    this server display text of their own.

    Args:
        public_url: Address of the server as users reach it.
        secret: Key of the signatures.
    """

    def __init__(self, public_url: str, secret: str) -> None:
        self._address = f"{public_url.rstrip('/')}{PATH}"
        self._secret = secret.encode()

    def for_citation(self, citation: Citation, catalogue: Catalogue) -> str | None:
        """Return a link to a citation; None if the catalogue does not contain it now.

        So uploads of users get no link, whatever their names.
        """
        entry = catalogue.entry_of(citation.article)
        span = _locate(citation, entry) if entry else None
        if entry is None or span is None:
            return None
        position, text = f"{span[0]}-{span[1]}", shorten(citation.quote)
        query = {"s": position, "q": text, "k": self._sign(entry.slug, position, text)}
        return f"{self._address}{entry.slug}?{urlencode(query, quote_via=quote)}#cited"

    def read(
        self, slug: str, span: str, text: str, signature: str
    ) -> LinkedQuote | None:
        """Return the quote of a link; None if the signature does not match.

        Args:
            slug: The slug in the path.
            span: The query parameter `s`: two offsets with a hyphen between.
            text: The query parameter `q`: the beginning of the quote.
            signature: The query parameter `k`.
        """
        match = _SPAN.fullmatch(span)
        expected = self._sign(slug, span, text)
        if match is None or not compare_digest(signature.encode(), expected.encode()):
            return None
        return LinkedQuote((int(match[1]), int(match[2])), text)

    def _sign(self, slug: str, span: str, text: str) -> str:
        message = f"{slug}\n{span}\n{text}".encode(errors="replace")
        return digest(self._secret, message, "sha256")[:SIGNATURE_BYTES].hex()


def shorten(quote: str) -> str:
    """Return the beginning of a quote in one line, with an ellipsis if it is cut."""
    line = " ".join(quote.split())
    cut = line[:QUOTED_CHARACTERS].encode(errors="replace")[:QUOTED_BYTES]
    begin = cut.decode(errors="ignore")
    return line if begin == line else f"{begin[:-1].rstrip()}…"


def _locate(citation: Citation, entry: CatalogueEntry) -> tuple[int, int] | None:
    """Find the offsets of a citation in the current version of its article."""
    article, number = entry.article, citation.passage.number
    if article is citation.article:
        return citation.start, citation.end
    if number > len(article.passages):
        return None
    passage = article.passages[number - 1]
    shift = passage.start - citation.passage.start
    start, end = citation.start + shift, citation.end + shift
    return (start, end) if article.text[start:end] == citation.quote else None
