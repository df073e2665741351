"""Follow-up questions: detection, and the context from earlier turns."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.results import Answer
from retrieval.text.analysis import Analyzer, Term
from retrieval.text.language import Language
from retrieval.text.words import first_word_start

# Weight of a term of the turn before, against 1 for the question's own terms; each turn
# further back multiplies it by `QUESTION_WEIGHT`.
QUESTION_WEIGHT = 0.25
CITATION_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """Terms and questions that a follow-up takes over from earlier turns.

    Attributes:
        terms: Pairs of a term and its weight.
        questions: The earlier questions that the newest follows up, oldest first.
    """

    terms: tuple[tuple[Term, float], ...] = ()
    questions: tuple[str, ...] = ()


NO_CONTEXT = ConversationContext()


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
        return NO_CONTEXT  # "?" asks nothing
    taken: dict[str, tuple[Term, float]] = {}
    questions: list[str] = []
    weight = 1.0
    for turn in reversed(history):
        if not is_followup(question, analyzers):
            break
        if not turn.found:
            continue
        cited = turn.citations[0].quote
        for analyzer in analyzers:
            for term in analyzer.analyze_question(turn.question):
                taken.setdefault(term.term, (term, weight * QUESTION_WEIGHT))
            for term in analyzer.analyze(cited):
                taken.setdefault(term.term, (term, weight * CITATION_WEIGHT))
        question = turn.question
        questions.insert(0, question)
        weight *= QUESTION_WEIGHT
    return ConversationContext(tuple(taken.values()), tuple(questions))


def is_followup(question: str, analyzers: Sequence[Analyzer]) -> bool:
    """Return whether a question is understood only with the turn before.

    Such a question opens like a follow-up ("and", "what about"), has no word to look up
    ("Why?"), or has an anaphor ("it", "there") before any name that it could refer to.
    """
    if not any(analyzer.analyze_question(question) for analyzer in analyzers):
        return True
    return any(
        _has_followup_opener(question, analyzer.language)
        or _has_unresolved_anaphor(question, analyzer)
        for analyzer in analyzers
    )


def _has_followup_opener(question: str, language: Language) -> bool:
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
