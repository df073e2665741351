"""Fits the weights of `retrieval/weights.json` on SQuAD files.

`python -m benchmarks.fit FILE ...` writes the weights, and prints what they give on
articles that they were not fitted on: folds are made of whole articles, by their
place in the file, so that translations of one article share a fold. `--ablate` tells
what each feature is worth instead, and writes nothing.

Languages that stand in `ALONE` have weights of their own; the others share those that
are fitted on every language that writes blanks between words. Every file counts the
same, however many questions it has. All fits are convex, start
from zero, and use no chance; the weights are rounded, so that they are the same
wherever they are fitted.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.report import decimal, percent, whole
from retrieval import confidence, evidence
from retrieval.answering import MIN_CONFIDENCE, choice_of, choose
from retrieval.collection import Collection
from retrieval.confidence import contradicted
from retrieval.documents import Article
from retrieval.errors import QuestionSetError
from retrieval.evidence import Evidence
from retrieval.measures import auroc, calibration, mean
from retrieval.model import (
    BIAS,
    REST,
    Judgement,
    Model,
    confidence_features,
    sentence_features,
    softmax,
)
from retrieval.query import read_query
from retrieval.questions import (
    LabelledArticle,
    LabelledQuestion,
    load_question_set,
)

FOLDS = 5
PENALTY = 3.0  # L2, on the weights of features in units of their deviation
# English has data enough. Terms are syllables in Vietnamese, and pairs of characters in
# Thai and Chinese, so that what a feature means differs.
ALONE = ("en", "th", "vi", "zh")
WITHOUT_WORDS = ("th", "vi", "zh")
DECIMALS = 4  # of the weights; optimisers agree to more

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A question put to an article.

    Attributes:
        file: The number of its file.
        language: Of the article that it is put to.
        fold: The fold of the article that it was written about.
        group: "own", "other" or "impossible", as in `retrieval.evaluation`.
        among: Whether it is put to several articles at once: to those that its own
            is among, or to as many others.
        found: None where no term of the question occurs.
        features: A row for each of `evidence.FEATURES`.
        gold: Whether each candidate holds the start of a gold answer.
        lengths: Of the candidates, in characters.
    """

    file: int
    language: str
    fold: int
    group: str
    among: bool
    found: Evidence | None
    features: Floats
    gold: Bools
    lengths: Floats


def read_cases(paths: Sequence[str], progress: Progress) -> list[Case]:
    """Put every question to its own article, answerable ones also to the next.

    Answerable ones are put to several articles at once, too.

    Raises:
        QuestionSetError: A file cannot be read.
    """
    sets = [load_question_set(path) for path in paths]
    cases: list[Case] = []
    for file, question_set in enumerate(sets):
        labelled = question_set.articles
        collections = [Collection([one.article]) for one in labelled]
        for n in progress.track(range(len(labelled)), description=question_set.name):
            own = collections[n]
            other = collections[(n + 1) % len(collections)]
            cases += _article_cases(labelled[n], own, other, file, n % FOLDS)
        cases += _pooled_cases(labelled, file)
    return cases


