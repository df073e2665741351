"""PDF to content: PDFium reads letters, `lines` makes lines, this paragraphs.

A PDF holds letters at places, not paragraphs. A line begins a new one where the
distance to the line before is wider than usual, where the type changes, where it is
indented, or where the line before ends early and like a sentence. A paragraph goes on
over the end of a column or a page if that does not end like a sentence, and what stands
in smaller type at the foot does not come between. Lines in larger type, or bold and
alone, are headings; lines with wide gaps are rows of tables. What stands at the top or
the foot of most pages is left out, and so are tables of contents.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from statistics import median

import pypdfium2
import regex
from pypdfium2.raw import FPDF_ERR_PASSWORD

from retrieval.loading.content import (
    Block,
    Content,
    UnreadableError,
    metadata_author,
    metadata_title,
)
from retrieval.loading.parsers.pdf.lines import LEADER, Line, page_lines
from retrieval.loading.parsers.pdf.rows import UNSPACED
from retrieval.loading.parsers.pdf.words import HYPHEN, Word, read_words

MAX_PAGES = 3_000
HEADING_SIZE = 1.15  # times the size of the most letters
WIDE_GAP = 1.25  # times the usual distance of lines
USUAL_GAP = 1.2  # times the size of the type, where it is not that of the most letters
SHORT_LINE = 0.8  # of the longest line's characters
NEIGHBOURS = 5  # lines before and after among which that is the longest
EDGE_LINES = 2  # at the top and the foot of a page that may be its running head
MIN_RUNNING_PAGES = 3  # that have a running head in one place, whatever it says
MIN_CONTENTS_LINES = 4  # of a page, whose dots lead to numbers of pages
MAX_HEADING_CHARACTERS = 150
MAX_LEVEL = 6  # of headings in larger type
UNMAPPED = 0.3  # of the letters, from which it is doubted that they can be read
UNPRINTED = 0.01  # of the letters, that are none
VOWELS = 0.2  # of Latin letters, at least, in any language

_DIGITS = regex.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = regex.compile(
    r"(?:\p{L}+\.? )?#(?: ?(?:/|\p{L}+) ?#)?|[-–—|] ?# ?[-–—|]", regex.I
)
_ENDED = regex.compile(r"[.!?…。！？][\"'”’)\]]*$")
_PUNCTUATED = regex.compile(r"[.!?…。！？:;][\"'”’)\]]*$")
_DIVIDED = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])(\p{{L}}[\p{{L}}\p{{M}}]*)[-{HYPHEN}\u00ad\u2011]$"
)
_RANGE = regex.compile(rf"\p{{N}}[-–{HYPHEN}]$")
_ADDRESS = regex.compile(r"(?:[@/]|www\.|\w\.\w)\S*$")
_ADDRESS_GOES_ON = regex.compile(r"[\w%~-]+[./@][\w]")
_REST = regex.compile(r"\p{Ll}[\p{L}\p{M}]*")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*")
_BULLET = regex.compile(r"[•‣▪◦●○■–*-]\s")
_NUMBER_AT_END = regex.compile(rf"{LEADER}(?:\D*\s)?(\d{{1,4}}|[ivxlc]+)$")
_UNPRINTED = regex.compile(r"[\p{Cc}\p{Co}\ufffd]")
_LATIN = regex.compile(r"\p{Latin}")
_VOWEL = regex.compile(r"[aeiouyAEIOUYà-æè-ïò-öù-ýÀ-ÆÈ-ÏÒ-ÖÙ-Ýąęěőűůıăâ]")
# Words that make compounds with a hyphen, and are no beginnings of other words.
_COMPOUNDING = frozenset(
    "well long short high low self half full old new first second third last two three "
    "four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty "
    "ninety far left right hard best better so-called large small deep wide ready open "
    "early late middle north south east west non ex anti pro".split()
)


def read_pdf(data: bytes) -> Content:
    """Read the pages' text.

    Raises:
        UnreadableError: It needs a password, is too long, scanned, or does not say
            which letters it shows.
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
    pages = []
    for number, page in enumerate(document, 1):
        words = read_words(page)
        page.close()
        pages.append((words, page_lines(words, number)))
    if not any(lines for _, lines in pages):
        raise UnreadableError(
            "no text is in this PDF, it may be scanned; run text recognition (OCR) "
            "over it"
        )
    if _is_unreadable([word for words, _ in pages for word in words]):
        raise UnreadableError(
            "it does not say which letters it shows; run text recognition (OCR) over it"
        )
    return Content(
        list(_paragraphs([_without_contents(lines) for _, lines in pages])),
        title=metadata_title(document.get_metadata_value("Title")),
        author=metadata_author(document.get_metadata_value("Author")),
    )


def _is_unreadable(words: Sequence[Word]) -> bool:
    """Tell whether most letters are not those that are shown."""
    total = sum(len(word.text) for word in words)
    doubted = "".join(word.text for word in words if not word.is_mapped)
    if len(doubted) < UNMAPPED * total:
        return False
    latin = len(_LATIN.findall(doubted))
    return len(_UNPRINTED.findall(doubted)) > UNPRINTED * len(doubted) or (
        latin > len(doubted) / 2 and len(_VOWEL.findall(doubted)) < VOWELS * latin
    )


