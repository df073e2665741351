"""The `feedback` command: the questions that readers were not helped with."""

import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.console.rendering import printable
from bot.store.feedback import Missed
from bot.store.store import Store


async def run_feedback(store: Store, console: Console, *, as_json: bool) -> None:
    """Print the questions called wrong and the refused ones, most frequent first.

    Raises:
        StoreError: The database cannot be used.
    """
    try:
        wrong, refused = await store.feedback.wrong(), await store.feedback.refused()
    finally:
        await store.close()
    if as_json:
        rows = {"wrong": wrong, "refused": refused}
        report = {name: [asdict(row) for row in rows] for name, rows in rows.items()}
        console.print(json.dumps(report, ensure_ascii=False), soft_wrap=True)
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
