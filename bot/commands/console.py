"""`article-bot console`: answer questions at this terminal."""

import argparse
import logging
import sys

from bot.articles.watcher import Watcher
from bot.background import exit_without_waiting, start_in_background
from bot.chat.state import Chat
from bot.commands.arguments import SUCCESS, Subparsers, add_article_option
from bot.commands.components import (
    STILL_EMBEDDING,
    is_quick_to_embed,
    load_articles,
    make_encoder,
    make_presentation,
    stdout_console,
)
from bot.console.session import Session
from bot.console.terminal import run_console
from bot.settings import Settings

logger = logging.getLogger(__name__)


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("console", help="answer questions at this terminal")
    add_article_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer until the input ends, always from the articles as they are now."""
    encoder = make_encoder(settings)
    watcher = load_articles(settings, arguments.article, encoder, warm_up=True)
    _embed_the_rest(watcher)
    session = Session(Chat(watcher.catalogue), make_presentation(settings, watcher))

    def refresh() -> None:
        if watcher.refresh():
            if is_quick_to_embed(watcher):
                watcher.warm_up()
            _embed_the_rest(watcher)
        session.switch_catalogue(watcher.catalogue)

    run_console(session, sys.stdin, stdout_console(), before_each=refresh)
    return exit_without_waiting(SUCCESS)


def _embed_the_rest(watcher: Watcher) -> None:
    """Embed what takes longer than a user waits, and say so."""
    if missing := watcher.catalogue.answerer.n_missing_articles:
        logger.warning(STILL_EMBEDDING, missing)
        start_in_background(watcher.warm_up)
