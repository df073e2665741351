"""The parsing process, whose jobs are files and whose answers are articles.

A parser may run out of memory or time over a hostile file; here that costs one file.
Texts of users are split into sentences here for the same reason. An answer is "article"
or "problem", and JSON. Each page that is read by text recognition is a step, since it
takes as long as other files.
"""

import json
import mimetypes
import sys
from dataclasses import replace
from typing import Any

from retrieval.documents.json import article_to_json
from retrieval.documents.segmentation.blocks import count_blocks
from retrieval.documents.values import Article
from retrieval.errors import ErrorCode
from retrieval.loading.build_article import build_article
from retrieval.loading.content import (
    PICTURE_OF_TEXT,
    TOO_COMPLEX,
    Content,
    UnreadableError,
)
from retrieval.loading.formats import TEXT, Format, detect_format
from retrieval.loading.isolation.landlock import restrict_process
from retrieval.loading.isolation.serving import (
    Answer,
    Step,
    limit_memory,
    memory_gauge,
    serve_jobs,
    take_output,
    write_line,
)
from retrieval.loading.parsers.parse import parse
from retrieval.loading.parsers.text import decode
from retrieval.sources import strip_credentials
from retrieval.text.detection import load_model

MAX_MEMORY_BYTES = 256 * 1024**2  # beyond what the program itself takes
MAX_BLOCKS = 100_000  # of thirty novels; a text with more is a log or a table
MAX_CHARACTERS = 20 * 1024**2


def parse_article(
    data: bytes,
    *,
    format: Format,
    charset: str,
    max_characters: int,
    name: str,
    title: str | None,
    language: str | None,
    url: str | None,
    step: Step = lambda: None,
) -> Article:
    """Return the article of a file, parsed in this process.

    Args:
        data: The file.
        format: Its format.
        charset: Encoding that the server declares, or "".
        max_characters: Maximum length of the text.
        name: Its path, link or file name; the article's source.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        url: URL of the file after redirects; None if it was not fetched. The article's
            URL lacks the parts of the query that are credentials.
        step: Called before a page is read by text recognition.

    Raises:
        UnreadableError: The file cannot be read, or holds too much.
        ImportError: The format's library is not installed.
    """
    if format is TEXT:
        text = decode(data, charset)
        _check(len(text), count_blocks(text), max_characters)
        article = Article.from_text(
            text, title=title, language=language, source=name, url=url
        )
        return _without_credentials(article)
    content = _with_pictures_read(parse(data, format, charset), step)
    length = sum(len(block.text) for block in content.blocks)
    _check(length, len(content.blocks), max_characters)
    return _without_credentials(
        build_article(content, title=title, language=language, source=name, url=url)
    )


def _with_pictures_read(content: Content, step: Step) -> Content:
    """Return a content with the text of its pictures, if that can be recognised.

    Raises:
        UnreadableError: There is nothing but pictures, and they cannot be read.
    """
    if not content.pictures:
        return content
    try:
        # Imported here: its libraries are optional, and slow to import.
        from retrieval.loading.recognition.pages import recognise
    except ImportError as error:
        if content.blocks:
            return replace(content, pictures=[])
        raise UnreadableError(PICTURE_OF_TEXT, ErrorCode.PARSER_MISSING) from error
    return recognise(content, step)


def _without_credentials(article: Article) -> Article:
    return replace(article, url=article.url and strip_credentials(article.url))


def _check(n_characters: int, n_blocks: int, max_characters: int) -> None:
    if n_characters > max_characters:
        raise UnreadableError(
            f"it is over {max_characters:,} characters long; take a part of it"
        )
    if n_blocks > MAX_BLOCKS:
        raise UnreadableError(f"over {MAX_BLOCKS:,} paragraphs are too many; split it")


def answer_job(job: dict[str, Any], data: bytes, step: Step) -> Answer:
    """Return the article of a job's file as JSON, or the problem with it."""
    format_name = "file"
    problem = ""
    code: ErrorCode | None = None
    result = ""
    try:
        format = detect_format(data, job["name"], job.pop("content_type"))
        format_name = format.name
        article = parse_article(data, format=format, step=step, **job)
        result = article_to_json(article)
    except UnreadableError as error:
        problem, code = str(error), error.code
    except ImportError:  # the library, or a part of it, is not installed
        problem = f"install article-bot[{format_name}] to read it"
        code = ErrorCode.PARSER_MISSING
    except (MemoryError, RecursionError):
        problem = TOO_COMPLEX
    except Exception as error:  # whatever a parser makes of a damaged file
        problem = (
            f"this {format_name.upper()} is damaged ({type(error).__name__}); "
            "export it again"
        )
    if not problem:
        return Answer(f"article {result}")
    reason = json.dumps([problem, code and code.value])
    return Answer(f"problem {reason}", is_last=problem == TOO_COMPLEX)


def main() -> None:
    """Serve jobs from standard input, with limited memory and rights."""
    output = take_output()
    # Both read or write files when they are first used, which is forbidden later.
    load_model()
    mimetypes.init()
    memory = memory_gauge()
    limit_memory(memory(), MAX_MEMORY_BYTES)
    write_line(output, json.dumps(restrict_process()))
    serve_jobs(sys.stdin.buffer, output, memory, answer_job)
