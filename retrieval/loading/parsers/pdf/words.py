"""Words of a PDF's pages, by PDFium, with their positions and type."""

from collections.abc import Iterator
from ctypes import addressof, byref, c_double, c_int, create_string_buffer
from dataclasses import dataclass
from math import atan2, hypot, pi
from typing import Any
from unicodedata import normalize

import pypdfium2.raw as pdfium
import regex

HYPHEN = "\u2010"  # stands for a hyphen at a line's end that may divide a word
_WORD_GAP = 0.25  # times the size; a wider gap between letters parts words
_OVERPRINT = 0.12  # times the size; an equal word that near is printed for boldness
_BOLD = regex.compile(r"bold|black|heavy|demi(?!an)", regex.I)
_FORCED_BOLD = 1 << 18  # in a font's flags; ISO 32000-1, table 123
_BLANKS = frozenset((0x09, 0x0A, 0x0D, 0x20, 0xA0))
# Accents that old LaTeX draws over or under a letter, and what combines with it.
_ACCENTS = dict(
    zip(
        "`´ˆ˜¯˘˙¨˚˝ˇ¸˛",
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328",
        strict=True,
    )
)
_ACCENT_CODES = frozenset(map(ord, _ACCENTS))
_DOTLESS = str.maketrans("ıȷ", "ij")
_LAM = ord("ل")
_ALEFS = frozenset("اأإآٱ")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its position, in points, rotated so that letters run to the right.

    Attributes:
        text: Its letters.
        left: Where it begins.
        right: Where it ends.
        y: Height of its baseline, from the bottom up.
        size: Size of its type.
        bold: Whether its type is bold.
        rotation: Direction of the letters on the page as it is shown, in quarter turns
            counterclockwise.
        is_mapped: Whether the file maps its glyphs to letters.
        is_row: Whether it is a row of a ruled table, with its cells parted by "|".
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    rotation: int
    is_mapped: bool
    is_row: bool = False


