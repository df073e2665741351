"""Fits the weights of `retrieval/ranking/weights.json` on files of questions.

`python -m benchmarks.fit FILE ...` writes the weights, and beside them the versions of
the libraries that terms and sentences come from. It prints what the weights give on
articles that they were not fitted on: folds are made of whole articles, by their
titles, so that one that stands in several files is in one fold. `--ablate` tells what
each feature is worth to words alone instead, and writes nothing.

Words alone are fitted on all articles. Languages that stand in `ALONE` have weights of
their own; the others share those that are fitted on every language that writes blanks
between words. With `--reader`, what the reader adds is fitted, to the weights of words
as they are: on the articles that it was not trained on, in the languages that it
understands, with its judge and without. Every file counts the same for the sentence,
however many questions it has. All fits use no chance but that of `cases`, which is
seeded; the weights are rounded, so that they are the same wherever they are fitted.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from benchmarks.fit.cases import Case, Floats, read_cases
from benchmarks.fit.fitting import (
    Outcome,
    cross_validate,
    fit_confidence,
    fit_sentence,
    held_back,
)
from benchmarks.fit.report import ablate, report
from retrieval.encoder import BUILT_IN, FITTED_READER, Reader, load_reader
from retrieval.errors import QuestionSetError, ReaderError
from retrieval.evaluation.questions import load_question_set
from retrieval.ranking.model import (
    BIAS,
    FEATURE_SETS,
    JUDGE,
    MEANING,
    REST,
    WORDS,
    feature_names,
)
from retrieval.text import analysis

# English has data enough. Terms are syllables in Vietnamese, and pairs of characters in
# Thai and Chinese, so that what a feature means differs.
ALONE = ("en", "th", "vi", "zh")
WITHOUT_WORDS = ("th", "vi", "zh")
LIBRARIES = (*analysis.LIBRARIES, "sentencex")  # terms and sentences are theirs
DECIMALS = 4  # of the weights; optimisers agree to more

Weights = dict[str, dict[str, Any]]  # by language, then by voice
Judged = list[tuple[Outcome, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit or ablate; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fit", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--ablate", action="store_true", help="tell what each feature is worth"
    )
    parser.add_argument(
        "--reader", action="store_true", help="fit what the reader adds to words"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(str(files("retrieval") / "ranking" / "weights.json")),
        metavar="FILE",
        help="where the weights go (default: where retrieval reads them)",
    )
    parser.add_argument(
        "--unseen",
        action="append",
        default=[],
        metavar="FILE",
        help="the same, of which the reader was trained on nothing",
    )
    parser.add_argument(
        "questions", nargs="+", metavar="FILE", help="a file of questions, or a folder"
    )
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
        paths = [*options.questions, *options.unseen]
        sets = [load_question_set(path) for path in paths]
        unseen = frozenset(range(len(options.questions), len(paths)))
        with Progress(console=stderr, transient=True) as progress:
            if options.ablate:
                cases = read_cases(sets, FEATURE_SETS[WORDS], None, unseen, progress)
                console.print(ablate(FEATURE_SETS[WORDS], cases, progress))
                return 0
            readers = _readers() if options.reader else {WORDS: None}
            weights = _read(options.output)
            for name, reader in readers.items():
                cases = read_cases(sets, FEATURE_SETS[name], reader, unseen, progress)
                judged = _fit_voice(name, cases, weights)
                for title, among in (("one alone", False), ("among others", True)):
                    asked = [(o, c) for o, c in judged if o.case.among is among]
                    heading = f"By {name}, on articles held back, {title}"
                    console.print(report(heading, [s.name for s in sets], asked))
        options.output.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
        versions = {name: version(name) for name in LIBRARIES}
        beside = options.output.with_name("versions.json")
        known = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
        reader = readers.get(JUDGE)
        key = reader.key if reader else known.get(FITTED_READER)
        versions |= {FITTED_READER: key} if key else {}
        beside.write_text(json.dumps(versions, indent=1) + "\n", "utf-8")
    except (QuestionSetError, ReaderError, TooFewError, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    return 0


class TooFewError(Exception):
    """There are not articles enough to hold some back."""


def _readers() -> dict[str, Reader | None]:
    reader = load_reader(BUILT_IN, languages=frozenset({"en"}))
    return {MEANING: _Meaning(reader), JUDGE: reader}


class _Meaning:
    """A reader without its judge."""

    judges = False

    def __init__(self, reader: Reader) -> None:
        self.name, self.key, self.width = reader.name, reader.key, reader.width
        self.languages = reader.languages
        self.embed = reader.embed
        self.judge = reader.judge


def _read(path: Path) -> Weights:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _fit_voice(name: str, cases: Sequence[Case], weights: Weights) -> Judged:
    """Fit a voice's weights into all weights; return what held-back articles gave."""
    voice = FEATURE_SETS[name]
    keys = _keys(cases) if name == WORDS else sorted({c.language for c in cases})
    judged: Judged = []
    for key in keys:
        alike = [case for case in cases if _fits(key, case.language)]
        folds = {c.fold for c in alike if c.gold.any()}
        if len(folds) < 2:
            raise TooFewError(
                "too few articles; each language needs two with an answered question"
            )
        reached = held_back(voice, alike)
        of_one, of_several, left = fit_confidence(reached)
        names = [*feature_names(voice.choice), BIAS]
        weights.setdefault(key, {})[name] = {
            "sentence": _named(
                feature_names(voice.sentence), fit_sentence(voice, alike)
            ),
            "alone": _named(names, of_one),
            "among": _named(names, of_several),
            "contradicted": round(left, DECIMALS),
        }
        judged += [
            (outcome, confidence)
            for outcome, confidence in cross_validate(voice, reached)
            if name != WORDS or _key(outcome.case.language) == key
        ]
    return judged


def _keys(cases: Sequence[Case]) -> list[str]:
    languages = {case.language for case in cases}
    rest = [REST] if languages - set(WITHOUT_WORDS) else []
    return [*(key for key in ALONE if key in languages), *rest]


def _key(language: str) -> str:
    return language if language in ALONE else REST


def _fits(key: str, language: str) -> bool:
    """Tell whether what is asked in a language says something about a key's weights."""
    return language == key or (key == REST and language not in WITHOUT_WORDS)


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    rounded = (round(float(weight), DECIMALS) + 0.0 for weight in weights)  # no -0.0
    return dict(zip(names, rounded, strict=True))


if __name__ == "__main__":
    sys.exit(main())
