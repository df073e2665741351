"""Follow-up questions: which they are, and what they take over from earlier turns."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.results import Answer
from retrieval.text.analysis import Analyzer, Term
from retrieval.text.language import Language
from retrieval.text.words import first_word_start

# Weight of a term of the turn before, against 1 for the question's own; each turn
# further back counts as much less again.
QUESTION_WEIGHT = 0.25
CITATION_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """Terms and questions that a follow-up takes over from earlier turns.

    Attributes:
        terms: With their weights.
        questions: Those that the newest goes on from, oldest first.
    """

    terms: tuple[tuple[Term, float], ...] = ()
    questions: tuple[str, ...] = ()


NO_CONTEXT = ConversationContext()


def resolve_context(
    question: str, history: Sequence[Answer], analyzers: Sequence[Analyzer]
) -> ConversationContext:
    """Return what a question takes over from earlier turns.

    A question that can stand alone takes over nothing. Another takes over the terms
    of the question before and, at less weight, of the sentences cited for it; and
    where that one was a follow-up too, it goes on from there.

    Args:
        question: The newest.
        history: The turns before, oldest first.
        analyzers: One for each language that the question may be in.
    """
    if first_word_start(question) == len(question):
        return NO_CONTEXT  # "?" asks nothing
    taken: dict[str, tuple[Term, float]] = {}
    questions: list[str] = []
    weight = 1.0
    for turn in reversed(history):
        if not is_followup(question, analyzers):
            break
        cited = turn.citations[0].quote if turn.found else ""
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
    """Return whether a question needs the turn before to be understood.

    It opens like a follow-up ("and", "what about"), has no word to look up ("Why?"),
    or has a word that stands for something ("it", "there") before any name that the
    word could stand for.
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
