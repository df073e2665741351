"""GET /read/NAME: an article of the catalogue, as a page."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from tornado.web import HTTPError

from bot.articles.catalogue import Catalogue
from bot.background import in_background
from bot.web.layout import lay_out
from bot.web.links import PATH, Cited, PageLinks
from bot.web.server import Handler, Route
from bot.wording.texts import wording
from retrieval import Article
from retrieval.errors import IndexUnavailableError
from retrieval.sources import is_link

MAX_WAITING = 32  # pages that are asked for at once; further ones are to come again
AT_ONCE = 2  # that are made: it takes the processor
KEPT_PAGES = 32  # those asked for last
RETRY_SECONDS = 2

# Telegram shows a page in a frame of its own web pages.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self' https://web.telegram.org https://*.telegram.org",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
_FOLDER = files("bot") / "web"
_KINDS = {"page.css": "text/css", "page.js": "text/javascript"}


def page_routes(catalogue: Callable[[], Catalogue], links: PageLinks) -> list[Route]:
    """Serve the articles of a catalogue.

    Args:
        catalogue: Returns it as it is now.
        links: Reads what a link cites.
    """
    given = {"catalogue": catalogue, "links": links, "press": _Press()}
    return [
        (rf"(?:/.*)?{PATH}(page\.css|page\.js)", _Asset, {}),
        (rf"(?:/.*)?{PATH}([\w-]{{1,60}})", _Page, given),
        (rf"(?:/.*)?{PATH}.*", _Nothing, {}),
    ]


class _Press:
    """Makes pages, few at a time, and keeps those asked for last."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        # By article, which is kept with its page, lest another takes its number.
        self._kept: OrderedDict[tuple[int, Cited | None], tuple[Article, str]] = (
            OrderedDict()
        )
        self._template = Environment(
            loader=PackageLoader("bot", "web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("page.html")

    async def page(self, article: Article, cited: Cited | None) -> str:
        """Return the page of an article.

        Raises:
            HTTPError: Too many are being made.
        """
        key = (id(article), cited)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        if self._waiting >= MAX_WAITING:
            raise HTTPError(503)
        self._waiting += 1
        try:
            async with self._free:
                page = await in_background(self._print, article, cited)
        finally:
            self._waiting -= 1
        self._kept[key] = (article, page)
        if len(self._kept) > KEPT_PAGES:
            self._kept.popitem(last=False)
        return page

    def _print(self, article: Article, cited: Cited | None) -> str:
        url = article.url
        return self._template.render(
            page=lay_out(article, cited),
            article=article,
            original=url if url and is_link(url) else None,
            wording=wording(article.language),
            rtl=_RIGHT_TO_LEFT,
            version=_VERSION,
        )


class _Told(Handler):
    """Sends what protects the reader with everything, and no detail with an error."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code == 503:
            self.set_header("Retry-After", str(RETRY_SECONDS))
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(_ERRORS.get(status_code, "This does not work.") + "\n")


class _Page(_Told):
    def initialize(
        self, catalogue: Callable[[], Catalogue], links: PageLinks, press: _Press
    ) -> None:
        self._catalogue = catalogue
        self._links = links
        self._press = press

    async def get(self, slug: str) -> None:
        catalogue = self._catalogue()
        try:
            entry = (
                await in_background(catalogue.find, slug)
                if catalogue.is_remote
                else catalogue.find(slug)
            )
        except IndexUnavailableError:
            raise HTTPError(503) from None
        if entry is None:
            raise HTTPError(404)
        place, said, seal = (
            self.get_query_argument(name, "") for name in ("s", "q", "k")
        )
        cited = self._links.read(slug, place, said, seal)
        self.finish(await self._press.page(entry.article, cited))

    head = get


class _Asset(_Told):
    async def get(self, name: str) -> None:
        self.set_header("Content-Type", f"{_KINDS[name]}; charset=UTF-8")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.finish(_ASSETS[name])

    head = get


class _Nothing(_Told):
    async def get(self) -> None:
        raise HTTPError(404)

    head = get


_ERRORS = {
    404: "There is no such article here, or no longer.",
    405: "Pages are only to be read.",
    503: "It cannot be shown just now; please try again in a little while.",
}
_ASSETS = {name: (_FOLDER / name).read_bytes() for name in _KINDS}
_VERSION = sha256(b"".join(_ASSETS.values())).hexdigest()[:12]
