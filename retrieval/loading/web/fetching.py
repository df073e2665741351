"""Fetching of a page by httpx, with limits of time, size, redirects and addresses."""

import asyncio
import codecs
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import httpx

from retrieval.errors import ArticleError, PageGoneError
from retrieval.loading.content import UnreadableError
from retrieval.loading.formats import FORMATS
from retrieval.loading.web.page import MAX_BYTES, FetchedPage
from retrieval.loading.web.ssrf import public_address

MAX_REDIRECTS = 5
CONNECT_SECONDS = 5.0
FETCH_SECONDS = 20.0  # for all redirects and the whole body, however slow
UNPACK_BYTES = 256 * 1024  # unpacked at once; a byte of gzip may hold a thousand
_GZIP = 16 + zlib.MAX_WBITS  # window bits that make zlib expect a gzip header
_GONE = (404, 410)
_BADLY_PACKED = "the server gives no sense (its gzip is damaged); try again later"
_PORTS = {"http": 80, "https": 443}
# Other types are welcome, too: `*/*` covers every format.
_HEADERS = {
    "User-Agent": "article-bot (reads one article, not a crawler)",
    "Accept": "text/html, text/plain, text/markdown, application/pdf, */*;q=0.5",
    "Accept-Encoding": "gzip",
}
# Codecs of Python that are no encodings of text; some take quadratic time.
_NO_CHARSETS = frozenset(
    "base64 bz2 hex idna punycode quopri raw-unicode-escape rot13 undefined "
    "unicode-escape unicode_escape raw_unicode_escape utf-7 uu zlib".split()
)
_UNSPECIFIC_TYPES = ("", "application/octet-stream", "binary/octet-stream")


def fetch(
    link: str,
    copy: FetchedPage | None = None,
    *,
    allow_private: bool = False,
    max_bytes: int = MAX_BYTES,
) -> FetchedPage:
    """Fetch the page behind a link, in at most `FETCH_SECONDS`.

    The system's resolver may take longer to resolve the host's name.

    Args:
        link: An http or https link.
        copy: The page as fetched last; returned, with the current time, if the server
            replies that it has not changed.
        allow_private: Whether the link may lead to a private address.
        max_bytes: Maximum size of the unpacked page.

    Raises:
        PageGoneError: The server reports that the page does not exist.
        ArticleError: The page cannot be fetched.
    """
    done: Future[FetchedPage] = Future()

    def run() -> None:
        try:
            done.set_result(asyncio.run(_follow(link, copy, allow_private, max_bytes)))
        except BaseException as error:
            done.set_exception(error)

    # In its own thread: the caller's may run an event loop already.
    threading.Thread(target=run, daemon=True).start()
    try:
        return done.result()
    except _Gone as error:
        raise PageGoneError(link, str(error)) from error
    except UnreadableError as error:
        raise ArticleError(link, str(error), error.code) from error
    except Exception as error:  # a library may raise anything over hostile data
        problem = f"it cannot be fetched ({type(error).__name__}); check the link"
        raise ArticleError(link, problem) from error


class _Gone(UnreadableError):
    """The page does not exist."""


