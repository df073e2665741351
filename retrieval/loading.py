"""File to `Article`."""

import codecs
import contextlib
from pathlib import Path

import regex
from charset_normalizer import from_bytes

from retrieval.documents import Article
from retrieval.errors import ArticleError, EmptyArticleError

# Some twenty long novels; a file beyond it is a mistake (a log, a disk image) more
# likely than an article, and would keep the reader waiting to learn so.
MAX_ARTICLE_BYTES = 20 * 1024 * 1024
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 start so too
_CONTROL = regex.compile(r"[^\P{Cc}\s\x1b]")  # stands in binary files, not in texts
DETECTION_BYTES = 256 * 1024  # of a file that is not UTF-8; more only costs time


def load_article(
    path: str | Path, *, title: str | None = None, language: str | None = None
) -> Article:
    """Read a plain-text file.

    UTF-8 is tried first, with or without a byte order mark; the encoding of
    anything else is detected.

    Args:
        path: The file.
        title: Overrides the headline found in the text.
        language: ISO 639-1 code; None detects it.

    Raises:
        ArticleError: The file is missing, a folder, unreadable, too large, or
            holds no text.
        EmptyArticleError: It holds no sentence.
    """
    name = str(path)
    if name.startswith(("http://", "https://")):
        raise ArticleError(name, "links cannot be read; save the article to a file")
    file = Path(path)
    try:
        if file.is_dir():
            raise ArticleError(name, "this is a folder; name a text file in it")
        if file.stat().st_size > MAX_ARTICLE_BYTES:
            limit = MAX_ARTICLE_BYTES // 1024**2
            raise ArticleError(name, f"too large (over {limit} MB); split it")
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise ArticleError(name, "no such file; check the path") from error
    except PermissionError as error:
        raise ArticleError(name, "not readable; check its permissions") from error
    except (OSError, ValueError) as error:
        raise ArticleError(name, f"cannot be read ({error}); check the path") from error
    article = Article.from_text(
        _decode(name, data), title=title, language=language, source=name
    )
    if not article.passages:
        raise EmptyArticleError(name, "there is no text in it; name another file")
    return article


def _decode(name: str, data: bytes) -> str:
    if b"\0" not in data or data.startswith(_WIDE_MARKS):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
        detected = from_bytes(data[:DETECTION_BYTES]).best()
        if detected:
            with contextlib.suppress(UnicodeDecodeError):
                text = data.decode(detected.encoding)
                if not _CONTROL.search(text):
                    return text
    raise ArticleError(name, "this is not text; convert it to a text file")
