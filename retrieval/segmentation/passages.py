"""Plain text to spans: title, publisher, passages, sentences.

How a plain text is read:

- Blank lines separate blocks. A text without any has one paragraph a line, or is
  one hard-wrapped paragraph where most lines end in the middle of a sentence.
- A block that ends like a sentence, or is long, is prose; other single lines are
  fragments: headings, list items, navigation.
- Of the fragments above the first prose, the first whose words the prose uses is the
  title. Those above the title are boilerplate; a fragment below it joins the paragraph
  that follows, a trailing one the paragraph before. Up there each line counts by
  itself, unless it goes on in lower case; and a question that stands alone is a
  fragment, too, if it is the only one. Questions that stand alone join what follows.
- A title that says something itself, a date or a place, can be quoted, too.
- A list goes with the line above it that ends in a colon; each line of a table, and
  each item of a list, is a sentence.
- A closing credit, "(Yonhap)", or one in a dateline, "SEOUL (Yonhap) --", names
  the publisher; the closing credit is not quoted.
- A paragraph over `MAX_PASSAGE_CHARACTERS` becomes several passages, cut between
  sentences.
- Sentences come from the sentencex library. Its splits after an initial ("J. K."),
  before a remark in brackets ("[sic]") and, where ordinals are written so, after
  "19." are undone. It never splits inside a pair of quotation marks or brackets, so
  what it leaves overlong is split again with those marks blanked; what is overlong
  still (Thai, text without full stops) is cut at blanks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice, pairwise

import regex
import sentencex

from retrieval.segmentation.abbreviations import ends, goes_on

Span = tuple[int, int]  # characters into the text, half-open

MAX_FRAGMENT_CHARACTERS = 200  # longer lines are prose that lost its full stop
MAX_PASSAGE_CHARACTERS = 1_200  # give or take a sentence; three fit a message
MAX_SENTENCE_CHARACTERS = 600  # longer ones are lists or unpunctuated text
MAX_THAI_CHARACTERS = 400  # of a sentence in Thai, which writes no full stops
CUT_SENTENCE_CHARACTERS = 300  # what those are cut to, give or take
CUT_SHIFT = 100  # how far from an even cut a blank may stand
SPLITTER_CHARACTERS = 4_000  # sentencex may take quadratic time
ENDING_CHARACTERS = 8  # in which an initial or an ordinal stands
MIN_ITEMS = 2  # lines that make a list
ABBREVIATION_CHARACTERS = 16
TITLE_OVERLAP = 0.5  # share of a headline's letters that the body's words cover

_NEWLINE = r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])"
_LINE_BREAK = regex.compile(_NEWLINE)
_BLANK_LINES = regex.compile(
    rf"{_NEWLINE}[^\S\r\n\v\f\x85\u2028\u2029]*+{_NEWLINE}"
    r"\s*(?<=[\n\r\v\f\x85\u2028\u2029])"
)
_SENTENCE_END = regex.compile(r"[.!?…。！？｡؟۔।॥։።;:]['\"”’»›」』）)\]\s]*$")
_FACT = regex.compile(r"\p{L}.*\p{N}|\p{N}.*[,:–]\s*\p{L}|\p{L}{2,}: *\p{L}")
_LEAD_IN = regex.compile(r"[:：]\s*$")
_ITEM = regex.compile(r"(?:[•‣▪◦●○■*–-]|[(\[]?(?:\d{1,3}|\p{L})[.)\]])\s")
_GAP = regex.compile(r"\S(?:\s*\||\t+|[ \xa0]{2,})\s*\S")  # between cells
_QUESTION_END = regex.compile(r"[?!？！؟][\"'”’»)]*$")
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\w+")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_PAIRED_MARK = regex.compile(r"[\"“”„«»‹›「」『』()（）\[\]{}]|(?<!\w)['‘]|['’](?!\w)")
_REMARK = regex.compile(r"\[[^\[\]]{1,40}\]")  # "[citation needed]"
_INITIAL = regex.compile(r"(?<![\p{L}\p{M}\p{N}])\p{Lu}\.$")
_ENUMERATOR = regex.compile(r"[(\[]?(?:\d{1,3}|\p{L}|[ivx]{1,4})[.)\]]+")  # of an item
# A question or a cry, and who uttered it.
_QUOTED = regex.compile(r"[?!？！。…][”»」』\"']$")
_ASIDE = regex.compile(
    r"[—–-]\s*\p{Ll}|と|って|\p{Han}{1,4}[问問说說道答]"
    r"|[\p{Hangul} ]{1,8}(?:물었|말했|외쳤|답했)"
)
_ORDINAL = regex.compile(r"(?<![\p{L}\p{N}.,])\d{1,2}\.$")
_GLUED_START = regex.compile(r"[\p{L}\p{N}\p{Pi}\p{Ps}\"'*•–—-]")
_DOTTED_ORDINALS = frozenset(("cs da de et fi hr hu is lv no sk sl sr tr").split())
_BLANKS = regex.compile(r"\s+")
_CONJUNCTION = regex.compile(
    r"\s+(?:นอกจาก|จากนั้น|อย่างไรก็|ในขณะ|ดังนั้น|ทั้งนี้|แต่|และ|โดย|ซึ่ง|เนื่องจาก|เมื่อ|ต่อมา"
    r"|หลังจาก|ใน|พวกเขา|เขา|สำหรับ)"
)
_CLOSING_CREDIT = regex.compile(
    r"(?:^|(?<=[.!?。！？\"”’')\]\n]))\s*[(（](?P<name>\p{Lu}[\p{L}\p{M} .&'’-]{1,40}"
    r"|[\p{Lo}][\p{L}\p{M} ·]{1,20})[)）]\s*$"
)
_DATELINE_CREDIT = regex.compile(
    r"^[\p{Lu}][\p{L}., \d]{1,60}\s*\((?P<name>\p{Lu}[\p{L} .&'’-]{1,40})\)\s*[-–—]"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a text keeps what; every span is in characters into the text.

    Attributes:
        passages: Each passage's span with the spans of its sentences.
    """

    title: Span | None
    publisher: Span | None
    passages: tuple[tuple[Span, tuple[Span, ...]], ...]


