"""`Answer` to `Reply`: what is quoted, in which order, under which words; pure.

An answer has several views. View 0 is the answer itself; each further view shows one
passage more, the next best first. A refusal's view 0 quotes nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from bot.chat.presentation import Presentation
from bot.chat.replies import (
    Action,
    Attribution,
    Button,
    Heading,
    Line,
    Offer,
    Part,
    Quote,
    Reply,
    Style,
    Styled,
)
from retrieval import Answer, Citation

Group = list[Citation]  # citations of one passage, in reading order
# As `str.splitlines`.
_WRAP = re.compile(r"(?<!\s)\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_KEPT = "\x00"  # for a line break that is shown
_KEPT_RUN = re.compile("\x00+")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_BETWEEN_WORDS = re.compile(r"[\s\u2010\u2011.'’-]*")  # of one name, say


def answer_reply(answer: Answer, face: Presentation, view: int = 0) -> Reply:
    """Show an answer, or another view of it.

    Raises:
        IndexError: There is no such view.
    """
    views = _views(answer, face)
    groups = views[view]
    wording = face.wording
    parts: list[Part] = []
    if not answer.found:
        parts.append(Line(_refusal(answer, face)))
        if answer.meant:
            parts.append(Line(_meant(answer, face)))
        if groups:
            parts.append(Heading(wording.closest()))
    elif view:
        parts.append(Heading(wording.another_heading()))
    elif len(groups) > 1:
        parts.append(Heading(wording.several()))
    parts += _quotations(groups, face)
    return Reply(tuple(parts), answer, _buttons(answer, view, views, face))


def quoted_reply(introduction: Part, answer: Answer, face: Presentation) -> Reply:
    """Show what an answer cites, and nothing of how sure that is."""
    groups = _by_passage(answer.citations)
    parts = (introduction, *_quotations(groups, face))
    if not groups or not face.buttons:
        return Reply(parts, answer)
    return Reply(parts, answer, ((_source_button(groups[0][0], 0, face),),))


def next_answer(answer: Answer, face: Presentation, *, is_shown: bool) -> Answer | None:
    """Return what comes after an answer: its next view, by itself; None if all is said.

    It is an answer to the same question, so that a follow-up goes on from that.

    Args:
        answer: The last.
        face: How the chat is spoken to.
        is_shown: Whether all that it cites was shown, as of one that comes from here.
    """
    views = _views(answer, face)[1:]
    left = answer.further if is_shown else tuple(chain.from_iterable(chain(*views)))
    if not left:
        return None
    cited, *further = left
    return replace(
        answer,
        citations=(cited,),
        further=tuple(further),
        unmentioned=(),
        meant=(),
    )


def source_reply(answer: Answer | None, face: Presentation, view: int = 0) -> Reply:
    """Show the passages behind a view whole, the quoted sentences marked.

    Args:
        answer: Whose source is asked for; None if nothing was answered yet.
        face: How the chat is spoken to.
        view: Of the answer.

    Raises:
        IndexError: There is no such view.
    """
    if answer is None:
        return Reply((Line(face.wording.nothing_asked()),))
    groups = _views(answer, face)[view] or _by_passage(answer.citations)
    if not groups:
        return Reply((Line(face.wording.no_citations()),))
    parts: list[Part] = []
    if not answer.found:
        parts.append(Line(face.wording.closest_source()))
    for group in groups:
        parts += [_whole_passage(group), _attribution(group[0], face)]
    return Reply(tuple(parts))


def offers(answer: Answer, face: Presentation) -> Iterator[Offer]:
    """Yield what an answer cites, to choose one from."""
    wording = face.wording
    for citation in answer.citations + answer.further:
        attribution = _attribution(citation, face)
        parts: list[Part] = [quotation([citation]), attribution]
        if not answer.found:
            parts.insert(0, Heading(wording.closest()))
        yield Offer(
            unwrapped(citation.quote),
            attribution.text
            if answer.found
            else f"{wording.not_found(several=face.several)} {attribution.text}",
            Reply(tuple(parts), answer),
        )


def unwrapped(text: str) -> str:
    """Undo hard wraps: a line break inside a sentence is a blank to a reader."""
    return _WRAP.sub(" ", text)


def _views(answer: Answer, face: Presentation) -> list[list[Group]]:
    groups = _by_passage(answer.citations)
    first = len(groups)
    if not answer.found:
        first = 0 if face.buttons else 1
    elif face.brief:
        first = 1
    rest = groups[first:] + [[citation] for citation in answer.further]
    return [groups[:first], *([group] for group in rest)]


def _refusal(answer: Answer, face: Presentation) -> str:
    wording, several = face.wording, face.several
    if not answer.citations and not answer.unmentioned:
        return wording.nothing_to_look_up()
    if not answer.unmentioned:
        return wording.not_found(several=several)
    missed = wording.not_mentioned(answer.unmentioned, several=several)
    return f"{wording.not_found(several=several)} {missed}"


def _meant(answer: Answer, face: Presentation) -> str:
    wording = face.wording
    asks = wording.did_you_mean([meant for _, meant in answer.meant])
    return asks if face.buttons or face.once else f"{asks} {wording.say_yes()}"


def _buttons(
    answer: Answer, view: int, views: Sequence[Sequence[Group]], face: Presentation
) -> tuple[tuple[Button, ...], ...]:
    if not face.buttons:
        return ()
    wording = face.wording
    rows: list[tuple[Button, ...]] = []
    if answer.meant and not view:
        meant = [meant for _, meant in answer.meant]
        rows.append((Button(wording.yes_button(meant), Action.MEANT),))
    turn: list[Button] = []
    if views[view] and (answer.found or view):
        turn.append(_source_button(views[view][0][0], view, face))
    if view + 1 < len(views):
        closest = not answer.found and view == 0
        label = wording.closest_button() if closest else wording.another_button()
        turn.append(Button(label, Action.SHOW, view + 1))
    if view and answer.found:
        turn.append(Button(wording.back_button(), Action.SHOW, 0))
    if turn:
        rows.append(tuple(turn))
    if answer.found:
        right = Button(wording.right_button(), Action.RIGHT, view)
        wrong = Button(wording.wrong_button(), Action.WRONG, view)
        rows.append((right, wrong))
    return tuple(rows)


def _source_button(citation: Citation, view: int, face: Presentation) -> Button:
    """Make the button that shows a citation in its place: a page, if there is one."""
    label, page = face.wording.source_button(), face.page_of(citation)
    return Button(label, Action.SOURCE, view, url=page, is_app=not face.brief)


def _by_passage(citations: Sequence[Citation]) -> list[Group]:
    """Group citations by passage: the best one's first, each in reading order."""
    groups: dict[tuple[int, int], Group] = {}
    for citation in citations:
        key = (id(citation.article), citation.passage.number)
        groups.setdefault(key, []).append(citation)
    return [sorted(group, key=lambda c: c.start) for group in groups.values()]


