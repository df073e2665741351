"""A question as the indexes need it: its terms, what they are, what it wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from retrieval.query.intents import marks
from retrieval.text.analysis import Analyzer, Term
from retrieval.text.language import Language
from retrieval.text.words import PREFIX_CHARACTERS, YEAR, first_word_start, split_words

_CAPITAL_HYPHEN = regex.compile(r"\p{Lu}[\p{L}\p{M}]*-$")
_DIGIT = regex.compile(r"\p{Nd}")


class TermClasses(NamedTuple):
    """What terms are: in each array a number for each term, as a rule 1 or 0.

    Attributes:
        names: Capitalised inside the question, or hyphened to what is, "Jong-un".
        numbers: Beginning with a digit.
        common: Words that every text holds.
        others: All others.
    """

    names: NDArray[np.float64]
    numbers: NDArray[np.float64]
    common: NDArray[np.float64]
    others: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """An analysed question.

    Attributes:
        text: The question.
        words: Its words in order, stop words and all, case folded.
        terms: Distinct, in order; those of earlier turns, if any, after its own.
        n_question_terms: How many of the terms are the question's own.
        weights: How much each term counts; 1 for the question's own.
        classes: What the terms are; 1 or 0 for each.
        ordinals: Whether a term is an ordinal ("fourth"), and the question's own.
        years: Whether a term is written like a year, and the question's own.
        kind: The kind of answer that is wanted, one of `ANSWER_TYPES` or "other".
        focus: Which term names what is asked for ("Which magazine"), or None.
        marks: The terms of each version or mark with digits that it names.
    """

    text: str
    words: tuple[str, ...]
    terms: tuple[Term, ...]
    n_question_terms: int
    weights: NDArray[np.float64]
    classes: TermClasses
    ordinals: NDArray[np.bool_]
    years: NDArray[np.bool_]
    kind: str
    focus: int | None
    marks: tuple[tuple[str, ...], ...] = ()

    @property
    def asked(self) -> list[str]:
        """All terms that are looked up, each once."""
        marked = (term for mark in self.marks for term in mark)
        return list(dict.fromkeys((*(term.term for term in self.terms), *marked)))

    @property
    def beginnings(self) -> list[str]:
        """How the own terms' words begin; "" for short ones, and for earlier turns'."""
        surfaces = (
            self.text[t.start : t.end] for t in self.terms[: self.n_question_terms]
        )
        own = [
            f" {surface.casefold()[:PREFIX_CHARACTERS]}"
            if len(surface) >= PREFIX_CHARACTERS
            else ""
            for surface in surfaces
        ]
        return [*own, *[""] * (len(self.terms) - self.n_question_terms)]


def parse_query(
    question: str,
    analyzers: Sequence[Analyzer],
    context: Iterable[tuple[Term, float]] = (),
) -> Query:
    """Analyse a question as articles were.

    Args:
        question: Anything that a reader types.
        analyzers: One for each language that the question may be in.
        context: Terms of earlier turns with their weights; those that the question
            holds itself are left out.
    """
    languages = [analyzer.language for analyzer in analyzers]
    own: dict[str, Term] = {}
    for analyzer in analyzers:
        for term in analyzer.analyze_question(question):
            own.setdefault(term.term, term)
    added = {
        term.term: (term, weight) for term, weight in context if term.term not in own
    }
    surfaces = [question[term.start : term.end] for term in own.values()]
    begin = first_word_start(question)
    names = [
        term.start > begin and not question.isupper() and _is_capital(question, term)
        for term in own.values()
    ]
    numbers = [bool(_DIGIT.match(term)) for term in own]
    common = [
        any(surface.casefold() in known.common_words for known in languages)
        for surface in surfaces
    ]
    rest = [not (n or d or c) for n, d, c in zip(names, numbers, common, strict=True)]
    classes = np.zeros((len(TermClasses._fields), len(own) + len(added)))
    classes[:, : len(own)] = [names, numbers, common, rest]
    ordinals = np.zeros(len(own) + len(added), dtype=np.bool_)
    ordinals[: len(own)] = [_is_ordinal(surface, languages) for surface in surfaces]
    years = np.zeros(len(own) + len(added), dtype=np.bool_)
    years[: len(own)] = [YEAR.fullmatch(term) is not None for term in own]
    terms = (*own.values(), *(term for term, _ in added.values()))
    weights = [1.0] * len(own) + [weight for _, weight in added.values()]
    return Query(
        question,
        tuple(split_words(question)),
        terms,
        len(own),
        np.array(weights),
        TermClasses(*classes),
        ordinals,
        years,
        _kind(question, languages),
        _focus(question, languages, list(own.values())),
        tuple(
            tuple(t.term for analyzer in analyzers for t in analyzer.analyze(mark))
            for mark in marks(question)
        ),
    )


def analyzers_for(question: str, analyzers: Sequence[Analyzer]) -> Sequence[Analyzer]:
    """Return those analyzers whose language a question may be in.

    That is the language with the most stop words in it. In another one they would
    seem to be words that no article uses.
    """
    if len(analyzers) == 1:
        return analyzers
    counts = [analyzer.count_stop_words(question) for analyzer in analyzers]
    most = max(counts, default=0)
    return [a for a, count in zip(analyzers, counts, strict=True) if count == most]


def _is_capital(question: str, term: Term) -> bool:
    return question[term.start].isupper() or bool(
        _CAPITAL_HYPHEN.search(question, 0, term.start)
    )


def _is_ordinal(surface: str, languages: Iterable[Language]) -> bool:
    return any(
        known.ordinals is not None and known.ordinals.fullmatch(surface)
        for known in languages
    )


def _kind(question: str, languages: Iterable[Language]) -> str:
    kinds = (
        kind
        for known in languages
        for kind, pattern in known.kinds
        if pattern.search(question)
    )
    return next(kinds, "other")


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
