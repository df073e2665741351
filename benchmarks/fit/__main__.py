"""Fits the weights of `retrieval/ranking/weights.json` on files of questions.

`python -m benchmarks.fit FILE ...` writes the weights, and beside them the versions of
the libraries that terms and sentences come from. It prints cross-validated results:
folds consist of whole articles, by their titles, so an article of several files is in
one fold. `--ablate` prints the worth of each feature to words alone instead, and writes
nothing.

The features of words alone are fitted on all articles. The languages in `ALONE` have
weights of their own; the others share weights fitted on every language that writes
blanks between words. With `--encoder`, the feature sets of the encoder are fitted and
those of words stay: on the dev split, in the languages that the encoder understands,
with the reranker and without, for English and for the others together; and for
questions in another language than the article's. These are users' questions of the kind
"cross", and questions of SQuAD files that hold them in several languages, by their
`id`. Every file counts equally for the sentence's weights, however many questions it
has. The only randomness is in `examples`, and is seeded;
weights are rounded, so that every machine writes equal files.
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

from benchmarks.fit.examples import Example, Floats, make_examples
from benchmarks.fit.report import ablate, report
from benchmarks.fit.training import (
    ExampleOutcome,
    cross_validate,
    fit_confidence,
    fit_sentence_weights,
    out_of_fold,
)
from benchmarks.translations import read_translations
from retrieval.encoder import BUILT_IN, FITTED_ENCODER, Embedder, load_encoder
from retrieval.encoder.card import ModelCard
from retrieval.errors import EncoderError, QuestionSetError
from retrieval.evaluation.question_sets import load_question_set
from retrieval.ranking.model import (
    BIAS,
    CROSS_LANGUAGE,
    EMBEDDING,
    FALLBACK,
    FEATURE_SETS,
    LEXICAL,
    RERANKED,
    feature_names,
)
from retrieval.text import analysis

# Languages with weights of their own, for each feature set. English has data enough.
# Terms are syllables in Vietnamese, and pairs of characters in Thai and Chinese, so
# features of words differ in meaning there.
ALONE = {
    LEXICAL: ("en", "th", "vi", "zh"),
    EMBEDDING: ("en",),
    RERANKED: ("en",),
    CROSS_LANGUAGE: (),
}
WITHOUT_WORDS = ("th", "vi", "zh")
LIBRARIES = (*analysis.LIBRARIES, "sentencex")  # make the terms and sentences
DECIMALS = 4  # of the weights; optimisers agree to more

Weights = dict[str, dict[str, Any]]  # by language, then by feature set
Calibrated = list[tuple[ExampleOutcome, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit or ablate; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fit", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--ablate", action="store_true", help="tell what each feature is worth"
    )
    parser.add_argument(
        "--encoder",
        "--reader",
        action="store_true",
        help="fit what the encoder adds to words",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(str(files("retrieval") / "ranking" / "weights.json")),
        metavar="FILE",
        help="where the weights go (default: where retrieval reads them)",
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
        sets = [load_question_set(path) for path in options.questions]
        translations = read_translations(options.questions)
        with Progress(console=stderr, transient=True) as progress:
            if options.ablate:
                examples = make_examples(
                    sets, FEATURE_SETS[LEXICAL], None, {}, progress
                )
                console.print(ablate(FEATURE_SETS[LEXICAL], examples, progress))
                return 0
            encoders = _encoders() if options.encoder else {LEXICAL: None}
            weights = _read(options.output)
            for name, encoder in encoders.items():
                examples = make_examples(
                    sets, FEATURE_SETS[name], encoder, translations, progress
                )
                if not examples:  # no question is asked so
                    continue
                calibrated = _fit_feature_set(name, examples, weights)
                for title, several in (("one alone", False), ("among others", True)):
                    asked = [
                        (o, c)
                        for o, c in calibrated
                        if o.example.multi_article is several
                    ]
                    heading = f"By {name} features, on articles held back, {title}"
                    console.print(report(heading, [s.name for s in sets], asked))
        options.output.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")
        versions = {name: version(name) for name in LIBRARIES}
        beside = options.output.with_name("versions.json")
        known = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
        encoder = encoders.get(RERANKED)
        key = encoder.fingerprint if encoder else known.get(FITTED_ENCODER)
        versions |= {FITTED_ENCODER: key} if key else {}
        beside.write_text(json.dumps(versions, indent=1) + "\n", "utf-8")
    except (QuestionSetError, EncoderError, TooFewError, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    return 0


class TooFewError(Exception):
    """There are too few articles for cross-validation."""


def _encoders() -> dict[str, Embedder | None]:
    languages = ModelCard.read(Path(BUILT_IN)).languages
    encoder = load_encoder(BUILT_IN, languages=languages)
    return {
        EMBEDDING: _WithoutReranker(encoder),
        RERANKED: encoder,
        CROSS_LANGUAGE: encoder,
    }


class _WithoutReranker:
    """An encoder that gives embeddings alone."""

    def __init__(self, encoder: Embedder) -> None:
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.languages = encoder.languages
        self.embed = encoder.embed


def _read(path: Path) -> Weights:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _fit_feature_set(
    name: str, examples: Sequence[Example], weights: Weights
) -> Calibrated:
    """Fit a feature set's weights into all weights; return the out-of-fold results."""
    feature_set = FEATURE_SETS[name]
    calibrated: Calibrated = []
    for key in _keys(name, examples):
        alike = [c for c in examples if _fits(name, key, c.language)]
        folds = {c.fold for c in alike if c.gold.any()}
        if len(folds) < 2:
            raise TooFewError(
                "too few articles; each language needs two with an answered question"
            )
        reached = out_of_fold(feature_set, alike)
        of_one, of_several, left = fit_confidence(reached)
        names = [*feature_names(feature_set.answer), BIAS]
        weights.setdefault(key, {})[name] = {
            "sentence": _named(
                feature_names(feature_set.sentence),
                fit_sentence_weights(feature_set, alike),
            ),
            "single_article": _named(names, of_one),
            "multi_article": _named(names, of_several),
            "contradiction_factor": round(left, DECIMALS),
        }
        calibrated += [
            (outcome, confidence)
            for outcome, confidence in cross_validate(feature_set, reached)
            if _key(name, outcome.example.language) == key
        ]
    return calibrated


def _keys(name: str, examples: Sequence[Example]) -> list[str]:
    languages = {example.language for example in examples}
    alone = [key for key in ALONE[name] if key in languages]
    is_fallback = any(_fits(name, FALLBACK, language) for language in languages)
    return [*alone, *([FALLBACK] if is_fallback else [])]


def _key(name: str, language: str) -> str:
    return language if language in ALONE[name] else FALLBACK


def _fits(name: str, key: str, language: str) -> bool:
    """Return whether examples of a language count for the weights of a key."""
    if key != FALLBACK:
        return language == key
    return name != LEXICAL or language not in WITHOUT_WORDS


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    rounded = (round(float(weight), DECIMALS) + 0.0 for weight in weights)  # no -0.0
    return dict(zip(names, rounded, strict=True))


if __name__ == "__main__":
    sys.exit(main())
