"""The report as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io
import re
from datetime import UTC, datetime

from bot.report.summary import QuestionGroup, Report

COLUMNS = (
    "list",
    "group",
    "count",
    "question",
    "asked_at",
    "article",
    "answer",
    "confidence",
    "wrong",
    "question_before",
)
# Spreadsheets read a cell as a formula by its first character, in full width too, and
# some skip blanks and control characters before it.
_FORMULA = re.compile(r"[\s\x00-\x20\ufeff]*[=+\-@\t\r\n|%＝＋－＠]")


def lists_of(report: Report) -> dict[str, tuple[QuestionGroup, ...]]:
    """Return the report's lists of groups by their names."""
    return {
        "wrong": report.wrong,
        "refused": report.refusals,
        "unsure": report.unsure,
        "most_asked": report.most_asked,
    }


def render_csv(report: Report) -> str:
    """Render a line for each question of each list; lines end in CR LF."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for name, groups in lists_of(report).items():
        for group in groups:
            for one in group.asked:
                cells = (
                    name,
                    group.question,
                    group.count,
                    one.question,
                    iso_time(one.asked_at),
                    one.article or "",
                    one.answer or "",
                    f"{one.confidence:.3f}",
                    one.wrong,
                    one.question_before or "",
                )
                writer.writerow(
                    safe_cell(cell) if isinstance(cell, str) else cell for cell in cells
                )
    return stream.getvalue()


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Who pours?")
    ("'=1+1", 'Who pours?')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def iso_time(seconds: float) -> str:
    """Return a time in seconds since 1970 in ISO 8601, in UTC.

    >>> iso_time(0)
    '1970-01-01T00:00:00Z'
    """
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
