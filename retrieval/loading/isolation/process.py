"""Processes that are cut off from the rest of the system, each with a time limit.

A job is a line of JSON and then its data; an answer is one line, which lines for the
steps of the job may precede. `serving` is the other end.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Any

START_SECONDS = 60  # that a process has to start; they count for no job
END_SECONDS = 1  # that an idle process has to end
MAX_STEPS = 100  # of a job
MAX_ANSWER_BYTES = 256 * 1024**2
MAX_READY_BYTES = 1_000
# The whole environment of a process: this program's holds tokens and passwords.
# OpenBLAS would start a thread, which the rules of the first would not bind; Tesseract
# would wait for threads that may not be started.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
}


class StartError(Exception):
    """A process cannot be started; the message is its reason, or ""."""


class TimeLimitError(Exception):
    """A job takes too much time."""


class CrashError(Exception):
    """A process has ended over a job, or answers something else."""


class IsolatedProcess:
    """One process, restarted after it has died; for one thread at a time.

    Args:
        program: Returns the Python code that the process runs.
    """

    def __init__(self, program: Callable[[], str]) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._isolated_from: list[str] = []

    def work(self, job: dict[str, Any], data: bytes, seconds: float) -> bytes:
        """Return the answer to a job.

        Args:
            job: The job, as JSON values.
            data: Its data.
            seconds: Time limit, from when the process is ready; it begins anew with
                each step of the job, `MAX_STEPS` times at most.

        Raises:
            StartError: The process cannot be started.
            TimeLimitError: The job takes too much time.
            CrashError: The job takes too much memory, or ends the process.
        """
        process = self._running()
        # A random number: a hijacked process cannot answer the next job in advance.
        number = token_hex(8)
        head = {**job, "number": number, "size": len(data), "seconds": seconds}
        message = json.dumps(head).encode() + b"\n" + data
        step = f"{number} step\n".encode()
        line = self._exchange(process, message, seconds, MAX_ANSWER_BYTES, step)
        if line is None:
            raise TimeLimitError
        answered, _, rest = line.partition(b" ")
        next_step, _, answer = rest.partition(b" ")
        if answered != number.encode() or not line.endswith(b"\n"):
            self.close()
            raise CrashError
        if next_step != b"again":
            self.close()
        return answer

    def isolated_from(self) -> list[str]:
        """Start the process, and list what it cannot reach; see `landlock`.

        Raises:
            StartError: The process cannot be started.
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
        step: bytes = b"",
    ) -> bytes | None:
        """Send a message and return the line that comes back; None if that is late.

        Args:
            process: The process.
            message: What it is sent.
            seconds: Time limit, which begins anew with each line that is `step`.
            max_bytes: Maximum length of the line.
            step: A line that announces another one; b"" if none does.
        """
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

        line = step
        n_steps = -1
        while line == step and not is_late and n_steps < MAX_STEPS:
            n_steps += 1
            timer = threading.Timer(seconds, give_up)
            timer.daemon = True
            timer.start()
            line = b""
            with contextlib.suppress(OSError):
                if not n_steps:
                    process.stdin.write(message)
                    process.stdin.flush()
                line = process.stdout.readline(max_bytes)
            with lock:
                done = line != step
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
                f"import sys; sys.path[:] = {folders}; {self._program()}",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd=Path(sys.executable).anchor,
            start_new_session=True,
        )
        ready = self._exchange(process, b"", START_SECONDS, MAX_READY_BYTES)
        found = json.loads(ready) if ready else ""
        if isinstance(found, str):
            self.close()
            raise StartError(found)
        self._isolated_from = found
        return process