def split_layout(text: str, language: str) -> Layout:
    """Find title, publisher, passages and sentences; see the module's docstring."""
    blocks = split_blocks(text)
    publisher, blocks = _take_credit(text, blocks)
    title, body = _take_title(text, blocks)
    if title and says_something(text[slice(*title)]):
        body = [title, *body]
    groups = _join_fragments(text, body)
    return Layout(title, publisher, tuple(_passages(text, groups, language)))


def split_paragraphs(
    text: str, paragraphs: Iterable[tuple[Span, bool]], language: str
) -> list[tuple[Span, tuple[Span, ...]]]:
    """Find the passages of a text whose paragraphs are known.

    Args:
        text: The text.
        paragraphs: The spans of one section's paragraphs, each with whether it goes
            with the one before it, as a list item does.
        language: ISO 639-1 code.

    Returns:
        Each passage's span with the spans of its sentences.
    """
    groups: list[list[Span]] = []
    all_lead_on = False  # the blocks of the last group
    for span, joined in paragraphs:
        if groups and (joined or all_lead_on or _LEAD_IN.search(text, *groups[-1][-1])):
            groups[-1].append(span)
            all_lead_on = all_lead_on and _leads_on(text, span)
        else:
            groups.append([span])
            all_lead_on = _leads_on(text, span)
    return list(_passages(text, groups, language, keeps_lines=True))


def count_blocks(text: str) -> int:
    """Return how many blocks a text has at most; far quicker than splitting it."""
    has_blocks = len(list(islice(_pieces(text, _BLANK_LINES), 2))) == 2
    separator = _BLANK_LINES if has_blocks else _LINE_BREAK
    return 1 + sum(1 for _ in separator.finditer(text))


