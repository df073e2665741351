"""Shares of mistyped words recognised, and of real words mistaken for such.

`python -m benchmarks.spelling` takes words of the English documents of
`benchmarks/news_reports`. Each is mistyped by a random error (a letter added, left out,
replaced by a neighbour on the keyboard, or swapped with the next); the word itself
should be offered. Words that another document uses, and this one in no form, should get
no offer.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import regex
from rich.console import Console

from bot.commands.report import percent
from retrieval import Article, load_article
from retrieval.query.spelling import Vocabulary
from retrieval.text.analysis import analyzer_for
from retrieval.text.language import language_for

DOCUMENTS = Path(__file__).parent / "news_reports"
MIN_CHARACTERS = 5  # of words to mistype
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = regex.compile(rf"\b[a-z]{{{MIN_CHARACTERS},}}\b")


def mistype(word: str, chance: random.Random) -> str:
    """Return a word with one error that typists make, never in its first letter."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    row = next((row for row in KEYBOARD if letter in row), letter)
    near = chance.choice(row[max(row.find(letter) - 1, 0) : row.find(letter) + 2])
    return chance.choice(
        [
            f"{before}{after}",
            f"{before}{letter}{near}{after}",
            f"{before}{near}{after}",
            f"{before}{after[:1]}{letter}{after[1:]}",
        ]
    )


def mistyped_words(
    articles: Sequence[Article], chance: random.Random
) -> Iterator[tuple[Article, str, str]]:
    """Yield an article, a mistyped word and the word meant, without end."""
    for article in cycle(articles):
        stop_words = language_for(article.language).stop_words
        words = sorted(set(_WORD.findall(article.text)) - stop_words)
        meant = chance.choice(words)
        typed = mistype(meant, chance)
        if not _occurs(typed, article):
            yield article, typed, meant


def absent_words(
    articles: Sequence[Article], chance: random.Random
) -> Iterator[tuple[Article, str]]:
    """Yield an article and a word that only other articles use, without end."""
    for article in cycle(articles):
        other = chance.choice([one for one in articles if one is not article])
        word = chance.choice(sorted(set(_WORD.findall(other.text))))
        if not _occurs(word, article):
            yield article, word


def _occurs(word: str, article: Article) -> bool:
    analyzer = analyzer_for(article.language)
    in_article = {term.term for term in analyzer.analyze(article.text)}
    return all(term.term in in_article for term in analyzer.analyze(word))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both shares; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.spelling",
        description=(__doc__ or "").split("\n")[0],
    )
    parser.add_argument("--words", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    articles = [load_article(file) for file in sorted(DOCUMENTS.glob("*.txt"))]
    suggest = {id(one): Vocabulary.of_articles([one]).suggest for one in articles}
    chance = random.Random(options.seed)
    typed = [*islice(mistyped_words(articles, chance), options.words)]
    right = [
        (suggest[id(article)](word) or "").casefold() == meant
        for article, word, meant in typed
    ]
    real = [*islice(absent_words(articles, chance), options.words)]
    offered = [suggest[id(article)](word) is not None for article, word in real]
    console = Console()
    console.print(f"mistyped, and the word meant is offered: {percent(_mean(right))} %")
    console.print(f"real, and another word is offered: {percent(_mean(offered))} %")
    return 0


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    raise SystemExit(main())
