"""Compares this project with baselines on the answerable questions of SQuAD files.

`python -m benchmarks.quality FILE ...`: all searchers get equal sentences and
questions. A hit is a quoted sentence that holds the start of any gold answer.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from benchmarks.baselines import SEARCHERS, BaselineError, Searcher, check_baselines
from bot.commands.report import decimal, integer, milliseconds, percent
from retrieval import Article
from retrieval.errors import QuestionSetError
from retrieval.evaluation.measures import hit_at, mean, mean_reciprocal_rank
from retrieval.evaluation.question_sets import (
    LabelledArticle,
    QuestionSet,
    load_question_set,
)
from retrieval.evaluation.runner import RANKED


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one searcher on one question set.

    Attributes:
        hit_at_1: Share of questions whose quote is a hit; the other ranks are those of
            `Searcher.rank`.
        mean_characters: Mean length of the quotes, in characters.
        median_milliseconds: Time of one answer, without indexing.
    """

    searcher: str
    hit_at_1: float | None
    hit_at_3: float | None
    mrr: float | None
    mean_characters: float | None
    median_milliseconds: float | None


def measure(
    name: str,
    build: Callable[[Article], Searcher],
    articles: Sequence[LabelledArticle],
    progress: Callable[[], None] = lambda: None,
) -> Quality:
    """Put every answerable question to a searcher of its article.

    Args:
        name: Name of the searcher.
        build: Indexes an article.
        articles: Articles with their questions.
        progress: Called after each article.
    """
    hits: list[bool] = []
    ranks: list[int | None] = []
    characters: list[int] = []
    milliseconds: list[float] = []
    for labelled in articles:
        searcher = build(labelled.article)
        for question in labelled.questions:
            if not question.answer_starts:
                continue
            begin = time.perf_counter()
            span = searcher.answer(question.question)
            milliseconds.append((time.perf_counter() - begin) * 1000)
            hits.append(span is not None and question.answered_in(*span))
            if span:
                characters.append(span[1] - span[0])
            ranked = searcher.rank(question.question, RANKED)
            ranks.append(question.rank_of_hit(ranked))
        progress()
    return Quality(
        searcher=name,
        hit_at_1=mean(hits),
        hit_at_3=hit_at(3, ranks),
        mrr=mean_reciprocal_rank(ranks),
        mean_characters=mean(characters),
        median_milliseconds=statistics.median(milliseconds) if milliseconds else None,
    )


def compare(
    question_set: QuestionSet, progress: Callable[[], None] = lambda: None
) -> list[Quality]:
    """Measure every searcher on a question set.

    Articles without a sentence are left out: the baselines cannot index them.
    """
    articles = [a for a in question_set.articles if a.article.passages]
    return [
        measure(name, build, articles, progress) for name, build in SEARCHERS.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("questions", nargs="+", metavar="FILE", help="a SQuAD file")
    options = parser.parse_args(arguments)
    try:
        check_baselines()
        question_sets = [load_question_set(path) for path in options.questions]
        compared = _compare_all(question_sets)
    except (BaselineError, QuestionSetError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    console = Console(highlight=False, markup=False, emoji=False)
    if options.json:
        console.print(_render_json(question_sets, compared), soft_wrap=True)
    else:
        for question_set, rows in zip(question_sets, compared, strict=True):
            console.print(_table(question_set, rows))
    return 0


def _compare_all(question_sets: Sequence[QuestionSet]) -> list[list[Quality]]:
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    compared: list[list[Quality]] = []
    with Progress(console=stderr, transient=True) as progress:
        for question_set in question_sets:
            total = len(question_set.articles) * len(SEARCHERS)
            task = progress.add_task(escape(question_set.name), total=total)
            compared.append(compare(question_set, partial(progress.advance, task)))
    return compared


def _render_json(
    question_sets: Sequence[QuestionSet], compared: Sequence[Sequence[Quality]]
) -> str:
    sets = [
        {"name": question_set.name, "searchers": [asdict(row) for row in rows]}
        for question_set, rows in zip(question_sets, compared, strict=True)
    ]
    return json.dumps({"question_sets": sets}, ensure_ascii=False)


def _table(question_set: QuestionSet, rows: Sequence[Quality]) -> Table:
    answerable = sum(bool(q.answer_starts) for q in question_set.questions)
    table = Table(
        title=Text(f"{question_set.name}: {answerable} answerable questions"),
        title_justify="left",
        box=box.SIMPLE,
    )
    table.add_column("searcher")
    for heading in ("hit@1 %", "hit@3 %", "MRR", "chars", "median ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.searcher,
            percent(row.hit_at_1),
            percent(row.hit_at_3),
            decimal(row.mrr),
            integer(row.mean_characters),
            milliseconds(row.median_milliseconds),
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
