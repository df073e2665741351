"""Entry point of the program; `cli` is imported late, for loading takes a while."""

import sys
from collections.abc import Sequence

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program, which Ctrl-C ends without a traceback; return its exit code."""
    try:
        from bot.cli import run

        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
