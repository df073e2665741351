"""PDF to content: paragraphs and headings from the lines of `lines`.

A PDF holds letters and their positions, but no paragraphs. A line begins a paragraph if
its distance to the line before is wider than usual, if the type changes, if it is
indented, or if the line before is short and ends a sentence. A paragraph continues in
the next column or page if its last line ends no sentence; footnotes, in smaller type,
do not interrupt it. Lines in larger type, or bold and alone, are headings; lines with
wide gaps are rows of tables. Running heads and tables of contents are left out. A page
without text that is a picture, as in a scan, is left to text recognition.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, takewhile
from statistics import median
from typing import TYPE_CHECKING

import pypdfium2
import regex
from pypdfium2.raw import (
    FLAT_NORMALDISPLAY,
    FLATTEN_SUCCESS,
    FPDF_ERR_PASSWORD,
    FPDF_PAGEOBJ_IMAGE,
    FPDFPage_CountObjects,
    FPDFPage_Flatten,
    FPDFPage_GetAnnotCount,
)

from retrieval.loading.content import (
    Block,
    Content,
    PagePicture,
    UnreadableError,
    metadata_author,
    metadata_title,
)
from retrieval.loading.parsers.pdf.lines import LEADER, PdfLine, page_lines
from retrieval.loading.parsers.pdf.rows import UNSPACED
from retrieval.loading.parsers.pdf.rulings import read_rulings
from retrieval.loading.parsers.pdf.visibility import without_hidden
from retrieval.loading.parsers.pdf.words import HYPHEN, Word, read_words

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 3_000
PICTURE_SCALE = 300 / 72  # of a page that is recognised; text recognition likes 300 dpi
MAX_PICTURE_PIXELS = 9_000_000  # of such a page; A4 at 300 dpi has 8.7 million
FEW_LETTERS = 200  # on a page; with more, a picture behind them is no scan
SCAN_AREA = 0.5  # of a page that is a scan, taken up by one picture
HEADING_SIZE = 1.15  # times the body size; headings are larger
WIDE_GAP = 1.25  # times the usual distance of lines
USUAL_GAP = 1.2  # times the size; distance of lines in other type than the body
MIN_BYLINE_INDENT = 4  # times the size; a paragraph's first line is set in by less
SHORT_LINE = 0.8  # of the characters of the longest line near it
NEIGHBOURS = 5  # lines before and after that are near
EDGE_LINES = 2  # at the top and the foot of a page that may be its running head
FEW_LINES = 10  # on a page; more have a usual distance of their own
MIN_RUNNING_PAGES = 3  # with a line at one position, whatever its text
MIN_CONTENTS_LINES = 4  # of a page, with dot leaders to page numbers
MAX_HEADING_CHARACTERS = 150
MAX_LEVEL = 6  # of headings in larger type
UNMAPPED = 0.3  # of the letters; with more the text may be unreadable
UNPRINTABLE = 0.01  # of the unmapped letters; with more the text is unreadable
VOWELS = 0.2  # of Latin letters, at least, in any language

_DIGITS = regex.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = regex.compile(
    r"(?:\p{L}+\.? )?#(?: ?(?:/|\p{L}+) ?#)?|[-–—|] ?# ?[-–—|]", regex.I
)
_AXIS_NUMBER = regex.compile(r"[-−]?\p{Nd}+(?:[.,]\p{Nd}+)?\s?%?")
_ENDED = regex.compile(r"[.!?…。！？][\"'”’)\]]*$")
_PUNCTUATED = regex.compile(r"[.!?…。！？:;][\"'”’)\]]*$")
_HYPHENATED = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])(\p{{L}}[\p{{L}}\p{{M}}]*)[-{HYPHEN}\u00ad\u2011]$"
)
_RANGE = regex.compile(rf"\p{{N}}[-–{HYPHEN}]$")
_ADDRESS = regex.compile(r"(?:[@/]|www\.|\w\.\w)\S*$")
_ADDRESS_REST = regex.compile(r"[\w%~-]+[./@][\w]")
_REST = regex.compile(r"\p{Ll}[\p{L}\p{M}]*")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*")
_BULLET = regex.compile(r"[•‣▪◦●○■–*-]\s")
_NUMBER_AT_END = regex.compile(rf"{LEADER}(?:\D*\s)?(\d{{1,4}}|[ivxlc]+)$")
_UNPRINTABLE = regex.compile(r"[\p{Cc}\p{Co}\ufffd]")
_LATIN = regex.compile(r"\p{Latin}")
_VOWEL = regex.compile(r"[aeiouyAEIOUYà-æè-ïò-öù-ýÀ-ÆÈ-ÏÒ-ÖÙ-Ýąęěőűůıăâ]")
# Words that form compounds with a hyphen, and that begin no other word.
_COMPOUNDING = frozenset(
    "well long short high low self half full old new first second third last two three "
    "four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty "
    "ninety far left right hard best better so-called large small deep wide ready open "
    "early late middle north south east west non ex anti pro".split()
)


def parse(data: bytes, _: str = "") -> Content:
    """Parse the text of all pages.

    Raises:
        UnreadableError: The file needs a password, has too many pages or nothing on
            them.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            raise UnreadableError(
                "it is encrypted; save a copy without a password"
            ) from error
        raise
    if len(document) > MAX_PAGES:
        raise UnreadableError(f"it has over {MAX_PAGES:,} pages; split it")
    pages: list[tuple[list[Word], list[PdfLine]]] = []
    scans: list[int] = []
    for number in range(1, len(document) + 1):
        page = _flat_page(document, number - 1)
        words = read_words(page)
        rulings = []
        if not page.get_rotation():
            rulings = read_rulings(page)
            words = without_hidden(page, words)
        lines = page_lines(words, number, rulings)
        if _is_scan(page, lines):
            scans.append(number)
        page.close()
        pages.append((words, lines))
    if _is_unreadable([word for words, _ in pages for word in words]):
        pages = [([], [])] * len(pages)
        scans = [*range(1, len(pages) + 1)]
    if not (scans or any(lines for _, lines in pages)):
        raise UnreadableError("no text is in this PDF; name another file")
    without = [_without_contents(lines) for _, lines in pages]
    return Content(
        # A file of nothing but a table of contents is kept whole.
        list(_blocks(without if any(without) else [lines for _, lines in pages])),
        title=metadata_title(document.get_metadata_value("Title")),
        author=metadata_author(document.get_metadata_value("Author")),
        pictures=[PagePicture(n, partial(_render, document, n - 1)) for n in scans],
    )


