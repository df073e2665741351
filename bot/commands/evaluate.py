"""`article-bot evaluate`: measure answers on files of questions."""

import argparse
import sys
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.commands.arguments import SUCCESS, Subparsers, add_json_option
from bot.commands.components import make_encoder, stdout_console
from bot.commands.plots import check_plot, save_plot
from bot.commands.report import render_report, render_report_json
from bot.settings import Settings
from retrieval.evaluation.question_sets import load_question_set
from retrieval.evaluation.runner import evaluate, n_steps


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("evaluate", help="measure answers on question sets")
    add_json_option(parser)
    parser.add_argument(
        "--save-plot",
        type=Path,
        metavar="FILE.png",
        help="draw the reliability diagram and the risk-coverage curve",
    )
    parser.add_argument(
        "questions",
        nargs="+",
        metavar="QUESTIONS.json",
        help="a SQuAD file, a file of users' questions, or a folder of such files",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, and print the report.

    Problems of a file or of the plot are reported before the long work.

    Raises:
        QuestionSetError: A file cannot be read.
        PlotError: The plot cannot be drawn or saved.
    """
    encoder = make_encoder(settings)
    console = stdout_console()
    plot = arguments.save_plot
    if plot:
        check_plot(plot)
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    with stderr.status("Reading the questions…"):
        question_sets = [
            load_question_set(path, language=settings.language)
            for path in arguments.questions
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
                    reader=encoder,
                    progress=partial(progress.advance, task),
                )
            )
    if arguments.json:
        text = render_report_json(evaluations, settings.min_confidence)
        console.print(text, soft_wrap=True)
    else:
        for part in render_report(evaluations, settings.min_confidence):
            console.print(part)
    if plot:
        save_plot(plot, evaluations)
    return SUCCESS
