"""Parsing in other processes, with a time limit; see `worker`."""

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from queue import LifoQueue
from secrets import token_hex
from typing import Any

from retrieval.documents.json import article_from_json
from retrieval.documents.values import Article
from retrieval.errors import ErrorCode
from retrieval.loading.content import TOO_COMPLEX, UnreadableError

PROCESSES = 2  # at most; a slow file does not hold up the next
START_SECONDS = 60  # that a process has to start; they count for no file
END_SECONDS = 1  # that an idle process has to end
MAX_ANSWER_BYTES = 256 * 1024**2
MAX_READY_BYTES = 1_000
# The whole environment of a process: this program's holds tokens and passwords.
# OpenBLAS would start a thread, which the rules of the first would not bind.
ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
WORK = "from retrieval.loading.isolation.worker import main; main()"


class Sandbox:
    """A pool of parsing processes, started when they are first needed."""

    def __init__(self) -> None:
        self._workers = [_Worker() for _ in range(PROCESSES)]
        self._free: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)
        atexit.register(self.close)

    def read(self, data: bytes, job: dict[str, Any], seconds: float) -> Article:
        """Return the article of a file.

        Args:
            data: The file.
            job: The other arguments of `worker.parse_article`, as JSON values, and the
                content type in place of the format.
            seconds: Time limit, from when a process is ready for the file.

        Raises:
            UnreadableError: The file cannot be read, or takes too much time or memory.
        """
        worker = self._free.get()
        try:
            line = worker.work({**job, "size": len(data)}, data, seconds)
        finally:
            self._free.put(worker)
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
        worker = self._free.get()
        try:
            return worker.isolated_from()
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process, restarted after it has died; for one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._isolated_from: list[str] = []

    def work(self, job: dict[str, Any], data: bytes, seconds: float) -> bytes:
        """Return the outcome of a job: "article" or "problem", and JSON.

        Raises:
            UnreadableError: The job takes too much time or memory.
        """
        process = self._running()
        # A random number: a hijacked process cannot answer the next job in advance.
        number = token_hex(8)
        head = json.dumps({**job, "number": number}).encode() + b"\n"
        line = self._exchange(process, head + data, seconds, MAX_ANSWER_BYTES)
        if line is None:
            raise UnreadableError(
                f"reading it takes over {seconds:g} seconds; simplify or split it"
            )
        answered, _, rest = line.partition(b" ")
        next_step, _, answer = rest.partition(b" ")
        if answered != number.encode() or not line.endswith(b"\n"):
            self.close()
            raise UnreadableError(TOO_COMPLEX)
        if next_step != b"again":
            self.close()
        return answer

    def isolated_from(self) -> list[str]:
        """List what the process cannot reach.

        Raises:
            UnreadableError: The process cannot be started.
        """
        self._running()
        return self._isolated_from

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired, OSError, ValueError):
            process.communicate(timeout=END_SECONDS)  # ends when its input does
            return
        process.kill()
        process.communicate()

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        message: bytes,
        seconds: float,
        max_bytes: int,
    ) -> bytes | None:
        """Send a message and return the line that comes back; None if that is late."""
        assert process.stdin is not None
        assert process.stdout is not None
        lock = threading.Lock()  # so that no process is killed that has just finished
        done = is_late = False

        def give_up() -> None:
            nonlocal is_late
            with lock:
                if not done:
                    is_late = True
                    process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        line = b""
        with contextlib.suppress(OSError):
            process.stdin.write(message)
            process.stdin.flush()
            line = process.stdout.readline(max_bytes)
        with lock:
            done = True
        timer.cancel()
        if not is_late:
            return line
        self.close()
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        # It imports from the folders of this program, not from the current folder.
        # Its own session: Ctrl-C ends this program alone.
        folders = [str(Path(folder).absolute()) for folder in sys.path]
        process = self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                f"import sys; sys.path[:] = {folders}; {WORK}",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd=Path(sys.executable).anchor,
            start_new_session=True,
        )
        ready = self._exchange(process, b"", START_SECONDS, MAX_READY_BYTES)
        if not ready:
            self.close()
            raise UnreadableError("the process that reads it cannot be started")
        self._isolated_from = json.loads(ready)
        return process
