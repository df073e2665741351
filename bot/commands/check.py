"""`article-bot check`: print what is configured, and whether it works."""

import argparse

from bot.commands.arguments import (
    BAD_INPUT,
    SUCCESS,
    Subparsers,
    add_article_option,
)
from bot.commands.components import (
    load_articles,
    make_encoder,
    open_store,
    stdout_console,
)
from bot.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser(
        "check", help="show what is configured, and whether it works"
    )
    add_article_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the findings; the exit code says whether all of it works."""
    encoder = make_encoder(settings)
    catalogue = load_articles(settings, arguments.article, encoder).catalogue
    # Imported here, for it loads Telegram and the database.
    from bot.commands.findings import print_findings

    has_store = settings.bot_token or settings.database_url
    store = open_store(settings) if has_store else None
    is_well = print_findings(settings, catalogue, store, encoder, stdout_console())
    return SUCCESS if is_well else BAD_INPUT
