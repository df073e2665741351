"""Checks that README.md and the documents quote what was measured.

docs/figures.json holds the figures: for each run its command, and what it measured. In
a document a comment right above a paragraph or a table names the figures of that block,
in the order of its numbers; "-" stands for a number that is not measured:

    <!-- figures: - encoder.sure.right encoder.sure.count -->

A document may round a figure. `python -m benchmarks.figures` prints what is wrong, and
`--measure RUN ...` first runs commands again and writes docs/figures.json. The figures
of a command without `--json` are entered by hand.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "docs" / "figures.json"
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BENCHMARKS = ROOT / "benchmarks" / "README.md"  # has more than these runs measure
_MARKED = re.compile(r"<!-- figures:([^>]*)-->\n(.+?)(?=\n\n|\n*\Z)", re.S)
_NUMBER = re.compile(r"(?<![\w.@])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
_NO_PROSE = re.compile(r"^```.*?^```|<!--.*?-->|`[^`\n]*`|\]\([^)]*\)", re.M | re.S)
_MEASURED = re.compile(r"\d %|\d of \d")

Runs = dict[str, dict[str, Any]]


def check(text: str, figures: Mapping[str, float]) -> Iterator[str]:
    """Yield a line for each marked number that is not the figure it is named after."""
    for block in _MARKED.finditer(text):
        names = block[1].split()
        numbers = _NUMBER.findall(_NO_PROSE.sub(" ", block[2]))
        if len(names) != len(numbers):
            yield f"{len(names)} figures for {len(numbers)} numbers: {block[2][:60]!r}"
            continue
        for name, number in zip(names, numbers, strict=True):
            if name == "-":
                continue
            decimals = len(number.partition(".")[2])
            if name not in figures:
                yield f"there is no figure {name}"
            elif (right := f"{figures[name]:.{decimals}f}") != number.replace(",", ""):
                yield f"{name} is {right}, not {number}"


def check_unmarked(text: str) -> Iterator[str]:
    """Yield a line for each percentage, or "70 of 80", that no comment marks.

    Code, links and comments do not count.
    """
    for paragraph in _NO_PROSE.sub(" ", _MARKED.sub("", text)).split("\n\n"):
        if found := _MEASURED.search(paragraph):
            yield f"no figure is named for {found[0]!r} in {paragraph.strip()[:60]!r}"


def check_documents(runs: Runs) -> list[str]:
    """Return a line for each number of the documents that is wrong or unmarked."""
    figures = {
        f"{run}.{name}": value
        for run, content in runs.items()
        for name, value in content["figures"].items()
    }
    problems: list[str] = []
    for path in (*DOCUMENTS, BENCHMARKS):
        text = path.read_text("utf-8")
        unmarked = () if path == BENCHMARKS else check_unmarked(text)
        where = path.relative_to(ROOT)
        problems += [f"{where}: {line}" for line in (*check(text, figures), *unmarked)]
    return problems


def measured(report: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of a report of `article-bot evaluate --json`.

    Each kind of question has `questions`, their number, and the percentages `right`,
    `first` (ranked first) and `refused`; to refuse an unanswerable question is right.
    `sure` are the answers at a confidence of 0.8 or more; `answered`, all answers.
    """
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for question_set in report["question_sets"]:
        for kind in question_set["kinds"]:
            counts = {key: n for key, n in kind.items() if isinstance(n, int)}
            kinds[kind["name"]].update(counts)
    figures: dict[str, float] = {}
    for name, kind in kinds.items():
        figures[f"{name}.questions"] = kind["questions"]
        for share in ("right", "first", "refused") if "first" in kind else ("right",):
            figures[f"{name}.{share}"] = _percent(kind[share], kind["questions"])
    answered_right = sum(kind["right"] for kind in kinds.values() if "first" in kind)
    total = sum(kinds.values(), Counter())
    return figures | {
        "sure.count": total["confident"],
        "sure.right": total["confident_right"],
        "sure.share": _percent(total["confident_right"], total["confident"]),
        "answered.share": _percent(answered_right, answered_right + total["wrong"]),
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


def _measure(run: dict[str, Any]) -> None:
    """Run a command, and replace the run's figures unless it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ["bash", "-c", run["command"]]
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False
    )
    if done.returncode == 0:
        run["figures"] = measured(json.loads(done.stdout))
    else:
        print(f"It failed, so its figures stay: {run['command']}", file=sys.stderr)


def main() -> int:
    """Check the documents, after measuring if asked to; return the exit code."""
    runs: Runs = json.loads(FIGURES.read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures")
    choices = [name for name, run in runs.items() if "--json" in run["command"]]
    parser.add_argument("--measure", nargs="+", choices=choices, default=[])
    for name in (chosen := parser.parse_args().measure):
        _measure(runs[name])
    if chosen:
        FIGURES.write_text(json.dumps(runs, indent=2) + "\n", "utf-8")
    problems = check_documents(runs)
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
