"""Text recognition compared on pages that are drawn here: letters, words, time, memory.

    pip install rapidocr-onnxruntime
    python -m benchmarks.scans

The pages are beginnings of documents in `user_questions/`, in four languages, at 150
and 300 dpi, skewed by four angles, with the grain of a scanner. The fonts are DejaVu
Serif and, for Korean, NanumGothic; Tesseract needs the data of the languages. What has
no font here is left out. Each engine reads each page in a process of its own.
"""

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.progress import track
from rich.table import Table

SECONDS = 300  # timeout of one page
RESOLUTIONS = 150, 300  # dpi
SKEWS = 0, 1, -2, 4  # degrees
POINTS = 11  # size of the type
MAX_LINES = 40
INK, PAPER, GRAIN = 30, 245, 12  # shades of grey
DOCUMENTS = {
    "en": ("en-01-market-fire.txt", "dejavu/DejaVuSerif.ttf", "eng"),
    "de": ("de-01-freibad.txt", "dejavu/DejaVuSerif.ttf", "deu"),
    "ru": ("ru-01-parom.txt", "dejavu/DejaVuSerif.ttf", "rus"),
    "ko": ("ko-01-ferry-news.txt", "nanum/NanumGothic.ttf", "kor"),
}
FOLDER = Path(__file__).with_name("user_questions")
FONTS = Path("/usr/share/fonts/truetype")


def draw_pages(folder: Path) -> list[Path]:
    """Draw the pages, each with its text in a file beside it."""
    grain = np.random.default_rng(7)
    pages = []
    for language, (document, font, _) in DOCUMENTS.items():
        if not (FONTS / font).exists():
            continue
        words = (FOLDER / document).read_text("utf-8").split()
        for dpi in RESOLUTIONS:
            type_ = ImageFont.truetype(str(FONTS / font), round(POINTS * dpi / 72))
            lines = _set_lines(words, type_, width=6.2 * dpi)
            for skew in SKEWS:
                page = folder / f"{language}-{dpi}-{skew}.png"
                _draw(lines, type_, dpi, skew, grain).save(page)
                page.with_suffix(".txt").write_text(" ".join(lines), "utf-8")
                pages.append(page)
    return pages


def _set_lines(
    words: list[str], font: ImageFont.FreeTypeFont, width: float
) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".lstrip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:MAX_LINES]


def _draw(
    lines: list[str],
    font: ImageFont.FreeTypeFont,
    dpi: int,
    skew: int,
    grain: np.random.Generator,
) -> Image.Image:
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), PAPER)
    ImageDraw.Draw(page).multiline_text(
        (dpi, dpi), "\n".join(lines), INK, font, spacing=0.07 * dpi
    )
    page = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=PAPER)
    page = page.filter(ImageFilter.GaussianBlur(dpi / 300))
    pixels = np.asarray(page) + grain.normal(0, GRAIN, (page.height, page.width))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def with_article_bot(path: Path) -> str:
    """Recognise as this project does, without being told the language."""
    from retrieval.loading.parsers.picture import parse
    from retrieval.loading.recognition.pages import recognise

    return "\n".join(block.text for block in recognise(parse(path.read_bytes())).blocks)


def with_tesseract(path: Path) -> str:
    """Recognise with Tesseract in the language of the page."""
    from retrieval.loading.recognition.language_data import installed_data

    library: Any = importlib.import_module("tesserocr")
    data = DOCUMENTS[path.name[:2]][2]
    with library.PyTessBaseAPI(path=f"{installed_data()[data]}", lang=data) as engine:
        engine.SetImage(Image.open(path))
        text: str = engine.GetUTF8Text()
        return text


def with_rapidocr(path: Path) -> str:
    """Recognise with RapidOCR and the models that come with it."""
    library: Any = importlib.import_module("rapidocr_onnxruntime")
    lines, _ = library.RapidOCR(intra_op_num_threads=1)(str(path))
    return "\n".join(line[1] for line in lines or ())


ENGINES: dict[str, Callable[[Path], str]] = {
    "article-bot": with_article_bot,
    "tesseract": with_tesseract,
    "rapidocr": with_rapidocr,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scans")
    parser.add_argument("--engine", choices=ENGINES, nargs="+", default=[*ENGINES])
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read:
        print(json.dumps(_measure(ENGINES[options.engine[0]], options.read)))
        return
    table = Table()
    for heading in ("engine", "pages", "letters right", "words right", "seconds", "MB"):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    with TemporaryDirectory() as folder:
        pages = draw_pages(Path(folder))
        for engine in options.engine:
            results = [
                (page.name[:2], _measure_in_process(engine, page))
                for page in track(pages, engine, transient=True)
            ]
            for language in dict.fromkeys(language for language, _ in results):
                own = [result for name, result in results if name == language]
                table.add_row(f"{engine}, {language}", *_row(own))
            table.add_row(engine, *_row([result for _, result in results]))
    Console().print(table)


def _row(results: list[dict[str, float]]) -> list[str]:
    def mean(key: str) -> float:
        return sum(result[key] for result in results) / len(results)

    return [
        str(len(results)),
        f"{mean('letters'):.1%}",
        f"{mean('words'):.1%}",
        f"{mean('seconds'):.1f}",
        f"{max(result['megabytes'] for result in results):.0f}",
    ]


def _measure(recognise: Callable[[Path], str], page: Path) -> dict[str, float]:
    """Recognise a page here; return the shares that are right, and what it took."""
    start = time.process_time()
    words = recognise(page).split()
    seconds = time.process_time() - start
    truth = page.with_suffix(".txt").read_text("utf-8").split()
    wrong = Levenshtein.distance(truth, words) / len(truth)
    return {
        "letters": Levenshtein.normalized_similarity(" ".join(truth), " ".join(words)),
        "words": max(0.0, 1 - wrong),
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _measure_in_process(engine: str, page: Path) -> dict[str, float]:
    """Measure a page in a process of its own, on one core.

    Raises:
        CalledProcessError: The engine is not installed, or fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scans", "--engine", engine, "--read", page],
        capture_output=True,
        timeout=SECONDS,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()
