"""Index time, memory and latency for many articles, with two baselines.

Times are processor time, so that what else runs beside counts little; "index s" is the
time on the clock, which several cores shorten, and "CPU s" that of all processes.

Articles are made from those of question sets: each copy after the first has about a
third of its longer words changed, so that the vocabulary grows with the collection.
"""

import argparse
import gc
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import bm25s
import Stemmer
from rich.console import Console
from rich.table import Table

from retrieval import Answerer, Article
from retrieval.answering import TOP_PASSAGES
from retrieval.evaluation.question_sets import load_question_set
from retrieval.index.memory import MemoryIndex

SIZES = (1, 100, 1_000, 10_000)
PARAGRAPHS = 5  # of an article; about 3,500 characters
QUESTIONS = 200
CHANGES = 100
OURS = "this project"
CHANGED = 0.3  # of the words of at least LONG characters
LONG = 6
_WORD = re.compile(r"\w+")


def main() -> None:
    """Measure each size and searcher in a process of its own; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="+", type=Path, metavar="QUESTIONS.json")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--one", choices=SEARCHERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured = measure(options.questions, options.sizes[0], options.one)
        sys.stdout.write(json.dumps(measured))
        return
    columns = ("articles", "passages", "searcher", "index s", "CPU s", "MB", "ms")
    table = Table(*columns, "change ms")
    for column in table.columns:
        column.justify = "right"
    with Console(stderr=True).status("") as status:
        for size in options.sizes:
            for name in SEARCHERS:
                status.update(f"{size:,} articles, {name} …")
                done = subprocess.run(
                    [
                        *(sys.executable, "-m", "benchmarks.scaling"),
                        *map(str, options.questions),
                        *("--sizes", str(size), "--one", name),
                    ],
                    stdout=subprocess.PIPE,
                    check=True,
                )
                measured = json.loads(done.stdout)
                table.add_row(
                    f"{size:,}",
                    f"{measured['passages']:,}",
                    name,
                    f"{measured['seconds']:.1f}",
                    f"{measured['processor']:.1f}",
                    f"{measured['megabytes']:.0f}",
                    f"{measured['ms']:.2f}",
                    f"{measured['change']:.1f}" if "change" in measured else "–",
                )
    Console().print(table)


def measure(paths: Sequence[Path], size: int, name: str) -> dict[str, float]:
    """Index `size` articles with a searcher, and ask it questions.

    Returns:
        Number of passages, seconds to index on the clock and of processors, MB that
        the index adds, median ms of an answer, and for this project the median ms of a
        change.
    """
    sets = [load_question_set(path, language="en") for path in paths]
    texts = [labelled.article.text for known in sets for labelled in known.articles]
    asked = [question.question for known in sets for question in known.questions]
    asked = random.Random(0).sample(asked, QUESTIONS)
    articles = [Article.from_text(text, language="en") for text in make(texts, size)]
    passages = [p.text for article in articles for p in article.passages]
    gc.collect()
    before = resident_megabytes()
    started, processor = time.perf_counter(), _processor_seconds()
    ask = SEARCHERS[name](articles, passages)
    seconds = time.perf_counter() - started
    processor = _processor_seconds() - processor
    megabytes = resident_megabytes() - before
    for question in asked[:20]:
        ask(question)
    times = []
    for question in asked:
        started = time.process_time()
        ask(question)
        times.append(time.process_time() - started)
    measured = {
        "passages": len(passages),
        "seconds": seconds,
        "processor": processor,
        "megabytes": megabytes,
        "ms": median(times) * 1_000,
    }
    if name == OURS:
        measured["change"] = _change(articles) * 1_000
    return measured


def _change(articles: Sequence[Article]) -> float:
    """Return the median seconds to change, add or remove one article."""
    index = MemoryIndex({f"{n}": article for n, article in enumerate(articles)})
    chance = random.Random(0)
    times = []
    for n in range(CHANGES):
        new = {f"{chance.randrange(2 * len(articles))}": articles[n % len(articles)]}
        gone = () if n % 3 else (f"{chance.randrange(len(articles))}",)
        started = time.process_time()
        index = index.with_changes(new if n % 3 else {}, gone)
        times.append(time.process_time() - started)
    return median(times)


def make(texts: Sequence[str], size: int) -> Iterator[str]:
    """Yield `size` texts of `PARAGRAPHS` paragraphs; copies have words changed."""
    pieces: list[str] = []
    for text in texts:
        paragraphs = text.split("\n\n")
        for first in range(0, len(paragraphs), PARAGRAPHS):
            pieces.append("\n\n".join(paragraphs[first : first + PARAGRAPHS]))
    for n in range(size):
        copy, piece = divmod(n, len(pieces))
        yield _changed(pieces[piece], copy)


def _changed(text: str, copy: int) -> str:
    if copy == 0:
        return text
    chance = random.Random(copy)

    def change(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < LONG or chance.random() > CHANGED:
            return word
        return (
            f"{word[:4]}{chance.choice('aeiou')}{chance.choice('bdgklmnrst')}{word[4:]}"
        )

    return _WORD.sub(change, text)


def _processor_seconds() -> float:
    """Return the processor time of this process and the workers that have ended."""
    return sum(os.times()[:4])


def resident_megabytes() -> float:
    """Return the resident memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4_096 / 1024**2


Ask = Callable[[str], object]


def _this_project(articles: Sequence[Article], _: Sequence[str]) -> Ask:
    return Answerer(articles, reader=None).answer


def _bm25s(_: object, passages: Sequence[str]) -> Ask:
    stemmer = Stemmer.Stemmer("english")

    def tokenize(texts: Sequence[str]) -> Any:
        return bm25s.tokenize(
            list(texts), stopwords="en", stemmer=stemmer, show_progress=False
        )

    index = bm25s.BM25()
    index.index(tokenize(passages), show_progress=False)
    k = min(TOP_PASSAGES, len(passages))
    return lambda question: index.retrieve(
        tokenize([question]), k=k, show_progress=False
    )


def _fts5(_: object, passages: Sequence[str]) -> Ask:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE p USING fts5(text, tokenize='porter')")
    connection.executemany("INSERT INTO p VALUES (?)", ((text,) for text in passages))
    query = f"SELECT rowid FROM p WHERE p MATCH ? ORDER BY rank LIMIT {TOP_PASSAGES}"

    def ask(question: str) -> object:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(question))
        return connection.execute(query, [words]).fetchall()

    return ask


SEARCHERS: dict[str, Callable[[Sequence[Article], Sequence[str]], Ask]] = {
    OURS: _this_project,
    "bm25s": _bm25s,
    "SQLite FTS5": _fts5,
}


if __name__ == "__main__":
    main()
