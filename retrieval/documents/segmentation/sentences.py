"""Splitting of a block into sentences.

The sentencex library finds the sentences. Its splits after an initial ("J. K."), before
a remark in brackets ("[sic]") and, where ordinals are written so, after "19." are
undone. It never splits inside a pair of quotation marks or brackets, so an overlong
sentence is split again with those marks blanked; if a part is still overlong (Thai,
text without full stops), it is cut at blanks. Each line of a table, and each item of a
list, is a sentence.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex
import sentencex

from retrieval.documents.segmentation.abbreviations import (
    continues_sentence,
    sentence_ends,
)
from retrieval.documents.segmentation.blocks import ITEM, SECTION_NUMBER
from retrieval.documents.segmentation.spans import (
    LINE_BREAK,
    WORD,
    Span,
    split_to_list,
    strip_span,
)

MAX_SENTENCE_CHARACTERS = 600  # longer ones are lists or unpunctuated text
MAX_THAI_CHARACTERS = 400  # of a sentence in Thai, which writes no full stops
CUT_SENTENCE_CHARACTERS = 300  # length of the parts of an overlong sentence, about
CUT_SHIFT = 100  # characters from an even cut to the blank that is cut at, at most
SPLITTER_CHARACTERS = 4_000  # sentencex may take quadratic time
ENDING_CHARACTERS = 8  # that are searched for an initial or an ordinal
MIN_ITEMS = 2  # lines that make a list
BRACKET_CHARACTERS = 300  # on either side, that are searched for brackets
ABBREVIATION_CHARACTERS = 16  # that are searched for an abbreviation

_GAP = regex.compile(r"\S(?:\s*\||\t+|[ \xa0]{2,})\s*\S")  # between cells
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_PAIRED_MARK = regex.compile(r"[\"“”„«»‹›「」『』()（）\[\]{}]|(?<!\w)['‘]|['’](?!\w)")
# Straight quotation marks in Korean, by what is around them.
_OPENING = regex.compile(r"(?<![^\s(\[“‘'])\"(?=\S)")
_CLOSING = regex.compile(r"(?<=[^\s(\[“‘'])\"")
# A quotation, and in Korean what says who spoke, glued to it: "고 말했다".
_CLOSED = regex.compile(r"[.?!。…][\"”’』」']$")
_REMARK = regex.compile(r"\[[^\[\]]{1,40}\]")  # "[citation needed]"
_INITIAL = regex.compile(r"(?<![\p{L}\p{M}\p{N}])\p{Lu}\.$")
_ENUMERATOR = regex.compile(r"[(\[]?(?:\d{1,3}|\p{L}|[ivx]{1,4})[.)\]]+")  # of an item
# A quoted question or exclamation, and the words that say who spoke.
_QUOTED = regex.compile(r"[.?!？！。…][”»」』\"']$")
_ASIDE = regex.compile(
    r"[—–-]\s*\p{Ll}|と|って|など|\p{Han}{1,4}[问問说說道答]"
    r"|[\p{Hangul} ]{1,8}(?:물었|말했|외쳤|답했)|이?라(?:고|며|는|면서)\s"
)
_HANGUL = regex.compile(r"\p{Hangul}")
# An emoji that ends a sentence, where another one begins; not a flag.
_EMOJI_END = regex.compile(
    r"(?<=\p{L}\s{1,3}[\p{L}\p{N}]{1,30}\s{1,3}[\p{L}\p{N}]{1,30}\s{0,3})"
    r"[^\P{Emoji_Presentation}\U0001F1E6-\U0001F1FF]++(?P<blank>\s+)(?=\p{Lu})"
)
_ORDINAL = regex.compile(r"(?<![\p{L}\p{N}.,])\d{1,2}\.$")
_GLUED_START = regex.compile(r"[\p{L}\p{N}\p{Pi}\p{Ps}\"'*•–—-]")
_DOTTED_ORDINALS = frozenset(("cs da de et fi hr hu is lv no sk sl sr tr").split())
_BLANKS = regex.compile(r"\s+")
_CONJUNCTION = regex.compile(
    r"(?<=\s)(?:นอกจาก|จากนั้น|อย่างไรก็|ในขณะ|ดังนั้น|ทั้งนี้|แต่|และ|โดย|ซึ่ง|เนื่องจาก|เมื่อ|ต่อมา"
    r"|หลังจาก|ใน|พวกเขา|เขา|สำหรับ)"
)


def split_sentences(
    text: str, block: Span, language: str, *, keeps_lines: bool = False
) -> list[Span]:
    """Return the sentences of a block, without the blanks around them.

    Args:
        text: The text.
        block: The span of the block.
        language: ISO 639-1 code.
        keeps_lines: Whether each line is a sentence, as in code.
    """
    if LINE_BREAK.search(text, *block):
        lines = split_to_list(text, LINE_BREAK, block)
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
        for sentence in _split_further(text, span, language)
        for part in _cut_overlong(text, sentence, language)
    ]


def _is_table(text: str, lines: list[Span]) -> bool:
    """Return whether all lines are rows of a table, with gaps between cells."""
    return len(lines) > 1 and all(_GAP.search(text, *line) for line in lines)


def _items(text: str, lines: list[Span]) -> list[Span]:
    """Return the items of a list, each with its lines; [] for other lines."""
    if sum(ITEM.match(text, *line) is not None for line in lines) < MIN_ITEMS:
        return []
    items = [lines[0]]
    for line in lines[1:]:
        if ITEM.match(text, *line):
            items.append(line)
        else:
            items[-1] = (items[-1][0], line[1])
    return items


def _split_further(text: str, span: Span, language: str) -> Iterator[Span]:
    """Split a sentence after abbreviations and emojis that end one."""
    start, end = span
    ends = sentence_ends(text[start:end], language)
    ends += [match.start("blank") for match in _EMOJI_END.finditer(text[start:end])]
    for past in sorted(ends):
        if _is_in_brackets(text[start:end], past - (start - span[0])):
            continue
        if SECTION_NUMBER.fullmatch(text, start, span[0] + past):
            continue
        yield start, span[0] + past
        start = span[0] + past
        start += len(text[start:end]) - len(text[start:end].lstrip())
    yield start, end


def _is_in_brackets(sentence: str, offset: int) -> bool:
    """Return whether an offset is within round brackets that close after it."""
    left = sentence[max(0, offset - BRACKET_CHARACTERS) : offset]
    right = sentence[offset : offset + BRACKET_CHARACTERS]
    closing = right.find(")")
    return left.count("(") > left.count(")") and 0 <= closing < (
        right.find("(") if "(" in right else len(right)
    )


def _library_sentences(piece: str, offset: int, language: str) -> list[Span]:
    r"""Return the sentences that sentencex finds, chunk by chunk.

    It cannot encode lone surrogates, and takes "\r\n" for the end of a paragraph, so
    both are replaced, character by character. Korean writes particles right after a
    quotation, where straight quotation marks would be paired wrongly.

    Args:
        piece: The text.
        offset: Where it starts in the article, in characters; added to the spans.
        language: ISO 639-1 code.
    """
    masked = _SURROGATE.sub("\ufffd", piece).replace("\r", " ")
    if language == "ko":
        masked = _OPENING.sub("“", _CLOSING.sub("”", masked))
    spans: list[Span] = []
    start = 0
    while start < len(masked):
        past = min(start + SPLITTER_CHARACTERS, len(masked))
        found = (
            strip_span(
                masked, start + boundary["start_index"], start + boundary["end_index"]
            )
            for boundary in sentencex.get_sentence_boundaries(
                language, masked[start:past]
            )
        )
        chunk = [span for span in found if span]
        start = past
        if past < len(masked) and len(chunk) > 1:
            start = chunk.pop()[0]  # it may continue in the next chunk
        spans += chunk
    return [(start + offset, end + offset) for start, end in spans]


def _belongs_together(text: str, left: Span, right: Span, language: str) -> bool:
    """Return whether two spans are one sentence."""
    if not WORD.search(text, *right):
        return True  # a stray closing quote
    if _REMARK.fullmatch(text, *right):
        return True
    ending = (max(left[0], left[1] - ENDING_CHARACTERS), left[1])
    if _INITIAL.search(text, *ending) or _ENUMERATOR.fullmatch(text, *left):
        return True
    if SECTION_NUMBER.fullmatch(text, *left):
        return True
    if _ASIDE.match(text, *right) and _QUOTED.search(text, *ending):
        return True
    is_glued = left[1] == right[0]
    if is_glued and _HANGUL.match(text, *right) and _CLOSED.search(text, *ending):
        return True
    longer = text[max(left[0], left[1] - ABBREVIATION_CHARACTERS) : left[1]]
    if continues_sentence(
        longer, text[right[0] : right[0] + ENDING_CHARACTERS], language
    ):
        return True
    if is_glued and not _GLUED_START.match(text, *right):
        return True  # a number or an address cut in the middle
    return language in _DOTTED_ORDINALS and bool(_ORDINAL.search(text, *ending))


def _cut_overlong(text: str, span: Span, language: str) -> Iterable[Span]:
    """Return the parts of an overlong sentence, cut at stops in quotes or blanks."""
    start, end = span
    limit = MAX_THAI_CHARACTERS if language == "th" else MAX_SENTENCE_CHARACTERS
    if end - start <= limit:
        return [span]
    blanked = _PAIRED_MARK.sub(" ", text[start:end])
    spans = _library_sentences(blanked, start, language)
    if len(spans) < 2:
        return _cut_at_blanks(text, span)
    # Blanked marks belong to the sentence before them, the first ones to the first.
    starts = [start] + [left for left, _ in spans[1:]]
    pieces = (
        strip_span(text, left, right)
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
    """Return even parts of about a sentence's length, cut at blanks if there are any.

    In Thai, which writes blanks between clauses, a blank before a conjunction is best.
    """
    start, end = span
    count = max(1, round((end - start) / CUT_SENTENCE_CHARACTERS))
    may_lead = _CONJUNCTION.search(text, start, end + CUT_SHIFT) is not None
    cuts = [start]
    for n in range(1, count):
        even = start + (end - start) * n // count
        blanks = _BLANKS.finditer(text, even - CUT_SHIFT, even + CUT_SHIFT)

        def badness(blank: regex.Match[str], even: int = even) -> float:
            leads = may_lead and _CONJUNCTION.match(text, blank.end())
            return abs(blank.start() - even) - (CUT_SHIFT / 2 if leads else 0)

        best = min(blanks, key=badness, default=None)
        cuts.append(best.start() if best else even)
    pieces = (strip_span(text, *piece) for piece in pairwise([*cuts, end]))
    return [piece for piece in pieces if piece]