async def _follow(
    link: str, copy: FetchedPage | None, allow_private: bool, max_bytes: int
) -> FetchedPage:
    try:
        # No proxy: it would resolve names itself, unchecked.
        async with (
            asyncio.timeout(FETCH_SECONDS),
            httpx.AsyncClient(trust_env=False, timeout=CONNECT_SECONDS) as client,
        ):
            url = _parse(link)
            for _ in range(MAX_REDIRECTS + 1):
                request = _request(client, url, copy, allow_private)
                response = await client.send(request, stream=True)
                try:
                    if not response.has_redirect_location:
                        return await _read(response, str(url), copy, max_bytes)
                    location = response.headers["location"]
                finally:
                    await response.aclose()
                url = _parse(str(url.join(location)))
    except TimeoutError as error:
        raise UnreadableError(
            f"it takes over {FETCH_SECONDS:g} seconds to arrive; try again later"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise UnreadableError(_network_problem(error)) from error
    raise UnreadableError(f"it redirects over {MAX_REDIRECTS} times; check the link")


def _request(
    client: httpx.AsyncClient,
    url: httpx.URL,
    copy: FetchedPage | None,
    allow_private: bool,
) -> httpx.Request:
    """Build a request to the checked address that names the link's host."""
    host = url.raw_host.decode("ascii")
    port = url.port or _PORTS[url.scheme]
    address = public_address(host, port, allow_private=allow_private)
    return client.build_request(
        "GET",
        url.copy_with(host=address, fragment=None),
        headers={
            **_HEADERS,
            **(copy.validators if copy else {}),
            "Host": url.netloc.decode("ascii"),
        },
        extensions={"sni_hostname": host},
    )


class _Unpacker:
    """A decompressor of gzip, in small pieces so that its caller can stop early."""

    def __init__(self) -> None:
        self._gzip = zlib.decompressobj(_GZIP)

    @property
    def is_done(self) -> bool:
        """True once the packed data is complete."""
        return self._gzip.eof

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        """Yield the unpacked data in pieces of at most `UNPACK_BYTES`.

        Raises:
            UnreadableError: The data is not gzip.
        """
        while packed:
            if self._gzip.eof:  # another gzip member follows
                self._gzip = zlib.decompressobj(_GZIP)
            try:
                yield self._gzip.decompress(packed, UNPACK_BYTES)
            except zlib.error as error:
                raise UnreadableError(_BADLY_PACKED) from error
            packed = self._gzip.unconsumed_tail or self._gzip.unused_data


async def _read(
    response: httpx.Response, url: str, copy: FetchedPage | None, max_bytes: int
) -> FetchedPage:
    status = response.status_code
    if status == httpx.codes.NOT_MODIFIED and copy:
        return replace(copy, fetched_at=time.time())
    if status in _GONE:
        raise _Gone(f"there is no such page (HTTP {status}); check the link")
    if status in (401, 403):
        raise UnreadableError(f"the page is not public (HTTP {status})")
    if status != httpx.codes.OK:
        raise UnreadableError(f"the server fails (HTTP {status}); try again later")
    content_type = response.headers.get("content-type", "").partition(";")[0]
    content_type = content_type.strip().lower()
    if not _is_accepted(content_type):
        raise UnreadableError(
            f"it is {content_type[:60]}, not a text; name a page, PDF or DOCX"
        )
    packing = response.headers.get("content-encoding", "").lower()
    if packing not in ("", "identity", "gzip"):
        raise UnreadableError("the server compresses it in an unknown way")
    unpacker = _Unpacker() if packing == "gzip" else None
    data = bytearray()
    async for chunk in response.aiter_raw(UNPACK_BYTES):
        for piece in unpacker.unpack(chunk) if unpacker else (chunk,):
            data += piece
            if len(data) > max_bytes:
                limit = max_bytes / 1024**2
                raise UnreadableError(f"too large (over {limit:g} MB)")
    if unpacker and not unpacker.is_done:
        raise UnreadableError(_BADLY_PACKED)
    known = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    validators = {
        condition: response.headers[name]
        for name, condition in known.items()
        if name in response.headers and response.headers[name].isascii()
    }
    return FetchedPage(
        bytes(data), content_type, _charset(response), url, validators, time.time()
    )


def _is_accepted(content_type: str) -> bool:
    """Return whether a page of a content type may be in a format that can be read."""
    return (
        content_type.startswith("text/")
        or content_type in _UNSPECIFIC_TYPES
        or any(content_type in each.content_types for each in FORMATS.values())
    )


def _charset(response: httpx.Response) -> str:
    """Return the encoding that a server declares, if it is an encoding of text."""
    try:
        name = codecs.lookup(response.charset_encoding or "").name
    except LookupError:
        return ""
    return "" if name in _NO_CHARSETS else name


def _parse(link: str) -> httpx.URL:
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise UnreadableError("this link is malformed; check it") from error
    if url.scheme not in _PORTS or not url.raw_host:
        raise UnreadableError("only http and https links can be followed")
    if url.port is not None and not 0 < url.port < 65_536:
        raise UnreadableError("its port is not between 1 and 65535; check the link")
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
