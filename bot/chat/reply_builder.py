"""Builds replies from answers: the quotations, their order, and the words around them.

An answer has several views. View 0 is the answer itself, and each further view shows
one more passage, the next best first. View 0 of a refusal quotes what is worth showing
alone. The functions are pure.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from bot.chat.presentation import Presentation
from bot.chat.replies import (
    Action,
    Attribution,
    Button,
    Heading,
    InlineResult,
    Part,
    Quote,
    Reply,
    ReplyText,
    Style,
    StyledText,
)
from retrieval import Answer, Article, Citation, Passage
from retrieval.text.language import UNDETERMINED

Group = list[Citation]  # citations of one passage, in reading order
# Confidences. Of refusals from the first on, the closest passage answers one in five,
# so it is shown at once; below the second, an answer is as often wrong as right.
WORTH_SHOWING = 0.1
SURE = 0.6
MAX_MISSING = 4  # words that are named; more would be those of the question's story
# A line break, as `str.splitlines` defines it, with the blanks around it.
_WRAP = re.compile(r"(?<!\s)\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_KEPT = "\x00"  # stands for a line break that is shown
_KEPT_RUN = re.compile("\x00+")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_BETWEEN_WORDS = re.compile(r"[\s\u2010\u2011.'’-]*")  # such as those of a name


def answer_reply(answer: Answer, presentation: Presentation, view: int = 0) -> Reply:
    """Return the reply that shows a view of an answer.

    Raises:
        IndexError: The answer has no such view.
    """
    views = _views(answer, presentation)
    groups = views[view]
    wording = presentation.wording
    parts: list[Part] = []
    if view and views[0]:
        parts.append(Heading(wording.another_heading()))
    elif not answer.found:
        parts += _refusal(answer, presentation)
        if groups:
            parts.append(Heading(wording.unsure() if not view else wording.closest()))
    elif len(groups) > 1:
        parts.append(Heading(wording.several()))
    elif answer.confidence < SURE:
        parts.append(Heading(wording.perhaps()))
    parts += _quotations(groups, presentation)
    if groups and not view and _names_language(answer):
        language = groups[0][0].article.language
        parts.append(ReplyText(wording.in_language(language)))
    return Reply(tuple(parts), answer, _buttons(answer, view, views, presentation))


def is_worth_showing(answer: Answer) -> bool:
    """Return whether a refused answer is likely enough to be shown at once."""
    is_likely = answer.confidence >= WORTH_SHOWING
    return is_likely and not answer.found and bool(answer.citations)


def quoted_reply(
    introduction: Part, answer: Answer, presentation: Presentation
) -> Reply:
    """Return a reply with an introduction and the citations of an answer."""
    groups = _by_passage(answer.citations)
    parts = (introduction, *_quotations(groups, presentation))
    if not groups or not presentation.buttons:
        return Reply(parts, answer)
    return Reply(parts, answer, ((_source_button(groups[0][0], 0, presentation),),))


def next_answer(
    answer: Answer, presentation: Presentation, *, is_shown: bool
) -> Answer | None:
    """Return the answer that continues another one with its next best passage.

    The result has the question of the given answer, so that a follow-up refers to it.

    Args:
        answer: The last answer.
        presentation: The form of the replies.
        is_shown: Whether all citations of the answer were shown, as those of an answer
            from this function are. Otherwise only view 0 was shown.

    Returns:
        The answer, or None if no passage is left.
    """
    views = _views(answer, presentation)[1:]
    left = (
        answer.more_citations if is_shown else tuple(chain.from_iterable(chain(*views)))
    )
    if not left:
        return None
    cited, *further = left
    return replace(
        answer,
        citations=(cited,),
        more_citations=tuple(further),
        unseen_words=(),
        corrections=(),
    )


def source_reply(
    answer: Answer | None,
    presentation: Presentation,
    view: int = 0,
    whole: Callable[[Article], Article | None] = lambda article: article,
) -> Reply:
    """Return a reply with the whole passages of a view, the quoted sentences marked.

    A passage that was quoted whole is shown with its neighbours.

    Args:
        answer: The answer whose source is shown; None if nothing was answered yet.
        presentation: The form of the replies.
        view: The view of the answer.
        whole: Returns the article of a citation, which a stored one is a part of, or
            None if it is gone.

    Raises:
        IndexError: The answer has no such view.
    """
    if answer is None:
        return Reply((ReplyText(presentation.wording.nothing_asked()),))
    groups = _views(answer, presentation)[view] or _by_passage(answer.citations)
    if not groups:
        return Reply((ReplyText(presentation.wording.no_citations()),))
    parts: list[Part] = []
    if not answer.found:
        parts.append(ReplyText(presentation.wording.closest_source()))
    for group in groups:
        parts += [*_in_context(group, whole), _attribution(group[0], presentation)]
    return Reply(tuple(parts))


def inline_results(
    answer: Answer, presentation: Presentation
) -> Iterator[InlineResult]:
    """Yield the citations of an answer that was found, as results to choose from."""
    for citation in answer.citations + answer.more_citations:
        attribution = _attribution(citation, presentation)
        parts = (quotation([citation]), attribution)
        yield InlineResult(
            unwrap_lines(citation.quote), attribution.text, Reply(parts, answer)
        )


def unwrap_lines(text: str) -> str:
    """Replace line breaks by blanks: inside a sentence, they are hard wraps."""
    return _WRAP.sub(" ", text)


def _views(answer: Answer, presentation: Presentation) -> list[list[Group]]:
    """Return the views of an answer, each as the groups of citations that it shows."""
    groups = _by_passage(answer.citations)
    first = len(groups)
    if not answer.found:
        first = 1 if is_worth_showing(answer) else 0
    elif presentation.single_passage:
        first = 1
    rest = groups[first:] + [[citation] for citation in answer.more_citations]
    return [groups[:first], *([group] for group in rest)]


def _refusal(answer: Answer, presentation: Presentation) -> Iterator[ReplyText]:
    """Yield the words of a refusal, without a no to what is worth showing."""
    if not is_worth_showing(answer):
        yield ReplyText(_not_found(answer, presentation))
    if answer.corrections:
        yield ReplyText(_did_you_mean(answer, presentation))


def _not_found(answer: Answer, presentation: Presentation) -> str:
    wording, several = presentation.wording, presentation.multiple_articles
    if not answer.is_understood and _names_language(answer):
        return wording.ask_in_language(answer.other_languages, several=several)
    if not answer.citations and not answer.unseen_words:
        return wording.nothing_to_look_up()
    if not 0 < len(answer.unseen_words) <= MAX_MISSING:
        return presentation.not_found()
    missed = wording.not_mentioned(answer.unseen_words, several=several)
    return f"{presentation.not_found()} {missed}"


def _names_language(answer: Answer) -> bool:
    """Return whether the articles are in other, known languages than the question."""
    return bool(answer.other_languages) and UNDETERMINED not in answer.other_languages


def _did_you_mean(answer: Answer, presentation: Presentation) -> str:
    wording = presentation.wording
    asks = wording.did_you_mean([meant for _, meant in answer.corrections])
    return (
        asks
        if presentation.buttons or presentation.single_turn
        else f"{asks} {wording.say_yes()}"
    )


def _buttons(
    answer: Answer,
    view: int,
    views: Sequence[Sequence[Group]],
    presentation: Presentation,
) -> tuple[tuple[Button, ...], ...]:
    if not presentation.buttons:
        return ()
    wording = presentation.wording
    rows: list[tuple[Button, ...]] = []
    if answer.corrections and not view:
        meant = [meant for _, meant in answer.corrections]
        rows.append((Button(wording.yes_button(meant), Action.ACCEPT_CORRECTION),))
    turn: list[Button] = []
    if views[view]:
        turn.append(_source_button(views[view][0][0], view, presentation))
    if view + 1 < len(views):
        closest = not views[view]
        label = wording.closest_button() if closest else wording.another_button()
        turn.append(Button(label, Action.SHOW_VIEW, view + 1))
    if view and views[0]:
        turn.append(Button(wording.back_button(), Action.SHOW_VIEW, 0))
    if turn:
        rows.append(tuple(turn))
    if answer.found:
        right = Button(wording.right_button(), Action.RIGHT, view)
        wrong = Button(wording.wrong_button(), Action.WRONG, view)
        rows.append((right, wrong))
    return tuple(rows)


def _source_button(citation: Citation, view: int, presentation: Presentation) -> Button:
    """Return the button that shows a citation's source: on its page, if it has one."""
    label, page = presentation.wording.source_button(), presentation.page_url(citation)
    return Button(
        label, Action.SOURCE, view, url=page, is_app=not presentation.single_passage
    )


