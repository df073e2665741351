"""PDF to content, by pypdf: lines to paragraphs, pages kept.

A PDF holds lines, not paragraphs. A line begins a new one where the distance to the
line before is wider than usual, where the type changes, where it is indented, or where
the line before ends early and like a sentence. A paragraph goes on over the end of a
page if the page does not end like a sentence, and what stands in smaller type at the
foot of the page does not come between. Lines in larger type, or bold and alone, are
headings; lines with wide gaps are rows of tables. What stands at the top or the foot of
most pages is left out, and so are tables of contents.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise, takewhile
from statistics import median
from typing import Any, NamedTuple

import regex
from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError

from retrieval.loading.content import (
    Block,
    Content,
    UnreadableError,
    one_line,
    said_author,
    said_title,
)

MAX_PAGES = 3_000
HEADING_SIZE = 1.15  # times the size of the most letters
RAISED_SIZE = 0.8  # of the line's size, up to which a number is that of a footnote
WIDE_GAP = 1.25  # times the usual distance of lines
USUAL_GAP = 1.2  # times the size of the type, where it is not that of the most letters
SHORT_LINE = 0.8  # of the longest line's characters
NEIGHBOURS = 5  # lines before and after among which that is the longest
EDGE_LINES = 2  # at the top and the foot of a page that may be its running head
MIN_RUNNING_PAGES = 3  # that have a running head in one place, whatever it says
MAX_HEADING_CHARACTERS = 150
MAX_LEVEL = 6  # of headings in larger type
WIDEST_LETTER = 0.62  # times the size, on average of a piece; a Chinese one takes 1
CELL_GAP = 2  # times the size, between the cells of a row

_DIGITS = regex.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = regex.compile(
    r"(?:\p{L}+\.? )?#(?: ?(?:/|\p{L}+) ?#)?|[-–—|] ?# ?[-–—|]", regex.I
)
_ENDED = regex.compile(r"[.!?…。！？][\"'”’)\]]*$")
_PUNCTUATED = regex.compile(r"[.!?…。！？:;][\"'”’)\]]*$")
_DIVIDED = regex.compile(r"(\p{L}+)[-\u00ad\u2010]$")
_REST = regex.compile(r"\p{Ll}[\p{L}\p{M}]*")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*")
_UNIT = regex.compile(r"(?:^|[^\p{L}])\p{L}{1,3}\s*$|\d\s*$")  # of an exponent
_LEADERS = regex.compile(r"(?:\.\s?){5}")  # in a table of contents
_BULLET = regex.compile(r"[•‣▪◦●○■–*-]\s")
_SYMBOL = regex.compile(r"^[\ue000-\uf8ff](?=\s)")  # a bullet of a font of signs
_WIDE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}、。，]")
# Arabic letters as they are drawn, where its font tells no others.
_DRAWN = regex.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")


class _Piece(NamedTuple):
    """What is drawn at once; lengths are in points, `y` counts upwards."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page; lengths as in its pieces."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool
    is_row: bool


def read_pdf(data: bytes) -> Content:
    """Read the pages' text.

    Raises:
        UnreadableError: It needs a password, is too long, or scanned.
    """
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        _unlock(reader)
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableError(f"it has over {MAX_PAGES:,} pages; split it")
    pages = [
        [line for line in _lines(page, number) if not _LEADERS.search(line.text)]
        for number, page in enumerate(reader.pages, 1)
    ]
    if not any(pages):
        raise UnreadableError(
            "no text is in this PDF, it may be scanned; run text recognition (OCR) "
            "over it"
        )
    said = reader.metadata
    return Content(
        list(_paragraphs(pages)),
        title=said_title(said.title if said else None),
        author=said_author(said.author if said else None),
    )


def _unlock(reader: PdfReader) -> None:
    """Open a PDF that anybody may read; most that are encrypted are so."""
    try:
        opened = reader.decrypt("")
    except DependencyError:
        opened = PasswordType.NOT_DECRYPTED
    if opened is PasswordType.NOT_DECRYPTED:
        raise UnreadableError("it is encrypted; save a copy without a password")


