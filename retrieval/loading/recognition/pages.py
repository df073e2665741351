"""Text recognition in the pictures of a content, page by page.

The lines of a picture are made level, and it is read in the language of the page before
it. If Tesseract is not sure of the words, its detection of orientation and script says
how to turn the picture and which languages to try. The text shows the language, and is
read again in that. The reading that is expected to have most letters right is used.

The confidence of a page is the mean of Tesseract's confidence in its words, which is
about the share of words that are right (benchmarks/scans.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean, median
from types import TracebackType
from typing import Any, Self

import numpy as np
import regex
from PIL import Image
from tesserocr import OEM, PSM, RIL, PyTessBaseAPI, iterate_level

from retrieval.errors import ErrorCode
from retrieval.loading.content import (
    Block,
    Content,
    PagePicture,
    UnreadableError,
    one_line,
)
from retrieval.loading.parsers.pdf.parser import join_lines, vocabulary
from retrieval.loading.recognition.language_data import (
    DEFAULT,
    ORIENTATION,
    UNSPACED,
    candidates,
    data_name,
    installed_data,
)
from retrieval.text.detection import detect_language

MAX_PICTURES = 50  # of a file; one takes one to four seconds
MAX_READINGS = 2 * MAX_PICTURES  # of a file
MIN_CONFIDENCE = 0.6  # of a paragraph; text in another script has about a half
SURE_CONFIDENCE = 0.8  # from which a page is read upright and in its own script
PAGE_INCHES = 11.7  # the long side of a picture, as if it were one of an A4 page
MIN_DPI = 70  # of what Tesseract takes for a resolution
MIN_SKEW = 0.3  # degrees; Tesseract reads lines that slope less
MAX_SKEW = 8  # degrees; more is no longer by mistake
SKEW_PIXELS = 800  # of the longer side of a picture whose skew is measured
MIN_GAIN = 2  # times the letters of a page's own text, for its picture to replace it
HEADING_HEIGHT = 1.3  # times the median height of a page's lines
MAX_HEADING_LINES = 3
MAX_HEADING_CHARACTERS = 150

_LETTER = regex.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph of a picture.

    Attributes:
        lines: Its lines, none of them blank.
        height: Height of its first line, in pixels.
        confidence: Mean confidence in its words, in [0, 1].
    """

    lines: list[str]
    height: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """A picture's text, as one language's data read it.

    Attributes:
        language: Name of the data.
        image: The picture.
        paragraphs: In reading order.
    """

    language: str
    image: Image.Image
    paragraphs: list[_Paragraph]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line for each in self.paragraphs for line in each.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence in its letters, in [0, 1]."""
        n_letters = len(_LETTER.findall(self.text))
        return self.expected_letters / n_letters if n_letters else 0.0

    @property
    def expected_letters(self) -> float:
        """The number of letters that are expected to be right."""
        return sum(
            each.confidence * len(_LETTER.findall("".join(each.lines)))
            for each in self.paragraphs
        )


def recognise(content: Content, step: Callable[[], None] = lambda: None) -> Content:
    """Return a content with the text of its pictures among its blocks.

    Args:
        content: The result of a parser, with pictures.
        step: Called before a picture is read, once for each time that it is.

    Raises:
        UnreadableError: There are too many pictures, no language data, or neither a
            block nor a picture with text that can be made out.
    """
    if len(content.pictures) > MAX_PICTURES:
        raise UnreadableError(
            f"over {MAX_PICTURES} of its pages are pictures of text; split it"
        )
    blocks = content.blocks
    has_text = False
    with _Recogniser(step) as recogniser:
        for picture in content.pictures:
            reading = recogniser.read(picture)
            has_text |= bool(reading.paragraphs)
            found = list(_blocks(reading, picture.page))
            own = [block for block in blocks if block.page == picture.page]
            if _n_letters(found) > MIN_GAIN * _n_letters(own):
                blocks = [block for block in blocks if block.page != picture.page]
                blocks += found
    if not blocks:
        raise UnreadableError(
            "its text is too unclear to be read; scan it again, larger and sharper"
            if has_text
            else "there is no text in this picture; name another file"
        )
    in_order = sorted(blocks, key=lambda block: block.page or 0)
    return replace(content, blocks=in_order, pictures=[])


def _n_letters(blocks: list[Block]) -> int:
    return sum(len(_LETTER.findall(block.text)) for block in blocks)


def _blocks(reading: _Reading, page: int | None) -> Iterator[Block]:
    """Yield the blocks of a page, without paragraphs that may be anything."""
    clear = [each for each in reading.paragraphs if each.confidence >= MIN_CONFIDENCE]
    confidence = replace(reading, paragraphs=clear).confidence
    words = vocabulary([line for each in clear for line in each.lines])
    usual = median([each.height for each in clear for _ in each.lines] or [0])
    for each in clear:
        text, _ = join_lines(each.lines, words)
        is_heading = (
            each.height > HEADING_HEIGHT * usual
            and len(each.lines) <= MAX_HEADING_LINES
            and len(text) <= MAX_HEADING_CHARACTERS
        )
        yield Block(text, int(is_heading), page=page, recognition=confidence)


class _Recogniser:
    """Tesseract with the data of the languages that it has needed.

    Args:
        step: Called before each reading.

    Raises:
        UnreadableError: There are no language data.
    """

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._n_readings = 0
        self._engines: dict[str, Any] = {}
        self._installed = installed_data()
        languages = candidates(self._installed, None)
        if not languages:
            raise UnreadableError(
                "it is a picture of text, and Tesseract's language data are missing; "
                "install tesseract-ocr with the article's language",
                ErrorCode.PARSER_MISSING,
            )
        self._language = DEFAULT if DEFAULT in self._installed else languages[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Free the memory of all languages."""
        for engine in self._engines.values():
            engine.End()

    def read(self, picture: PagePicture) -> _Reading:
        """Return the best reading of a picture."""
        image = _levelled(picture.render())
        best = self._reading(image, self._language)
        if best.paragraphs and best.confidence < SURE_CONFIDENCE:
            best = self._best_turned(best)
        language = data_name(detect_language(best.text))
        if language != best.language and language in self._installed:
            best = self._better(best, best.image, language)
        if best.confidence >= SURE_CONFIDENCE:
            self._language = best.language
        return best

    def _best_turned(self, best: _Reading) -> _Reading:
        """Return the best reading, upright and in one of its script's languages."""
        turn, script = self._orientation(best.image)
        image = best.image
        if turn:
            image = _levelled(image.rotate(turn, expand=True))
        for language in candidates(self._installed, script):
            if turn or language != best.language:
                best = self._better(best, image, language)
        return best

    def _better(self, best: _Reading, image: Image.Image, language: str) -> _Reading:
        """Return the better of a reading and of another one."""
        if self._n_readings >= MAX_READINGS:
            return best
        other = self._reading(image, language)
        return max(best, other, key=lambda reading: reading.expected_letters)

    def _orientation(self, image: Image.Image) -> tuple[int, str | None]:
        """Return the degrees by which a picture is turned clockwise, and its script."""
        if ORIENTATION not in self._installed:
            return 0, None
        engine = self._engine(ORIENTATION, PSM.OSD_ONLY, OEM.DEFAULT)
        _show(engine, image)
        found = engine.DetectOrientationScript()
        if not found:  # too few letters
            return 0, None
        return found["orient_deg"], found["script_name"]

    def _reading(self, image: Image.Image, language: str) -> _Reading:
        """Read a picture in one language."""
        self._n_readings += 1
        self._step()
        engine = self._engine(language, PSM.AUTO, OEM.LSTM_ONLY)
        _show(engine, image)
        engine.Recognize()
        joins_words = language in UNSPACED
        found = _paragraphs(engine.GetIterator(), joins_words=joins_words)
        return _Reading(language, image, list(found))

    def _engine(self, data: str, layout: int, mode: int) -> Any:
        if data not in self._engines:
            self._engines[data] = PyTessBaseAPI(
                path=f"{self._installed[data]}", lang=data, psm=layout, oem=mode
            )
        return self._engines[data]