def _is_scan(page: pypdfium2.PdfPage, lines: Sequence[PdfLine]) -> bool:
    """Return whether a page may be a picture of its text.

    A program that scans may print its name, or a stamp, over the picture.
    """
    if not lines:
        return bool(FPDFPage_CountObjects(page.raw))
    if sum(len(line.text) for line in lines) > FEW_LETTERS:
        return False
    area = SCAN_AREA * page.get_width() * page.get_height()
    pictures = page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=2)
    boxes = (picture.get_bounds() for picture in pictures)
    return any((right - left) * (top - low) > area for left, low, right, top in boxes)


def _render(document: pypdfium2.PdfDocument, index: int) -> "Image":
    """Return a page as a picture in shades of grey."""
    page = _flat_page(document, index)
    area = page.get_width() * page.get_height()
    scale = min(PICTURE_SCALE, (MAX_PICTURE_PIXELS / area) ** 0.5)
    image: Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    page.close()
    return image


def _flat_page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """Return a page with the values of its form as parts of the page."""
    page = document[index]
    if FPDFPage_GetAnnotCount(page.raw) and (
        FPDFPage_Flatten(page.raw, FLAT_NORMALDISPLAY) == FLATTEN_SUCCESS
    ):
        page.close()
        page = document[index]
    return page


