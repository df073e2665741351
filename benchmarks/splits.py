"""Train, dev and test split of articles.

The encoder is trained on the train split alone, and the weights of what it adds are
fitted on the dev split. A file of users' questions names its split. Elsewhere the title
decides between train and dev, so that an article is in one split in every file that
holds it, translations among them. `python -m benchmarks.splits FOLDER ...` prints the
files of users' questions whose document is in the test split, or in another.
"""

import argparse
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from retrieval.documents.values import Article
from retrieval.errors import QuestionSetError
from retrieval.evaluation.question_sets import LabelledArticle, load_question_set

TRAIN, DEV, TEST = SPLITS = ("train", "dev", "test")
N_PARTS = 4  # part 0 is the dev split, the others are trained on


def split_name(labelled: LabelledArticle) -> str:
    """Return the split of an article, one of `SPLITS`."""
    if labelled.split:
        return labelled.split
    return DEV if fold_of(labelled.article, N_PARTS) == 0 else TRAIN


def fold_of(article: Article, n_parts: int) -> int:
    """Return the part that an article belongs to, from 0 to `n_parts` - 1."""
    return fold_of_title(article.title or article.text[:100], n_parts)


def fold_of_title(title: str, n_parts: int) -> int:
    """Return the part of the article with a title, from 0 to `n_parts` - 1."""
    digest = sha256(title.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4]) % n_parts


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the files of a split, a line each; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.splits")
    parser.add_argument(
        "--split", choices=SPLITS, default=TEST, help="default: %(default)s"
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    options = parser.parse_args(arguments)
    try:
        paths = [
            path for folder in options.folders for path in Path(folder).glob("*.json")
        ]
        for path in sorted(paths):
            (labelled,) = load_question_set(str(path), language="en").articles
            if split_name(labelled) == options.split:
                sys.stdout.write(f"{path}\n")
    except QuestionSetError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
