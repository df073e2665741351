"""Entry point of the program; `cli` is imported late, for loading takes a while."""

import os
import sys
from collections.abc import Sequence

# As shells report the end of a program by a signal: 128 and the signal's number.
INTERRUPTED = 130
NOBODY_READS = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Ctrl-C ends it without a traceback, and so does `| head`, which closes the pipe.
    """
    try:
        from bot.cli import run

        try:
            return run(arguments)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What is left to be written at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS


if __name__ == "__main__":
    sys.exit(main())
