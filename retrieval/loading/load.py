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
from retrieval.loading.formats import Format, detect_format
from retrieval.loading.isolation import worker
from retrieval.loading.isolation.sandbox import Sandbox
from retrieval.loading.isolation.worker import MAX_CHARACTERS
from retrieval.loading.web.cache import Cache
from retrieval.loading.web.page import MAX_BYTES, Page
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

READING_SECONDS = 8.0  # that reading a file may take
_SANDBOX = Sandbox()
_STRANGERS = Sandbox()  # whose files share no process with the operator's


def kept_from() -> list[str]:
    """Return what the processes that read cannot reach; see `landlock`.

    Raises:
        UnreadableError: None can be started.
    """
    return _STRANGERS.kept_from()


def load_article(
    path: str | Path,
    *,
    title: str | None = None,
    language: str | None = None,
    allow_private: bool = False,
    cache: Cache | None = None,
    seconds: float = READING_SECONDS,
    max_characters: int = MAX_CHARACTERS,
    is_strange: bool = False,
) -> Article:
    """Read an article: plain text, Markdown, HTML, PDF or DOCX.

    With a cache, a page that has not changed is not sent again, and the last copy that
    could be read stands in for one that cannot be fetched or read; the log says so.

    Args:
        path: The file, or a link.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        allow_private: Whether a link may lead to a private address.
        cache: Where copies of links are kept; None keeps none.
        seconds: How long reading may take, fetching and plain files apart.
        max_characters: How long its text may be.
        is_strange: Whether a stranger names it.

    Raises:
        ArticleError: It is missing, a folder, unreadable, too large, in no format
            that can be read, or the link cannot be followed.
        EmptyArticleError: It holds no sentence.
        PageGoneError: The server says that there is no such page.
    """
    name = str(path)
    read = partial(
        read_article,
        name=name,
        title=title,
        language=language,
        seconds=seconds,
        max_characters=max_characters,
        is_strange=is_strange,
    )
    if not is_link(name):
        return read(_read_file(Path(path), name), is_trusted=True)

    # Imported here, for files need no client, whose import takes its time.
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
            "%s. The copy of %s is served", error, f"{when:%Y-%m-%d %H:%M} UTC"
        )
        return read_page(copy, read)
    if cache:
        cache.put(name, page)  # what cannot be read does not replace what could
    return article


def read_page(page: Page, read: Callable[..., Article]) -> Article:
    """Read what was fetched, by `read_article` with what it is to know besides."""
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
            raise ArticleError(name, "this is no file; name one")
        if path.stat().st_size > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            raise ArticleError(name, f"too large (over {limit} MB); split it")
        return path.read_bytes()
    except FileNotFoundError as error:
        problem = "no such file; check the path"
        if "://" in name or name.startswith("www."):
            problem = "this is no link; one begins with http:// or https://"
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
    seconds: float = READING_SECONDS,
    max_characters: int = MAX_CHARACTERS,
    is_trusted: bool = False,
    is_strange: bool = False,
) -> Article:
    """Read an article that is in memory.

    Args:
        data: The file.
        name: Its path, link or file name; the article's source.
        content_type: What a server calls it, without parameters; may be "".
        charset: The encoding that a server declares; may be "" or wrong.
        url: Where it was fetched from in the end; None for a file.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        seconds: How long reading may take.
        max_characters: How long its text may be.
        is_trusted: Whether plain text is read in this process, which is quicker.
        is_strange: Whether it comes from a stranger: such files are read in processes
            of their own.

    Raises:
        ArticleError: It is in no format that can be read, or damaged.
        EmptyArticleError: It holds no sentence.
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
        if is_trusted and detect_format(data, name, content_type) is Format.TEXT:
            article = worker.read(data, kind=Format.TEXT.value, **job)
        else:
            sandbox = _STRANGERS if is_strange else _SANDBOX
            job["content_type"] = content_type
            article = sandbox.read(data, job, seconds)
    except UnreadableError as error:
        raise ArticleError(name, str(error)) from error
    if not article.passages:
        raise EmptyArticleError(name, "there is no text in it; name another file")
    return article
