"""GET /read/SLUG: the page of an article of the catalogue."""

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
from bot.web.layout import lay_out_page
from bot.web.page_links import PATH, LinkedQuote, PageLinks
from bot.web.server import Handler, Route
from bot.wording.texts import wording
from retrieval import Article
from retrieval.errors import IndexUnavailableError
from retrieval.sources import is_link

MAX_WAITING = 32  # requests for pages that are not rendered yet; others get 503
RENDERED_AT_ONCE = 2  # rendering uses the processor
CACHED_PAGES = 32  # the most recently used
RETRY_SECONDS = 2

# Telegram's web clients show a page in a frame.
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
    """Return the routes that serve the pages of a catalogue.

    Args:
        catalogue: Returns the current catalogue.
        links: Verifies and reads links.
    """
    given = {"catalogue": catalogue, "links": links, "renderer": _PageRenderer()}
    return [
        (rf"(?:/.*)?{PATH}(page\.css|page\.js)", _AssetHandler, {}),
        (rf"(?:/.*)?{PATH}([\w-]{{1,60}})", _PageHandler, given),
        (rf"(?:/.*)?{PATH}.*", _NotFoundHandler, {}),
    ]


class _PageRenderer:
    """Renders pages, few at a time, and caches the most recently used."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(RENDERED_AT_ONCE)
        self._waiting = 0
        # By id of the article, which is cached too, so that its id is not reused.
        self._cached: OrderedDict[
            tuple[int, LinkedQuote | None], tuple[Article, str]
        ] = OrderedDict()
        self._template = Environment(
            loader=PackageLoader("bot", "web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("page.html")

    async def page(self, article: Article, cited: LinkedQuote | None) -> str:
        """Return the HTML of an article's page.

        Raises:
            HTTPError: Too many requests wait; the status is 503.
        """
        key = (id(article), cited)
        if key in self._cached:
            self._cached.move_to_end(key)
            return self._cached[key][1]
        if self._waiting >= MAX_WAITING:
            raise HTTPError(503)
        self._waiting += 1
        try:
            async with self._free:
                page = await in_background(self._render, article, cited)
        finally:
            self._waiting -= 1
        self._cached[key] = (article, page)
        if len(self._cached) > CACHED_PAGES:
            self._cached.popitem(last=False)
        return page

    def _render(self, article: Article, cited: LinkedQuote | None) -> str:
        url = article.url
        return self._template.render(
            page=lay_out_page(article, cited),
            article=article,
            original=url if url and is_link(url) else None,
            wording=wording(article.language),
            rtl=_RIGHT_TO_LEFT,
            version=_VERSION,
        )


class _BaseHandler(Handler):
    """Adds security headers to every response, and no details to errors."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code == 503:
            self.set_header("Retry-After", str(RETRY_SECONDS))
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(_ERRORS.get(status_code, "This does not work.") + "\n")


class _PageHandler(_BaseHandler):
    def initialize(
        self,
        catalogue: Callable[[], Catalogue],
        links: PageLinks,
        renderer: _PageRenderer,
    ) -> None:
        self._catalogue = catalogue
        self._links = links
        self._renderer = renderer

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
        span, text, signature = (
            self.get_query_argument(name, "") for name in ("s", "q", "k")
        )
        cited = self._links.read(slug, span, text, signature)
        self.finish(await self._renderer.page(entry.article, cited))

    head = get


class _AssetHandler(_BaseHandler):
    async def get(self, name: str) -> None:
        self.set_header("Content-Type", f"{_KINDS[name]}; charset=UTF-8")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.finish(_ASSETS[name])

    head = get


class _NotFoundHandler(_BaseHandler):
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