def _without_contents(lines: list[Line]) -> list[Line]:
    """Leave out a table of contents: dots that lead to numbers which only rise."""
    led = {n: m[1] for n, x in enumerate(lines) if (m := _NUMBER_AT_END.search(x.text))}
    numbers = [int(number) for number in led.values() if number.isdecimal()]
    if len(led) < MIN_CONTENTS_LINES or numbers != sorted(numbers):
        return lines
    return [line for n, line in enumerate(lines) if n not in led]


def _without_running_heads(
    pages: Sequence[list[Line]], body: float
) -> list[list[Line]]:
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


def _edge(page: list[Line], direction: int) -> list[Line]:
    """Return the lines at the top (1) or the foot (-1) that a gap sets apart."""
    lines = _inwards(page, direction)
    heights = [abs(a.y - b.y) for a, b in pairwise(lines)]
    usual = median(_distances(page) or [0])
    for n, height in enumerate(heights[:EDGE_LINES], 1):
        if height > WIDE_GAP * usual:
            return lines[:n]
    return []


def _distances(page: Sequence[Line]) -> list[float]:
    """List how far lines of one column stand below one another."""
    return [a.y - b.y for a, b in pairwise(page) if a.column == b.column and a.y > b.y]


def _inwards(page: list[Line], direction: int) -> list[Line]:
    """Sort lines from the top (1) or the foot (-1)."""
    return sorted(page, key=lambda line: -direction * line.y)


def _form(line: Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


def _place(line: Line) -> tuple[int, int]:
    return round(line.y), round(line.size)


def _paragraphs(pages: Sequence[list[Line]]) -> Iterator[Block]:
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
        if (a.page, a.column) == (b.page, b.column)
        and a.y > b.y
        and round(a.size) == round(b.size) == body
    ]
    gap = median(gaps) if gaps else 0.0
    words = _vocabulary([line.text for line in lines])
    heading_sizes = sorted(
        {round(line.size) for line in lines if line.size > body * HEADING_SIZE},
        reverse=True,
    )

    def begins(line: Line, before: Line) -> bool:
        goes_on = line.text[:1].islower() and _ENDED.search(before.text) is None
        if round(line.size) != round(before.size):
            return True
        if line.bold != before.bold and not (before.bold and goes_on):
            return True
        if _is_row(line) or _is_row(before) or _BULLET.match(line.text):
            return True
        ended = _ENDED.search(before.text) is not None
        short = len(before.text) < SHORT_LINE * widest[id(before)]
        if (line.page, line.column) != (before.page, before.column):
            return ended
        usual = gap if round(line.size) == body else USUAL_GAP * line.size
        if usual and before.y - line.y > WIDE_GAP * usual:
            return True
        return ended and (short or line.x > before.x + line.size)

    groups: list[list[Line]] = []
    for page in pages:
        foot = list(takewhile(lambda line: round(line.size) < body, reversed(page)))
        foot.reverse()
        notes: list[list[Line]] = []
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
        if len(text) <= MAX_HEADING_CHARACTERS and not _is_row(first):
            if round(first.size) in heading_sizes:
                level = min(heading_sizes.index(round(first.size)) + 1, MAX_LEVEL)
            elif first.bold and not _PUNCTUATED.search(text):
                level = min(len(heading_sizes), MAX_LEVEL) + 1
        turns = tuple(
            (start, line.page)
            for start, (before, line) in zip(starts[1:], pairwise(group), strict=True)
            if line.page != before.page
        )
        joined = _is_row(first) or _BULLET.match(text) is not None
        yield Block(text, level, joined=joined, page=first.page, turns=turns)


def _is_row(line: Line) -> bool:
    return line.is_row or line.has_leader


def _add(
    line: Line, groups: list[list[Line]], begins: Callable[[Line, Line], bool]
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

    A hyphen stays in addresses, ranges and names, and where the words on both its sides
    are used by themselves, or the whole with it, and the whole without it is not.

    Returns:
        The text, and where in it each line begins.

    >>> _join(["The invest-", "ment in well-", "known banks"], {"well", "known"})
    ('The investment in well-known banks', [0, 10, 23])
    >>> _join(["From 1990-", "2000, Anglo-", "Saxon mail@roof-", "bees.example"], ())[0]
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
        elif _DIVIDED.search(before) and _REST.match(line):
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
    """Tell whether a line ends in a hyphen that is part of what it stands in."""
    last = text.rpartition(" ")[2]
    if _RANGE.search(text) and line[:1].isdecimal():
        return True
    if last[-1:] in ("-", HYPHEN) and (
        _ADDRESS.search(last[:-1]) or ("@" not in last and _ADDRESS_GOES_ON.match(line))
    ):
        return True
    divided = _DIVIDED.search(text)
    if divided is None or text.endswith("\u00ad"):
        return False
    rest = _REST.match(line)
    if rest is None:  # "Anglo-Saxon"
        return line[:1].isupper() and not text.endswith("\u00ad")
    left, right = divided[1].casefold(), rest[0].casefold()
    apart = f"{left}-{right}" in words or (left in words and right in words)
    return (apart or left in _COMPOUNDING) and left + right not in words
