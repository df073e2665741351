"""Downloads the public question sets, and splits the articles of each in two halves.

`python -m benchmarks.data DIR` stores the downloads in `DIR/originals`, and writes
`DIR/NAME.dev.json` and `DIR/NAME.held.json`, which `article-bot evaluate` reads, and a
`DIR/NOTICE.md` with authors and licences. Complete files are not downloaded again.
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

from benchmarks.public_sets import SETS, Original, PublicSet, SquadArticle, notice
from benchmarks.splits import N_PARTS, fold_of_title

HALVES = ("dev", "held")
ORIGINALS = "originals"  # a folder in DIR, which "DIR/*.json" leaves out
TRIES = 3
WAIT_SECONDS = 1.0  # before the second try; twice that before the third
SILENT_SECONDS = 20.0  # to connect, and between any two chunks
FETCH_SECONDS = 300.0  # for one try at one file, however slowly it comes
MAX_REDIRECTS = 5
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_BUSY = (408, 425, 429)  # besides 500 and above


class DataError(Exception):
    """A file cannot be downloaded, or not be written.

    Attributes:
        place: The file's link or path.
        problem: What is wrong, and what to do, in one line.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


def half_of(title: str) -> str:
    """Return the half that an article belongs to.

    This uses another bit of the title's hash than `splits.split_name`, so a quarter
    of either half is in the dev split.

    Args:
        title: The title in SQuAD's form; translations have the English one.
    """
    name = title.replace("_", " ")  # as `load_question_set` does
    return HALVES[fold_of_title(name, len(HALVES) * N_PARTS) // N_PARTS]


def split_halves(entries: Iterable[SquadArticle]) -> dict[str, list[SquadArticle]]:
    """Split articles in halves, in their order."""
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
    """Return the bytes of an original, downloaded unless the folder has it complete.

    Args:
        original: The file to download.
        folder: The folder that originals are stored in.
        client: Sends the requests.
        mirror: Base URL of a server with all originals; None asks the original's own.
        report: Called with the number of bytes received so far.

    Raises:
        DataError: The file cannot be downloaded, or is another than was published.
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
    write_atomically(path, data)
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file atomically, unless it has these bytes already."""
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
    """The server is busy; a later try may succeed."""


def _fetch(
    client: httpx.Client, link: str, size: int, report: Callable[[int], None]
) -> bytes:
    """Return the bytes behind a link; try again where the network fails.

    Raises:
        DataError: No try succeeded.
    """
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
    """Refuse unencrypted requests, redirected ones too, except to this machine."""
    url = request.url
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise DataError(
            str(url), "only https links are followed; name another place with --from"
        )


def prepare(
    folder: Path, mirror: str | None, progress: Progress, sets: Sequence[PublicSet]
) -> list[str]:
    """Download sets and write their halves; return a line on each file.

    Raises:
        DataError: A file cannot be downloaded, or a different one would be
            overwritten; the files before it stay.
        OSError: The folder cannot be written to.
    """
    originals = folder / ORIGINALS
    originals.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "NOTICE.md", notice(sets).encode())
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
    for half, entries in split_halves(public.read(files)).items():
        path = folder / f"{public.name}.{half}.json"
        text = json.dumps({"data": entries}, ensure_ascii=False)
        data = f"{text}\n".encode()
        if path.exists() and path.read_bytes() != data:
            problem = "this is another file; move it away, or name another folder"
            raise DataError(str(path), problem)
        write_atomically(path, data)
        paragraphs = [p for entry in entries for p in entry["paragraphs"]]
        questions = sum(len(paragraph["qas"]) for paragraph in paragraphs)
        lines.append(f"{path}: {len(entries)} articles, {questions:,} questions")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Download and split; return the exit code."""
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
