"""Sentence splitters compared on the marked texts of the tests.

    python -m benchmarks.sentences

A line counts as right if exactly its sentences are found.
"""

import importlib
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from retrieval.documents.segmentation.sentences import split_sentences
from tests.retrieval.marked_sentences import MARKED

Splitter = Callable[[str, str], list[str]]  # of a text and its language


def with_article_bot(text: str, language: str) -> list[str]:
    """Split as this project does: sentencex with corrections."""
    spans = split_sentences(text, (0, len(text)), language)
    return [text[start:end] for start, end in spans]


def with_sentencex(text: str, language: str) -> list[str]:
    """Split with sentencex alone."""
    library: Any = importlib.import_module("sentencex")
    return list(library.segment(language, text))


def with_pysbd(text: str, language: str) -> list[str]:
    """Split with pysbd, as English where it lacks the language."""
    library: Any = importlib.import_module("pysbd")
    known: Any = importlib.import_module("pysbd.languages")
    code = language if language in known.LANGUAGE_CODES else "en"
    found: list[str] = library.Segmenter(language=code, clean=False).segment(text)
    return found


def with_blingfire(text: str, language: str) -> list[str]:  # noqa: ARG001
    """Split with BlingFire, which has one model for all languages."""
    library: Any = importlib.import_module("blingfire")
    joined: str = library.text_to_sentences(text)
    return joined.splitlines()


def with_syntok(text: str, language: str) -> list[str]:  # noqa: ARG001
    """Split with syntok, which is made for English, German and Spanish."""
    library: Any = importlib.import_module("syntok.segmenter")
    return [
        text[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]
        for paragraph in library.process(text)
        for sentence in paragraph
    ]


SPLITTERS: dict[str, Splitter] = {
    "article-bot": with_article_bot,
    "sentencex": with_sentencex,
    "pysbd": with_pysbd,
    "blingfire": with_blingfire,
    "syntok": with_syntok,
}


def main() -> None:
    """Measure, and print a table; a splitter that is not installed is left out."""
    table = Table(title="lines right")
    for heading in ("splitter", "all", *MARKED, "ms"):
        table.add_column(heading, justify="left" if heading == "splitter" else "right")
    for name, splitter in SPLITTERS.items():
        try:
            splitter("Bees fly.", "en")
        except ModuleNotFoundError:
            continue
        start = time.perf_counter()
        right = {
            language: [
                _is_right(splitter, line, language) for line in lines.split("\n")
            ]
            for language, block in MARKED.items()
            if (lines := block.strip())
        }
        took = (time.perf_counter() - start) * 1_000
        total = sum(map(sum, right.values()))
        count = sum(map(len, right.values()))
        cells = [f"{sum(each)}/{len(each)}" for each in right.values()]
        table.add_row(name, f"{total}/{count}", *cells, f"{took:.0f}")
    Console(width=180).print(table)


def _is_right(splitter: Splitter, line: str, language: str) -> bool:
    parts = [part.strip() for part in line.split("| |")]
    found = [sentence.strip() for sentence in splitter(" ".join(parts), language)]
    return [sentence for sentence in found if sentence] == parts


if __name__ == "__main__":
    main()
