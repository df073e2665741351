"""`article-bot evaluate`: measure answers on files of questions."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.articles.answers_file import resolve
from bot.commands.arguments import BAD_INPUT, SUCCESS, Subparsers, add_json_option
from bot.commands.components import (
    load_answers,
    load_articles,
    make_encoder,
    stdout_console,
)
from bot.commands.plots import check_plot, save_plot
from bot.commands.report import render_report, render_report_json
from bot.settings import Settings
from retrieval import Answerer, Article
from retrieval.answering import index_articles
from retrieval.encoder import Embedder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.evaluation.question_sets import (
    QuestionSet,
    load_question_set,
    pinned_question_set,
)
from retrieval.evaluation.runner import evaluate, n_steps
from retrieval.steering import SteeredAnswerer

ANSWERS_SUFFIX = ".toml"

_Build = Callable[[Sequence[Article]], Answerer]


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
        help="a SQuAD file, a file of users' questions, a folder of such files, or a "
        "file of answers given by hand (.toml), as BOT_ANSWERS names it",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, and print the report.

    Problems of a file or of the plot are reported before the long work.

    Raises:
        QuestionSetError: A file cannot be read, or has no question.
        SettingsError: A file of answers given by hand cannot be used.
        PlotError: The plot cannot be drawn or saved.
    """
    encoder = make_encoder(settings)
    console = stdout_console()
    plot = arguments.save_plot
    if plot:
        check_plot(plot)
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    problems: list[str] = []
    loaded: list[tuple[QuestionSet, _Build | None]] = []
    with stderr.status("Reading the questions…"):
        for path in arguments.questions:
            if Path(path).suffix == ANSWERS_SUFFIX:
                pinned, steered, lines = _load_answers(path, settings, encoder)
                problems += lines
                loaded.append((pinned, steered))
            else:
                named = load_question_set(path, language=settings.language)
                loaded.append((named, None))
    for problem in problems:
        sys.stderr.write(f"article-bot: {problem}\n")
    evaluations = []
    with Progress(console=stderr, transient=True) as progress:
        for question_set, build in loaded:
            task = progress.add_task(
                escape(question_set.name), total=n_steps(question_set)
            )
            evaluations.append(
                evaluate(
                    question_set,
                    min_confidence=settings.min_confidence,
                    reader=encoder,
                    progress=partial(progress.advance, task),
                    build=build,
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
    return BAD_INPUT if problems else SUCCESS


def _load_answers(
    path: str, settings: Settings, encoder: Embedder | None
) -> tuple[QuestionSet, _Build, list[str]]:
    """Return a file of answers given by hand as a question set.

    Returns:
        The questions with their articles; what makes an answerer that is steered by
        the file; and a line for each entry that does not fit the articles.

    Raises:
        SettingsError: The file cannot be used.
        QuestionSetError: No answer in it fits the articles.
    """
    named = settings.model_copy(update={"answers": Path(path)})
    answers = load_answers(named)
    assert answers is not None
    plain = settings.model_copy(update={"answers": None})
    index = load_articles(plain, None, encoder).catalogue.answerer.index
    steering, problems = resolve(answers, index)
    embeddings = EmbeddingCache(encoder) if encoder else None

    def build(articles: Sequence[Article]) -> Answerer:
        own = index_articles(articles)
        return SteeredAnswerer(
            own,
            resolve(answers, own).steering,
            min_confidence=settings.min_confidence,
            reader=embeddings,
        )

    return pinned_question_set(path, steering, index), build, list(problems)