def _lines(page: PageObject, number: int) -> Iterator[_Line]:
    """Yield a page's lines in the order in which they are drawn."""
    pieces: list[_Piece] = []

    def keep(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1
        name = str(font.get("/BaseFont", "")) if font else ""
        pieces.append(_Piece(text, x, y, size * scale, "bold" in name.lower()))

    page.extract_text(visitor_text=keep)
    line: list[_Piece] = []
    has_ended = False
    for piece in pieces:
        for n, part in enumerate(piece.text.replace("\0", "").split("\n")):
            has_ended = has_ended or n > 0
            if not part.strip() and (has_ended or not line):
                continue
            if has_ended and line:
                # Cells of one row may be drawn one by one.
                if _is_beside(piece, line):
                    part = f" {part}"
                else:
                    yield from _line(line, number)
                    line = []
            has_ended = False
            line.append(piece._replace(text=part))
    yield from _line(line, number)


def _is_beside(piece: _Piece, line: Sequence[_Piece]) -> bool:
    """Tell whether a piece stands in a line, to the right of what is there."""
    first = line[0]
    rise = piece.y - first.y
    is_raised = piece.size <= RAISED_SIZE * first.size and 0 < rise <= first.size
    return piece.x > line[-1].x and (abs(rise) <= 1 or is_raised)


def _line(pieces: Sequence[_Piece], number: int) -> Iterator[_Line]:
    """Yield the line that some pieces make, unless they are blank."""
    shown = [piece for piece in pieces if piece.text.strip()]
    if not shown:
        return
    sizes: Counter[float] = Counter()
    for piece in shown:
        sizes[piece.size] += len(piece.text)
    size = sizes.most_common(1)[0][0]
    first = next(piece for piece in shown if piece.size == size)
    text = ""
    gaps = []  # where cells end
    before: _Piece | None = None
    for piece in pieces:
        is_raised = piece.size <= RAISED_SIZE * size and piece.y > first.y
        if is_raised and piece.text.strip().isdecimal() and not _UNIT.search(text[-4:]):
            continue  # it leads to a footnote
        if before and piece.text.strip():
            n_wide = len(_WIDE.findall(before.text))
            letters = WIDEST_LETTER * (len(before.text) - n_wide) + n_wide
            if piece.x - before.x > (letters + CELL_GAP) * size:
                gaps.append(len(text))
        if piece.text.strip():
            before = piece
        text += piece.text
    ends = [0, *gaps, len(text)]
    cells = [one_line(text[start:end]) for start, end in pairwise(ends)]
    # A number or a bullet with a gap after it leads a heading or an item.
    is_row = len(cells) > 2 or (len(cells) == 2 and _WORD.search(cells[0]) is not None)
    text = (" | " if is_row else " ").join(cells)
    text = _DRAWN.sub(lambda drawn: unicodedata.normalize("NFKC", drawn[0]), text)
    yield _Line(
        _SYMBOL.sub("•", text.strip()),
        number,
        shown[0].x,
        first.y,
        size,
        all(piece.bold for piece in shown),
        is_row,
    )


def _without_running_heads(
    pages: Sequence[list[_Line]], body: float
) -> list[list[_Line]]:
    """Leave out what stands apart at the edges of pages: heads, feet, page numbers.

    They say the same on most pages, whatever the numbers in it; or stand in the same
    place on several, in type that is no larger than the text's.
    """
    edges = [_edge(page, 1) + _edge(page, -1) for page in pages]
    forms = Counter(form for lines in edges for form in set(map(_form, lines)))
    places = Counter(place for lines in edges for place in set(map(_place, lines)))
    often = max(2, sum(map(bool, pages)) / 2)
    running = {
        id(line)
        for lines in edges
        for line in lines
        if _PAGE_NUMBER.fullmatch(_form(line))
    }
    # On a page with little text nothing tells that they stand apart.
    running |= {
        id(line)
        for page in pages
        for line in _inwards(page, 1)[:EDGE_LINES] + _inwards(page, -1)[:EDGE_LINES]
        if forms[_form(line)] >= often
        or (places[_place(line)] >= MIN_RUNNING_PAGES and round(line.size) <= body)
    }
    return [[line for line in page if id(line) not in running] for page in pages]


def _edge(page: list[_Line], direction: int) -> list[_Line]:
    """Return the lines at the top (1) or the foot (-1) that a gap sets apart."""
    lines = _inwards(page, direction)
    heights = [abs(a.y - b.y) for a, b in pairwise(lines)]
    usual = median([height for height in heights if height > 1] or [0])
    for n, height in enumerate(heights[:EDGE_LINES], 1):
        if height > WIDE_GAP * usual:
            return lines[:n]
    return []


def _inwards(page: list[_Line], direction: int) -> list[_Line]:
    """Sort lines from the top (1) or the foot (-1)."""
    return sorted(page, key=lambda line: -direction * line.y)


def _form(line: _Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


def _place(line: _Line) -> tuple[int, int]:
    return round(line.y), round(line.size)


def _paragraphs(pages: Sequence[list[_Line]]) -> Iterator[Block]:
    sizes: Counter[int] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    pages = _without_running_heads(pages, body)
    lines = [line for page in pages for line in page]
    lengths = [len(line.text) for line in lines]
    widest = {
        id(line): max(lengths[max(n - NEIGHBOURS, 0) : n + NEIGHBOURS + 1])
        for n, line in enumerate(lines)
    }
    gaps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.page == b.page and a.y > b.y and round(a.size) == round(b.size) == body
    ]
    gap = median(gaps) if gaps else 0.0
    words = _vocabulary([line.text for line in lines])
    heading_sizes = sorted(
        {round(line.size) for line in lines if line.size > body * HEADING_SIZE},
        reverse=True,
    )

    def begins(line: _Line, before: _Line) -> bool:
        if round(line.size) != round(before.size) or line.bold != before.bold:
            return True
        if line.is_row or before.is_row or _BULLET.match(line.text):
            return True
        ended = _ENDED.search(before.text) is not None
        short = len(before.text) < SHORT_LINE * widest[id(before)]
        if line.page != before.page or line.y > before.y:  # a new page or column
            return ended
        usual = gap if round(line.size) == body else USUAL_GAP * line.size
        if usual and before.y - line.y > WIDE_GAP * usual:
            return True
        return ended and (short or line.x > before.x + line.size)

    groups: list[list[_Line]] = []
    for page in pages:
        foot = list(takewhile(lambda line: round(line.size) < body, reversed(page)))
        foot.reverse()
        notes: list[list[_Line]] = []
        for line in page[: len(page) - len(foot)]:
            _add(line, groups, begins)
        for line in foot:
            _add(line, notes, begins)
        unfinished = bool(groups) and _ENDED.search(groups[-1][-1].text) is None
        at = len(groups) - 1 if unfinished else len(groups)
        groups[at:at] = notes
    for group in groups:
        text, starts = _join([line.text for line in group], words)
        first = group[0]
        level = 0
        if len(text) <= MAX_HEADING_CHARACTERS and not first.is_row:
            if round(first.size) in heading_sizes:
                level = min(heading_sizes.index(round(first.size)) + 1, MAX_LEVEL)
            elif first.bold and not _PUNCTUATED.search(text):
                level = min(len(heading_sizes), MAX_LEVEL) + 1
        turns = tuple(
            (start, line.page)
            for start, (before, line) in zip(starts[1:], pairwise(group), strict=True)
            if line.page != before.page
        )
        joined = first.is_row or _BULLET.match(text) is not None
        yield Block(text, level, joined=joined, page=first.page, turns=turns)


def _add(
    line: _Line, groups: list[list[_Line]], begins: Callable[[_Line, _Line], bool]
) -> None:
    """Add a line to the last paragraph, or begin one with it."""
    if groups and not begins(line, groups[-1][-1]):
        groups[-1].append(line)
    else:
        groups.append([line])


def _vocabulary(lines: Iterable[str]) -> set[str]:
    """List the words, case folded, except those that are divided between lines."""
    words: set[str] = set()
    divided = False
    for line in lines:
        found = [word.casefold() for word in _WORD.findall(line)]
        first = 1 if divided else 0
        divided = _DIVIDED.search(line) is not None
        words.update(found[first : -1 if divided else None])
    return words


def _join(lines: Sequence[str], words: Collection[str]) -> tuple[str, list[int]]:
    """Join lines, mending words that were divided at their ends.

    A hyphen stays where the words on both its sides are used by themselves, or the
    whole with it, and the whole without it is not.

    Returns:
        The text, and where in it each line begins.

    >>> _join(["The invest-", "ment in well-", "known banks"], {"well", "known"})
    ('The investment in well-known banks', [0, 10, 23])
    """
    text = lines[0]
    starts = [0]
    for line in lines[1:]:
        divided = _DIVIDED.search(text)
        rest = _REST.match(line)
        if divided and rest:
            left, right = divided[1].casefold(), rest[0].casefold()
            apart = f"{left}-{right}" in words or (left in words and right in words)
            soft = text.endswith("\u00ad")
            keeps = apart and left + right not in words and not soft
            text = text if keeps else text[:-1]
        elif not (_UNSPACED.match(text[-1]) and _UNSPACED.match(line)):
            text += " "
        starts.append(len(text))
        text += line
    return text, starts
