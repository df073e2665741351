"""Results of an evaluation as tables for a terminal, and as JSON."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.console.rendering import to_json
from retrieval.evaluation.measures import Calibration
from retrieval.evaluation.runner import (
    CONFIDENT,
    Evaluation,
    LanguageResult,
    MultiArticleResult,
    QuestionTypeResult,
)

NOTHING = "–"  # for a value that a question set does not allow to measure
WITH_OTHER = "own and other article"

CellFormatter = Callable[[Evaluation], str]


def percent(share: float | None) -> str:
    """Render a share as a percentage.

    >>> percent(0.7454), percent(None)
    ('74.5', '–')
    """
    return NOTHING if share is None else f"{share * 100:.1f}"


def decimal(value: float | None) -> str:
    """Render a value between 0 and 1 that is not a share.

    >>> decimal(0.97546)
    '0.975'
    """
    return NOTHING if value is None else f"{value:.3f}"


def integer(value: float | None) -> str:
    """Render a number of characters.

    >>> integer(174.2)
    '174'
    """
    return NOTHING if value is None else f"{value:.0f}"


def milliseconds(value: float | None) -> str:
    """Render milliseconds.

    >>> milliseconds(0.4242)
    '0.42'
    """
    return NOTHING if value is None else f"{value:.2f}"


def _error(calibration: Calibration | None) -> str:
    return decimal(None if calibration is None else calibration.error)


_SENTENCE: dict[str, CellFormatter] = {
    "answer-\nable": lambda e: str(e.answerable),
    "hit@1\n%": lambda e: percent(e.hit_at_1),
    "hit@3\n%": lambda e: percent(e.hit_at_3),
    "MRR\n": lambda e: decimal(e.mrr),
    "passage\nhit@1 %": lambda e: percent(e.passage_hit_at_1),
    "quoted\nchars": lambda e: integer(e.mean_characters),
    "answer\nF1 %": lambda e: percent(e.answer_f1),
    "median\nms": lambda e: milliseconds(e.median_milliseconds),
}
_REFUSAL: dict[str, CellFormatter] = {
    "impos-\nsible": lambda e: str(e.impossible),
    "AUROC\nother": lambda e: decimal(e.auroc_other),
    "AUROC\nimposs.": lambda e: decimal(e.auroc_impossible),
    "found %\nown": lambda e: percent(e.found_own),
    "found %\nother": lambda e: percent(e.found_other),
    "found %\nimposs.": lambda e: percent(e.found_impossible),
}
_MULTI_ARTICLE: dict[str, Callable[[MultiArticleResult], str]] = {
    "articles\nasked": lambda a: str(a.articles),
    "article\nhit@1 %": lambda a: percent(a.article_hit_at_1),
    "hit@1\n%": lambda a: percent(a.hit_at_1),
    "AUROC\nother": lambda a: decimal(a.auroc),
    "found %\nown": lambda a: percent(a.found_own),
    "found %\nother": lambda a: percent(a.found_other),
}
_CALIBRATION: dict[str, CellFormatter] = {
    "own and\nother": lambda e: _error(e.calibration),
    "\nown": lambda e: _error(e.calibration_own),
    "own and\nimposs.": lambda e: _error(e.calibration_own_and_impossible),
}


def render_report(
    evaluations: Sequence[Evaluation], min_confidence: float
) -> Iterator[RenderableType]:
    """Yield the tables, each with a line that says how to read it.

    A reliability table is added if there is only one question set.
    """
    yield _table("The sentence: answerable questions", _SENTENCE, evaluations)
    yield Text(
        "A hit is a quoted sentence that holds the start of a gold answer. answer F1: "
        "of the\ntokens of the answer itself, in hits.\n",
        style="dim",
    )
    yield _table(f"Refusal: found from {min_confidence:g} on", _REFUSAL, evaluations)
    yield Text(
        "own: answerable questions put to their own article; other: the same put to\n"
        "the next article of the file; imposs.: questions that it only seems to "
        "answer.\n",
        style="dim",
    )
    if any(evaluation.kinds for evaluation in evaluations):
        kinds = _sum_by_question_type(evaluations)
        yield _question_type_table(kinds)
        yield Text(_confidence_note(kinds), style="dim")
    languages = _sum_by_language(evaluations)
    if len(languages) > 1:
        yield _language_table(languages)
        yield Text(
            "By the language of the article; right and ranked first: of the "
            "answerable\nquestions; refused: of the others; sure: answers at a "
            f"confidence of {CONFIDENT:g} or more.\n",
            style="dim",
        )
    if any(evaluation.among for evaluation in evaluations):
        yield _table("Many articles at once", _multi_article_cells(), evaluations)
        yield Text(
            "Half of the file's articles asked together. own: the half that the "
            "question's\narticle is in; other: the half that it is not in.\n",
            style="dim",
        )
    yield _table("Expected calibration error", _CALIBRATION, evaluations)
    if len(evaluations) == 1:
        population, calibration = main_calibration(evaluations[0])
        if calibration:
            yield Text()
            yield _reliability(f"Reliability: {population}", calibration)


def _sum_by_question_type(
    evaluations: Sequence[Evaluation],
) -> list[QuestionTypeResult]:
    """Return the results by question type, summed over all question sets."""
    added: dict[str, QuestionTypeResult] = {}
    for kind in (kind for evaluation in evaluations for kind in evaluation.kinds):
        before = added.get(kind.name)
        if before is None:
            added[kind.name] = kind
            continue
        firsts = [n for n in (before.first, kind.first) if n is not None]
        added[kind.name] = QuestionTypeResult(
            name=kind.name,
            questions=before.questions + kind.questions,
            right=before.right + kind.right,
            wrong=before.wrong + kind.wrong,
            refused=before.refused + kind.refused,
            first=sum(firsts) if firsts else None,
            confident=before.confident + kind.confident,
            confident_right=before.confident_right + kind.confident_right,
        )
    return list(added.values())


def _question_type_table(kinds: Sequence[QuestionTypeResult]) -> Table:
    table = _empty_table("Users' questions by kind, all sets together")
    table.add_column("kind")
    for heading in ("questions", "right %", "wrong %", "refused %", "ranked first %"):
        table.add_column(heading, justify="right")
    for kind in kinds:
        shares = (kind.right, kind.wrong, kind.refused, kind.first)
        table.add_row(
            Text(kind.name),
            str(kind.questions),
            *(percent(None if n is None else n / kind.questions) for n in shares),
        )
    return table


def _sum_by_language(evaluations: Sequence[Evaluation]) -> list[LanguageResult]:
    """Return the results by language, summed over all question sets."""
    added: dict[str, LanguageResult] = {}
    for one in (one for evaluation in evaluations for one in evaluation.languages):
        before = added.get(one.language)
        added[one.language] = one if before is None else _add(before, one)
    return [added[language] for language in sorted(added)]


def _add(one: LanguageResult, other: LanguageResult) -> LanguageResult:
    """Return the sum of two languages' counts, without their kinds."""
    counts = {
        field.name: getattr(one, field.name) + getattr(other, field.name)
        for field in fields(one)
        if field.name not in ("language", "kinds")
    }
    return LanguageResult(language=one.language, kinds=(), **counts)


