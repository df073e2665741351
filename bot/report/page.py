"""The report as one HTML page that loads nothing from elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.report.summary import Outcomes, Report
from bot.report.table import lists_of

MAX_BARS = 60  # in the chart of days; of more days, several share a bar
MAX_LISTED = 100  # groups of a list, and articles
MAX_QUESTIONS = 20  # of a group
_HEADINGS = {
    "refused": ("Refused", "The articles do not say, or it was not found."),
    "wrong": ("Called wrong", "Users pressed Wrong under the answer."),
    "unsure": ("Unsure", "Answered with a confidence below 0.5."),
    "most_asked": ("Most asked", "Asked at least twice, answered or not."),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart of days, in percent of the chart's width and height.

    Attributes:
        label: The day, or the first and the last day.
        outcomes: What the bar stands for.
        x: The left edge.
        width: The width.
        found: The height of the part for answers, at the bottom.
        refused: The height of the part for refusals, above it.
    """

    label: str
    outcomes: Outcomes
    x: float
    width: float
    found: float
    refused: float


def render_page(report: Report, made_at: float) -> str:
    """Render the report.

    Args:
        report: The report.
        made_at: Time of the report, in seconds since 1970.
    """
    bars = chart_bars(report.days)
    return _template().render(
        report=report,
        bars=bars,
        highest=max((bar.outcomes.asked for bar in bars), default=0),
        lists=[(*_HEADINGS[name], groups) for name, groups in lists_of(report).items()],
        made_at=_moment(made_at),
        max_listed=MAX_LISTED,
        max_questions=MAX_QUESTIONS,
        moment=_moment,
    )


def chart_bars(days: tuple[Outcomes, ...]) -> list[Bar]:
    """Return the bars of the chart of days, at most `MAX_BARS`.

    Args:
        days: Every day of a span, in order.
    """
    size = max(-(-len(days) // MAX_BARS), 1)
    chunks = [days[start : start + size] for start in range(0, len(days), size)]
    sums = [
        Outcomes(
            chunk[0].name if len(chunk) == 1 else f"{chunk[0].name} – {chunk[-1].name}",
            sum(day.found for day in chunk),
            sum(day.refused for day in chunk),
        )
        for chunk in chunks
    ]
    highest = max((one.asked for one in sums), default=0) or 1
    width = 100 / max(len(sums), 1)
    return [
        Bar(
            one.name,
            one,
            round(n * width, 3),
            round(width * 0.8, 3),
            round(100 * one.found / highest, 3),
            round(100 * one.refused / highest, 3),
        )
        for n, one in enumerate(sums)
    ]


def _moment(seconds: float) -> str:
    """Return a time in seconds since 1970 for people, in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("bot.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
