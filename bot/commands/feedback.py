"""`article-bot feedback`: report what was asked, refused, called wrong."""

import argparse
import asyncio
import logging
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands.arguments import SUCCESS, Subparsers
from bot.commands.components import (
    make_encoder,
    open_store,
    show_progress,
    stdout_console,
)
from bot.console.rendering import printable, to_json
from bot.settings import Settings, SettingsError
from bot.store.errors import StoreError
from retrieval.encoder.cache import EmbeddingCache

if TYPE_CHECKING:
    from bot.report.summary import Outcomes, QuestionGroup, Report
    from bot.store.feedback_store import AskedQuestion
    from bot.store.store import Store

MAX_SHOWN = 20  # groups of a list at a terminal; the other forms have all
_AGO = re.compile(r"(\d{1,5})\s*(h|d)", re.ASCII)


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser(
        "feedback",
        help="report what was refused, called wrong, answered unsurely, asked most",
    )
    parser.add_argument(
        "--since",
        type=parse_since,
        default=0.0,
        metavar="WHEN",
        help="a date such as 2026-11-30, or a time ago such as 7d or 12h; "
        "all that is stored if left out",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object")
    forms.add_argument(
        "--csv", action="store_true", help="print a line for each question"
    )
    forms.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with charts"
    )
    parser.set_defaults(run=run)


def parse_since(text: str) -> float:
    """Return a date in UTC, or a time ago, in seconds since 1970.

    >>> parse_since("1970-01-02")
    86400.0

    Raises:
        argparse.ArgumentTypeError: It is neither.
    """
    if ago := _AGO.fullmatch(text.strip()):
        unit = "hours" if ago[2] == "h" else "days"
        return time.time() - timedelta(**{unit: int(ago[1])}).total_seconds()
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            "write a date such as 2026-11-30, or a time ago such as 7d or 12h"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the report, or write its page.

    Raises:
        SettingsError: The store is not named, or cannot be used; or the page cannot
            be written.
        StoreURLError: The database URL is wrong.
        EncoderError: The encoder cannot be used.
    """
    if not settings.bot_token and not settings.database_url:
        raise SettingsError(
            "neither BOT_DATABASE_URL nor BOT_TOKEN is set; one of them says where "
            "the bot stores its answers"
        )
    store = open_store(settings)
    encoder = make_encoder(settings)
    logging.disable(logging.CRITICAL)  # the error below says it all
    try:
        asked = asyncio.run(_read(store, arguments.since))
    except StoreError as error:
        where = store.database.display_url
        raise SettingsError(f"the store at {where} cannot be used") from error
    # Imported here, for it loads the database.
    from bot.report.summary import summarize

    with show_progress() as progress:
        progress.add_task("Grouping the questions", total=None)
        report = summarize(asked, EmbeddingCache(encoder) if encoder else None)
    if arguments.html:
        _write_page(report, arguments.html)
    elif arguments.csv:
        _print_csv(report)
    elif arguments.json:
        stdout_console().print(to_json(_report_json(report)), soft_wrap=True)
    else:
        _show(stdout_console(), report)
    return SUCCESS


async def _read(store: "Store", since: float) -> "list[AskedQuestion]":
    try:
        return await store.feedback.asked(since)
    finally:
        await store.close()


def _write_page(report: "Report", path: Path) -> None:
    from bot.report.page import render_page

    try:
        path.write_text(printable(render_page(report, time.time())), "utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise SettingsError(
            f"the page cannot be written to {path} ({reason}); name another file"
        ) from error


def _print_csv(report: "Report") -> None:
    """Print the report as CSV, whose lines end in CR LF on every system."""
    from bot.report.table import render_csv

    for line in render_csv(report).split("\r\n")[:-1]:
        sys.stdout.write(f"{printable(line)}\r\n")


def _report_json(report: "Report") -> dict[str, Any]:
    from bot.report.table import lists_of

    return {
        "questions": report.questions,
        "found": report.found,
        "not_found": report.refused,
        "chats": report.chats,
        **{
            name: [_group_json(group) for group in groups]
            for name, groups in lists_of(report).items()
        },
        "days": [asdict(day) for day in report.days],
        "articles": [asdict(article) for article in report.articles],
    }


def _group_json(group: "QuestionGroup") -> dict[str, Any]:
    from bot.report.table import iso_time

    return {
        "question": group.question,
        "count": group.count,
        "asked": [
            {
                "question": one.question,
                "asked_at": iso_time(one.asked_at),
                "article": one.article,
                "answer": one.answer,
                "found": one.found,
                "confidence": round(one.confidence, 3),
                "wrong": one.wrong,
                "question_before": one.question_before,
            }
            for one in group.asked
        ],
    }


def _show(console: Console, report: "Report") -> None:
    """Print the report as text: the numbers, then each list."""
    console.print(
        f"{report.questions:,} questions in {report.chats:,} chats: "
        f"{report.found:,} answered, {report.refused:,} refused\n"
    )
    if report.questions:
        _show_articles(console, report.articles)
    _show_groups(console, "Called wrong by users", report.wrong)
    _show_groups(console, "Refused: the article does not say", report.refusals)
    _show_groups(console, "Unsure: a confidence below 0.5", report.unsure)
    _show_groups(console, "Most asked", report.most_asked)


def _show_articles(console: Console, articles: "Sequence[Outcomes]") -> None:
    console.print(Text("By article: answered, refused", style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for one in articles[:MAX_SHOWN]:
        table.add_row(str(one.found), str(one.refused), Text(printable(one.name)))
    _print_table(console, table, len(articles))


def _show_groups(
    console: Console, title: str, groups: "Sequence[QuestionGroup]"
) -> None:
    console.print(Text(title, style="bold"))
    if not groups:
        console.print("None.\n")
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for group in groups[:MAX_SHOWN]:
        lines = [group.question, *_details(group)]
        text = Text(printable("\n".join(lines)))
        text.stylize("dim", len(printable(group.question)))
        table.add_row(str(group.count), text)
    _print_table(console, table, len(groups))


def _print_table(console: Console, table: Table, total: int) -> None:
    console.print(table, soft_wrap=not console.is_terminal)
    if total > MAX_SHOWN:
        console.print(f"… and {total - MAX_SHOWN:,} more")
    console.print()


def _details(group: "QuestionGroup") -> Iterator[str]:
    """Yield other wordings of a group, and what is known of the last question."""
    from bot.report.table import iso_time

    others = [text for text in group.wordings if text != group.question]
    if others:
        yield "also: " + "; ".join(others[:3])
    last = group.last
    facts = [iso_time(last.asked_at), f"confidence {last.confidence:.2f}"]
    if last.article:
        facts.append(last.article)
    if last.question_before:
        facts.append(f"after “{last.question_before}”")
    yield ", ".join(facts)
    if last.answer:
        yield f"“{last.answer}”"
