"""Analysis of articles for the index in memory, of many in worker processes.

A worker is a new interpreter that runs `serve` alone: unlike those of multiprocessing,
it imports no script of the caller's again, and copies no thread's lock. Batches of
articles go to it by a pipe, and their columns come back, pickled.
"""

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from retrieval.documents.values import Article
from retrieval.index.columns import Columns, build_columns
from retrieval.index.indexed_passage import indexed_passages
from retrieval.progress import Progress, no_progress
from retrieval.text.analysis import analyzer_for

BATCH = 250  # articles whose columns are built at once
# A worker takes two seconds to start; above this length several are worth it.
MIN_CHARACTERS_FOR_WORKERS = 5_000_000
MAX_WORKERS = 8  # some 150 MB each
END_SECONDS = 5
WORK = "from retrieval.index.building import serve; serve(sys.stdin.buffer, results)"

Batch = Sequence[tuple[str, Article]]


def build_batches(
    articles: Mapping[str, Article], progress: Progress = no_progress
) -> list[Columns]:
    """Return the columns of articles, a batch each, in order.

    Args:
        articles: The articles by their keys.
        progress: Shows how many articles are analysed.
    """
    items = list(articles.items())
    batches = [items[n : n + BATCH] for n in range(0, len(items), BATCH)]
    n_workers = min(_n_cores(), MAX_WORKERS, len(batches))
    length = sum(len(article.text) for article in articles.values())
    is_large = n_workers > 1 and length >= MIN_CHARACTERS_FOR_WORKERS
    built = _build_in_workers(batches, n_workers) if is_large else map(_build, batches)
    shown = iter(progress(items, description="Indexing"))
    columns = []
    for batch in batches:
        columns.append(next(built))
        for _ in islice(shown, len(batch)):
            pass
    next(shown, None)  # so that the last one counts as done
    return columns


def serve(batches: BinaryIO, results: BinaryIO) -> None:
    """Build the columns of one batch after another, until the input ends."""
    with contextlib.suppress(EOFError, BrokenPipeError):  # the parent has ended
        while True:
            columns = _build(pickle.load(batches))
            pickle.dump(columns, results, pickle.HIGHEST_PROTOCOL)
            results.flush()


def _build(batch: Batch) -> Columns:
    return build_columns(
        list(indexed_passages(key, article, analyzer_for(article.language)))
        for key, article in batch
    )


def _build_in_workers(batches: Sequence[Batch], n_workers: int) -> Iterator[Columns]:
    """Yield the columns of batches, in order; a batch that a worker loses, too."""
    workers = [_start() for _ in range(n_workers)]
    free: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def build(batch: Batch) -> Columns:
        worker = free.get()
        try:
            return _exchange(worker, batch)
        finally:
            free.put(worker)

    pool = ThreadPoolExecutor(n_workers)
    try:
        yield from pool.map(build, batches)
    finally:
        for worker in filter(None, workers):
            _end(worker)
        pool.shutdown(cancel_futures=True)


def _exchange(worker: subprocess.Popen[bytes] | None, batch: Batch) -> Columns:
    """Return a batch's columns, built here if there is no worker or it has died."""
    if worker is None:
        return _build(batch)
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        pickle.dump(batch, worker.stdin, pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
        columns: Columns = pickle.load(worker.stdout)
    except (OSError, ValueError, EOFError, pickle.UnpicklingError):
        return _build(batch)
    return columns


def _start() -> subprocess.Popen[bytes] | None:
    """Start a worker, or return None where no process can be started.

    What its libraries print is dropped.
    """
    # It imports from the folders of this program. Its own session: Ctrl-C ends this
    # program alone, and the worker with its input.
    folders = [str(Path(folder).absolute()) for folder in sys.path]
    prepare = "import os; results = os.fdopen(os.dup(1), 'wb'); os.dup2(2, 1)"
    try:
        return subprocess.Popen(
            [
                *(sys.executable, "-P", "-c"),
                f"import sys; sys.path[:] = {folders}; {prepare}; {WORK}",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End a worker that waits for a batch, and kill one that does not end."""
    try:
        worker.communicate(timeout=END_SECONDS)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        worker.kill()
        worker.communicate()


def _n_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
