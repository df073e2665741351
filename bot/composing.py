"""`Answer` to `Reply`: what is quoted, in which order, under which words; pure.

An answer has several views. View 0 is the answer itself; each further view shows one
passage more, the next best first. A refusal's view 0 quotes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.messages import ENGLISH, Wording
from bot.replies import (
    Action,
    Attribution,
    Block,
    Button,
    Heading,
    Line,
    Offer,
    Quote,
    Reply,
    Span,
    Style,
)
from retrieval import Answer, Answerer, Citation

Group = list[Citation]  # citations of one passage, in reading order
_WRAP = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")  # as `str.splitlines`
_KEPT = "\x00"  # for a line break that is shown
_KEPT_RUN = re.compile("\x00+")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_BETWEEN_WORDS = re.compile(r"[\s\u2010\u2011.'’-]*")  # of one name, say


@dataclass(frozen=True, slots=True)
class Face:
    """How a chat is spoken to.

    Attributes:
        buttons: Whether there are buttons, so that less needs to be said at once.
        uploads: Whether documents and links may be sent.
        brief: Whether to quote one passage only, for others read along.
    """

    wording: Wording = ENGLISH
    buttons: bool = False
    brief: bool = False
    uploads: bool = False


def answer_reply(answer: Answer, face: Face, view: int = 0) -> Reply:
    """Show an answer, or another view of it.

    Raises:
        IndexError: There is no such view.
    """
    views = _views(answer, face)
    groups = views[view]
    wording = face.wording
    blocks: list[Block] = []
    if not answer.found:
        blocks.append(Line(_refusal(answer, wording)))
        if groups:
            blocks.append(Heading(wording.closest()))
    elif view:
        blocks.append(Heading(wording.another_heading()))
    elif len(groups) > 1:
        blocks.append(Heading(wording.several()))
    for group in groups:
        blocks.append(_quotation(group))
        blocks += [Line(row.text) for citation in group for row in citation.rows]
        blocks.append(_attribution(group[0], wording))
    buttons = _buttons(answer, view, len(views), wording) if face.buttons else ()
    return Reply(tuple(blocks), answer, buttons)


def source_reply(answer: Answer, face: Face, view: int = 0) -> Reply:
    """Show the passages behind a view whole, the quoted sentences marked.

    Raises:
        IndexError: There is no such view.
    """
    groups = _views(answer, face)[view] or _by_passage(answer.citations)
    if not groups:
        return Reply((Line(face.wording.no_citations()),), answer)
    blocks: list[Block] = []
    if not answer.found:
        blocks.append(Line(face.wording.closest_source()))
    for group in groups:
        blocks += [_whole_passage(group), _attribution(group[0], face.wording)]
    return Reply(tuple(blocks), answer)


def offers(answerer: Answerer, question: str, wording: Wording) -> Iterator[Offer]:
    """Yield the best citations of a question, to choose one from."""
    answer = answerer.answer(question)
    for citation in answer.citations + answer.further:
        attribution = _attribution(citation, wording)
        blocks: list[Block] = [_quotation([citation]), attribution]
        if not answer.found:
            blocks.insert(0, Heading(wording.closest()))
        yield Offer(
            one_line(citation.quote),
            attribution.text
            if answer.found
            else f"{wording.not_found()} {attribution.text}",
            Reply(tuple(blocks), answer),
        )


def one_line(text: str) -> str:
    """Undo hard wraps: a line break inside a sentence is a blank to a reader."""
    return _WRAP.sub(" ", text)


def _views(answer: Answer, face: Face) -> list[list[Group]]:
    groups = _by_passage(answer.citations)
    first = len(groups)
    if not answer.found:
        first = 0 if face.buttons else 1
    elif face.brief:
        first = 1
    rest = groups[first:] + [[citation] for citation in answer.further]
    return [groups[:first], *([group] for group in rest)]


def _refusal(answer: Answer, wording: Wording) -> str:
    if not answer.citations and not answer.unmentioned:
        return wording.nothing_to_look_up()
    if not answer.unmentioned:
        return wording.not_found()
    return f"{wording.not_found()} {wording.not_mentioned(answer.unmentioned)}"


def _buttons(
    answer: Answer, view: int, n_views: int, wording: Wording
) -> tuple[tuple[Button, ...], ...]:
    turn: list[Button] = []
    if answer.found or view:
        turn.append(Button(wording.source_button(), Action.SOURCE, view))
    if view + 1 < n_views:
        closest = not answer.found and view == 0
        label = wording.closest_button() if closest else wording.another_button()
        turn.append(Button(label, Action.SHOW, view + 1))
    if view and answer.found:
        turn.append(Button(wording.back_button(), Action.SHOW, 0))
    rows = [tuple(turn)] if turn else []
    if answer.found:
        right = Button(wording.right_button(), Action.RIGHT, view)
        wrong = Button(wording.wrong_button(), Action.WRONG, view)
        rows.append((right, wrong))
    return tuple(rows)


def _by_passage(citations: Sequence[Citation]) -> list[Group]:
    """Group citations by passage: the best one's first, each in reading order."""
    groups: dict[tuple[int, int], Group] = {}
    for citation in citations:
        key = (id(citation.article), citation.passage.number)
        groups.setdefault(key, []).append(citation)
    return [sorted(group, key=lambda c: c.start) for group in groups.values()]