def read_words(page: Any) -> list[Word]:
    """Return the words of a page in drawing order, without overprinted copies.

    Args:
        page: A page of pypdfium2.
    """
    text = page.get_textpage()
    try:
        words = _read(text.raw, page.get_bbox(), page.get_rotation() // 90)
        return list(_drop_overprinted(words))
    finally:
        text.close()


def _read(raw: Any, shown: tuple[float, ...], quarters: int) -> Iterator[Word]:
    """Yield the words of a page, letter by letter from PDFium.

    One function, and buffers made once: a file may hold a million letters.

    Args:
        raw: The text page of PDFium.
        shown: Left, bottom, right and top of the part of the page that is shown.
        quarters: Rotation of the page, in quarter turns clockwise.
    """
    box, matrix, flags = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), c_int()
    x, y, name = c_double(), c_double(), create_string_buffer(256)
    to_box, to_x, to_y = byref(box), byref(x), byref(y)
    left_edge, bottom_edge, right_edge, top_edge = shown
    letters: list[str] = []
    left = right = base = size = 0.0
    before = (0.0, 0.0)  # where the last letter begins and ends
    bold, rotation, own_rotation, is_mapped = False, 0, 0, True
    last = high = 0
    accent = ""  # over the next letter

    def word() -> Word:
        text = "".join(letters)
        return Word(text, left, right, base, size, bold, rotation, is_mapped)

    def extent(n: int) -> tuple[float, float]:
        """Return where a letter begins and ends, and leave its box in `box`."""
        pdfium.FPDFText_GetLooseCharBox(raw, n, to_box)
        return (
            (box.left, box.right),
            (box.bottom, box.top),
            (-box.right, -box.left),
            (-box.top, -box.bottom),
        )[own_rotation]

    count = pdfium.FPDFText_CountChars(raw)
    for n in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, n)
        if code in _BLANKS:
            if letters:
                yield word()
                letters = []
            continue
        if 0xD800 <= code < 0xDC00:  # the first half of a letter
            high = code
            continue
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        text_object = pdfium.FPDFText_GetTextObject(raw, n)
        key = addressof(text_object.contents) if text_object else last
        if not key:
            continue
        if code in _ACCENT_CODES:
            at = extent(n)
            if letters and letters[-1].isalpha() and _is_over(at, before):
                letters[-1] = _accented(letters[-1], chr(code))
                continue
            after = pdfium.FPDFText_GetUnicode(raw, n + 1) if n + 1 < count else 0
            if _letter(after).isalpha() and _is_over(at, extent(n + 1)):
                accent = chr(code)
                continue
        new_base = base
        if key != last:
            last = key
            pdfium.FPDFText_GetMatrix(raw, n, byref(matrix))
            pdfium.FPDFText_GetFontInfo(raw, n, name, 256, byref(flags))
            new_size = pdfium.FPDFText_GetFontSize(raw, n) * hypot(matrix.c, matrix.d)
            new_bold = bool(_BOLD.search(name.value.decode("utf-8", "replace")))
            new_bold = new_bold or bool(flags.value & _FORCED_BOLD)
            new_own_rotation = round(atan2(matrix.b, matrix.a) / (pi / 2)) % 4
            pdfium.FPDFText_GetCharOrigin(raw, n, to_x, to_y)
            new_base = (y.value, -x.value, -y.value, x.value)[new_own_rotation]
            new_mapped = pdfium.FPDFText_HasUnicodeMapError(raw, n) != 1
            new_type = (abs(new_size) or 1.0, new_bold, new_own_rotation, new_mapped)
            if letters and (
                (size, bold, own_rotation, is_mapped) != new_type or base != new_base
            ):
                yield word()
                letters = []
            size, bold, own_rotation, is_mapped = new_type
            base, rotation = new_base, (own_rotation - quarters) % 4
        begin, end = extent(n)
        if not (
            left_edge - 1 <= box.left
            and box.right <= right_edge + 1
            and bottom_edge - size <= box.bottom
            and box.top <= top_edge + size
        ):
            continue  # outside the part that is shown
        if (
            code == _LAM
            and before == (begin, end)
            and letters[-1:]
            and letters[-1] in _ALEFS
        ):
            letters.insert(-1, chr(code))  # one glyph, which PDFium reads backwards
            continue
        # The previous letter is on the left or, in Arabic, on the right.
        if letters and max(begin - before[1], before[0] - end) >= _WORD_GAP * size:
            yield word()
            letters = []
        before = begin, end
        left = min(left, begin) if letters else begin
        right = max(right, end) if letters else end
        letters.append(_accented(_letter(code), accent))
        accent = ""
    if letters:
        yield word()


def _letter(code: int) -> str:
    if code == 2:  # PDFium's code for a hyphen at a line's end
        return HYPHEN
    return chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd"


def _is_over(accent: tuple[float, float], letter: tuple[float, float]) -> bool:
    """Return whether the middle of an accent is between the edges of a letter."""
    return letter[0] < sum(accent) / 2 < letter[1]


def _accented(letter: str, accent: str) -> str:
    """Return a letter with an accent, or with none.

    >>> _accented("e", "´"), _accented("ı", "¨"), _accented("e", "")
    ('é', 'ï', 'e')
    """
    if not accent:
        return letter
    return normalize("NFC", letter.translate(_DOTLESS) + _ACCENTS[accent])


def _drop_overprinted(words: Iterator[Word]) -> Iterator[Word]:
    """Yield words but for copies that are printed over them for boldness."""
    seen: dict[tuple[str, int], list[Word]] = {}
    for word in words:
        near = _OVERPRINT * word.size
        row = round(word.y / 4)
        others = (
            o for r in (row - 1, row, row + 1) for o in seen.get((word.text, r), ())
        )
        if any(
            abs(other.left - word.left) <= near and abs(other.y - word.y) <= near
            for other in others
        ):
            continue
        seen.setdefault((word.text, row), []).append(word)
        yield word