def _is_unreadable(words: Sequence[Word]) -> bool:
    """Return whether many glyphs have no letters, or wrong ones."""
    total = sum(len(word.text) for word in words)
    doubted = "".join(word.text for word in words if not word.is_mapped)
    if len(doubted) < UNMAPPED * total:
        return False
    latin = len(_LATIN.findall(doubted))
    return len(_UNPRINTABLE.findall(doubted)) > UNPRINTABLE * len(doubted) or (
        latin > len(doubted) / 2 and len(_VOWEL.findall(doubted)) < VOWELS * latin
    )


def _without_contents(lines: list[PdfLine]) -> list[PdfLine]:
    """Remove a table of contents: dot leaders to page numbers that only rise."""
    entries = {
        n: match[1]
        for n, line in enumerate(lines)
        if (match := _NUMBER_AT_END.search(line.text))
    }
    numbers = [int(number) for number in entries.values() if number.isdecimal()]
    if len(entries) < MIN_CONTENTS_LINES or numbers != sorted(numbers):
        return lines
    return [line for n, line in enumerate(lines) if n not in entries]


def _without_running_heads(
    pages: Sequence[list[PdfLine]], body: float
) -> list[list[PdfLine]]:
    """Remove running heads and feet and page numbers at the edges of pages.

    Their text is on most pages, but for numbers in it; or they are at one position on
    several pages, in type that is no larger than the body's.
    """
    # On pages of few lines the distance between paragraphs would be the usual one.
    usual = _usual_distance([line for page in pages for line in page], body)
    edges = [
        _edge_lines(page, 1, usual) + _edge_lines(page, -1, usual) for page in pages
    ]
    texts = Counter(text for lines in edges for text in set(map(_normalised, lines)))
    positions = Counter(p for lines in edges for p in set(map(_position, lines)))
    often = max(2, sum(map(bool, pages)) / 2)
    running = {
        id(line)
        for lines in edges
        for line in lines
        if _PAGE_NUMBER.fullmatch(_normalised(line))
    }
    # On any page: one with little text has no gap that sets its edges apart.
    running |= {
        id(line)
        for page in pages
        for line in _from_edge(page, 1)[:EDGE_LINES] + _from_edge(page, -1)[:EDGE_LINES]
        if texts[_normalised(line)] >= often
        or (
            positions[_position(line)] >= MIN_RUNNING_PAGES and round(line.size) <= body
        )
    }
    return [[line for line in page if id(line) not in running] for page in pages]


def _edge_lines(
    page: list[PdfLine], direction: int, document_usual: float
) -> list[PdfLine]:
    """Return the lines at the top (1) or the foot (-1) that a gap sets apart."""
    lines = _from_edge(page, direction)
    heights = [abs(a.y - b.y) for a, b in pairwise(lines)]
    distances = _distances(page)
    usual = median(distances or [0])
    if document_usual and len(distances) < FEW_LINES:
        usual = min(usual, document_usual)
    for n, height in enumerate(heights[:EDGE_LINES], 1):
        if height > WIDE_GAP * usual:
            return lines[:n]
    return []


def _distances(page: Sequence[PdfLine]) -> list[float]:
    """Return the distances between consecutive lines of one column, in points."""
    return [a.y - b.y for a, b in pairwise(page) if a.column == b.column and a.y > b.y]


def _from_edge(page: list[PdfLine], direction: int) -> list[PdfLine]:
    """Return lines in order from the top (1) or the foot (-1)."""
    return sorted(page, key=lambda line: -direction * line.y)


def _normalised(line: PdfLine) -> str:
    """Return the text of a line, case folded, with "#" for each number."""
    return _DIGITS.sub("#", line.text.casefold())


def _position(line: PdfLine) -> tuple[int, int]:
    """Return the rounded height and size of a line."""
    return round(line.y), round(line.size)


@dataclass(frozen=True, slots=True)
class _Typography:
    """The usual measures of a document's type, in points.

    Attributes:
        body: Size of most letters, rounded.
        gap: Median distance of lines of that size; 0 if none follow one another.
        heading_sizes: Rounded sizes of headings, the largest first.
        longest: By the id of a line, characters of the longest line near it.
    """

    body: int
    gap: float
    heading_sizes: list[int]
    longest: dict[int, int]


