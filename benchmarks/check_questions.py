"""Checks folders of written documents with users' questions.

`python -m benchmarks.check_questions FOLDER ...` prints a line for each fault, and the
number of questions of each kind. `benchmarks/user_questions/README.md` says what each
kind is. Only a second person can say whether an unanswerable question has no answer.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import regex
import stopwordsiso

from benchmarks.splits import SPLITS
from retrieval.text.analysis import Analyzer

# The least number of each kind in a document.
ANSWERED = {
    "paraphrased": 10,
    "plain": 7,
    "yes-no": 3,
    "two-sentence": 2,
    "cross": 4,
    "typed": 4,
}
REFUSED = {
    "look-alike": 5,
    "named": 4,
    "other-thing": 3,
    "other-time": 3,
    "negated": 2,
    "missing-detail": 3,
}
LEAST = ANSWERED | REFUSED
MIN_DIALOGS = 3
PARAPHRASED = "paraphrased"
SENTENCE_ENDS = ".!?。！？।؟\n"
THAI_CHARACTERS = 6  # two texts seldom share so long a run by chance

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_HANGUL = regex.compile(r"\p{Hangul}{2,}")
_THAI = regex.compile(rf"\p{{Thai}}{{{THAI_CHARACTERS},}}")
_IDEOGRAPHS = regex.compile(r"\p{Han}{2,}|\p{Katakana}[\p{Katakana}ー]+")

Entry = Mapping[str, Any]


def faults(path: Path) -> Iterator[str]:
    """Yield the faults of a file of questions, a line each."""
    try:
        data = json.loads(path.read_text("utf-8"))
        raw = (path.parent / data["file"]).read_text("utf-8")
        text = "\n".join(map(_folded, raw.splitlines()))
        questions, dialogs = data["questions"], data["dialogs"]
        language, names = data["language"], data["names"]
        counts = Counter(question["kind"] for question in questions)
        turns = [turn for dialog in dialogs for turn in dialog]
        flat = _folded(text)
        if data["split"] not in SPLITS:
            yield f"the split is one of {', '.join(SPLITS)}, not {data['split']!r}"
        yield from (f"no such name in it: {n}" for n in names if n not in flat)
        yield from (f"no such kind: {kind}" for kind in counts.keys() - LEAST.keys())
        for kind, least in LEAST.items():
            if counts[kind] < least:
                yield f"{counts[kind]} questions are {kind}, {least} are needed"
        if len(dialogs) < MIN_DIALOGS or all(turn["gold"] for turn in turns):
            yield f"{MIN_DIALOGS} dialogs are needed, with a turn that is unanswerable"
        others = {q.get("language") for q in questions if q["kind"] == "cross"}
        if len(others - {None, language}) < len({"two", "languages"}):
            yield "the questions of kind cross are to be in two other languages"
        for question in [*questions, *turns]:
            for fault in _faults_of(question, text, language, names):
                yield f"{fault} ({question.get('kind', 'dialog')}: {question['q']})"
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        yield f"cannot be read ({type(error).__name__}: {error})"


def _faults_of(
    question: Entry, text: str, language: str, names: Sequence[str]
) -> Iterator[str]:
    """Yield the faults of one question."""
    kind, gold = question.get("kind"), question["gold"]
    pieces = [gold] if isinstance(gold, str) else gold or []
    if kind in REFUSED and pieces:
        yield "gold is to be null"
    if kind in ANSWERED and not pieces:
        yield "gold is missing"
    if kind == "two-sentence" and len(pieces) != len(("one", "the other")):
        yield "gold is to be a piece of each of two sentences"
    for piece in map(_folded, pieces):
        if (times := _folded(text).count(piece)) != 1:
            yield f"gold stands {times} times in the document: {piece}"
        elif kind == PARAPHRASED:
            shared = _stems(question["q"], language, names) & _stems(
                _sentence_around(text, piece), language, names
            )
            if shared:
                yield f"it shares {', '.join(sorted(shared))} with what answers it"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _sentence_around(text: str, piece: str) -> str:
    """Return roughly the sentence that holds a piece; abbreviations end it too."""
    text = text if piece in text else _folded(text)  # a piece may go over lines
    at = text.index(piece)
    first = max(text.rfind(end, 0, at) for end in SENTENCE_ENDS) + 1
    past = at + len(piece) - 1
    ends = [found for e in SENTENCE_ENDS if (found := text.find(e, past)) >= 0]
    return text[first : min(ends, default=len(text)) + 1]


def _stems(text: str, language: str, names: Sequence[str]) -> set[str]:
    """Return the stems of a text without names and stop words.

    In languages without blanks between words these are pairs of ideographs or runs of
    Thai letters instead; in Korean the first two syllables of each word.
    """
    for name in names:
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    stop_words = stopwordsiso.stopwords(language)
    if language in ("zh", "ja"):
        pairs = {
            run[n : n + 2] if regex.match(r"\p{Han}", run) else run
            for run in _IDEOGRAPHS.findall(text)
            for n in range(len(run) - 1)
        }
        return pairs - stop_words
    if language == "th":
        return {
            run[n : n + THAI_CHARACTERS]
            for run in _THAI.findall(text)
            for n in range(len(run) - THAI_CHARACTERS + 1)
        }
    if language == "ko":
        long = set(_HANGUL.findall(text)) - stop_words
        return {word[:2] for word in long} - stop_words
    words = [word for word in _WORD.findall(text) if word.casefold() not in stop_words]
    terms = [term.term for term in Analyzer(language).analyze(" ".join(words))]
    if language == "vi":  # a word is two syllables or more
        return {" ".join(pair) for pair in pairwise(terms)}
    return {term[:5] for term in terms} if language == "uk" else set(terms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check folders; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check_questions")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    paths = [p for folder in options.folders for p in sorted(folder.glob("*.json"))]
    if not paths:
        sys.stderr.write(f"{parser.prog}: no file there ends in .json\n")
        return 2
    counts: Counter[str] = Counter()
    asked: dict[str, str] = {}
    n_faults = 0
    for path in paths:
        found = list(faults(path))
        if not any(fault.startswith("cannot be read") for fault in found):
            questions = json.loads(path.read_text("utf-8"))["questions"]
            counts.update(question["kind"] for question in questions)
            for question in questions:
                first = asked.setdefault(question["q"].casefold(), path.name)
                if first != path.name:
                    found.append(f"asked in {first}, too: {question['q']}")
        for fault in found:
            sys.stdout.write(f"{path.name}: {fault}\n")
        n_faults += len(found)
    for kind, count in counts.most_common():
        sys.stdout.write(f"{count:>6,} {kind}\n")
    sys.stdout.write(f"{len(paths)} documents, {n_faults} faults\n")
    return 1 if n_faults else 0


if __name__ == "__main__":
    sys.exit(main())
