"""The process that reads: a job on standard input, its article on standard output.

Parsers meet whatever a file holds, so they run here, where running out of memory or
time costs one file; and so does splitting what strangers send. The first line out says
what the process is kept from. A job is a line of JSON and the file; what comes back is
a line: the job's number, whether there will be an "again" or this was the "last" job,
"article" or "problem", and JSON.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from retrieval.documents.json import dump_article
from retrieval.documents.segmentation.blocks import count_blocks
from retrieval.documents.values import Article
from retrieval.loading.build_article import assemble
from retrieval.loading.content import TOO_COMPLEX, UnreadableError
from retrieval.loading.formats import Format, detect_format
from retrieval.loading.isolation.landlock import contain
from retrieval.loading.parsers.parse import PARSERS
from retrieval.loading.parsers.text import decode
from retrieval.sources import strip_credentials
from retrieval.text.detection import load_model

MAX_MEMORY_BYTES = 256 * 1024**2  # beyond what the program itself takes
MAX_GROWTH_BYTES = 64 * 1024**2  # with which a process takes another file
MAX_BLOCKS = 100_000  # of thirty novels; a text with more is a log or a table
MAX_CHARACTERS = 20 * 1024**2


def read(
    data: bytes,
    *,
    kind: str,
    charset: str,
    max_characters: int,
    name: str,
    title: str | None,
    language: str | None,
    url: str | None,
) -> Article:
    """Read a file, in this process.

    Args:
        data: The file.
        kind: The value of its `Format`.
        charset: The encoding that a server declares, or "".
        max_characters: How long its text may be.
        name: Its path, link or file name; the article's source.
        title: Overrides the title found.
        language: ISO 639-1 code; None detects it.
        url: Where it was fetched from; None for a file. What its query holds for its
            owner alone is cited to nobody.

    Raises:
        UnreadableError: It cannot be read, or holds too much.
        ImportError: The format's library is not installed.
    """
    if kind == Format.TEXT.value:
        text = decode(data, charset)
        _check(len(text), count_blocks(text), max_characters)
        article = Article.from_text(
            text, title=title, language=language, source=name, url=url
        )
        return _without_secrets(article)
    content = PARSERS[Format(kind)](data, charset)
    length = sum(len(block.text) for block in content.blocks)
    _check(length, len(content.blocks), max_characters)
    return _without_secrets(
        assemble(content, title=title, language=language, source=name, url=url)
    )


def _without_secrets(article: Article) -> Article:
    return replace(article, url=article.url and strip_credentials(article.url))


def _check(n_characters: int, n_blocks: int, max_characters: int) -> None:
    if n_characters > max_characters:
        raise UnreadableError(
            f"it is over {max_characters:,} characters long; take a part of it"
        )
    if n_blocks > MAX_BLOCKS:
        raise UnreadableError(
            f"over {MAX_BLOCKS:,} paragraphs are no article; split it"
        )


def serve(jobs: BinaryIO, results: BinaryIO, memory: Callable[[], int]) -> None:
    """Read file after file until there are no more, or one has left its mark.

    A file that met a limit, or made the process grow, is the last: what it leaves
    behind would be missing to the next.
    """
    begun_with = memory()
    for line in jobs:
        job = json.loads(line)
        number = job.pop("number")
        data = jobs.read(job.pop("size"))
        kind = "file"
        problem = ""
        result = ""
        try:
            kind = detect_format(data, job["name"], job.pop("content_type")).value
            result = dump_article(read(data, kind=kind, **job))
        except UnreadableError as error:
            problem = str(error)
        except ImportError:  # the library, or a part of it, is not installed
            problem = f"install article-bot[{kind}] to read it"
        except (MemoryError, RecursionError):
            problem = TOO_COMPLEX
        except Exception as error:  # whatever a parser makes of a damaged file
            problem = (
                f"this is no sound {kind.upper()} ({type(error).__name__}); "
                "export it anew"
            )
        is_last = problem == TOO_COMPLEX or memory() > begun_with + MAX_GROWTH_BYTES
        answer = f"problem {json.dumps(problem)}" if problem else f"article {result}"
        stays = "last" if is_last else "again"
        results.write(f"{number} {stays} {answer}\n".encode())
        results.flush()
        if is_last:
            return


def memory_gauge() -> Callable[[], int]:
    """Return what tells how many bytes of data the process has; 0 if nothing does."""
    try:
        import resource

        # Kept open, for no file can be opened later.
        file = open("/proc/self/statm", "rb", buffering=0)  # noqa: PTH123, SIM115
    except (ImportError, OSError):
        return lambda: 0
    page = resource.getpagesize()

    def read() -> int:
        file.seek(0)
        return int(file.read().split()[5]) * page

    return read


def limit_memory(taken: int) -> None:
    """Take no more than some memory more than is taken, where the system can tell."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        if taken:
            limit = taken + MAX_MEMORY_BYTES
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def main() -> None:
    """Serve jobs from standard input, with limited memory and little else."""
    # What a library prints must not come between the results.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    load_model()  # it unpacks itself to a file, which is forbidden later
    memory = memory_gauge()
    limit_memory(memory())
    results.write(f"{json.dumps(contain())}\n".encode())
    results.flush()
    serve(sys.stdin.buffer, results, memory)