def _blocks(pages: Sequence[list[PdfLine]]) -> Iterator[Block]:
    """Yield the paragraphs, headings and rows of a document."""
    if not any(pages):
        return
    body = _body_size(pages)
    pages = _without_running_heads(pages, body)
    lines = [line for page in pages for line in page]
    typography = _measure(lines, body)
    words = vocabulary([line.text for line in lines])
    for group in _group_lines(pages, typography):
        if group[0].size < body and _AXIS_NUMBER.fullmatch(group[0].text):
            continue  # of a chart
        yield _block(group, typography, words)


def _body_size(pages: Sequence[list[PdfLine]]) -> int:
    sizes: Counter[int] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _measure(lines: list[PdfLine], body: int) -> _Typography:
    lengths = [len(line.text) for line in lines]
    return _Typography(
        body,
        gap=_usual_distance(lines, body),
        heading_sizes=sorted(
            {round(line.size) for line in lines if line.size > body * HEADING_SIZE},
            reverse=True,
        ),
        longest={
            id(line): max(lengths[max(n - NEIGHBOURS, 0) : n + NEIGHBOURS + 1])
            for n, line in enumerate(lines)
        },
    )


def _usual_distance(lines: Sequence[PdfLine], body: float) -> float:
    """Return the median distance of consecutive lines of a size; 0 without any."""
    distances = [
        a.y - b.y
        for a, b in pairwise(lines)
        if (a.page, a.column) == (b.page, b.column)
        and a.y > b.y
        and round(a.size) == round(b.size) == body
    ]
    return median(distances) if distances else 0.0


def _group_lines(
    pages: Sequence[list[PdfLine]], typography: _Typography
) -> list[list[PdfLine]]:
    """Group the lines of paragraphs; footnotes come before an unfinished paragraph."""
    groups: list[list[PdfLine]] = []
    for page in pages:
        foot = list(
            takewhile(lambda line: round(line.size) < typography.body, reversed(page))
        )
        foot.reverse()
        notes: list[list[PdfLine]] = []
        for line in page[: len(page) - len(foot)]:
            _add(line, groups, typography)
        for line in foot:
            _add(line, notes, typography)
        is_unfinished = bool(groups) and not _ends_sentence(groups[-1][-1])
        at = len(groups) - 1 if is_unfinished else len(groups)
        groups[at:at] = notes
    return groups


def _add(line: PdfLine, groups: list[list[PdfLine]], typography: _Typography) -> None:
    """Add a line to the last group, or begin one with it."""
    if groups and not _begins_paragraph(line, groups[-1][-1], typography):
        groups[-1].append(line)
    else:
        groups.append([line])


def _begins_paragraph(line: PdfLine, before: PdfLine, typography: _Typography) -> bool:
    """Return whether a line begins a paragraph, rather than continue the one before."""
    has_ended = _ends_sentence(before)
    is_lower = line.text[:1].islower()
    if round(line.size) != round(before.size):
        return True
    if line.bold != before.bold and not (before.bold and is_lower and not has_ended):
        return True
    if _is_row(line) or _is_row(before) or _BULLET.match(line.text):
        return True
    if (line.page, line.column) != (before.page, before.column):
        return has_ended
    is_body = round(line.size) == typography.body
    usual = typography.gap if is_body else USUAL_GAP * line.size
    if usual and before.y - line.y > WIDE_GAP * usual:
        return True
    if line.y == before.y or _is_byline(before, line):
        return True
    is_short = len(before.text) < SHORT_LINE * typography.longest[id(before)]
    return has_ended and (is_short or line.x > before.x + line.size)


def _is_byline(before: PdfLine, line: PdfLine) -> bool:
    """Return whether a short line is set in from a capital that begins the next line.

    A paragraph's first line is set in too, but goes on to the right margin.
    """
    return (
        before.x > line.x + MIN_BYLINE_INDENT * before.size
        and line.text[:1].isupper()
        and len(before.text) < SHORT_LINE / 2 * len(line.text)
    )


def _ends_sentence(line: PdfLine) -> bool:
    return _ENDED.search(line.text) is not None


