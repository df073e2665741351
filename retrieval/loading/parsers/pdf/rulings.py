"""Horizontal and vertical lines that are drawn on a PDF's page, by PDFium."""

from collections.abc import Callable, Iterator
from ctypes import byref, c_float, c_int
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pypdfium2.raw as pdfium

MAX_POINTS = 20_000  # of a page's paths; with more it is a drawing
MAX_RULINGS = 400  # of a page, likewise
MAX_DEPTH = 4  # of forms within forms
THIN = 3.0  # points; a thicker shape is an area
SHORT = 6.0  # points; a shorter line is a dash, a tick or a part of a letter
SNAP = 1.5  # points; lines that near are one line
JOINED = 3.0  # points; ends that near belong to one line, or touch

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A line on the page, in points.

    Attributes:
        is_vertical: Whether it is vertical; it is horizontal otherwise.
        at: Its x if it is vertical, else its y.
        start: Its lower y if it is vertical, else its left x.
        end: Its upper y if it is vertical, else its right x.
    """

    is_vertical: bool
    at: float
    start: float
    end: float

    def touches(self, other: "Ruling") -> bool:
        """Return whether a line crosses or meets a line of the other direction."""
        return (
            self.start - JOINED <= other.at <= self.end + JOINED
            and other.start - JOINED <= self.at <= other.end + JOINED
        )


def read_rulings(page: Any) -> list[Ruling]:
    """Return the lines of a page; none of a page with a large drawing.

    Args:
        page: A page of pypdfium2.
    """
    found: list[Ruling] = []
    points = 0
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    for shape, is_stroked in _shapes(page.raw, False, identity, MAX_DEPTH):
        points += len(shape)
        if points > MAX_POINTS:
            return []
        found += _straight(shape, is_stroked)
    rulings = [
        ruling
        for is_vertical in (False, True)
        for ruling in _merged([r for r in found if r.is_vertical == is_vertical])
    ]
    return rulings if len(rulings) <= MAX_RULINGS else []


def _shapes(
    parent: Any, is_form: bool, outer: Matrix, depth: int
) -> Iterator[tuple[list[Point], bool]]:
    """Yield the corners of shapes, and whether their outlines are drawn."""
    count: Callable[[Any], int] = (
        pdfium.FPDFFormObj_CountObjects if is_form else pdfium.FPDFPage_CountObjects
    )
    get = pdfium.FPDFFormObj_GetObject if is_form else pdfium.FPDFPage_GetObject
    fill, stroke, own = c_int(), c_int(), pdfium.FS_MATRIX()
    for n in range(count(parent)):
        drawn = get(parent, n)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        pdfium.FPDFPageObj_GetMatrix(drawn, byref(own))
        matrix = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth:
                yield from _shapes(drawn, True, matrix, depth - 1)
            continue
        pdfium.FPDFPath_GetDrawMode(drawn, byref(fill), byref(stroke))
        if fill.value or stroke.value:
            for shape in _outlines(drawn, matrix):
                yield shape, bool(stroke.value)


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    """Return the matrix that transforms by `m` first and by `n` then."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _outlines(path: Any, m: Matrix) -> Iterator[list[Point]]:
    """Yield the corners of the parts of a path."""
    x, y = c_float(), c_float()
    corners: list[Point] = []
    for n in range(min(pdfium.FPDFPath_CountSegments(path), MAX_POINTS + 1)):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and corners:
            yield corners
            corners = []
        corners.append(
            (
                m[0] * x.value + m[2] * y.value + m[4],
                m[1] * x.value + m[3] * y.value + m[5],
            )
        )
        if pdfium.FPDFPathSegment_GetClose(segment):
            corners.append(corners[0])
    if corners:
        yield corners


def _straight(corners: list[Point], is_stroked: bool) -> Iterator[Ruling]:
    """Yield the lines of a shape: a thin shape itself, or the edges of its outline."""
    parts = [corners]
    if is_stroked and _ruling(corners) is None:
        parts = [list(edge) for edge in pairwise(corners)]
    yield from filter(None, map(_ruling, parts))


def _ruling(corners: list[Point]) -> Ruling | None:
    xs, ys = zip(*corners, strict=True)
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    if top - bottom <= THIN and right - left >= SHORT:
        return Ruling(False, (top + bottom) / 2, left, right)
    if right - left <= THIN and top - bottom >= SHORT:
        return Ruling(True, (left + right) / 2, bottom, top)
    return None


def _merged(rulings: list[Ruling]) -> Iterator[Ruling]:
    """Yield lines of one direction, with the parts of each line as one."""
    ordered = sorted(rulings, key=lambda ruling: ruling.at)
    places = [0]
    for before, ruling in pairwise(ordered):
        places.append(places[-1] + (ruling.at - before.at > SNAP))
    for _, group in groupby(zip(places, ordered, strict=False), key=lambda g: g[0]):
        parts = sorted((part for _, part in group), key=lambda part: part.start)
        at = sum(part.at for part in parts) / len(parts)
        start, end = parts[0].start, parts[0].end
        for part in parts[1:]:
            if part.start > end + JOINED:
                yield Ruling(part.is_vertical, at, start, end)
                start = part.start
            end = max(end, part.end)
        yield Ruling(parts[0].is_vertical, at, start, end)
