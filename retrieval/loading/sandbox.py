"""Parsing in another process, with a limit of time; see `worker`."""

import atexit
import contextlib
import json
import subprocess
import sys
import threading

from retrieval.loading.content import TOO_COMPLEX, Block, Content, UnreadableError
from retrieval.loading.formats import Format

END_SECONDS = 1  # that an idle process has to end
WORK = "from retrieval.loading.worker import main; main()"


class Sandbox:
    """A worker process, started when it is first needed, and again when it died."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def parse(self, kind: Format, data: bytes, charset: str, seconds: float) -> Content:
        """Parse a file; one at a time.

        Args:
            kind: Any format but plain text.
            data: The file.
            charset: The encoding that a server declares, or "".
            seconds: How long it may take.

        Raises:
            UnreadableError: It cannot be read, or takes too much time or memory.
        """
        job = {"format": kind.value, "charset": charset, "size": len(data)}
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            late = threading.Event()

            def give_up() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(seconds, give_up)
            timer.start()
            line = b""
            with contextlib.suppress(OSError):
                process.stdin.write(json.dumps(job).encode() + b"\n" + data)
                process.stdin.flush()
                line = process.stdout.readline()
            timer.cancel()
            if not line.endswith(b"\n"):
                self.close()
        if late.is_set():
            raise UnreadableError(
                f"reading it takes over {seconds:g} seconds; simplify or split it"
            )
        if not line.endswith(b"\n"):
            raise UnreadableError(TOO_COMPLEX)
        result = json.loads(line)
        if "problem" in result:
            raise UnreadableError(result["problem"])
        blocks = [Block(**block) for block in result.pop("blocks")]
        return Content(blocks, **result)

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
