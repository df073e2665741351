"""The command line: arguments, settings, logging; build, run."""

import argparse
import contextlib
import locale
import logging
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote

from platformdirs import user_cache_path
from pydantic import SecretStr
from rich.console import Console
from rich.progress import Progress

from bot import __version__
from bot.articles.catalogue import Build
from bot.articles.watching import LocalWatcher
from bot.chat.conversation import Conversation
from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.commands.plots import PlotError
from bot.console.rendering import render_json
from bot.console.session import Session
from bot.console.terminal import run_console, show
from bot.logs import configure_logging
from bot.settings import (
    READER_OFF,
    READER_ON,
    Settings,
    SettingsError,
    load_settings,
    unknown_settings,
)
from bot.web.links import PageLinks
from bot.wording.texts import wording
from retrieval import Answer, Answerer, Article, RetrievalError, load_article
from retrieval.encoder import Reader, default_reader, load_reader
from retrieval.encoder.cache import EmbeddingCache
from retrieval.loading.web.cache import Cache

if TYPE_CHECKING:
    from bot.articles.cluster import ClusterWatcher
    from bot.articles.watcher import Watcher

logger = logging.getLogger(__name__)

FOUND, NOT_FOUND, BAD_INPUT = 0, 1, 2  # exit codes


class _OneLineParser(argparse.ArgumentParser):
    """Reports a wrong command line in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell
            setattr(sys, name, Path(os.devnull).open("r+"))  # noqa: SIM115  # to the end
        # A byte that is no UTF-8, or a terminal that cannot show a letter, is no
        # reason to stop.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (RetrievalError, SettingsError, PlotError) as error:
        sys.stderr.write(f"article-bot: {' '.join(str(error).split())}\n")
        return BAD_INPUT
    except OSError as error:  # a full disk, say
        sys.stderr.write(f"article-bot: the system refused: {error.strerror}\n")
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="article-bot",
        description="Answers questions about an article in the article's own words.",
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    console = commands.add_parser("console", help="ask at this terminal")
    ask = commands.add_parser("ask", help="answer one question")
    commands.add_parser("telegram", help="answer in Telegram")
    check = commands.add_parser("check", help="say what is configured and works")
    index = commands.add_parser("index", help="bring a cluster's index up to date")
    for command in (console, ask, check, index):
        command.add_argument(
            "--article",
            action="append",
            metavar="ARTICLE",
            help="a file, folder, glob or link; repeat it for more "
            "(default: BOT_ARTICLE)",
        )
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    ask.add_argument("question", nargs="+", metavar="QUESTION")
    feedback = commands.add_parser(
        "feedback", help="list the questions called wrong and the refused ones"
    )
    feedback.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate = commands.add_parser("evaluate", help="measure on files of questions")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.add_argument(
        "--save-plot",
        type=Path,
        metavar="FILE.png",
        help="draw the reliability diagram and the risk-coverage curve",
    )
    evaluate.add_argument(
        "questions",
        nargs="+",
        metavar="QUESTIONS.json",
        help="a SQuAD file, a file of readers' questions, or a folder of these",
    )
    return parser


def _run(options: argparse.Namespace) -> int:
    settings = load_settings()
    token = settings.token.get_secret_value() if settings.token else ""
    if options.command == "telegram" and not token:
        raise SettingsError(
            "BOT_TOKEN is not set; put the token from @BotFather there or in .env"
        )
    if settings.webhook_url and settings.webhook_secret is None:
        secret = SecretStr(secrets.token_urlsafe())
        settings = settings.model_copy(update={"webhook_secret": secret})
    configure_logging(
        settings.log_level, _secrets(settings), as_json=settings.log_format == "json"
    )
    for line in unknown_settings():
        logger.warning("%s", line)
    if options.command == "evaluate":
        from bot.commands.evaluate import run_evaluate

        run_evaluate(
            options.questions,
            settings,
            _reader(settings),
            _console(),
            as_json=options.json,
            plot=options.save_plot,
        )
        return FOUND
    if options.command == "feedback":
        from bot.commands.feedback import list_feedback

        list_feedback(settings, token, _console(), as_json=options.json)
        return FOUND
    named = getattr(options, "article", None)
    names = named or settings.article
    if options.command == "index":
        if not named and "article" not in settings.model_fields_set:
            raise SettingsError(
                "neither --article nor BOT_ARTICLE is set; one of them names what the "
                "index is to hold"
            )
        return _index(settings, names)
    reader = _reader(settings)
    # Articles that are named at the command line are asked, whatever a cluster holds.
    watcher = (
        _watcher(settings, names, reader)
        if named or settings.index_url is None
        else _cluster_watcher(settings, reader)
    )
    with _progress() as progress:
        watcher.open(progress.track)
        if options.command in ("console", "ask"):
            watcher.prepare(progress.track)
    match options.command:
        case "check":
            from bot.commands.checking import check_all

            is_well = check_all(settings, watcher.catalogue, token, reader, _console())
            return FOUND if is_well else BAD_INPUT
        case "console":
            session = Session(Chat(watcher.catalogue), _face(settings, watcher))

            def keep_up() -> None:
                if watcher.refresh():
                    watcher.prepare()
                session.move_to(watcher.catalogue)

            run_console(session, sys.stdin, _console(), keep_up)
            return FOUND
        case "ask":
            question = " ".join(options.question)
            face = replace(_face(settings, watcher), once=True)
            conversation = Conversation(Chat(watcher.catalogue), face)
            return _ask(conversation, question, as_json=options.json)
        case _:
            from bot.background import end
            from bot.commands.serving import serve

            serve(watcher, settings, token, reader)
            return end(FOUND)


def _progress() -> Progress:
    """Show how far work is, at a terminal alone."""
    stderr = Console(stderr=True)
    quiet = not stderr.is_terminal or stderr.is_dumb_terminal
    return Progress(console=stderr, transient=True, disable=quiet)


def _index(settings: Settings, names: Sequence[str]) -> int:
    if settings.index_url is None:
        raise SettingsError(
            "BOT_INDEX_URL is not set; it names the cluster that holds the index"
        )
    with _opensearch():
        from bot.commands.indexing import run_index
        from retrieval.index.opensearch.client import INDEXING_SECONDS, Cluster

    cluster = Cluster(settings.index_url.get_secret_value(), seconds=INDEXING_SECONDS)
    with _progress() as progress:
        is_whole = run_index(
            cluster, names, _loading(settings), progress.track, _console()
        )
    return FOUND if is_whole else BAD_INPUT


@contextlib.contextmanager
def _opensearch() -> Iterator[None]:
    """Say how to install what a cluster needs, where that is missing."""
    try:
        yield
    except ImportError as error:
        raise SettingsError(
            "BOT_INDEX_URL needs more; run: pip install 'article-bot[opensearch]'"
        ) from error


def _reader(settings: Settings) -> Reader | None:
    if settings.reader == READER_OFF:
        return None
    if settings.reader == READER_ON:
        return default_reader()
    return load_reader(settings.reader)


def _watcher(
    settings: Settings, names: Sequence[str], reader: Reader | None
) -> LocalWatcher:
    return LocalWatcher(names, _loading(settings), _build(settings, reader))


def _cluster_watcher(settings: Settings, reader: Reader | None) -> "ClusterWatcher":
    assert settings.index_url is not None
    with _opensearch():
        from bot.articles.cluster import ClusterCatalogue, ClusterWatcher
        from retrieval.index.opensearch.client import Cluster
        from retrieval.index.opensearch.search import OpenSearchIndex

    index = OpenSearchIndex(Cluster(settings.index_url.get_secret_value()))
    return ClusterWatcher(ClusterCatalogue(index, _build(settings, reader)))


def _cache() -> Path:
    return user_cache_path("article-bot", appauthor=False)


def _loading(settings: Settings) -> Callable[[str], Article]:
    return partial(
        load_article,
        language=settings.language,
        allow_private=settings.allow_private_urls,
        cache=Cache(_cache()),
        seconds=settings.reading_seconds,
    )


def _build(settings: Settings, reader: Reader | None) -> Build:
    return partial(
        Answerer,
        min_confidence=settings.min_confidence,
        max_citations=settings.max_citations,
        reader=reader and EmbeddingCache(reader, _cache() / "embeddings"),
    )


def _ask(conversation: Conversation, question: str, *, as_json: bool) -> int:
    reply = conversation.say(question)
    answer = reply.answer or Answer(question, False, 0.0, (), ())
    if as_json:
        _console().print(render_json(answer), soft_wrap=True)
    else:
        show(_console(), reply)
    return FOUND if answer.found else NOT_FOUND


def _face(settings: Settings, watcher: "Watcher") -> Presentation:
    """Speak the language of the terminal, and tell where to read, if that is known."""
    spoken = wording(locale.getlocale()[0])
    if settings.public_url is None:
        return Presentation(spoken)
    token = settings.token.get_secret_value() if settings.token else ""
    links = PageLinks(settings.public_url, token)
    return Presentation(
        spoken, page_of=lambda citation: links.of(citation, watcher.catalogue)
    )


def _secrets(settings: Settings) -> list[str]:
    """List what must never be logged."""
    given = [settings.token, settings.webhook_secret]
    known = [secret.get_secret_value() for secret in given if secret]
    for address in (settings.database_url, settings.index_url):
        if address:
            # Its password stands before the host, or among the options.
            url = address.get_secret_value()
            userinfo = url.rpartition("@")[0].partition("://")[2]
            password = userinfo.partition(":")[2]
            options = re.findall("[?&]password=([^&#]*)", url)
            known += [url, password, unquote(password), *options]
    return [secret for secret in known if secret]


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)