def says_something(heading: str) -> bool:
    """Tell whether a heading says something that can be asked for: a date, a place.

    >>> says_something("Harbour Fair, 3 May 2024"), says_something("Where: Old Lock")
    (True, True)
    >>> says_something("How to book"), says_something("1. How to book")
    (False, False)
    """
    return _FACT.search(heading) is not None


def split_blocks(text: str) -> list[Span]:
    """Split at blank lines, or at lines where the text has no blank ones."""
    blocks = _split_at(text, _BLANK_LINES)
    if len(blocks) != 1:
        return blocks
    lines = _split_at(text, _LINE_BREAK)
    unfinished = sum(not _ends_like_a_sentence(text, line) for line in lines[:-1])
    hard_wrapped = unfinished > len(lines[:-1]) / 2
    return blocks if hard_wrapped else lines


def split_sentences(
    text: str, block: Span, language: str, *, keeps_lines: bool = False
) -> list[Span]:
    """Split one block into sentences, without the blanks around them.

    Args:
        text: The text.
        block: The span of the block.
        language: ISO 639-1 code.
        keeps_lines: Whether each line is by itself, as in code.
    """
    if _LINE_BREAK.search(text, *block):
        lines = _split_at(text, _LINE_BREAK, block)
        items = lines if keeps_lines or _is_table(text, lines) else _items(text, lines)
        if len(items) > 1:
            return [
                sentence
                for item in items
                for sentence in split_sentences(text, item, language)
            ]
    spans: list[Span] = []
    for span in _library_sentences(text[slice(*block)], block[0], language):
        if spans and _belongs_together(text, spans[-1], span, language):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return [
        part
        for span in spans
        for sentence in _parted(text, span, language)
        for part in _cut_overlong(text, sentence, language)
    ]


def _is_table(text: str, lines: list[Span]) -> bool:
    """Tell whether lines are the rows of a table, whose cells gaps part."""
    return len(lines) > 1 and all(_GAP.search(text, *line) for line in lines)


def _items(text: str, lines: list[Span]) -> list[Span]:
    """Join lines that go on with an item of a list, or with what leads to it."""
    if sum(_ITEM.match(text, *line) is not None for line in lines) < MIN_ITEMS:
        return []
    items = [lines[0]]
    for line in lines[1:]:
        if _ITEM.match(text, *line):
            items.append(line)
        else:
            items[-1] = (items[-1][0], line[1])
    return items


def _parted(text: str, span: Span, language: str) -> Iterator[Span]:
    """Split what ends after a short form that may also stand amid a sentence."""
    start, end = span
    for past in ends(text[start:end], language):
        yield start, span[0] + past
        start = span[0] + past
        start += len(text[start:end]) - len(text[start:end].lstrip())
    yield start, end


def _passages(
    text: str,
    groups: Iterable[Iterable[Span]],
    language: str,
    *,
    keeps_lines: bool = False,
) -> Iterable[tuple[Span, tuple[Span, ...]]]:
    """Split paragraphs, given as blocks that go together, into passages."""
    for group in groups:
        sentences = [
            sentence
            for block in group
            for sentence in split_sentences(
                text, block, language, keeps_lines=keeps_lines
            )
        ]
        for part in _cut_evenly(sentences):
            yield (part[0][0], part[-1][1]), tuple(part)


def _library_sentences(piece: str, offset: int, language: str) -> list[Span]:
    r"""Split with sentencex, in chunks.

    It cannot encode lone surrogates, and takes "\r\n" for the end of a paragraph,
    so both are masked, character for character.
    """
    masked = _SURROGATE.sub("\ufffd", piece).replace("\r", " ")
    spans: list[Span] = []
    start = 0
    while start < len(masked):
        past = min(start + SPLITTER_CHARACTERS, len(masked))
        found = (
            _strip(
                masked, start + boundary["start_index"], start + boundary["end_index"]
            )
            for boundary in sentencex.get_sentence_boundaries(
                language, masked[start:past]
            )
        )
        chunk = [span for span in found if span]
        start = past
        if past < len(masked) and len(chunk) > 1:
            start = chunk.pop()[0]  # it may go on in the next chunk
        spans += chunk
    return [(start + offset, end + offset) for start, end in spans]


