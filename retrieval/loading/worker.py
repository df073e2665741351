"""The process that parses: a job on standard input, its content on standard output.

Parsers meet whatever a file holds, so they run here, where running out of memory or
time costs one file. A job is a line of JSON and the file; what comes back is a line of
JSON.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Any, BinaryIO

from retrieval.loading.content import TOO_COMPLEX, Content, UnreadableError
from retrieval.loading.formats import Format
from retrieval.loading.plain import decode

MAX_MEMORY_BYTES = 350 * 1024**2  # beyond what the program itself takes
MAX_BLOCKS = 100_000
MAX_CHARACTERS = 20 * 1024**2


def parse(kind: Format, data: bytes, charset: str) -> Content:
    """Parse a file.

    Args:
        kind: Any format but plain text.
        data: The file.
        charset: The encoding that a server declares, or "".

    Raises:
        UnreadableError: It cannot be read, or holds too much.
        ImportError: The format's library is not installed.
    """
    reader = import_module(f"retrieval.loading.{kind.value}")
    read: Callable[[Any], Content] = getattr(reader, f"read_{kind.value}")
    match kind:
        case Format.MARKDOWN:
            content = read(decode(data, charset))
        case Format.HTML if charset:
            content = read(data.decode(charset, "replace"))
        case _:
            content = read(data)
    n_characters = sum(len(block.text) for block in content.blocks)
    if len(content.blocks) > MAX_BLOCKS or n_characters > MAX_CHARACTERS:
        raise UnreadableError("it holds too much text for an article; split it")
    return content


def serve(jobs: BinaryIO, results: BinaryIO) -> None:
    """Parse job after job until there are no more."""
    for line in jobs:
        job = json.loads(line)
        data = jobs.read(job["size"])
        result: dict[str, Any]
        try:
            content = parse(Format(job["format"]), data, job["charset"])
            result = asdict(content)
        except UnreadableError as error:
            result = {"problem": str(error)}
        except ImportError:  # the library, or a part of it, is not installed
            result = {"problem": f"install article-bot[{job['format']}] to read it"}
        except (MemoryError, RecursionError):
            result = {"problem": TOO_COMPLEX}
        except Exception as error:  # whatever a parser makes of a damaged file
            name = f"{job['format'].upper()} ({type(error).__name__})"
            result = {"problem": f"this is no sound {name}; export it anew"}
        results.write(json.dumps(result).encode() + b"\n")
        results.flush()


def limit_memory() -> None:
    """Take no more than some memory more than now, where the system can tell."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            pages = int(file.read().split()[5])  # of data
        limit = pages * resource.getpagesize() + MAX_MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def main() -> None:
    """Serve jobs from standard input, with limited memory."""
    # What a library prints must not come between the results.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit_memory()
    serve(sys.stdin.buffer, results)
