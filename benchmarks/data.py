"""Downloads the public question sets, and deals the articles of each into two halves.

`python -m benchmarks.data DIR` keeps what it fetches in `DIR/originals`, and writes
`DIR/NAME.dev.json` and `DIR/NAME.held.json`, which `article-bot evaluate` reads, and a
`DIR/NOTICE.md` that tells whose they are. What lies there whole is not fetched again.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from benchmarks.dealing import PARTS, deal_title
from benchmarks.public_sets import SETS, Original, PublicSet, SquadArticle, notice

HALVES = ("dev", "held")
ORIGINALS = "originals"  # a folder in DIR, which "DIR/*.json" leaves out
TRIES = 3
WAIT_SECONDS = 1.0  # before the second try; twice that before the third
SILENT_SECONDS = 20.0  # to connect, and between any two pieces
FETCH_SECONDS = 300.0  # for one try at one file, however it drips
MAX_REDIRECTS = 5
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_BUSY = (408, 425, 429)  # besides 500 and above


class DataError(Exception):
    """A file cannot be had, or not be put in place.

    Attributes:
        place: Its link, or its path.
        problem: What is wrong, and what to do, in one line.
    """

    def __init__(self, place: str, problem: str) -> None:
        """Keep what a caller may print apart."""
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


def half_of(title: str) -> str:
    """Return the half that an article is dealt to.

    It goes by another bit of the title's hash than `is_held_back`, so that a quarter of
    either half is of articles that the reader is never trained on.

    Args:
        title: As SQuAD gives it; an article's translations all bear the English one.
    """
    name = title.replace("_", " ")  # as `load_question_set` does
    return HALVES[deal_title(name, len(HALVES) * PARTS) // PARTS]


def deal_out(entries: Iterable[SquadArticle]) -> dict[str, list[SquadArticle]]:
    """Part articles into halves; their order stays."""
    halves: dict[str, list[SquadArticle]] = {half: [] for half in HALVES}
    for entry in entries:
        halves[half_of(entry["title"])].append(entry)
    return halves


def obtain(
    original: Original,
    folder: Path,
    client: httpx.Client,
    mirror: str | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> bytes:
    """Return an original, which is fetched unless it lies whole in a folder.

    Args:
        original: What to fetch.
        folder: Where originals are kept.
        client: Asks servers.
        mirror: A place that has it by its name; None asks its home.
        report: Called with the number of bytes that have come.

    Raises:
        DataError: It is not to be had.
        OSError: The folder cannot be written to.
    """
    path = folder / original.name
    with suppress(FileNotFoundError):
        data = path.read_bytes()
        if original.is_whole(data):
            return data
    link = f"{mirror.rstrip('/')}/{original.name}" if mirror else original.link
    data = _fetch(client, link, original.size, report)
    if not original.is_whole(data):
        by_hand = f"put it into {folder} by hand, or name a place with --from"
        raise DataError(link, f"{_found_instead(data)}; {by_hand}")
    replace(path, data)
    return data


def replace(path: Path, data: bytes) -> None:
    """Put a file in place whole, whatever interrupts; leave it if it is the same."""
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _BusyError(DataError):
    """The server may give it another time."""


def _fetch(
    client: httpx.Client, link: str, size: int, report: Callable[[int], None]
) -> bytes:
    """Return what stands behind a link, tried anew where the network fails."""
    retrying = Retrying(
        retry=retry_if_exception_type((httpx.TransportError, _BusyError)),
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(multiplier=WAIT_SECONDS),
        reraise=True,
    )
    try:
        return retrying(_read, client, link, size, report)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DataError(link, _network_problem(error)) from error


def _read(
    client: httpx.Client, link: str, size: int, report: Callable[[int], None]
) -> bytes:
    deadline = time.monotonic() + FETCH_SECONDS
    data = bytearray()
    with client.stream("GET", link) as response:
        _check_status(link, response.status_code)
        for chunk in response.iter_bytes():
            data += chunk
            report(len(data))
            if len(data) > size:
                break
            if time.monotonic() > deadline:
                raise DataError(
                    link,
                    f"it takes over {FETCH_SECONDS:g} seconds to come; what came "
                    "before it is kept: run it again later",
                )
    return bytes(data)


def _check_status(link: str, status: int) -> None:
    if status == httpx.codes.OK:
        return
    if status in _BUSY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        problem = f"the server fails (HTTP {status}); run it again later"
        raise _BusyError(link, problem)
    raise DataError(
        link, f"it is not there (HTTP {status}); name a place that has it with --from"
    )


def _network_problem(error: Exception) -> str:
    again = "what came before it is kept: run it again later"
    if isinstance(error, httpx.TimeoutException):
        return f"the server does not answer in time; {again}"
    if isinstance(error, httpx.ConnectError):
        return "the server cannot be reached; check the network, and run it again"
    if isinstance(error, httpx.TooManyRedirects):
        return "it redirects too often; name a place that has it with --from"
    if isinstance(error, httpx.InvalidURL):
        return "this is no link; correct what --from names"
    return f"it breaks off ({type(error).__name__}); {again}"


def _found_instead(data: bytes) -> str:
    if data.lstrip()[:1] == b"<":
        return "a web page comes instead of the file"
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return "what comes is no whole JSON"
    return "what comes is another file than was published (SHA-256 differs)"


def _secure_only(request: httpx.Request) -> None:
    """Refuse to ask in plain text, after a redirect too; this machine may be asked."""
    url = request.url
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise DataError(
            str(url), "only https links are followed; name another place with --from"
        )


def prepare(
    folder: Path, mirror: str | None, progress: Progress, sets: Sequence[PublicSet]
) -> list[str]:
    """Fetch sets and write their halves; return a line on each file.

    Raises:
        DataError: A file is not to be had, or another one stands in its place; what
            came before it is kept.
        OSError: The folder cannot be written to.
    """
    originals = folder / ORIGINALS
    originals.mkdir(parents=True, exist_ok=True)
    replace(folder / "NOTICE.md", notice(sets).encode())
    lines: list[str] = []
    with httpx.Client(
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        timeout=SILENT_SECONDS,
        event_hooks={"request": [_secure_only]},
        headers={"User-Agent": "article-bot (fetches question sets once)"},
    ) as client:
        for public in sets:
            files: list[bytes] = []
            for original in public.originals:
                task = progress.add_task(escape(original.name), total=original.size)
                report = partial(_report, progress, task)
                files.append(obtain(original, originals, client, mirror, report))
                report(original.size)
            lines += _write_halves(folder, public, files)
    return lines


def _report(progress: Progress, task: TaskID, completed: int) -> None:
    progress.update(task, completed=completed)


def _write_halves(folder: Path, public: PublicSet, files: Sequence[bytes]) -> list[str]:
    lines: list[str] = []
    for half, entries in deal_out(public.read(files)).items():
        path = folder / f"{public.name}.{half}.json"
        text = json.dumps({"data": entries}, ensure_ascii=False)
        data = f"{text}\n".encode()
        if path.exists() and path.read_bytes() != data:
            problem = "this is another file; move it away, or name another folder"
            raise DataError(str(path), problem)
        replace(path, data)
        paragraphs = [p for entry in entries for p in entry["paragraphs"]]
        questions = sum(len(paragraph["qas"]) for paragraph in paragraphs)
        lines.append(f"{path}: {len(entries)} articles, {questions:,} questions")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch and deal; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.data", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--from",
        dest="mirror",
        metavar="URL",
        help="a place that has all files by their names, instead of their homes",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="made if missing")
    options = parser.parse_args(arguments)
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    try:
        with Progress(console=stderr, transient=True) as progress:
            lines = prepare(options.folder, options.mirror, progress, SETS)
    except DataError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except OSError as error:
        place = error.filename or options.folder
        problem = f"{error.strerror or error}; make room, or name another folder"
        sys.stderr.write(f"{parser.prog}: {place}: {problem}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
