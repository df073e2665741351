"""Latency and memory of answers with the encoder and from words alone.

`python -m benchmarks.latency FILE` joins the first articles of a question set into one
of some 200 sentences, and asks it the set's first questions. Each variant runs in a
process of its own. `--busy` keeps another process computing meanwhile.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from itertools import islice

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from retrieval import Answerer, Article
from retrieval.encoder import default_encoder
from retrieval.errors import EncoderError, QuestionSetError
from retrieval.evaluation.question_sets import load_question_set

SENTENCES = 200
QUESTIONS = 200


def measure(
    text: str, questions: Sequence[str], with_encoder: bool
) -> tuple[float, float, float, float]:
    """Answer questions about a text.

    Returns:
        Seconds until the article is ready, median and 95th percentile of the time of
        an answer in milliseconds, and peak memory in MB.
    """
    begin = time.perf_counter()
    encoder = default_encoder() if with_encoder else None
    article = Article.from_text(text, language="en")
    answerer = Answerer([article], reader=encoder)
    answerer.warm_up()
    ready = time.perf_counter() - begin
    milliseconds: list[float] = []
    for question in questions:
        begin = time.perf_counter()
        answerer.answer(question)
        milliseconds.append((time.perf_counter() - begin) * 1000)
    median, late = np.percentile(milliseconds, [50, 95])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return ready, float(median), float(late), memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both variants; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.latency", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--busy", action="store_true", help="compute beside it")
    parser.add_argument("questions", metavar="FILE", help="a file of questions")
    options = parser.parse_args(arguments)
    try:
        default_encoder()
        question_set = load_question_set(options.questions, language="en")
    except (QuestionSetError, EncoderError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    sentences = (
        sentence.text
        for labelled in question_set.articles
        for passage in labelled.article.passages
        for sentence in passage.sentences
    )
    texts = list(islice(sentences, SENTENCES))
    paragraphs = [" ".join(texts[n : n + 5]) for n in range(0, len(texts), 5)]
    questions = [q.question for q in question_set.questions[:QUESTIONS]]
    processes = multiprocessing.get_context("spawn")
    beside = processes.Process(target=_compute, daemon=True)
    if options.busy:
        beside.start()
    table = Table(box=box.SIMPLE)
    for heading in ("answers from", "ready s", "median ms", "p95 ms", "most MB"):
        table.add_column(heading, justify="right")
    for name, with_encoder in (("words alone", False), ("the reader, too", True)):
        with processes.Pool(1) as pool:
            ready, median, late, memory = pool.apply(
                measure, ("\n\n".join(paragraphs), questions, with_encoder)
            )
        table.add_row(
            name, f"{ready:.1f}", f"{median:.1f}", f"{late:.1f}", f"{memory:.0f}"
        )
    if options.busy:
        beside.kill()
    Console(highlight=False).print(table)
    return 0


def _compute() -> None:
    while True:
        pass


if __name__ == "__main__":
    sys.exit(main())
