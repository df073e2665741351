"""HTML extractors compared on a folder of web pages whose article text is known.

    python -m benchmarks.pages FOLDER

The folder has the form of Scrapinghub's article-extraction-benchmark (MIT license):
`ground-truth.json` and `html/ID.html.gz`. Precision and recall are counted for each
page, by words and by runs of four words, and averaged over the pages as that benchmark
does. "Ahead" and "behind" count the pages where an extractor differs from the first
one, and "lost" those of whose body it finds less than half.
"""

import argparse
import gzip
import importlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex
from rich.console import Console
from rich.progress import track
from rich.table import Table

RUN_LENGTH = 4  # words
AHEAD = 0.02  # in F by words; less is no difference to a reader
LOST = 0.5  # recall by words; below it the body of a page is lost
_WORD = regex.compile(r"\w+")


def with_article_bot(page: bytes) -> str:
    """Extract text as this project does, without the title."""
    from retrieval.loading.content import UnreadableError
    from retrieval.loading.parsers.html.parser import parse

    try:
        content = parse(page, "utf-8")
    except UnreadableError:
        return ""
    return "\n".join(b.text for b in content.blocks if b.text != content.title)


def with_trafilatura(page: bytes) -> str:
    """Extract text with trafilatura's defaults, without comments and the title."""
    library: Any = importlib.import_module("trafilatura")
    text = library.extract(page.decode(), include_comments=False) or ""
    metadata = library.extract_metadata(page.decode())
    title = metadata.title if metadata else None
    return "\n".join(line for line in text.splitlines() if line.strip() != title)


def with_readability(page: bytes) -> str:
    """Extract text with readability-lxml."""
    library: Any = importlib.import_module("readability")
    summary = library.Document(page.decode()).summary()
    html: Any = importlib.import_module("lxml.html")
    return "\n".join(html.fromstring(summary).itertext())


def with_resiliparse(page: bytes) -> str:
    """Extract the main content with Resiliparse."""
    library: Any = importlib.import_module("resiliparse.extract.html2text")
    text: str = library.extract_plain_text(
        page.decode(), main_content=True, alt_texts=False, comments=False
    )
    return text


EXTRACTORS: dict[str, Callable[[bytes], str]] = {
    "article-bot": with_article_bot,
    "trafilatura": with_trafilatura,
    "readability-lxml": with_readability,
    "resiliparse": with_resiliparse,
}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision and recall of an extracted text, against the text of the article."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall.

        >>> round(Overlap(precision=0.5, recall=1).f, 2)
        0.67
        """
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def overlap(extracted: str, article: str, length: int = 1) -> Overlap:
    """Compare two texts by their runs of `length` words, each counted.

    >>> overlap("Tea is hot. Menu", "Tea is hot.")
    Overlap(precision=0.75, recall=1.0)
    """
    found, right = runs(extracted, length), runs(article, length)
    both = (found & right).total()
    if not right:
        return Overlap(float(not found), 1.0)
    return Overlap(both / max(found.total(), 1), both / right.total())


def runs(text: str, length: int) -> Counter[tuple[str, ...]]:
    """Count the runs of words in a text; a text of fewer words is one run.

    >>> list(runs("To be or not", 2))
    [('To', 'be'), ('be', 'or'), ('or', 'not')]
    """
    words = _WORD.findall(text)
    if not words:
        return Counter()
    starts = range(max(len(words) - length + 1, 1))
    return Counter(tuple(words[start : start + length]) for start in starts)


def mean(overlaps: Sequence[Overlap]) -> Overlap:
    """Return the mean precision and the mean recall over pages."""
    return Overlap(
        sum(each.precision for each in overlaps) / len(overlaps),
        sum(each.recall for each in overlaps) / len(overlaps),
    )


def read_pages(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Return each page and the text of its article, by the page's identifier."""
    articles = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return {
        identifier: (
            gzip.decompress((folder / "html" / f"{identifier}.html.gz").read_bytes()),
            article["articleBody"],
        )
        for identifier, article in sorted(articles.items())
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table; `--list` names the pages behind its last columns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=EXTRACTORS, nargs="+", default=[*EXTRACTORS])
    parser.add_argument("--list", action="store_true", help="name pages that differ")
    parser.add_argument("--save", type=Path, help="folder for the extracted texts")
    options = parser.parse_args(arguments)
    try:
        pages = read_pages(options.folder)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"no pages of that form are in {options.folder}: {error}")
    console = Console(width=100)
    words: dict[str, list[Overlap]] = {}
    table = Table(
        title=f"{len(pages)} pages; P, R and F by words, then by runs of four"
    )
    table.add_column("extractor", no_wrap=True)
    for heading in (*"PRFPRF", "ahead", "behind", "lost"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in options.only:
        texts = {
            identifier: EXTRACTORS[name](page)
            for identifier, (page, _) in track(pages.items(), name, transient=True)
        }
        if options.save:
            _save(options.save / name, texts)
        words[name] = [overlap(texts[each], pages[each][1]) for each in pages]
        in_runs = [overlap(texts[each], pages[each][1], RUN_LENGTH) for each in pages]
        first = words[options.only[0]]
        ahead, behind, lost = [], [], []
        for identifier, one, other in zip(pages, words[name], first, strict=True):
            if one.f > other.f + AHEAD:
                ahead.append(f"{one.f - other.f:+.2f} {identifier}")
            if one.f < other.f - AHEAD:
                behind.append(f"{one.f - other.f:+.2f} {identifier}")
            if one.recall < LOST:
                lost.append(f"{one.recall:.2f} {identifier}")
        table.add_row(
            name,
            *(
                f"{value:.3f}"
                for each in (mean(words[name]), mean(in_runs))
                for value in (each.precision, each.recall, each.f)
            ),
            *map(str, map(len, (ahead, behind, lost))),
        )
        if options.list:
            for label, which in (("ahead", ahead), ("behind", behind), ("lost", lost)):
                console.print(name, label, *sorted(which), sep="\n  ")
    console.print(table)


def _save(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for identifier, text in texts.items():
        (folder / f"{identifier}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
