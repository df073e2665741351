"""PDF libraries compared on a folder of files: time, memory and extracted words.

    python -m benchmarks.pdfs FOLDER

Each library reads each file once, in a process of its own. Words that no other library
finds in a file are odd: broken, joined, or garbled.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import regex
from rich.console import Console
from rich.progress import track
from rich.table import Table

SECONDS = 120  # timeout of one file
MAX_PAGES = 12
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}'’-]*")


def with_article_bot(path: Path) -> str:
    """Extract text as this project does: PDFium, with its own lines and paragraphs."""
    from retrieval.loading.parsers.pdf.parser import parse

    library: Any = importlib.import_module("pypdfium2")
    whole, first = library.PdfDocument(path), library.PdfDocument.new()
    first.import_pages(whole, list(range(min(len(whole), MAX_PAGES))))
    stream = BytesIO()
    first.save(stream)
    blocks = parse(stream.getvalue()).blocks
    return "\n\n".join(block.text for block in blocks)


def with_pypdfium2(path: Path) -> str:
    """Extract PDFium's own string of each page."""
    library: Any = importlib.import_module("pypdfium2")
    document = library.PdfDocument(path)
    pages = (document[n] for n in range(min(len(document), MAX_PAGES)))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def with_pypdf(path: Path) -> str:
    """Extract text with pypdf."""
    library: Any = importlib.import_module("pypdf")
    pages = library.PdfReader(path).pages[:MAX_PAGES]
    return "\n".join(page.extract_text() for page in pages)


def with_pdfminer(path: Path) -> str:
    """Extract text with pdfminer.six and its layout analysis."""
    library: Any = importlib.import_module("pdfminer.high_level")
    text: str = library.extract_text(path, maxpages=MAX_PAGES)
    return text


def with_pdfplumber(path: Path) -> str:
    """Extract text with pdfplumber."""
    library: Any = importlib.import_module("pdfplumber")
    with library.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages[:MAX_PAGES])


EXTRACTORS: dict[str, Callable[[Path], str]] = {
    "article-bot": with_article_bot,
    "pypdfium2": with_pypdfium2,
    "pypdf": with_pypdf,
    "pdfminer.six": with_pdfminer,
    "pdfplumber": with_pdfplumber,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pdfs")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--read", choices=EXTRACTORS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read:
        print(json.dumps(_measure(EXTRACTORS[options.read], options.folder)))
        return
    files = sorted(options.folder.glob("*.pdf"))
    console = Console()
    read = {
        name: [
            _measure_in_process(name, file)
            for file in track(files, name, transient=True)
        ]
        for name in EXTRACTORS
    }
    table = Table(title=f"{len(files)} files, at most {MAX_PAGES} pages of each")
    for heading in ("library", "seconds", "peak MB", "refused", "letters", "odd words"):
        table.add_column(heading, justify="left" if heading == "library" else "right")
    for name, results in read.items():
        done = [result for result in results if result]
        table.add_row(
            name,
            f"{sum(result['seconds'] for result in done):.1f}",
            f"{max((result['megabytes'] for result in done), default=0):.0f}",
            str(len(results) - len(done)),
            f"{sum(len(word) for result in done for word in result['words']):,}",
            f"{_odd_words(name, read):,}",
        )
    console.print(table)


def _measure(extract: Callable[[Path], str], path: Path) -> dict[str, Any]:
    """Extract a file's text here; return the seconds, the peak memory and the words."""
    import resource

    start = time.perf_counter()
    text = extract(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": peak, "words": _WORD.findall(text)}


def _measure_in_process(name: str, path: Path) -> dict[str, Any] | None:
    """Measure a file in a process of its own; return None where that fails."""
    command = [sys.executable, __file__, str(path), "--read", name]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _odd_words(name: str, read: dict[str, list[dict[str, Any] | None]]) -> int:
    """Count a library's words that no other library found in the file."""
    odd = 0
    for n, result in enumerate(read[name]):
        others = {
            word
            for other, results in read.items()
            if other != name and (found := results[n])
            for word in found["words"]
        }
        words = Counter(result["words"] if result else ())
        odd += sum(count for word, count in words.items() if word not in others)
    return odd


if __name__ == "__main__":
    main()
