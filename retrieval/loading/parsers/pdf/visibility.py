"""Text of a PDF's page that no reader sees: white on white, invisible, in its ground.

A page that may have such text is drawn with its text and without: a word that makes no
difference is hidden. Text recognition puts invisible words over the picture of a scan;
these are kept.
"""

from collections.abc import Iterator
from ctypes import byref, c_int, c_uint
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from retrieval.loading.parsers.pdf.rulings import MAX_DEPTH, THIN
from retrieval.loading.parsers.pdf.words import Word

LIGHT = 0.75  # of full brightness; lighter text may have no contrast
MIN_DIFFERENCE = 12  # of 255, in a colour
SCALE = 1.5  # pixels for each point
MAX_PIXELS = 2_000  # of a page's longer side

Colour = tuple[int, int, int, int]


def without_hidden(page: Any, words: list[Word]) -> list[Word]:
    """Return the words that are seen; this leaves the page without text.

    Args:
        page: A page of pypdfium2 that is not turned.
        words: Its words.
    """
    texts = list(page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], MAX_DEPTH))
    if not any(_may_be_hidden(page, texts)):
        return words
    with_text = _drawn(page)
    for text in texts:
        pdfium.FPDFTextObj_SetTextRenderMode(
            text.raw, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        )
    difference = np.abs(with_text - _drawn(page)).max(axis=2)
    left, _, right, top = page.get_bbox()
    scale = difference.shape[1] / (right - left)
    pictures = [
        picture.get_bounds()
        for picture in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], 1)
    ]

    def is_seen(word: Word) -> bool:
        x = slice(*(max(int((at - left) * scale), 0) for at in (word.left, word.right)))
        heights = (word.y + 0.8 * word.size, word.y - 0.2 * word.size)
        y = slice(*(max(int((top - at) * scale), 0) for at in heights))
        return difference[y, x].max(initial=0) >= MIN_DIFFERENCE or any(
            box[0] <= word.left and word.right <= box[2] and box[1] <= word.y <= box[3]
            for box in pictures
        )

    return [word for word in words if word.rotation or is_seen(word)]


def _may_be_hidden(page: Any, texts: list[Any]) -> Iterator[bool]:
    """Yield for each text whether it is invisible, light, or coloured as a shape is."""
    shapes = page.get_objects([pdfium.FPDF_PAGEOBJ_PATH], MAX_DEPTH)
    grounds = {_colour(shape) for shape in shapes if _is_area(shape)}
    for text in texts:
        colour = _colour(text)
        yield (
            pdfium.FPDFTextObj_GetTextRenderMode(text.raw)
            == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            or min(colour[:3]) >= LIGHT * 255
            or colour[3] < (1 - LIGHT) * 255
            or colour in grounds
        )


def _is_area(shape: Any) -> bool:
    """Return whether a shape is filled, and no line."""
    fill, stroke = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(shape.raw, byref(fill), byref(stroke))
    left, bottom, right, top = shape.get_bounds()
    return bool(fill.value) and min(right - left, top - bottom) > THIN


def _colour(drawn: Any) -> Colour:
    """Return the red, green, blue and opacity that an object is filled with."""
    parts = c_uint(), c_uint(), c_uint(), c_uint()
    pdfium.FPDFPageObj_GetFillColor(drawn.raw, *map(byref, parts))
    red, green, blue, opacity = (part.value for part in parts)
    return red, green, blue, opacity


def _drawn(page: Any) -> Any:
    """Return the pixels of a page: (height, width, 3), int16."""
    scale = min(SCALE, MAX_PIXELS / max(page.get_size()))
    bitmap = page.render(scale=scale, may_draw_forms=False)
    return bitmap.to_numpy()[:, :, :3].astype(np.int16)
