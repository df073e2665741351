"""What stands behind a link, by httpx: limited in time, size, hops and addresses."""

import codecs
import json
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx

from retrieval.errors import ArticleError
from retrieval.loading.addresses import public_address
from retrieval.loading.content import UnreadableError

logger = logging.getLogger(__name__)

# A file beyond it is a mistake (a log, a disk image) more likely than an article.
MAX_BYTES = 20 * 1024**2
MAX_REDIRECTS = 5
CONNECT_SECONDS = 5.0
FETCH_SECONDS = 20.0  # for all hops and the whole body
_GONE = (404, 410)
_PORTS = {"http": 80, "https": 443}
_HEADERS = {
    "User-Agent": "article-bot (reads one article, not a crawler)",
    "Accept": "text/html, text/plain, text/markdown, application/pdf, */*;q=0.5",
    "Accept-Encoding": "gzip",
}
_READABLE_TYPES = (
    "",
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-pdf",
    "application/xhtml+xml",
    "binary/octet-stream",
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent.

    Attributes:
        content_type: Without parameters; "" if the server named none.
        charset: "" if the server named none.
        url: Where it stands, after redirects.
        validators: Headers for asking whether it has changed.
        fetched_at: Seconds since 1970.
    """

    data: bytes
    content_type: str
    charset: str
    url: str
    validators: Mapping[str, str] = field(default_factory=dict)
    fetched_at: float = 0.0


class GoneError(UnreadableError):
    """The server says that there is no such page."""


class Cache:
    """Copies of pages in a folder, one file each: a line of JSON, and the page."""

    def __init__(self, folder: Path) -> None:
        """Take a folder; it is made when the first page is kept."""
        self._folder = folder

    def get(self, link: str) -> Page | None:
        """Return the copy of what stood behind a link, if there is one."""
        try:
            head, _, data = self._path(link).read_bytes().partition(b"\n")
            return Page(data, **json.loads(head))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, link: str, page: Page) -> None:
        """Keep a page; a folder that cannot be written to costs a warning."""
        head = {
            "content_type": page.content_type,
            "charset": page.charset,
            "url": page.url,
            "validators": dict(page.validators),
            "fetched_at": page.fetched_at,
        }
        path = self._path(link)
        part = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(json.dumps(head).encode() + b"\n" + page.data)
            part.replace(path)
        except OSError as error:
            logger.warning("%s: no copy could be kept (%s)", link, error.strerror)

    def _path(self, link: str) -> Path:
        return self._folder / sha256(link.encode("utf-8", "replace")).hexdigest()


def fetch(
    link: str, *, allow_private: bool = False, cache: Cache | None = None
) -> Page:
    """Fetch what stands behind a link.

    With a cache, a page that has not changed is not sent again, and the last copy
    stands in for a server that cannot be reached; the log says so.

    Args:
        link: An http or https link.
        allow_private: Whether it may lead to a private address.
        cache: Where copies are kept.

    Raises:
        ArticleError: It cannot be fetched, and there is no copy.
    """
    copy = cache.get(link) if cache else None
    try:
        page = _follow(link, copy, allow_private=allow_private)
    except GoneError as error:
        raise ArticleError(link, str(error)) from error
    except UnreadableError as error:
        if copy is None:
            raise ArticleError(link, str(error)) from error
        when = datetime.fromtimestamp(copy.fetched_at, UTC)
        logger.warning(
            "%s: %s. The copy of %s is served",
            link,
            error,
            f"{when:%Y-%m-%d %H:%M} UTC",
        )
        return copy
    if cache:
        cache.put(link, page)
    return page


def _follow(link: str, copy: Page | None, *, allow_private: bool) -> Page:
    deadline = time.monotonic() + FETCH_SECONDS
    url = _parse(link)
    headers = {**_HEADERS, **(copy.validators if copy else {})}
    # A proxy would resolve names behind our back.
    with httpx.Client(trust_env=False, timeout=CONNECT_SECONDS) as client:
        for _ in range(MAX_REDIRECTS + 1):
            address = public_address(
                url.host, url.port or _PORTS[url.scheme], allow_private=allow_private
            )
            request = client.build_request(
                "GET",
                url.copy_with(host=address, fragment=None),
                headers={**headers, "Host": url.netloc.decode()},
                extensions={"sni_hostname": url.host},
            )
            try:
                response = client.send(request, stream=True)
                try:
                    if not response.has_redirect_location:
                        return _read(response, str(url), copy, deadline)
                    location = response.headers["location"]
                finally:
                    response.close()
            except (httpx.HTTPError, httpx.StreamError) as error:
                raise UnreadableError(_network_problem(error)) from error
            url = _parse(str(url.join(location)))
    raise UnreadableError(f"it redirects over {MAX_REDIRECTS} times; check the link")


def _read(
    response: httpx.Response, url: str, copy: Page | None, deadline: float
) -> Page:
    status = response.status_code
    if status == httpx.codes.NOT_MODIFIED and copy:
        return Page(
            copy.data,
            copy.content_type,
            copy.charset,
            copy.url,
            copy.validators,
            time.time(),
        )
    if status in _GONE:
        raise GoneError(f"there is no such page (HTTP {status}); check the link")
    if status in (401, 403):
        raise UnreadableError(f"the page is not public (HTTP {status})")
    if status != httpx.codes.OK:
        raise UnreadableError(f"the server fails (HTTP {status}); try again later")
    content_type = response.headers.get("content-type", "").partition(";")[0]
    content_type = content_type.strip().lower()
    if not (content_type.startswith("text/") or content_type in _READABLE_TYPES):
        raise UnreadableError(
            f"it is {content_type[:60]}, not a text; name a page, PDF or DOCX"
        )
    if response.headers.get("content-encoding", "").lower() not in ("", "gzip"):
        raise UnreadableError("the server packs it in a way that is not known")
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            raise UnreadableError(f"too large (over {limit} MB)")
        if time.monotonic() > deadline:
            raise UnreadableError(
                f"it takes over {FETCH_SECONDS:g} seconds to come; try again later"
            )
    known = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    validators = {
        ask: response.headers[given]
        for given, ask in known.items()
        if given in response.headers
    }
    return Page(
        bytes(data), content_type, _charset(response), url, validators, time.time()
    )


def _charset(response: httpx.Response) -> str:
    """Return the encoding that a server declares, if Python knows it."""
    try:
        return codecs.lookup(response.charset_encoding or "").name
    except LookupError:
        return ""


def _parse(link: str) -> httpx.URL:
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise UnreadableError("this is no link that can be followed") from error
    if url.scheme not in _PORTS or not url.host:
        raise UnreadableError("only http and https links can be followed")
    if url.userinfo:
        raise UnreadableError("links with a password are not followed")
    return url


def _network_problem(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer in time; try again later"
    if isinstance(error, httpx.ConnectError):
        secure = "certificate" in str(error).lower()
        return (
            "its certificate is not valid; check the link"
            if secure
            else "the server cannot be reached; check the link, or try again later"
        )
    return f"the server gives no sense ({type(error).__name__}); try again later"
