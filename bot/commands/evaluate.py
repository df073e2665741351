"""The `evaluate` command: read question sets, measure, report."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.commands.plots import check_plot, save_plot
from bot.commands.report import render_report, render_report_json
from bot.settings import Settings
from retrieval.encoder import Reader
from retrieval.evaluation.evaluating import evaluate, n_steps
from retrieval.evaluation.questions import load_question_set


def run_evaluate(
    paths: Sequence[str],
    settings: Settings,
    reader: Reader | None,
    console: Console,
    *,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Measure on SQuAD files, and print what came of it.

    What is wrong with a file or the plot shows before anything is measured.

    Raises:
        QuestionSetError: A file cannot be read.
        PlotError: The plot cannot be drawn or saved.
    """
    if plot:
        check_plot(plot)
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    with stderr.status("Reading the questions…"):
        question_sets = [
            load_question_set(path, language=settings.language) for path in paths
        ]
    evaluations = []
    with Progress(console=stderr, transient=True) as progress:
        for question_set in question_sets:
            task = progress.add_task(
                escape(question_set.name), total=n_steps(question_set)
            )
            evaluations.append(
                evaluate(
                    question_set,
                    min_confidence=settings.min_confidence,
                    reader=reader,
                    progress=partial(progress.advance, task),
                )
            )
    if as_json:
        text = render_report_json(evaluations, settings.min_confidence)
        console.print(text, soft_wrap=True)
    else:
        for part in render_report(evaluations, settings.min_confidence):
            console.print(part)
    if plot:
        save_plot(plot, evaluations)