def _quotation(citations: Sequence[Citation]) -> Quote:
    """Quote sentences of one passage, with a gap where sentences are left out."""
    sentences: list[tuple[Span, ...]] = []
    past = None
    for citation in citations:
        between = citation.article.text[past : citation.start] if past else ""
        if between.strip():
            sentences.append((Span("…", Style.GAP),))
        sentences.append(_highlighted(citation))
        past = citation.end
    return Quote(tuple(sentences))


def _highlighted(citation: Citation) -> tuple[Span, ...]:
    spans: list[Span] = []
    past = 0
    quote = _lines_of(citation)
    for start, end in _joined(quote, citation.highlights):
        spans.append(Span(one_line(quote[past:start])))
        spans.append(Span(one_line(quote[start:end]), Style.MATCH))
        past = end
    spans.append(Span(one_line(quote[past:])))
    return tuple(
        Span(_KEPT_RUN.sub("\n", span.text), span.style) for span in spans if span.text
    )


def _lines_of(citation: Citation) -> str:
    """Return a quotation with marks for the line breaks that a reader is to see.

    They stand between items, rows and lines of code, not where a text is wrapped.
    """
    quote = citation.quote
    sentences = [
        sentence
        for sentence in citation.passage.sentences
        if citation.start <= sentence.start < citation.end
    ]
    for before, after in pairwise(sentences):
        start, end = before.end - citation.start, after.start - citation.start
        gap = quote[start:end]
        if "\n" in gap and ("\n\n" in gap or not _ENDED.search(before.text)):
            indent = gap.rpartition("\n")[2]
            kept = _KEPT * (len(gap) - len(indent))
            quote = f"{quote[:start]}{kept}{indent}{quote[end:]}"
    return quote


def _joined(quote: str, highlights: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Join highlights that only a blank or a hyphen parts: a name is one of them."""
    joined: list[list[int]] = []
    for start, end in highlights:
        if joined and _BETWEEN_WORDS.fullmatch(quote, joined[-1][1], start):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return joined


def _attribution(citation: Citation, wording: Wording) -> Attribution:
    return Attribution(wording.attribution(citation), citation.url)


def _whole_passage(citations: Sequence[Citation]) -> Quote:
    """Show a passage whole, the quoted sentences marked."""
    passage = citations[0].passage
    quoted = {
        sentence.start
        for citation in citations
        for sentence in passage.sentences
        if citation.start <= sentence.start < citation.end
    }
    return Quote(
        tuple(
            (
                Span(
                    one_line(sentence.text),
                    Style.MARKED if sentence.start in quoted else Style.PLAIN,
                ),
            )
            for sentence in passage.sentences
        ),
        expandable=True,
    )
