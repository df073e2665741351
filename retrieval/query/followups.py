"""Follow-up questions: detection, and what they take over from earlier turns.

An elliptical follow-up ("And in 2023?", "And for a dog?", "And she?") is read into the
question before it: what it names takes the place of its like, and the rest is kept. Any
other follow-up stands after the questions that it goes on from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from retrieval.results import Answer, Citation
from retrieval.text.analysis import Analyzer, Term
from retrieval.text.language import Language
from retrieval.text.words import YEAR, first_word_start

# Weight of a term of the turn before, against 1 for the question's own terms; each turn
# further back multiplies it by `QUESTION_WEIGHT`.
QUESTION_WEIGHT = 0.25
CITATION_WEIGHT = 0.05
MAX_ELLIPSIS_WORDS = 5  # after the opener; more words are a question of their own

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’.-]*+(?<![.'’-])")
_NAMED = regex.compile(r"[\p{Lu}\p{N}]")
_FINAL_MARKS = " \t\n.!?…;。！？؟"


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """The context that a follow-up takes over from earlier turns.

    Attributes:
        terms: Pairs of a term and its weight.
        questions: The earlier questions that the newest follows up, oldest first.
        whole: The newest question, with what it leaves out.
        quoted: What was quoted for these questions.
        named: What the question names in the place of something in the question
            before, where it does nothing else; or "".
    """

    terms: tuple[tuple[Term, float], ...] = ()
    questions: tuple[str, ...] = ()
    whole: str = ""
    quoted: tuple[Citation, ...] = ()
    named: str = ""


def resolve_context(
    question: str, history: Sequence[Answer], analyzers: Sequence[Analyzer]
) -> ConversationContext:
    """Return the context that a question takes over from earlier turns.

    A question that can stand alone has no context. A follow-up takes over the terms of
    the previous question and, at less weight, the terms of its first citation. If the
    previous question was a follow-up, its own context is taken over, too. A question
    that was refused is passed over: what was not found is no topic.

    Args:
        question: The newest question.
        history: The earlier answers, oldest first.
        analyzers: An analyzer for each language that the question may be in.
    """
    if first_word_start(question) == len(question):
        return ConversationContext(whole=question)  # "?" asks nothing
    found = [turn for turn in history if turn.found]
    asked: list[_Reading] = []
    for text in (*(turn.question for turn in found), question):
        before = asked[-1] if asked else None
        read = _complete(text, before.whole, analyzers) if before else None
        asked.append(read or _Reading(text))
    newest = asked.pop()
    taken: dict[str, tuple[Term, float]] = {}
    questions: list[str] = []
    quoted: list[Citation] = []
    weight = 1.0
    # An ellipsis has the questions in it that it was completed from.
    is_within, text = newest.whole != question, question
    for turn, earlier in zip(reversed(found), reversed(asked), strict=True):
        if not is_followup(text, analyzers):
            break
        cited = turn.citations[0]
        quoted.append(cited)
        is_on_another = newest.replaced and _has_word(earlier.whole, newest.replaced)
        if is_on_another and not is_within:
            continue
        kept = newest.whole if is_within else earlier.whole
        for analyzer in analyzers:
            for term in analyzer.analyze_question(kept):
                taken.setdefault(term.term, (term, weight * QUESTION_WEIGHT))
            for term in analyzer.analyze(cited.quote):
                taken.setdefault(term.term, (term, weight * CITATION_WEIGHT))
        if is_within:
            is_within = earlier.whole != turn.question
            text = question if is_within else newest.whole
        else:
            questions.insert(0, earlier.whole)
            text = earlier.whole
            weight *= QUESTION_WEIGHT
    return ConversationContext(
        tuple(taken.values()),
        tuple(questions),
        newest.whole,
        tuple(quoted),
        newest.named,
    )


def is_followup(question: str, analyzers: Sequence[Analyzer]) -> bool:
    """Return whether a question is understood only with the turn before.

    Such a question opens like a follow-up ("and", "what about"), has no word to look up
    ("Why?"), or has an anaphor ("it", "there") before any name that it could refer to.
    """
    if not any(analyzer.analyze_question(question) for analyzer in analyzers):
        return True
    return any(
        has_followup_opener(question, analyzer.language)
        or _has_unresolved_anaphor(question, analyzer)
        for analyzer in analyzers
    )


class _Reading(NamedTuple):
    """A question as it is understood after the one before.

    Attributes:
        whole: The question, with what it leaves out.
        named: What an ellipsis names, or "".
        replaced: The pronoun of the question before that another one replaces, or "".
    """

    whole: str
    named: str = ""
    replaced: str = ""


def _complete(
    question: str, before: str, analyzers: Sequence[Analyzer]
) -> _Reading | None:
    """Return the reading of an elliptical follow-up; None for other questions."""
    for analyzer in analyzers:
        named = _named_by_ellipsis(question, analyzer.language)
        if named:
            return _substituted(named, question, before, analyzer)
    return None


def _named_by_ellipsis(question: str, language: Language) -> str | None:
    """Return what follows the opener of a question without a verb of its own."""
    openers, interrogatives = language.followup_openers, language.interrogatives
    if openers is None or interrogatives is None:
        return None
    named = question
    while opener := openers.match(named, first_word_start(named)):  # "and what about"
        named = named[opener.end() :]
    named = named.strip(f"{_FINAL_MARKS},")
    is_short = 0 < len(_WORD.findall(named)) <= MAX_ELLIPSIS_WORDS
    if named == question or not is_short or interrogatives.search(named):
        return None
    return named


def _substituted(
    named: str, question: str, before: str, analyzer: Analyzer
) -> _Reading | None:
    """Return the question before with what is named in the place of its like."""
    before = before.rstrip(_FINAL_MARKS)
    anaphora = analyzer.language.anaphora
    if anaphora and anaphora.search(named):
        old = anaphora.search(before) if anaphora.fullmatch(named) else None
        if old is None:
            return None
        whole = _replaced(before, old.span(), named)
        return _Reading(whole, named, old.group())
    if (year := YEAR.search(named)) and (old := YEAR.search(before)):
        return _Reading(_replaced(before, old.span(), year.group()), named)
    slot = _slot_by_function_word(named, before, analyzer)
    slot = slot or _slot_by_name(named, before)
    if slot:
        return _Reading(_replaced(before, slot, named), named)
    first = _WORD.search(named)
    if first and analyzer.is_stop_word(first.group()):
        return _Reading(f"{before} {named}?", named)
    return _Reading(question, named)


def _replaced(before: str, span: tuple[int, int], named: str) -> str:
    return f"{before[: span[0]]}{named}{before[span[1] :]}?"


def _slot_by_function_word(
    named: str, before: str, analyzer: Analyzer
) -> tuple[int, int] | None:
    """Return the words after the function word that two texts share, with it.

    As many words are taken as what is named has, and all of a name.
    """
    new, old = list(_WORD.finditer(named)), list(_WORD.finditer(before))
    opening = new[0].group().casefold()
    is_content = [not analyzer.is_stop_word(word.group()) for word in new]
    wanted = sum(is_content)
    if is_content[0] or not all(is_content[len(new) - wanted :]):
        return None
    starts = [n for n, word in enumerate(old) if word.group().casefold() == opening]
    for start in reversed(starts):
        n = start + 1
        while n < len(old) and analyzer.is_stop_word(old[n].group()):
            n += 1
        first = n
        while n < len(old) and not analyzer.is_stop_word(old[n].group()):
            is_name = n > first and all(
                _NAMED.match(word.group()) for word in old[n - 1 : n + 1]
            )
            if n - first >= wanted and not is_name:
                break
            n += 1
        if n > first:
            return old[start].start(), old[n - 1].end()
    return None


def _slot_by_name(named: str, before: str) -> tuple[int, int] | None:
    """Return the only name of the question before, if names are all that is named."""
    if not all(_NAMED.match(word) for word in _WORD.findall(named)):
        return None
    names: list[tuple[int, int]] = []
    words = list(_WORD.finditer(before))[1:]
    for word in words:
        if _NAMED.match(word.group()):
            start, end = word.span()
            if names and not before[names[-1][1] : start].strip():
                start = names.pop()[0]
            names.append((start, end))
    return names[0] if len(names) == 1 else None


def _has_word(text: str, word: str) -> bool:
    return word.casefold() in map(str.casefold, _WORD.findall(text))


def has_followup_opener(question: str, language: Language) -> bool:
    """Return whether a question opens like a follow-up ("and", "what about")."""
    openers = language.followup_openers
    return openers is not None and bool(
        openers.match(question, first_word_start(question))
    )


def _has_unresolved_anaphor(question: str, analyzer: Analyzer) -> bool:
    anaphora = analyzer.language.anaphora
    anaphor = anaphora.search(question) if anaphora else None
    if anaphor is None:
        return False
    first = first_word_start(question)
    return not any(
        first < term.start < anaphor.start() and question[term.start].isupper()
        for term in analyzer.analyze(question)
    )
