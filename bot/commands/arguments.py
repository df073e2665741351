"""Options and exit codes that several commands share."""

import argparse
from typing import TypeAlias

SUCCESS, NOT_FOUND, BAD_INPUT = 0, 1, 2  # exit codes

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_article_option(parser: argparse.ArgumentParser) -> None:
    """Let a command name the articles that it works on."""
    parser.add_argument(
        "--article",
        action="append",
        metavar="ARTICLE",
        help="a file, folder, glob or link; repeat it for more (default: BOT_ARTICLE)",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Let a command print JSON rather than text."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