def _block(
    group: list[PdfLine], typography: _Typography, words: Collection[str]
) -> Block:
    """Return the block of a group of lines.

    Args:
        group: Lines of one paragraph.
        typography: Usual measures of the document.
        words: Words of the document, case folded.
    """
    text, starts = join_lines([line.text for line in group], words)
    first = group[0]
    page_breaks = tuple(
        (start, line.page)
        for start, (before, line) in zip(starts[1:], pairwise(group), strict=True)
        if line.page != before.page
    )
    return Block(
        text,
        _heading_level(first, text, typography),
        continues=_is_row(first) or _BULLET.match(text) is not None,
        page=first.page,
        page_breaks=page_breaks,
    )


def _heading_level(first: PdfLine, text: str, typography: _Typography) -> int:
    """Return the level of a heading, by its first line; 0 for a paragraph."""
    sizes = typography.heading_sizes
    if len(text) > MAX_HEADING_CHARACTERS or _is_row(first):
        return 0
    if round(first.size) in sizes:
        return min(sizes.index(round(first.size)) + 1, MAX_LEVEL)
    if first.bold and not _PUNCTUATED.search(text):
        return min(len(sizes), MAX_LEVEL) + 1
    return 0


def _is_row(line: PdfLine) -> bool:
    return line.is_row or line.has_leader


def vocabulary(lines: Iterable[str]) -> set[str]:
    """Return the words, case folded, but none that is divided between lines."""
    words: set[str] = set()
    is_divided = False
    for line in lines:
        found = [word.casefold() for word in _WORD.findall(line)]
        first = 1 if is_divided else 0
        is_divided = _HYPHENATED.search(line) is not None
        words.update(found[first : -1 if is_divided else None])
    return words


def join_lines(lines: Sequence[str], words: Collection[str]) -> tuple[str, list[int]]:
    """Join lines, and the words that are divided at their ends.

    A hyphen stays in addresses, ranges and names. It also stays if the document has the
    words on both its sides, or the whole with the hyphen, but not the whole without it.

    Returns:
        The text, and the offset in it of each line, in characters.

    >>> join_lines(["The invest-", "ment in well-", "known banks"], {"well", "known"})
    ('The investment in well-known banks', [0, 10, 23])
    >>> lines = ["From 1990-", "2000, Anglo-", "Saxon mail@roof-", "bees.example"]
    >>> join_lines(lines, ())[0]
    'From 1990-2000, Anglo-Saxon mail@roof-bees.example'
    """
    pieces = [lines[0]]
    length = len(lines[0])
    starts = [0]
    for line in lines[1:]:
        before = pieces[-1]
        end = before
        if _keeps_hyphen(before, line, words):
            end = f"{before[:-1]}-" if before.endswith(HYPHEN) else before
        elif _HYPHENATED.search(before) and _REST.match(line):
            end = before[:-1]
        elif not (UNSPACED.match(before[-1]) and UNSPACED.match(line)):
            end = f"{before} "
        pieces[-1] = end
        length += len(end) - len(before)
        starts.append(length)
        pieces.append(line)
        length += len(line)
    return "".join(pieces).replace(HYPHEN, "-"), starts


def _keeps_hyphen(text: str, line: str, words: Collection[str]) -> bool:
    """Return whether a text ends in a hyphen that stays when a line is joined to it."""
    last = text.rpartition(" ")[2]
    if _RANGE.search(text) and line[:1].isdecimal():
        return True
    if last[-1:] in ("-", HYPHEN) and (
        _ADDRESS.search(last[:-1]) or ("@" not in last and _ADDRESS_REST.match(line))
    ):
        return True
    hyphenated = _HYPHENATED.search(text)
    if hyphenated is None or text.endswith("\u00ad"):
        return False
    rest = _REST.match(line)
    if rest is None:  # "Anglo-Saxon"
        return line[:1].isupper() and not text.endswith("\u00ad")
    left, right = hyphenated[1].casefold(), rest[0].casefold()
    is_compound = f"{left}-{right}" in words or (left in words and right in words)
    return (is_compound or left in _COMPOUNDING) and left + right not in words
