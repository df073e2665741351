"""Which articles teach the reader, and which are held back to judge it by.

An article is dealt by its title, so that it is on the same side in every file that has
it, translations among them. `python -m benchmarks.dealing FOLDER ...` prints the files
of readers' questions whose document is held back.
"""

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from retrieval.documents.values import Article
from retrieval.errors import QuestionSetError
from retrieval.evaluation.questions import load_question_set

PARTS = 4  # one of them is held back


def is_held_back(article: Article) -> bool:
    """Tell whether the reader must never be trained on an article."""
    return deal(article, PARTS) == 0


def deal(article: Article, parts: int) -> int:
    """Return the part that an article belongs to, from 0."""
    return deal_title(article.title or article.text[:100], parts)


def deal_title(title: str, parts: int) -> int:
    """Return the part that the article of a title belongs to, from 0."""
    return int.from_bytes(sha256(title.encode("utf-8", "replace")).digest()[:4]) % parts


def main(folders: Sequence[str]) -> int:
    """Print the files that are held back, a line each; return the exit code."""
    try:
        paths = [path for folder in folders for path in Path(folder).glob("*.json")]
        for path in sorted(paths):
            (labelled,) = load_question_set(str(path), language="en").articles
            if is_held_back(labelled.article):
                sys.stdout.write(f"{path}\n")
    except QuestionSetError as error:
        sys.stderr.write(f"python -m benchmarks.dealing: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
