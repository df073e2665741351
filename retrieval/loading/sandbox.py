"""Reading in other processes, with a limit of time; see `worker`."""

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from queue import LifoQueue
from typing import Any

from retrieval.documents import Article
from retrieval.loading.content import TOO_COMPLEX, UnreadableError
from retrieval.serialization import parse_article

PROCESSES = 2  # at most; a file that takes its time does not hold up the next
END_SECONDS = 1  # that an idle process has to end
WORK = "from retrieval.loading.worker import main; main()"


class Sandbox:
    """Worker processes, started when they are first needed."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._workers = [_Worker() for _ in range(PROCESSES)]
        self._free: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)
        atexit.register(self.close)

    def read(self, data: bytes, job: dict[str, Any], seconds: float) -> Article:
        """Read a file.

        Args:
            data: The file.
            job: What `worker.read` needs besides.
            seconds: How long it may take, once a process is free.

        Raises:
            UnreadableError: It cannot be read, or takes too much time or memory.
        """
        worker = self._free.get()
        try:
            line = worker.work({**job, "size": len(data)}, data, seconds)
        finally:
            self._free.put(worker)
        kind, _, body = line.partition(b" ")
        if kind == b"problem":
            raise UnreadableError(json.loads(body))
        return parse_article(body)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process, started again when it has died; for one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def work(self, job: dict[str, Any], data: bytes, seconds: float) -> bytes:
        """Return the line that a job results in.

        Raises:
            UnreadableError: It takes too much time or memory.
        """
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        turn = threading.Lock()  # so that nothing is killed that has just finished
        done = is_late = False

        def give_up() -> None:
            nonlocal is_late
            with turn:
                if not done:
                    is_late = True
                    process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        line = b""
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(job).encode() + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline()
        with turn:
            done = True
        timer.cancel()
        if is_late or not line.endswith(b"\n"):
            self.close()
        if is_late:
            raise UnreadableError(
                f"reading it takes over {seconds:g} seconds; simplify or split it"
            )
        if not line.endswith(b"\n"):
            raise UnreadableError(TOO_COMPLEX)
        return line

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired, OSError, ValueError):
            process.communicate(timeout=END_SECONDS)  # no more jobs: it ends itself
            return
        process.kill()
        process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # It imports from where this program does, and not from the folder that it
            # happens to run in.
            code = f"import sys; sys.path[:] = {sys.path}; {WORK}"
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process
