"""A file or a link, or what is in memory, to an `Article`."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from retrieval.documents.values import Article
from retrieval.errors import ArticleError, EmptyArticleError, PageGoneError
from retrieval.loading.content import UnreadableError
from retrieval.loading.formats import TEXT, detect_format
from retrieval.loading.isolation import worker
from retrieval.loading.isolation.sandbox import Sandbox
from retrieval.loading.isolation.worker import MAX_CHARACTERS
from retrieval.loading.trust import Trust
from retrieval.loading.web.cache import Cache
from retrieval.loading.web.page import MAX_BYTES, FetchedPage
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

PARSING_SECONDS = 8.0  # that parsing a file may take
_SANDBOX = Sandbox()
_USER_SANDBOX = Sandbox()  # users' files share no process with the operator's


def isolated_from() -> list[str]:
    """List what the parsing processes cannot reach; see `landlock`.

    Raises:
        UnreadableError: No process can be started.
    """
    return _USER_SANDBOX.isolated_from()


def load_article(
    path: str | Path,
    *,
    title: str | None = None,
    language: str | None = None,
    allow_private: bool = False,
    cache: Cache | None = None,
    seconds: float = PARSING_SECONDS,
    max_characters: int = MAX_CHARACTERS,
    trust: Trust | None = None,
) -> Article:
    """Load an article from a file or a link, in any of `formats.FORMATS`.

    With a cache, an unchanged page is not downloaded again. When a page cannot be
    fetched or read, its last readable copy is used, and a warning is logged.

    Args:
        path: The file, or a link.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        allow_private: Whether a link may lead to a private address.
        cache: Stores copies of fetched pages; None stores none.
        seconds: Time limit of parsing, without fetching; plain text on the operator's
            disk has none.
        max_characters: Maximum length of the text.
        trust: Origin of the document; None is `LOCAL` for a file, `OPERATOR` for a
            link.

    Raises:
        ArticleError: The file is missing, a folder, unreadable, too large or in no
            format that can be read, or the link cannot be followed.
        EmptyArticleError: The document holds no sentence.
        PageGoneError: The server reports that the page does not exist.
    """
    name = str(path)
    read = partial(
        read_article,
        name=name,
        title=title,
        language=language,
        seconds=seconds,
        max_characters=max_characters,
        trust=trust or (Trust.OPERATOR if is_link(name) else Trust.LOCAL),
    )
    if not is_link(name):
        return read(_read_file(Path(path), name))

    # Imported here: files need no HTTP client, and it is slow to import.
    from retrieval.loading.web.fetching import fetch

    copy = cache.get(name) if cache else None
    try:
        page = fetch(name, copy, allow_private=allow_private)
        article = read_page(page, read)
    except PageGoneError:
        raise
    except ArticleError as error:
        if copy is None:
            raise
        when = datetime.fromtimestamp(copy.fetched_at, UTC)
        logger.warning(
            "%s. The copy of %s is used", error, f"{when:%Y-%m-%d %H:%M} UTC"
        )
        return read_page(copy, read)
    if cache:
        cache.put(name, page)  # what cannot be read does not replace what could
    return article


def read_page(page: FetchedPage, read: Callable[..., Article]) -> Article:
    """Return the article of a fetched page.

    Args:
        page: The page.
        read: `read_article` with its other arguments bound.
    """
    return read(
        page.data,
        content_type=page.content_type,
        charset=page.charset,
        url=page.url,
    )


def _read_file(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise ArticleError(name, "this is a folder; name a file in it")
        if not (path.is_file() or not path.exists()):
            raise ArticleError(name, "this is not a file; name a file")
        if path.stat().st_size > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            raise ArticleError(name, f"too large (over {limit} MB); split it")
        return path.read_bytes()
    except FileNotFoundError as error:
        problem = "no such file; check the path"
        if "://" in name or name.startswith("www."):
            problem = "this is not a link; a link begins with http:// or https://"
        raise ArticleError(name, problem) from error
    except PermissionError as error:
        raise ArticleError(name, "not readable; check its permissions") from error
    except (OSError, ValueError) as error:
        raise ArticleError(name, f"cannot be read ({error}); check the path") from error


def read_article(
    data: bytes,
    name: str,
    *,
    content_type: str = "",
    charset: str = "",
    url: str | None = None,
    title: str | None = None,
    language: str | None = None,
    seconds: float = PARSING_SECONDS,
    max_characters: int = MAX_CHARACTERS,
    trust: Trust = Trust.OPERATOR,
) -> Article:
    """Read an article from a file in memory.

    Args:
        data: The file.
        name: Its path, link or file name; the article's source.
        content_type: Content type from the server, without parameters; may be "".
        charset: Encoding that the server declares; may be "" or wrong.
        url: URL of the file after redirects; None if it was not fetched.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        seconds: Time limit of parsing in a sandbox.
        max_characters: Maximum length of the text.
        trust: Origin of the file, which decides where it is parsed.

    Raises:
        ArticleError: The file is damaged, or in no format that can be read.
        EmptyArticleError: The file holds no sentence.
    """
    try:
        job: dict[str, Any] = {
            "charset": charset,
            "max_characters": max_characters,
            "name": name,
            "title": title,
            "language": language,
            "url": url,
        }
        if trust is Trust.LOCAL and detect_format(data, name, content_type) is TEXT:
            article = worker.parse_article(data, format=TEXT, **job)
        else:
            sandbox = _USER_SANDBOX if trust is Trust.USER else _SANDBOX
            job["content_type"] = content_type
            article = sandbox.read(data, job, seconds)
    except UnreadableError as error:
        raise ArticleError(name, str(error), error.code) from error
    if not article.passages:
        raise EmptyArticleError(name, "there is no text in it; name another file")
    return article
