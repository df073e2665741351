"""The reliability diagram and the risk-coverage curve, drawn by matplotlib.

matplotlib is an extra, so it is imported where it is needed. A `Figure` of its own
draws with the Agg backend, without a display.
"""

import os.path
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.report import main_calibration
from retrieval.evaluation.runner import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (11, 5)  # inches


class PlotError(Exception):
    """A plot cannot be saved; the message is one line that says what to do."""


def check_plot(path: Path) -> None:
    """Check that a plot can be drawn and saved, before the long work.

    Raises:
        PlotError: matplotlib is missing, or the file cannot be written.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise PlotError(
            "--save-plot needs matplotlib; "
            "install it with: pip install 'article-bot[plot]'"
        ) from error
    if path.suffix.lower() != ".png":
        raise PlotError(f"{path}: plots are PNG; name a file that ends in .png")
    try:
        existed = os.path.lexists(path)
        with path.open("ab"):
            pass
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    if not existed:
        with suppress(OSError):
            path.unlink()


def save_plot(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Draw reliability and risk-coverage, in one colour for each question set.

    Raises:
        PlotError: The file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    reliability, risk = figure.subplots(1, 2)
    _draw_reliability(reliability, evaluations)
    _draw_risk(risk, evaluations)
    try:
        figure.savefig(path, format="png")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: Exception) -> PlotError:
    reason = error.strerror if isinstance(error, OSError) else error
    return PlotError(f"{path}: cannot be written ({reason}); name another file")


def _draw_reliability(axes: "Axes", evaluations: Sequence[Evaluation]) -> None:
    axes.set_title("Reliability")
    axes.set_xlabel("mean confidence")
    axes.set_ylabel("share of hits")
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    for evaluation in evaluations:
        # matplotlib hides labels that begin with "_", so the name stands last.
        population, calibration = main_calibration(evaluation)
        if calibration is None:
            axes.plot([], [], label=f"nothing to measure: {evaluation.name}")
            continue
        points = [
            (row.mean_confidence, row.hit_share)
            for row in calibration.bins
            if row.mean_confidence is not None and row.hit_share is not None
        ]
        axes.plot(
            [confidence for confidence, _ in points],
            [share for _, share in points],
            marker="o",
            label=f"error {calibration.error:.3f}, {population}: {evaluation.name}",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    # A "$" in the name of a file does not begin a formula.
    for text in axes.legend(fontsize="small").get_texts():
        text.set_parse_math(False)


def _draw_risk(axes: "Axes", evaluations: Sequence[Evaluation]) -> None:
    axes.set_title("Risk and coverage, own article")
    axes.set_xlabel("share of questions answered")
    axes.set_ylabel("share of wrong answers among them")
    for evaluation in evaluations:
        points = evaluation.risk_coverage
        axes.plot(
            [point.coverage for point in points],
            [point.risk for point in points],
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
