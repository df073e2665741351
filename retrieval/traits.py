"""What a sentence offers to a question, whatever the question: its traits."""

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

import regex

from retrieval.analysis import Term
from retrieval.language import Language
from retrieval.query import YEAR, first_word

_QUESTION_END = regex.compile(r"[?？؟][\"'”’»)]*$")
_DIGIT = regex.compile(r"\p{Nd}")


class Traits(NamedTuple):
    """What one sentence offers.

    Attributes:
        width: How many columns it takes to show; a Chinese character takes two.
        names: How many distinct terms are written like names.
        numbers: How many distinct terms are numbers.
        year: Whether it holds what looks like a year.
        ordinal: Whether it holds an ordinal.
        number_word: Whether it holds a number in words.
        calendar: Whether it names a month or a day of the week.
        pronoun: Whether a pronoun leads it.
        place: Its place in the passage: 0 for the first, towards 1 for the last.
        question: Whether it asks.
    """

    width: float
    names: float
    numbers: float
    year: float
    ordinal: float
    number_word: float
    calendar: float
    pronoun: float
    place: float
    question: float


def read_traits(
    text: str, terms: Sequence[Term], language: Language, place: float
) -> Traits:
    """Look at one sentence; `terms` are its own."""
    begin = first_word(text)
    names = {t.term for t in terms if t.start > begin and text[t.start].isupper()}
    numbers = {term.term for term in terms if _DIGIT.match(term.term)}
    return Traits(
        width=float(_width(text)),
        names=float(len(names)),
        numbers=float(len(numbers)),
        year=float(any(YEAR.fullmatch(number) for number in numbers)),
        ordinal=_holds(language.ordinals, text),
        number_word=_holds(language.number_words, text),
        calendar=_holds(language.calendar, text),
        pronoun=float(
            language.pronouns is not None
            and language.pronouns.match(text, begin) is not None
        ),
        place=place,
        question=float(_QUESTION_END.search(text) is not None),
    )


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def _holds(pattern: regex.Pattern[str] | None, text: str) -> float:
    return float(pattern is not None and pattern.search(text) is not None)