def _pooled_cases(labelled: Sequence[LabelledArticle], file: int) -> list[Case]:
    """Put answerable questions to several articles, with their own and without.

    The articles are divided into neighbours: into halves, quarters and so on, down to
    pairs. Each question is asked in one division, by turns: of the part that holds its
    article, and of the next.
    """
    articles = [one.article for one in labelled]
    divisions: list[tuple[int, list[Collection]]] = []
    size = len(articles) // 2
    while size > 1:
        starts = range(0, len(articles) - size + 1, size)
        bounds = pairwise([*starts, len(articles)])
        divisions.append((size, [Collection(articles[a:b]) for a, b in bounds]))
        size //= 2
    cases: list[Case] = []
    turn = cycle(divisions)
    for n, one in enumerate(labelled):
        for question in one.questions:
            if not (divisions and question.answer_starts):
                continue
            size, parts = next(turn)
            place = min(n // size, len(parts) - 1)
            own, other = parts[place], parts[(place + 1) % len(parts)]
            for group, part in (("own", own), ("other", other)):
                case = _case(question, one.article, part, file, n % FOLDS, group)
                cases.append(replace(case, among=True))
    return cases


def _article_cases(
    labelled: LabelledArticle, own: Collection, other: Collection, file: int, fold: int
) -> list[Case]:
    cases: list[Case] = []
    for question in labelled.questions:
        answers = question.answer_starts
        group = "own" if answers else "impossible"
        cases.append(_case(question, labelled.article, own, file, fold, group))
        if answers and other is not own:
            cases.append(_case(question, labelled.article, other, file, fold, "other"))
    return cases


def _case(
    question: LabelledQuestion,
    article: Article,
    collection: Collection,
    file: int,
    fold: int,
    group: str,
) -> Case:
    """Put a question that was written about an article to a collection."""
    language = collection.analyzers[0].language.code
    found = collection.evidence(read_query(question.question, collection.analyzers))
    if found is None:
        nothing = np.empty(0)
        none = nothing.astype(bool)
        return Case(file, language, fold, group, False, None, nothing, none, nothing)
    sentences = [collection.sentences[n] for n in found.candidates]
    gold = [
        collection.passage_at(n)[0] is article
        and question.answered_in(sentence.start, sentence.end)
        for n, sentence in zip(found.candidates, sentences, strict=True)
    ]
    lengths = [float(s.end - s.start) for s in sentences]
    features = sentence_features(found)
    return Case(
        file,
        language,
        fold,
        group,
        False,
        found,
        features,
        np.array(gold),
        np.array(lengths),
    )


def fit_sentence(cases: Sequence[Case], kept: Bools | None = None) -> Floats:
    """Fit a conditional logit: the gold candidates against all others.

    Args:
        cases: Those of group "own", put to the article alone, that have a gold
            candidate count.
        kept: Which features may have a weight; all if None.
    """
    fitted = [
        case
        for case in cases
        if case.group == "own" and not case.among and case.gold.any()
    ]
    stacked = np.concatenate([case.features for case in fitted], axis=1)
    scale = _scale(stacked.std(axis=1))
    if kept is not None:
        scale = np.where(kept, scale, np.inf)  # a feature of only zeros
    stacked = stacked / scale[:, None]
    gold = np.concatenate([case.gold for case in fitted])
    sizes = [len(case.gold) for case in fitted]
    starts: NDArray[np.intp] = np.cumsum(sizes, dtype=np.intp) - sizes
    question = np.repeat(np.arange(len(fitted)), sizes)
    importance = _importance(fitted)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = weights @ stacked
        logits -= np.maximum.reduceat(logits, starts)[question]
        shares = np.exp(logits)
        shares /= np.add.reduceat(shares, starts)[question]
        of_gold = np.add.reduceat(shares * gold, starts)
        slope = shares - shares * gold / of_gold[question]
        value = -importance @ np.log(of_gold) + PENALTY / 2 * weights @ weights
        gradient = stacked @ (slope * importance[question]) + PENALTY * weights
        return float(value), gradient

    return _minimum(loss, len(stacked)) / scale


def fit_logistic(features: Floats, hits: Bools, importance: Floats) -> Floats:
    """Fit a logistic regression; the last feature is the bias, without a penalty."""
    scale = _scale(features.std(axis=0))
    scale[-1] = 1.0
    scaled = features / scale
    penalty = np.full(len(scale), PENALTY)
    penalty[-1] = 0.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = scaled @ weights
        slope = 1 / (1 + np.exp(-odds)) - hits
        value = importance @ (np.logaddexp(0, odds) - hits * odds)
        return (
            float(value + weights @ (penalty * weights) / 2),
            scaled.T @ (importance * slope) + penalty * weights,
        )

    return _minimum(loss, len(scale)) / scale


def _minimum(loss: Callable[[Floats], tuple[float, Floats]], size: int) -> Floats:
    from scipy.optimize import minimize

    fitted: Floats = minimize(
        loss,
        np.zeros(size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2_000, "ftol": 1e-14, "gtol": 1e-7, "maxcor": 30},
    ).x
    return fitted


def _scale(deviations: Floats) -> Floats:
    return np.where(deviations > 1e-9, deviations, np.inf)  # a constant is no feature


def _importance(cases: Sequence[Case]) -> Floats:
    """Weigh questions so that every file counts the same; the mean weight is 1."""
    file = np.array([case.file for case in cases])
    counts = np.bincount(file)
    importance: Floats = len(cases) / (np.count_nonzero(counts) * counts[file])
    return importance


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a case came to with some sentence weights.

    Attributes:
        features: Of `confidence.FEATURES`, and the bias.
        contradicted: See `confidence.contradicted`.
        characters: Length of what is quoted.
        log_loss: Minus the logarithm of the gold candidates' probability.
    """

    case: Case
    features: Floats | None
    contradicted: bool
    hit: bool
    characters: float
    log_loss: float | None


def outcomes(cases: Sequence[Case], sentence: Floats) -> list[Outcome]:
    """Choose what to quote in each case."""
    reached: list[Outcome] = []
    for case in cases:
        if case.found is None:
            reached.append(Outcome(case, None, False, False, 0.0, None))
            continue
        probabilities = softmax(sentence @ case.features)
        span = choose(case.found, probabilities)
        choice = choice_of(case.found, probabilities, span)
        quoted = slice(span.first, span.past)
        of_gold = float(probabilities[case.gold].sum())
        reached.append(
            Outcome(
                case,
                confidence_features(choice),
                contradicted(choice),
                bool(case.gold[quoted].any()),
                float(case.lengths[quoted].sum()) + span.past - span.first - 1,
                -float(np.log(of_gold)) if of_gold > 0 else None,
            )
        )
    return reached


def fit_confidence(
    reached: Sequence[Outcome],
) -> tuple[Judgement, Judgement, float]:
    """Fit how to judge a choice from one article and from several, and a factor.

    Without enough articles to ask several, those are judged as one is.
    """
    asked = [o for o in reached if o.features is not None]
    alone = [o for o in asked if not o.case.among]
    among = [o for o in asked if o.case.among]
    judgement = fit_judgement(alone)
    of_several = fit_judgement(among) if among else judgement
    return judgement, of_several, fit_contradicted(alone)


def fit_judgement(asked: Sequence[Outcome]) -> Judgement:
    """Fit whether the articles are about the question, and whether the choice is right.

    Impossible questions are left out: how many of them readers ask, nobody knows.
    """
    both = [o for o in asked if o.case.group != "impossible"]
    own = [o for o in both if o.case.group == "own"]
    about = fit_logistic(
        np.array([o.features for o in both]),
        np.array([o.case.group == "own" for o in both]),
        _importance([o.case for o in both]),
    )
    right = fit_logistic(
        np.array([o.features for o in own]),
        np.array([o.hit for o in own]),
        _importance([o.case for o in own]),
    )
    return Judgement(about, right)


def fit_contradicted(asked: Sequence[Outcome]) -> float:
    """Estimate how often a contradicted answer is right after all.

    Among as many impossible questions as others, by Laplace's rule of succession.
    """
    impossible = [o for o in asked if o.case.group == "impossible"]
    files = {o.case.file for o in impossible}
    own = [o for o in asked if o.case.group == "own" and o.case.file in files]
    if not own:
        return 0.5
    right = sum(o.contradicted for o in own)
    wrong = sum(o.contradicted for o in impossible) * len(own) / len(impossible)
    return (right + 1) / (right + wrong + 2)


def cross_validate(cases: Sequence[Case]) -> list[tuple[Outcome, float]]:
    """Return every case's outcome and confidence by weights of the other folds."""
    judged: list[tuple[Outcome, float]] = []
    for key in _keys(cases):
        held_back = _held_back([c for c in cases if _fits(key, c.language)])
        for fold in range(FOLDS):
            model = Model(
                np.empty(0),
                *fit_confidence([o for o in held_back if o.case.fold != fold]),
            )
            judged += [
                (
                    o,
                    0.0
                    if o.features is None
                    else model.judge(
                        o.features, among=o.case.among, contradicted=o.contradicted
                    ),
                )
                for o in held_back
                if o.case.fold == fold and _key(o.case.language) == key
            ]
    return judged


def fit(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """Fit all weights; the confidence's on choices by weights of other folds."""
    return {
        key: _fit_alike([c for c in cases if _fits(key, c.language)])
        for key in _keys(cases)
    }


def _keys(cases: Sequence[Case]) -> list[str]:
    languages = {case.language for case in cases}
    rest = [REST] if languages - set(WITHOUT_WORDS) else []
    return [*(key for key in ALONE if key in languages), *rest]


def _enough(cases: Sequence[Case]) -> bool:
    """Tell whether a fold can be held back from each key's cases."""
    return all(
        len({c.fold for c in cases if _fits(key, c.language) and c.gold.any()}) > 1
        for key in _keys(cases)
    )


def _key(language: str) -> str:
    return language if language in ALONE else REST


def _fits(key: str, language: str) -> bool:
    """Tell whether what is asked in a language says something about a key's weights."""
    return language == key or (key == REST and language not in WITHOUT_WORDS)


def _fit_alike(cases: Sequence[Case]) -> dict[str, Any]:
    alone, among, left = fit_confidence(_held_back(cases))
    return {
        "sentence": _named(list(evidence.FEATURES), fit_sentence(cases)),
        "alone": _named_judgement(alone),
        "among": _named_judgement(among),
        "contradicted": round(left, DECIMALS),
    }


def _held_back(cases: Sequence[Case], kept: Bools | None = None) -> list[Outcome]:
    """Choose what to quote in each case, by weights of the other folds."""
    held_back: list[Outcome] = []
    for fold in range(FOLDS):
        sentence = fit_sentence([c for c in cases if c.fold != fold], kept)
        held_back += outcomes([c for c in cases if c.fold == fold], sentence)
    return held_back


def _named_judgement(judgement: Judgement) -> dict[str, dict[str, float]]:
    names = [*confidence.FEATURES, BIAS]
    return {
        "about": _named(names, judgement.about),
        "right": _named(names, judgement.right),
    }


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    rounded = (round(float(weight), DECIMALS) + 0.0 for weight in weights)  # no -0.0
    return dict(zip(names, rounded, strict=True))


def report(
    title: str, names: Sequence[str], judged: Sequence[tuple[Outcome, float]]
) -> Table:
    """Tabulate what held-back articles gave, a row for each file."""
    table = Table(box=box.SIMPLE, title=title, title_justify="left")
    headings = ["hit@1\n%", "chars", "AUROC\nother", "AUROC\nimposs."]
    headings += ["own %\nfound", "other %\nfound", "ECE", "ECE\nown"]
    table.add_column("questions", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    for file, name in enumerate(names):
        mine = [(o, c) for o, c in judged if o.case.file == file]
        groups = {
            group: [(o, c) for o, c in mine if o.case.group == group]
            for group in ("own", "other", "impossible")
        }
        confidences = {g: [c for _, c in members] for g, members in groups.items()}
        own, other = groups["own"], groups["other"]
        found = {g: mean([c >= MIN_CONFIDENCE for c in confidences[g]]) for g in groups}
        errors = [
            calibration([c for _, c in members], [o.hit for o, _ in members])
            for members in (own + other, own)
        ]
        table.add_row(
            name,
            percent(mean([o.hit for o, _ in own])),
            whole(mean([o.characters for o, _ in own if o.features is not None])),
            decimal(auroc(confidences["own"], confidences["other"])),
            decimal(auroc(confidences["own"], confidences["impossible"])),
            percent(found["own"]),
            percent(found["other"]),
            *(decimal(error.error if error else None) for error in errors),
        )
    return table


def ablate(cases: Sequence[Case], progress: Progress) -> Table:
    """Tabulate what is lost without each feature, on articles held back."""
    names = list(evidence.FEATURES)
    table = Table(box=box.SIMPLE, title="Without the feature", title_justify="left")
    for heading in ("feature", "weight", "hit@1 %", "log loss"):
        table.add_column(heading, justify="left" if heading == "feature" else "right")
    own = [case for case in cases if case.group == "own" and not case.among]
    weights = fit_sentence(own)
    without: list[str | None] = [None, *names]
    for name in progress.track(without, description="Ablation"):
        reached = _held_back(own, np.array([other != name for other in names]))
        importance = _importance([o.case for o in reached])
        hits = float(np.average([o.hit for o in reached], weights=importance))
        losses = [o.log_loss for o in reached]
        known = np.array([loss is not None for loss in losses])
        values = [loss for loss in losses if loss is not None]
        weight = "" if name is None else f"{weights[names.index(name)]:.2f}"
        table.add_row(
            name or "(all kept)",
            weight,
            percent(hits),
            f"{np.average(values, weights=importance[known]):.4f}",
        )
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit or ablate; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fit", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--ablate", action="store_true", help="tell what each feature is worth"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(str(files("retrieval") / "weights.json")),
        metavar="FILE",
        help="where the weights go (default: where retrieval reads them)",
    )
    parser.add_argument("questions", nargs="+", metavar="FILE", help="a SQuAD file")
    options = parser.parse_args(arguments)
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    console = Console(highlight=False, markup=False, emoji=False)
    try:
        import scipy.optimize  # noqa: F401
    except ImportError:
        sys.stderr.write(
            f"{parser.prog}: scipy is missing; install it with: "
            "pip install -e '.[benchmarks]'\n"
        )
        return 2
    try:
        with Progress(console=stderr, transient=True) as progress:
            cases = read_cases(options.questions, progress)
            if not _enough(cases):
                sys.stderr.write(
                    f"{parser.prog}: too few articles; each language needs two "
                    "with an answered question\n"
                )
                return 2
            if options.ablate:
                console.print(ablate(cases, progress))
                return 0
            weights = fit(cases)
            names = [
                Path(path).name.removesuffix(".json") for path in options.questions
            ]
            judged = cross_validate(cases)
            for title, among in (
                ("On articles held back, one alone", False),
                ("On articles held back, among others", True),
            ):
                asked = [(o, c) for o, c in judged if o.case.among is among]
                console.print(report(title, names, asked))
        options.output.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
    except (QuestionSetError, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    return 0


if __name__ == "__main__":
    sys.exit(main())
