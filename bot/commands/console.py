"""`article-bot console`: answer questions at this terminal."""

import argparse
import sys

from bot.chat.state import Chat
from bot.commands.arguments import SUCCESS, Subparsers, add_article_option
from bot.commands.components import (
    load_articles,
    make_encoder,
    make_presentation,
    stdout_console,
)
from bot.console.session import Session
from bot.console.terminal import run_console
from bot.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("console", help="answer questions at this terminal")
    add_article_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer until the input ends, always from the articles as they are now."""
    encoder = make_encoder(settings)
    watcher = load_articles(settings, arguments.article, encoder, warm_up=True)
    session = Session(Chat(watcher.catalogue), make_presentation(settings, watcher))

    def refresh() -> None:
        if watcher.refresh():
            watcher.warm_up()
        session.switch_catalogue(watcher.catalogue)

    run_console(session, sys.stdin, stdout_console(), before_each=refresh)
    return SUCCESS
