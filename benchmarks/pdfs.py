"""PDF libraries side by side on a folder of files: time, memory, what they read.

    python -m benchmarks.pdfs FOLDER

Each library reads each file once, in a process of its own. Words that no other library
finds in a file are odd: broken, glued, or of letters that are none.
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

SECONDS = 120  # that one file may take
MAX_PAGES = 12
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}'’-]*")


def with_article_bot(path: Path) -> str:
    """Read as this project does: by PDFium, with lines and paragraphs of our own."""
    from retrieval.loading.parsers.pdf.parser import read_pdf

    library: Any = importlib.import_module("pypdfium2")
    whole, first = library.PdfDocument(path), library.PdfDocument.new()
    first.import_pages(whole, list(range(min(len(whole), MAX_PAGES))))
    stream = BytesIO()
    first.save(stream)
    blocks = read_pdf(stream.getvalue()).blocks
    return "\n\n".join(block.text for block in blocks)


def with_pypdfium2(path: Path) -> str:
    """Read PDFium's own string of each page."""
    library: Any = importlib.import_module("pypdfium2")
    document = library.PdfDocument(path)
    pages = (document[n] for n in range(min(len(document), MAX_PAGES)))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def with_pypdf(path: Path) -> str:
    """Read with pypdf."""
    library: Any = importlib.import_module("pypdf")
    pages = library.PdfReader(path).pages[:MAX_PAGES]
    return "\n".join(page.extract_text() for page in pages)


def with_pdfminer(path: Path) -> str:
    """Read with pdfminer.six and its layout analysis."""
    library: Any = importlib.import_module("pdfminer.high_level")
    text: str = library.extract_text(path, maxpages=MAX_PAGES)
    return text


def with_pdfplumber(path: Path) -> str:
    """Read with pdfplumber."""
    library: Any = importlib.import_module("pdfplumber")
    with library.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages[:MAX_PAGES])


READERS: dict[str, Callable[[Path], str]] = {
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
    parser.add_argument("--read", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read:
        print(json.dumps(_measure(READERS[options.read], options.folder)))
        return
    files = sorted(options.folder.glob("*.pdf"))
    console = Console()
    read = {
        name: [_apart(name, file) for file in track(files, name, transient=True)]
        for name in READERS
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


def _measure(reader: Callable[[Path], str], path: Path) -> dict[str, Any]:
    """Read a file here; return the seconds, the peak of memory and the words."""
    import resource

    start = time.perf_counter()
    text = reader(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": peak, "words": _WORD.findall(text)}


def _apart(name: str, path: Path) -> dict[str, Any] | None:
    """Read a file in a process of its own; None where that fails."""
    command = [sys.executable, __file__, str(path), "--read", name]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _odd_words(name: str, read: dict[str, list[dict[str, Any] | None]]) -> int:
    """Count a library's words that no other has found in the same file."""
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
