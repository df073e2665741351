"""Train and test split of articles, by their titles.

The encoder is trained on the train split alone. A title decides, so an article is in
one split in every file that holds it, translations among them.
`python -m benchmarks.splits FOLDER ...` prints the files of users' questions whose
document is in the test split.
"""

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from retrieval.documents.values import Article
from retrieval.errors import QuestionSetError
from retrieval.evaluation.question_sets import load_question_set

N_PARTS = 4  # part 0 is the test split, the others are trained on


def is_test(article: Article) -> bool:
    """Return whether an article is in the test split, so is never trained on."""
    return split_of(article, N_PARTS) == 0


def split_of(article: Article, n_parts: int) -> int:
    """Return the part that an article belongs to, from 0 to `n_parts` - 1."""
    return split_of_title(article.title or article.text[:100], n_parts)


def split_of_title(title: str, n_parts: int) -> int:
    """Return the part of the article with a title, from 0 to `n_parts` - 1."""
    digest = sha256(title.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4]) % n_parts


def main(folders: Sequence[str]) -> int:
    """Print the files of the test split, a line each; return the exit code."""
    try:
        paths = [path for folder in folders for path in Path(folder).glob("*.json")]
        for path in sorted(paths):
            (labelled,) = load_question_set(str(path), language="en").articles
            if is_test(labelled.article):
                sys.stdout.write(f"{path}\n")
    except QuestionSetError as error:
        sys.stderr.write(f"python -m benchmarks.splits: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
