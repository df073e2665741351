"""The query: a question's terms, their classes, and the expected answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.query.followups import resolve_context
from retrieval.query.intents import LookupIntent, identifiers, parse_intent
from retrieval.results import Answer, Citation
from retrieval.text.analysis import Analyzer, Term, analyzer_for
from retrieval.text.language import Language
from retrieval.text.words import PREFIX_CHARACTERS, YEAR, first_word_start, split_words

_CAPITAL_HYPHEN = regex.compile(r"\p{Lu}[\p{L}\p{M}]*-$")
_FINAL_MARKS = " \t\n.!?…;。！？؟"
MAX_BOUND_WORDS = 3  # "before the year 1990"
_DIGIT = regex.compile(r"\p{Nd}")


class TermClasses(NamedTuple):
    """Classes of terms: an array for each class, (n_terms,), float64.

    In a query, an array is 1 for terms of the class, else 0.

    Attributes:
        names: Words that are capitalised inside the question, or joined by a hyphen to
            such a word ("Jong-un").
        numbers: Terms that begin with a digit.
        common: Words that nearly every text has.
        others: Terms of no other class.
    """

    names: FloatArray
    numbers: FloatArray
    common: FloatArray
    others: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """An analysed question.

    Attributes:
        text: The question, preceded by the earlier questions that it follows up; with
            one question mark at its end, however it was typed.
        question: The question alone.
        words: The question's words in order, with stop words, case folded.
        terms: Distinct terms: the question's own in order, then terms that it takes
            over from earlier turns.
        n_question_terms: The number of the question's own terms.
        weights: The weight of each term, 1 for the question's own: (n_terms,).
        classes: The classes of the terms.
        ordinals: Whether each term is an ordinal ("fourth") of the question itself:
            (n_terms,), bool.
        years: Whether each term is a year of the question itself: (n_terms,), bool;
            not one that bounds a time ("before 1990").
        bounds: Whether each term is such a bound: (n_terms,), bool.
        answer_type: The expected type of answer, one of `ANSWER_TYPES` or "other".
        focus: The number of the term that names what is asked for ("Which magazine"),
            from 0; or None.
        identifiers: The terms of each version or name with digits in the question.
        foreign_language: ISO 639-1 code of the question's language, if that is none of
            the articles' languages; else None.
        intent: What the question looks up, or None.
        quoted: What was quoted for the questions that it goes on from.
        named: The words that it names in the place of something in the question before,
            where it does nothing else ("And for a dog?"), case folded.
        is_bare: Whether it is a question word alone ("Why?").
        asks_else: Whether it asks for something else than was quoted.
    """

    text: str
    question: str
    words: tuple[str, ...]
    terms: tuple[Term, ...]
    n_question_terms: int
    weights: FloatArray
    classes: TermClasses
    ordinals: NDArray[np.bool_]
    years: NDArray[np.bool_]
    bounds: NDArray[np.bool_]
    answer_type: str
    focus: int | None
    identifiers: tuple[tuple[str, ...], ...] = ()
    foreign_language: str | None = None
    intent: LookupIntent | None = None
    quoted: tuple[Citation, ...] = ()
    named: tuple[str, ...] = ()
    is_bare: bool = False
    asks_else: bool = False

    @property
    def lookup_terms(self) -> list[str]:
        """The distinct terms that are looked up in an index."""
        of_identifiers = (term for one in self.identifiers for term in one)
        return list(dict.fromkeys((*(t.term for t in self.terms), *of_identifiers)))

    def looks_up_as(self, other: "Query") -> bool:
        """Return whether an index finds the same for this query as for another."""
        return (
            self.terms == other.terms
            and self.lookup_terms == other.lookup_terms
            and self.weights.tolist() == other.weights.tolist()
        )

    @property
    def highlighted_terms(self) -> frozenset[str]:
        """The question's own terms that carry a match: no common words and quantities.

        A year or a version carries one. If no term does, all are highlighted.
        """
        versions = {term for one in self.identifiers for term in one}
        own = [term.term for term in self.terms[: self.n_question_terms]]
        carrying = frozenset(
            term
            for n, term in enumerate(own)
            if term in versions
            or self.years[n]
            or not (self.classes.common[n] or self.classes.numbers[n])
        )
        return carrying or frozenset(own)

    @property
    def prefixes(self) -> list[str]:
        """The prefix of each term's word; "" for short words and earlier turns."""
        surfaces = (
            self.question[t.start : t.end] for t in self.terms[: self.n_question_terms]
        )
        own = [
            f" {surface.casefold()[:PREFIX_CHARACTERS]}"
            if len(surface) >= PREFIX_CHARACTERS
            else ""
            for surface in surfaces
        ]
        return [*own, *[""] * (len(self.terms) - self.n_question_terms)]

    def unseen_words(self, occurs: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the question's words of which no term occurs, as they are written.

        A question in another language has none, since none of its words might occur.

        Args:
            occurs: Returns whether any article uses a term.
        """
        if self.foreign_language:
            return ()
        own = self.terms[: self.n_question_terms]
        seen = [(term.start, term.end) for term in own if occurs(term.term)]
        spans: list[tuple[int, int]] = []
        for start, end in sorted(
            (term.start, term.end)
            for n, term in enumerate(own)
            if not self.classes.common[n]
            and not any(term.start < e and s < term.end for s, e in seen)
        ):
            # Overlapping terms, such as bigrams of characters, belong to one word.
            if spans and start < spans[-1][1]:
                before = spans.pop()
                start, end = before[0], max(before[1], end)
            spans.append((start, end))
        return tuple(dict.fromkeys(self.question[start:end] for start, end in spans))

    def terms_outside_intent(self) -> list[str]:
        """Return the question's own terms outside its intent, without common words."""
        start, end = self.intent.span if self.intent else (0, 0)
        return [
            term.term
            for n, term in enumerate(self.terms[: self.n_question_terms])
            if not start <= term.start < end and not self.classes.common[n]
        ]


def parse_query(
    question: str,
    analyzers: Sequence[Analyzer],
    history: Sequence[Answer] = (),
    foreign_language: str | None = None,
) -> Query:
    """Analyse a question in the way that articles are analysed.

    Args:
        question: Anything that a user types.
        analyzers: An analyzer for each language that the question may be in.
        history: Earlier answers of the chat, oldest first; a follow-up takes over
            their terms.
        foreign_language: ISO 639-1 code of the question's language, if that is none of
            the analyzers'; it decides what a follow-up is.
    """
    languages = [analyzer.language for analyzer in analyzers]
    own: dict[str, Term] = {}
    for analyzer in analyzers:
        for term in analyzer.analyze_question(question):
            own.setdefault(term.term, term)
    asked_in = (analyzer_for(foreign_language),) if foreign_language else analyzers
    context = resolve_context(question, history, asked_in)
    added = [(term, weight) for term, weight in context.terms if term.term not in own]
    n_terms = len(own) + len(added)
    surfaces = [question[term.start : term.end] for term in own.values()]
    ordinals, years, bounds = np.zeros((3, n_terms), dtype=np.bool_)
    ordinals[: len(own)] = [_is_ordinal(surface, languages) for surface in surfaces]
    for n, term in enumerate(own.values()):
        if YEAR.fullmatch(term.term):
            bounds[n] = _is_bound(question, term.start, languages)
            years[n] = not bounds[n]
    classes = _classify(question, list(own.values()), n_terms, languages)
    return Query(
        text=f"{' '.join([*context.questions, context.whole]).rstrip(_FINAL_MARKS)}?",
        question=question,
        words=tuple(split_words(question)),
        terms=(*own.values(), *(term for term, _ in added)),
        n_question_terms=len(own),
        weights=np.array([1.0] * len(own) + [weight for _, weight in added]),
        classes=classes,
        ordinals=ordinals,
        years=years,
        bounds=bounds,
        answer_type=_answer_type(context.whole, languages),
        focus=_focus(question, languages, list(own.values())),
        identifiers=tuple(
            tuple(t.term for analyzer in analyzers for t in analyzer.analyze(one))
            for one in identifiers(question)
        ),
        foreign_language=foreign_language,
        intent=parse_intent(question),
        quoted=context.quoted,
        named=tuple(split_words(context.named)),
        is_bare=not own and _is_bare(question, languages),
        asks_else=_asks_else(question, languages),
    )


def analyzers_for(question: str, analyzers: Sequence[Analyzer]) -> Sequence[Analyzer]:
    """Return the analyzers whose language a question may be in.

    This is the language with the most stop words in the question, or several languages
    with equally many. In another language, the stop words would be looked up.
    """
    if len(analyzers) == 1:
        return analyzers
    counts = [analyzer.count_stop_words(question) for analyzer in analyzers]
    most = max(counts, default=0)
    return [a for a, count in zip(analyzers, counts, strict=True) if count == most]


def _classify(
    question: str, own: Sequence[Term], n_terms: int, languages: Sequence[Language]
) -> TermClasses:
    """Classify the question's own terms; terms of earlier turns have no class."""
    begin = first_word_start(question)
    names = [
        term.start > begin and not question.isupper() and _is_capital(question, term)
        for term in own
    ]
    numbers = [bool(_DIGIT.match(term.term)) for term in own]
    common = [
        any(
            question[term.start : term.end].casefold() in known.common_words
            for known in languages
        )
        for term in own
    ]
    others = [not (n or d or c) for n, d, c in zip(names, numbers, common, strict=True)]
    classes = np.zeros((len(TermClasses._fields), n_terms))
    classes[:, : len(own)] = [names, numbers, common, others]
    return TermClasses(*classes)


def _is_capital(question: str, term: Term) -> bool:
    return question[term.start].isupper() or bool(
        _CAPITAL_HYPHEN.search(question, 0, term.start)
    )


def _is_bound(question: str, start: int, languages: Iterable[Language]) -> bool:
    """Return whether a word such as "before" stands at most two words before."""
    before = " ".join(question[:start].split()[-MAX_BOUND_WORDS:])
    return any(known.bounds and known.bounds.search(before) for known in languages)


def _is_bare(question: str, languages: Iterable[Language]) -> bool:
    """Return whether a question without a term is a question word alone.

    "Why not?" and "why was that?" say more.
    """
    more = (
        pattern
        for known in languages
        for pattern in (known.anaphora, known.negation)
        if pattern
    )
    return not any(pattern.search(question) for pattern in more)


def _asks_else(question: str, languages: Iterable[Language]) -> bool:
    return any(
        known.asks_else and known.asks_else.search(question) for known in languages
    )


def _is_ordinal(surface: str, languages: Iterable[Language]) -> bool:
    return any(
        known.ordinals is not None and known.ordinals.fullmatch(surface)
        for known in languages
    )


def _answer_type(question: str, languages: Iterable[Language]) -> str:
    types = (
        answer_type
        for known in languages
        for answer_type, pattern in known.answer_types
        if pattern.search(question)
    )
    return next(types, "other")


def _focus(
    question: str, languages: Iterable[Language], own: Sequence[Term]
) -> int | None:
    for known in languages:
        match = known.focus.search(question) if known.focus else None
        if match:
            start, end = match.span(1)
            return next(
                (n for n, term in enumerate(own) if start <= term.start < end), None
            )
    return None
