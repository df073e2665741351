"""Hits of follow-ups for each pair of weights of their context.

`python -m benchmarks.followups FOLDER` asks the dialogs of users' questions with each
pair of weights: of the previous question, and of the sentences cited for it. A hit is a
follow-up whose first citation answers; unanswerable follow-ups are left out.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import product

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.commands.report import percent
from retrieval import Answer, Answerer
from retrieval.encoder import default_encoder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.errors import QuestionSetError
from retrieval.evaluation.measures import mean
from retrieval.evaluation.question_sets import LabelledArticle, load_question_set
from retrieval.query import followups

QUESTION_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
CITATION_WEIGHTS = (0.0, 0.05, 0.15, 0.3, 0.5)


def hits(answerer: Answerer, labelled: LabelledArticle) -> Iterator[bool]:
    """Ask an article's dialogs; yield for each follow-up whether it is a hit."""
    for dialog in labelled.dialogs:
        history: list[Answer] = []
        for turn in dialog:
            answer = answerer.answer(turn.question, history)
            if history and turn.answer_starts:
                cited = answer.citations[:1]
                yield any(turn.answered_in(c.start, c.end) for c in cited)
            history.append(answer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask all dialogs with all weights; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.followups",
        description=(__doc__ or "").split("\n")[0],
    )
    parser.add_argument(
        "--encoder", "--reader", action="store_true", help="answer with the encoder"
    )
    parser.add_argument("questions", metavar="FOLDER", help="of users' questions")
    options = parser.parse_args(arguments)
    try:
        question_set = load_question_set(options.questions, language="en")
    except QuestionSetError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    encoder = default_encoder() if options.encoder else None
    embeddings = EmbeddingCache(encoder) if encoder else None
    answerers = [
        (Answerer([labelled.article], reader=embeddings), labelled)
        for labelled in question_set.articles
    ]
    table = Table(box=box.SIMPLE, title="Hits, %: question before down, cited across")
    table.add_column("")
    for weight in CITATION_WEIGHTS:
        table.add_column(f"{weight:g}", justify="right")
    pairs = list(product(QUESTION_WEIGHTS, CITATION_WEIGHTS))
    shares: list[str] = []
    original = followups.QUESTION_WEIGHT, followups.CITATION_WEIGHT
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    with Progress(console=stderr, transient=True) as progress:
        for pair in progress.track(pairs, description="Leading dialogs"):
            followups.QUESTION_WEIGHT, followups.CITATION_WEIGHT = pair
            found = [hit for one in answerers for hit in hits(*one)]
            shares.append(percent(mean(found)))
    followups.QUESTION_WEIGHT, followups.CITATION_WEIGHT = original
    width = len(CITATION_WEIGHTS)
    for n, weight in enumerate(QUESTION_WEIGHTS):
        table.add_row(f"{weight:g}", *shares[n * width : (n + 1) * width])
    Console(highlight=False).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
