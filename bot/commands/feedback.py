"""`article-bot feedback`: list the questions that users were not helped with."""

import argparse
import asyncio
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands.arguments import SUCCESS, Subparsers, add_json_option
from bot.commands.components import open_store, stdout_console
from bot.console.rendering import printable, to_json
from bot.settings import Settings, SettingsError
from bot.store.errors import StoreError

if TYPE_CHECKING:
    from bot.store.feedback_store import MissedQuestion
    from bot.store.store import Store


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser(
        "feedback",
        help="list questions that were refused or whose answers were called wrong",
    )
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the questions.

    Raises:
        SettingsError: The store is not named, or cannot be used.
        StoreURLError: The database URL is wrong.
    """
    if not settings.bot_token and not settings.database_url:
        raise SettingsError(
            "neither BOT_DATABASE_URL nor BOT_TOKEN is set; one of them says where "
            "the bot stores its answers"
        )
    store = open_store(settings)
    logging.disable(logging.CRITICAL)  # the error below says it all
    try:
        asyncio.run(_list(store, stdout_console(), as_json=arguments.json))
    except StoreError as error:
        where = store.database.display_url
        raise SettingsError(f"the store at {where} cannot be used") from error
    return SUCCESS


async def _list(store: "Store", console: Console, *, as_json: bool) -> None:
    """Print questions answered wrongly, then refused ones, most frequent first."""
    try:
        wrong, refused = await store.feedback.wrong(), await store.feedback.refused()
    finally:
        await store.close()
    if as_json:
        rows = {"wrong": wrong, "refused": refused}
        report = {name: [asdict(row) for row in rows] for name, rows in rows.items()}
        console.print(to_json(report), soft_wrap=True)
        return
    _show(console, "Called wrong by users", wrong)
    _show(console, "Refused: the article does not say", refused)


def _show(console: Console, title: str, rows: list["MissedQuestion"]) -> None:
    console.print(Text(title, style="bold"))
    if not rows:
        console.print("None.\n")
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(str(row.count), Text(printable(row.question)))
    console.print(table, soft_wrap=not console.is_terminal)
    console.print()
