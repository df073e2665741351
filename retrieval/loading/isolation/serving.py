"""The inside of an isolated process: jobs on standard input, answers on its output.

The first line of output is a JSON list of what the process cannot reach. A job is a
line of JSON and then its data. An answer is one line: the job's number, "again" or,
before the process ends, "last", and the answer itself. Before it, a line with the job's
number and "step" says that the job's time begins anew. The program that gives the jobs
ends the process when a job takes too long; where that program is gone, a timer does.
"""

import contextlib
import json
import os
import signal
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

GRACE_SECONDS = 2  # beyond a job's limit, before the process ends by itself
MAX_GROWTH_BYTES = 64 * 1024**2  # up to which a process takes another job

Step = Callable[[], None]  # says that another step of the job begins


class Answer(NamedTuple):
    """An answer to a job.

    Attributes:
        line: The answer, without a line break.
        is_last: Whether the job met a limit, so that the process takes no other.
    """

    line: str
    is_last: bool = False


def take_output() -> BinaryIO:
    """Return standard output; what else the process prints goes to standard error."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


def write_line(output: BinaryIO, line: str) -> None:
    """Write a line at once."""
    output.write(f"{line}\n".encode())
    output.flush()


def serve_jobs(
    jobs: BinaryIO,
    output: BinaryIO,
    memory: Callable[[], int],
    answer: Callable[[dict[str, Any], bytes, Step], Answer],
) -> None:
    """Answer one job after another, until the input ends or memory has grown.

    A job that meets a limit or makes the process grow is the last one: the memory it
    leaves occupied would be missing for the next.

    Args:
        jobs: Lines of JSON, each followed by its data.
        output: Receives one line for each job.
        memory: Returns the bytes of data that the process has.
        answer: Answers a job, given its data and what to call at each further step.
    """
    memory_at_start = memory()
    for line in jobs:
        job = json.loads(line)
        number, seconds = job.pop("number"), job.pop("seconds") + GRACE_SECONDS

        def step(number: str = number, seconds: float = seconds) -> None:
            write_line(output, f"{number} step")
            _end_after(seconds)

        _end_after(seconds)
        given = answer(job, jobs.read(job.pop("size")), step)
        _end_after(0)
        is_last = given.is_last or memory() > memory_at_start + MAX_GROWTH_BYTES
        next_step = "last" if is_last else "again"
        write_line(output, f"{number} {next_step} {given.line}")
        if is_last:
            return


def _end_after(seconds: float) -> None:
    """End the process after some seconds, where the system can; 0 cancels that."""
    with contextlib.suppress(AttributeError):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def memory_gauge() -> Callable[[], int]:
    """Return a function for the bytes of data that the process has; 0 if unknown."""
    try:
        import resource

        # Stays open: no file can be opened later.
        file = open("/proc/self/statm", "rb", buffering=0)  # noqa: PTH123, SIM115
    except (ImportError, OSError):
        return lambda: 0
    page = resource.getpagesize()

    def read() -> int:
        file.seek(0)
        return int(file.read().split()[5]) * page

    return read


def limit_memory(taken: int, more: int) -> None:
    """Limit the memory of the process, where the system can.

    Args:
        taken: Bytes of data that the process has; 0 if unknown.
        more: Bytes that it may take besides.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        if taken:
            limit = taken + more
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