def _by_passage(citations: Sequence[Citation]) -> list[Group]:
    """Group citations by passage, best passage first; a group is in reading order."""
    groups: dict[tuple[int, int], Group] = {}
    for citation in citations:
        key = (id(citation.article), citation.passage.number)
        groups.setdefault(key, []).append(citation)
    return [sorted(group, key=lambda c: c.start) for group in groups.values()]


def _quotations(groups: Sequence[Group], presentation: Presentation) -> Iterator[Part]:
    for group in groups:
        yield quotation(group)
        for citation in group:
            yield from (ReplyText(row.text) for row in citation.rows)
        yield _attribution(group[0], presentation)


def quotation(citations: Sequence[Citation]) -> Quote:
    """Quote sentences of one passage, with a gap where sentences are left out."""
    sentences: list[tuple[StyledText, ...]] = []
    past = None
    for citation in citations:
        between = citation.article.text[past : citation.start] if past else ""
        if between.strip():
            sentences.append((StyledText("…", Style.GAP),))
        sentences.append(_highlighted(citation))
        past = citation.end
    return Quote(tuple(sentences))


def _highlighted(citation: Citation) -> tuple[StyledText, ...]:
    pieces: list[StyledText] = []
    past = 0
    quote = _lines_of(citation)
    for start, end in _joined(quote, citation.emphasis):
        pieces.append(StyledText(unwrap_lines(quote[past:start])))
        pieces.append(StyledText(unwrap_lines(quote[start:end]), Style.MATCH))
        past = end
    pieces.append(StyledText(unwrap_lines(quote[past:])))
    return tuple(
        StyledText(_KEPT_RUN.sub("\n", piece.text), piece.style)
        for piece in pieces
        if piece.text
    )


