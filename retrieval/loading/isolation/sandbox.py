"""Parsing in other processes, with a time limit; see `worker`."""

import atexit
import json
from collections.abc import Callable
from queue import LifoQueue
from typing import Any, TypeVar

from retrieval.documents.json import article_from_json
from retrieval.documents.values import Article
from retrieval.errors import ErrorCode
from retrieval.loading.content import TOO_COMPLEX, UnreadableError
from retrieval.loading.isolation.process import (
    CrashError,
    IsolatedProcess,
    StartError,
    TimeLimitError,
)

PROCESSES = 2  # at most; a slow file does not hold up the next
WORK = "from retrieval.loading.isolation.worker import main; main()"

Result = TypeVar("Result")


class Sandbox:
    """A pool of parsing processes, started when they are first needed."""

    def __init__(self) -> None:
        self._processes = [IsolatedProcess(lambda: WORK) for _ in range(PROCESSES)]
        self._free: LifoQueue[IsolatedProcess] = LifoQueue()
        for process in self._processes:
            self._free.put(process)
        atexit.register(self.close)

    def read(self, data: bytes, job: dict[str, Any], seconds: float) -> Article:
        """Return the article of a file.

        Args:
            data: The file.
            job: The other arguments of `worker.parse_article`, as JSON values, and the
                content type in place of the format.
            seconds: Time limit, from when a process is ready for the file; it begins
                anew with each step of the job; see `IsolatedProcess.work`.

        Raises:
            UnreadableError: The file cannot be read, or takes too much time or memory.
        """
        try:
            line = self._use(lambda process: process.work(job, data, seconds))
        except TimeLimitError as error:
            raise UnreadableError(
                f"reading it takes over {seconds:g} seconds; simplify or split it"
            ) from error
        except CrashError as error:
            raise UnreadableError(TOO_COMPLEX) from error
        kind, _, body = line.partition(b" ")
        if kind == b"problem":
            problem, code = json.loads(body)
            raise UnreadableError(problem, code and ErrorCode(code))
        return article_from_json(body)

    def isolated_from(self) -> list[str]:
        """List what the processes cannot reach; see `landlock`.

        Raises:
            UnreadableError: No process can be started.
        """
        return self._use(IsolatedProcess.isolated_from)

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.close()

    def _use(self, use: Callable[[IsolatedProcess], Result]) -> Result:
        """Return what a function makes of a free process; wait for one."""
        process = self._free.get()
        try:
            return use(process)
        except StartError as error:
            problem = "the process that reads it cannot be started"
            raise UnreadableError(problem) from error
        finally:
            self._free.put(process)
