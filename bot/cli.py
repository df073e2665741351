"""The command line: parse the arguments, read the settings, run the command."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from bot import __version__
from bot.commands import (
    ask,
    check,
    console,
    evaluate,
    feedback,
    index,
    read,
    telegram,
)
from bot.commands.arguments import BAD_INPUT
from bot.commands.plots import PlotError
from bot.logs import configure_logging
from bot.settings import SettingsError, load_settings, unknown_settings
from bot.store.errors import StoreURLError
from bot.wording.advice import operator_message
from retrieval import RetrievalError
from retrieval.encoder import BUILT_IN
from retrieval.encoder.card import ModelCard

logger = logging.getLogger(__name__)

COMMANDS = (console, ask, read, telegram, check, index, feedback, evaluate)


class _OneLineParser(argparse.ArgumentParser):
    """A parser that reports a wrong command line in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code."""
    _make_streams_safe()
    parsed = _parser().parse_args(arguments)
    try:
        return _run_command(parsed)
    except (RetrievalError, SettingsError, StoreURLError, PlotError) as error:
        line = " ".join(operator_message(error).split())
        sys.stderr.write(f"article-bot: {line}\n")
        return BAD_INPUT
    except BrokenPipeError:  # nobody reads the output
        raise
    except OSError as error:  # a full disk, say
        sys.stderr.write(f"article-bot: the system refused: {error.strerror}\n")
        return BAD_INPUT


def _make_streams_safe() -> None:
    """Replace streams that the shell has closed, and letters they cannot take."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell
            setattr(sys, name, Path(os.devnull).open("r+"))  # noqa: SIM115  # to the end
        # Bytes that are not UTF-8, or a terminal that cannot show a letter, must not
        # stop the program.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="article-bot",
        description="Answers questions about an article in the article's own words.",
    )
    encoder = ModelCard.read(Path(BUILT_IN))
    languages = ", ".join(sorted(encoder.languages))
    parser.add_argument(
        "--version",
        action="version",
        version=f"%(prog)s {__version__} "
        f"(encoder: {encoder.name}, languages {languages})",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def _run_command(parsed: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(
        settings.log_level,
        settings.all_secrets,
        as_json=settings.log_format == "json",
        describe=operator_message,
    )
    for line in unknown_settings():
        logger.warning("%s", line)
    exit_code: int = parsed.run(parsed, settings)
    return exit_code