def _lines_of(citation: Citation) -> str:
    """Return a quotation with `_KEPT` for the line breaks that are shown.

    These are line breaks between items, rows and lines of code. A line break where a
    text is wrapped stays as it is.
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
    """Join highlights with only a blank or a hyphen between them, as in a name."""
    joined: list[list[int]] = []
    for start, end in highlights:
        if joined and _BETWEEN_WORDS.fullmatch(quote, joined[-1][1], start):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return joined


def _attribution(citation: Citation, presentation: Presentation) -> Attribution:
    url = citation.url or presentation.page_url(citation)
    return Attribution(presentation.wording.attribution(citation), url)


def _in_context(
    citations: Sequence[Citation], whole: Callable[[Article], Article | None]
) -> Iterator[Quote]:
    """Yield a passage with the cited sentences marked; with its neighbours if all are.

    Args:
        citations: Citations of the passage.
        whole: Returns the article that has the passage, or None.
    """
    passage = citations[0].passage
    quoted = {
        sentence.start
        for citation in citations
        for sentence in passage.sentences
        if citation.start <= sentence.start < citation.end
    }
    article = whole(citations[0].article)
    here = passage.number - 1
    is_current = (
        article is not None
        and here < len(article.passages)
        and article.passages[here].text == passage.text
    )
    if len(quoted) < len(passage.sentences) or article is None or not is_current:
        yield _passage_quote(passage, quoted)
        return
    for near in article.passages[max(here - 1, 0) : here + 2]:
        is_cited = near.number == passage.number
        yield _passage_quote(passage, quoted) if is_cited else _passage_quote(near)


def _passage_quote(passage: Passage, marked: Collection[int] = ()) -> Quote:
    """Return a whole passage as a quotation, sentences with some offsets marked."""
    return Quote(
        tuple(
            (
                StyledText(
                    unwrap_lines(sentence.text),
                    Style.MARKED if sentence.start in marked else Style.PLAIN,
                ),
            )
            for sentence in passage.sentences
        ),
        expandable=True,
    )