def _levelled(image: Image.Image) -> Image.Image:
    """Return a picture whose lines were skewed with level lines.

    Tesseract takes skewed lines for several columns, or for no text. Lines are level
    where the darkness of rows of pixels varies most from one row to the next.
    """
    small = image.copy()
    small.thumbnail((SKEW_PIXELS, SKEW_PIXELS))
    paper = int(np.median(np.asarray(small)))

    def variation(angle: float) -> float:
        turned = small.rotate(angle, Image.Resampling.BILINEAR, fillcolor=paper)
        darkness = np.asarray(turned, np.float64).sum(axis=1)
        return float(np.square(np.diff(darkness)).sum())

    coarse = max(np.arange(-MAX_SKEW, MAX_SKEW + 1, 0.5), key=variation)
    skew = max(np.arange(coarse - 0.4, coarse + 0.5, 0.1), key=variation)
    if abs(skew) < MIN_SKEW:
        return image
    bicubic = Image.Resampling.BICUBIC
    return image.rotate(skew, bicubic, expand=True, fillcolor=paper)


def _show(engine: Any, image: Image.Image) -> None:
    """Give an engine a picture with a resolution that its layout analysis can use."""
    engine.SetImage(image)
    engine.SetSourceResolution(max(round(max(image.size) / PAGE_INCHES), MIN_DPI))


def _paragraphs(iterator: Any, *, joins_words: bool) -> Iterator[_Paragraph]:
    """Yield the paragraphs of a picture that was read.

    Args:
        iterator: Tesseract's place before the first word; None if there is none.
        joins_words: Whether two words may follow one another without a blank.
    """
    lines: list[str] = []
    confidences: list[float] = []
    height = 0.0
    for place in iterate_level(iterator, RIL.WORD) if iterator else ():
        if place.Empty(RIL.WORD):  # a picture or a rule
            continue
        if place.IsAtBeginningOf(RIL.PARA):
            yield from _paragraph(lines, height, confidences)
            lines, confidences = [], []
            height = place.RowAttributes()["row_height"]
        if place.IsAtBeginningOf(RIL.TEXTLINE) or not lines:
            lines.append("")
        elif not joins_words or place.BlanksBeforeWord():
            lines[-1] += " "
        lines[-1] += one_line(place.GetUTF8Text(RIL.WORD))
        confidences.append(place.Confidence(RIL.WORD) / 100)
    yield from _paragraph(lines, height, confidences)


def _paragraph(
    lines: list[str], height: float, confidences: list[float]
) -> Iterator[_Paragraph]:
    """Yield a paragraph, unless it has no letter."""
    written = [line for line in lines if _LETTER.search(line)]
    if written:
        yield _Paragraph(written, height, fmean(confidences))