def _language_table(languages: Sequence[LanguageResult]) -> Table:
    table = _empty_table("By language")
    table.add_column("language")
    for heading in (
        "answerable",
        "right %",
        "ranked first %",
        "others",
        "refused %",
        "sure",
        "right %",
    ):
        table.add_column(heading, justify="right")
    for one in languages:
        table.add_row(
            one.language,
            str(one.answerable),
            percent(_share(one.right, one.answerable)),
            percent(_share(one.first, one.answerable)),
            str(one.unanswerable),
            percent(_share(one.refused, one.unanswerable)),
            str(one.confident),
            percent(_share(one.confident_right, one.confident)),
        )
    return table


def _share(count: int, total: int) -> float | None:
    return count / total if total else None


def _confidence_note(kinds: Sequence[QuestionTypeResult]) -> str:
    sure = sum(kind.confident for kind in kinds)
    right = sum(kind.confident_right for kind in kinds)
    return (
        "right: answered by a hit, or refused where the article does not answer.\n"
        f"Of {sure} answers at a confidence of {CONFIDENT:g} or more, "
        f"{percent(right / sure if sure else None)} % are right.\n"
    )


def main_calibration(evaluation: Evaluation) -> tuple[str, Calibration | None]:
    """Return the calibration over the largest measured group of questions.

    Returns:
        Name of the group, and its calibration; the group is that of questions put to
        their own article where there is no other article.
    """
    if evaluation.calibration:
        return WITH_OTHER, evaluation.calibration
    return "own article", evaluation.calibration_own


def render_report_json(evaluations: Sequence[Evaluation], min_confidence: float) -> str:
    """Render all results as one JSON object."""
    return to_json(
        {
            "min_confidence": min_confidence,
            "question_sets": [asdict(evaluation) for evaluation in evaluations],
        }
    )


def _multi_article_cells() -> dict[str, CellFormatter]:
    def cell(render: Callable[[MultiArticleResult], str]) -> CellFormatter:
        return lambda e: render(e.among) if e.among else NOTHING

    return {heading: cell(render) for heading, render in _MULTI_ARTICLE.items()}


def _table(
    title: str, columns: dict[str, CellFormatter], evaluations: Sequence[Evaluation]
) -> Table:
    table = _empty_table(title)
    table.add_column("questions", overflow="fold")
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for evaluation in evaluations:
        cells = (cell(evaluation) for cell in columns.values())
        table.add_row(Text(evaluation.name), *cells)
    return table


def _reliability(title: str, calibration: Calibration) -> Table:
    table = _empty_table(title)
    for heading in ("confidence", "count", "mean %", "hits %"):
        table.add_column(heading, justify="right")
    for row in calibration.bins:
        table.add_row(
            f"{row.low:.1f} to {row.high:.1f}",
            str(row.count),
            percent(row.mean_confidence),
            percent(row.hit_share),
        )
    return table


def _empty_table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