def _belongs_together(text: str, left: Span, right: Span, language: str) -> bool:
    """Tell whether a split between two spans is to be undone."""
    if not _WORD.search(text, *right):
        return True  # a stray closing quote
    if _REMARK.fullmatch(text, *right):
        return True
    ending = (max(left[0], left[1] - ENDING_CHARACTERS), left[1])
    if _INITIAL.search(text, *ending) or _ENUMERATOR.fullmatch(text, *left):
        return True
    if _ASIDE.match(text, *right) and _QUOTED.search(text, *ending):
        return True
    longer = text[max(left[0], left[1] - ABBREVIATION_CHARACTERS) : left[1]]
    if goes_on(longer, text[right[0] : right[0] + ENDING_CHARACTERS], language):
        return True
    if left[1] == right[0] and not _GLUED_START.match(text, *right):
        return True  # a number or an address cut in the middle
    return language in _DOTTED_ORDINALS and bool(_ORDINAL.search(text, *ending))


def _split_at(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> list[Span]:
    return list(_pieces(text, separator, within))


def _pieces(
    text: str, separator: regex.Pattern[str], within: Span | None = None
) -> Iterator[Span]:
    """Yield what stands between separators and holds a word, stripped."""
    start, past = within or (0, len(text))
    ends = chain(
        (match.span() for match in separator.finditer(text, start, past)),
        [(past, past)],
    )
    for end, following in ends:
        span = _strip(text, start, end)
        if span and _WORD.search(text, *span):
            yield span
        start = following


def _strip(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip("\ufeff \t\r\n\v\f\x85\xa0\u2028\u2029"))
    end = start + len(text[start:end].rstrip())
    return (start, end) if start < end else None


def _ends_like_a_sentence(text: str, span: Span) -> bool:
    return _SENTENCE_END.search(text, *span) is not None


def _is_fragment(text: str, span: Span) -> bool:
    return (
        span[1] - span[0] <= MAX_FRAGMENT_CHARACTERS
        and not _ends_like_a_sentence(text, span)
        and not _LINE_BREAK.search(text, *span)
    )


def _leads_on(text: str, block: Span) -> bool:
    """Tell whether a block goes with the one after it, as questions do."""
    return _is_fragment(text, block) or _is_question(text, block)


def _take_credit(text: str, blocks: list[Span]) -> tuple[Span | None, list[Span]]:
    """Return the publisher's span, and the blocks without the closing credit."""
    if not blocks:
        return None, blocks
    start, end = blocks[-1]
    closing = _CLOSING_CREDIT.search(text, start, end)
    if closing and (len(blocks) > 1 or closing.start() > start):
        rest = _strip(text, start, closing.start())
        return closing.span("name"), blocks[:-1] + ([rest] if rest else [])
    for block in blocks:
        dateline = _DATELINE_CREDIT.search(text, *block)
        if dateline:
            return dateline.span("name"), blocks
    return None, blocks


def _take_title(text: str, blocks: list[Span]) -> tuple[Span | None, list[Span]]:
    """Return the title's span, and the blocks below it."""
    asked = [block for block in blocks if _is_question(text, block)]
    fragments: list[Span] = []
    head = 0
    for block in blocks:
        lines = _split_at(text, _LINE_BREAK, block)
        if not (all(_is_fragment(text, line) for line in lines) or asked == [block]):
            break
        fragments += _unwrapped(text, lines)
        head += 1
    if head in (0, len(blocks)):
        return None, blocks
    used = {word for block in blocks[head:] for word in _words(text, block)}

    def overlap(fragment: Span) -> float:
        words = _words(text, fragment)
        letters = sum(map(len, words))
        return sum(len(word) for word in words if word in used) / letters

    places = range(len(fragments))
    chosen = next(
        (n for n in places if overlap(fragments[n]) >= TITLE_OVERLAP),
        max(places, key=lambda n: overlap(fragments[n])),
    )
    return fragments[chosen], fragments[chosen + 1 :] + blocks[head:]


def _unwrapped(text: str, lines: Iterable[Span]) -> list[Span]:
    """Join lines that go on in lower case with those before them."""
    joined: list[Span] = []
    for start, end in lines:
        if joined and text[start].islower():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_question(text: str, block: Span) -> bool:
    """Tell whether a block is one question, or one cry, in a line of its own."""
    return (
        block[1] - block[0] <= MAX_FRAGMENT_CHARACTERS
        and _QUESTION_END.search(text, *block) is not None
        and not _LINE_BREAK.search(text, *block)
    )


def _words(text: str, span: Span) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text, *span)]


