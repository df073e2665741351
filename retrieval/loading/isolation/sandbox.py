"""Reading in other processes, with a limit of time; see `worker`."""

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

from retrieval.documents.json import parse_article
from retrieval.documents.values import Article
from retrieval.loading.content import TOO_COMPLEX, UnreadableError

PROCESSES = 2  # at most; a file that takes its time does not hold up the next
START_SECONDS = 60  # that a process has to begin; no file is read in them
END_SECONDS = 1  # that an idle process has to end
MAX_ANSWER_BYTES = 256 * 1024**2
MAX_READY_BYTES = 1_000
# Nothing of what this program was given: a token, a password.
# OpenBLAS would start a thread, which is not bound by what binds the first.
ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
WORK = "from retrieval.loading.isolation.worker import main; main()"


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
            seconds: How long it may take, once a process is ready for it.

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

    def kept_from(self) -> list[str]:
        """Return what the processes cannot reach; see `landlock`.

        Raises:
            UnreadableError: None can be started.
        """
        worker = self._free.get()
        try:
            return worker.kept_from()
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process, started again when it has died; for one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._kept_from: list[str] = []

    def work(self, job: dict[str, Any], data: bytes, seconds: float) -> bytes:
        """Return the article or the problem that a job results in.

        Raises:
            UnreadableError: It takes too much time or memory.
        """
        process = self._running()
        # Whatever takes the process over cannot answer the next job beforehand.
        number = token_hex(8)
        head = json.dumps({**job, "number": number}).encode() + b"\n"
        line = self._exchange(process, head + data, seconds, MAX_ANSWER_BYTES)
        if line is None:
            raise UnreadableError(
                f"reading it takes over {seconds:g} seconds; simplify or split it"
            )
        said, _, rest = line.partition(b" ")
        stays, _, answer = rest.partition(b" ")
        if said != number.encode() or not line.endswith(b"\n"):
            self.close()
            raise UnreadableError(TOO_COMPLEX)
        if stays != b"again":
            self.close()
        return answer

    def kept_from(self) -> list[str]:
        """Tell what the process cannot reach.

        Raises:
            UnreadableError: It cannot be started.
        """
        self._running()
        return self._kept_from

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

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        said: bytes,
        seconds: float,
        most: int,
    ) -> bytes | None:
        """Say something and return the line that comes back; None if that is late."""
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
            process.stdin.write(said)
            process.stdin.flush()
            line = process.stdout.readline(most)
        with turn:
            done = True
        timer.cancel()
        if not is_late:
            return line
        self.close()
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        # It imports from where this program does, and not from the folder that it
        # happens to run in. Ctrl-C is for this program alone.
        places = [str(Path(place).absolute()) for place in sys.path]
        process = self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {places}; {WORK}"],
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
        self._kept_from = json.loads(ready)
        return process
