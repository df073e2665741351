"""PDF to content, by pypdf: lines to paragraphs, pages kept.

A PDF holds lines, not paragraphs. A line begins a new one where the distance to the
line before is wider than usual, where the type changes, where it is indented, or where
the line before ends early and like a sentence. A paragraph goes on over the end of a
page if the page does not end like a sentence. Lines in larger type, or bold and alone,
are headings. What stands at the top or the foot of most pages is left out, and so are
tables of contents.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

import regex
from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError

from retrieval.loading.content import Block, Content, UnreadableError, one_line

MAX_PAGES = 3_000
HEADING_SIZE = 1.15  # times the size of the most letters
WIDE_GAP = 1.25  # times the usual distance of lines
USUAL_GAP = 1.2  # times the size of the type, where it is not that of the most letters
SHORT_LINE = 0.8  # of the longest line's characters
EDGE_LINES = 2  # at the top and the foot of a page that may be its running head
MAX_HEADING_CHARACTERS = 150

_DIGITS = regex.compile(r"\d+|\b[ivxlc]+\b")
_SENTENCE_END = regex.compile(r"[.!?…。！？:;][\"'”’)\]]*$")
_DIVIDED = regex.compile(r"(\p{L}+)[-\u00ad\u2010]$")
_REST = regex.compile(r"\p{Ll}[\p{L}\p{M}]*")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*")
_LEADERS = regex.compile(r"(?:\.\s?){5}")  # in a table of contents
_BULLET = regex.compile(r"[•‣▪◦●○■–*-]\s")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}、。，]")
_JUNK_TITLE = regex.compile(
    r"^(untitled|\(.*\)|microsoft word.*|.*\.\w{2,5})$", regex.I
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page; lengths are in points, `y` counts upwards."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool


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
    title = one_line(said.title if said else None)
    return Content(
        list(_paragraphs(_without_running_heads(pages))),
        title=None if _JUNK_TITLE.match(title) else title or None,
        author=one_line(said.author if said else None) or None,
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
    pieces: list[tuple[str, tuple[float, float, float, bool]]] = []

    def keep(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
        y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1
        name = str(font.get("/BaseFont", "")) if font else ""
        pieces.append((text, (x, y, size * scale, "bold" in name.lower())))

    page.extract_text(visitor_text=keep)
    words = ""
    place: tuple[float, float, float, bool] | None = None
    for text, where in pieces:
        for n, part in enumerate(text.split("\n")):
            if n:
                if place:
                    yield _Line(one_line(words), number, *place)
                words, place = "", None
            if part.strip() and place is None:
                place = where
            words += part
    if place:
        yield _Line(one_line(words), number, *place)


def _without_running_heads(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """Leave out what stands apart at the edges of most pages, whatever its numbers."""
    edges = [_edge(page, 1) + _edge(page, -1) for page in pages]
    counts = Counter(
        text for lines in edges for text in {_form(line) for line in lines}
    )
    often = max(2, sum(map(bool, pages)) / 2)
    running = {
        id(line)
        for lines in edges
        for line in lines
        if counts[_form(line)] >= often or _form(line) == "#"
    }
    return [[line for line in page if id(line) not in running] for page in pages]


def _edge(page: list[_Line], direction: int) -> list[_Line]:
    """Return the lines at the top (1) or the foot (-1) that a gap sets apart."""
    lines = sorted(page, key=lambda line: -direction * line.y)
    heights = [abs(a.y - b.y) for a, b in pairwise(lines)]
    usual = median([height for height in heights if height > 1] or [0])
    for n, height in enumerate(heights[:EDGE_LINES], 1):
        if height > WIDE_GAP * usual:
            return lines[:n]
    return []


def _form(line: _Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


def _paragraphs(pages: Iterable[list[_Line]]) -> Iterator[Block]:
    lines = [line for page in pages for line in page]
    if not lines:
        return
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size)] += len(line.text)
    body = sizes.most_common(1)[0][0]
    widest = max(len(line.text) for line in lines if round(line.size) == body)
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
        if _BULLET.match(line.text):
            return True
        ended = _SENTENCE_END.search(before.text) is not None
        short = len(before.text) < SHORT_LINE * widest
        if line.page != before.page or line.y > before.y:  # a new page or column
            return ended
        usual = gap if round(line.size) == body else USUAL_GAP * line.size
        if usual and before.y - line.y > WIDE_GAP * usual:
            return True
        return ended and (short or line.x > before.x + line.size)

    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not begins(line, groups[-1][-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        text = _join([line.text for line in group], words)
        first = group[0]
        level = 0
        if len(text) <= MAX_HEADING_CHARACTERS:
            if round(first.size) in heading_sizes:
                level = heading_sizes.index(round(first.size)) + 1
            elif first.bold and not _SENTENCE_END.search(text):
                level = len(heading_sizes) + 1
        yield Block(text, level, joined=bool(_BULLET.match(text)), page=first.page)


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


def _join(lines: Sequence[str], words: Collection[str]) -> str:
    """Join lines, mending words that were divided at their ends.

    A hyphen stays where the words on both its sides are used by themselves, or the
    whole with it, and the whole without it is not.

    >>> _join(["The invest-", "ment in well-", "known banks"], {"well", "known"})
    'The investment in well-known banks'
    """
    text = lines[0]
    for line in lines[1:]:
        divided = _DIVIDED.search(text)
        rest = _REST.match(line)
        if divided and rest:
            left, right = divided[1].casefold(), rest[0].casefold()
            apart = f"{left}-{right}" in words or (left in words and right in words)
            soft = text.endswith("\u00ad")
            keeps = apart and left + right not in words and not soft
            text = (text if keeps else text[:-1]) + line
        elif _UNSPACED.match(text[-1]) and _UNSPACED.match(line):
            text += line
        else:
            text += f" {line}"
    return text