def _join_fragments(text: str, blocks: list[Span]) -> list[list[Span]]:
    """Group blocks into paragraphs: fragments go with the prose after them."""
    groups: list[list[Span]] = []
    waiting: list[Span] = []
    is_led = False  # whether what came last leads to a list
    for block in blocks:
        if is_led and (_is_fragment(text, block) or _ITEM.match(text, *block)):
            groups[-1].append(block)
            continue
        waiting.append(block)
        is_led = _LEAD_IN.search(text, *block) is not None
        if not _leads_on(text, block):
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    return groups


def _cut_evenly(sentences: list[Span]) -> Iterable[list[Span]]:
    """Cut a paragraph's sentences into parts of about the same length."""
    if not sentences:
        return []
    start, end = sentences[0][0], sentences[-1][1]
    target = (end - start) / -(-(end - start) // MAX_PASSAGE_CHARACTERS)

    def part(sentence: Span) -> int:
        """Number the part that the middle of a sentence falls into."""
        return int((sum(sentence) / 2 - start) / target)

    return [list(group) for _, group in groupby(sentences, key=part)]


def _cut_overlong(text: str, span: Span, language: str) -> Iterable[Span]:
    """Cut a sentence that is none: at full stops in quotes, else at blanks."""
    start, end = span
    limit = MAX_THAI_CHARACTERS if language == "th" else MAX_SENTENCE_CHARACTERS
    if end - start <= limit:
        return [span]
    blanked = _PAIRED_MARK.sub(" ", text[start:end])
    spans = _library_sentences(blanked, start, language)
    if len(spans) < 2:
        return _cut_at_blanks(text, span)
    # The blanked marks go to the sentence before them, the first ones to the first.
    starts = [start] + [left for left, _ in spans[1:]]
    pieces = (
        _strip(text, left, right)
        for left, right in zip(starts, [*starts[1:], end], strict=True)
    )
    return [
        part
        for piece in pieces
        if piece
        for part in (
            [piece] if piece[1] - piece[0] <= limit else _cut_at_blanks(text, piece)
        )
    ]


def _cut_at_blanks(text: str, span: Span) -> Iterable[Span]:
    """Cut into even pieces of about a sentence's length, at blanks if there are any.

    Thai writes its blanks between clauses: one before a conjunction cuts best.
    """
    start, end = span
    count = max(1, round((end - start) / CUT_SENTENCE_CHARACTERS))
    may_lead = _CONJUNCTION.search(text, start, end + CUT_SHIFT) is not None
    cuts = [start]
    for n in range(1, count):
        even = start + (end - start) * n // count
        blanks = _BLANKS.finditer(text, even - CUT_SHIFT, even + CUT_SHIFT)

        def badness(blank: int, even: int = even) -> float:
            leads = may_lead and _CONJUNCTION.match(text, blank)
            return abs(blank - even) - (CUT_SHIFT / 2 if leads else 0)

        cuts.append(min((m.start() for m in blanks), key=badness, default=even))
    pieces = (_strip(text, *piece) for piece in pairwise([*cuts, end]))
    return [piece for piece in pieces if piece]
