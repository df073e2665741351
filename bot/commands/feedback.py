"""The `feedback` command: the questions that readers were not helped with."""

import asyncio
import logging
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands.stores import open_store
from bot.console.rendering import printable, to_json
from bot.settings import Settings, SettingsError
from bot.store.errors import StoreError
from bot.store.feedback import Missed
from bot.store.store import Store


def list_feedback(
    settings: Settings, token: str, console: Console, *, as_json: bool
) -> None:
    """Print what readers miss.

    Raises:
        SettingsError: The store is not named, or cannot be used.
    """
    if not token and not settings.database_url:
        raise SettingsError(
            "neither BOT_DATABASE_URL nor BOT_TOKEN is set; one of them tells where "
            "the bot keeps its answers"
        )
    store = open_store(settings, token)
    logging.disable(logging.CRITICAL)  # the line below says it all
    try:
        asyncio.run(_list(store, console, as_json=as_json))
    except StoreError as error:
        raise SettingsError(f"the store at {store.where} cannot be used") from error


async def _list(store: Store, console: Console, *, as_json: bool) -> None:
    """Print the questions called wrong and the refused ones, most frequent first."""
    try:
        wrong, refused = await store.feedback.wrong(), await store.feedback.refused()
    finally:
        await store.close()
    if as_json:
        rows = {"wrong": wrong, "refused": refused}
        report = {name: [asdict(row) for row in rows] for name, rows in rows.items()}
        console.print(to_json(report), soft_wrap=True)
        return
    _show(console, "Called wrong by readers", wrong)
    _show(console, "Refused: the article does not say", refused)


def _show(console: Console, title: str, rows: list[Missed]) -> None:
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