def _quotations(groups: Sequence[Group], face: Presentation) -> Iterator[Part]:
    for group in groups:
        yield quotation(group)
        for citation in group:
            yield from (Line(row.text) for row in citation.rows)
        yield _attribution(group[0], face)


def quotation(citations: Sequence[Citation]) -> Quote:
    """Quote sentences of one passage, with a gap where sentences are left out."""
    sentences: list[tuple[Styled, ...]] = []
    past = None
    for citation in citations:
        between = citation.article.text[past : citation.start] if past else ""
        if between.strip():
            sentences.append((Styled("…", Style.GAP),))
        sentences.append(_highlighted(citation))
        past = citation.end
    return Quote(tuple(sentences))


def _highlighted(citation: Citation) -> tuple[Styled, ...]:
    pieces: list[Styled] = []
    past = 0
    quote = _lines_of(citation)
    for start, end in _joined(quote, citation.highlights):
        pieces.append(Styled(unwrapped(quote[past:start])))
        pieces.append(Styled(unwrapped(quote[start:end]), Style.MATCH))
        past = end
    pieces.append(Styled(unwrapped(quote[past:])))
    return tuple(
        Styled(_KEPT_RUN.sub("\n", piece.text), piece.style)
        for piece in pieces
        if piece.text
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


def _attribution(citation: Citation, face: Presentation) -> Attribution:
    url = citation.url or face.page_of(citation)
    return Attribution(face.wording.attribution(citation), url)


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
                Styled(
                    unwrapped(sentence.text),
                    Style.MARKED if sentence.start in quoted else Style.PLAIN,
                ),
            )
            for sentence in passage.sentences
        ),
        expandable=True,
    )
