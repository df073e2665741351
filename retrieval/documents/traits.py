"""What a sentence offers to a question, whatever the question: its traits."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import east_asian_width

import regex

from retrieval.text.analysis import Term
from retrieval.text.language import FLAGS, Language, Pattern, language_for
from retrieval.text.words import YEAR, first_word_start

_QUESTION_END = regex.compile(r"[?？؟][\"'”’»)]*$")
_WORD = regex.compile(r"\w+")
_ASCII_WORD = re.compile(r"\w+")
CACHED_WORDS = 8_000
_NONE = (False, False, False)


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
        question: Whether it asks.
    """

    width: int
    names: int
    numbers: int
    year: bool
    ordinal: bool
    number_word: bool
    calendar: bool
    pronoun: bool
    question: bool


def read_traits(text: str, terms: Sequence[Term], language: Language) -> Traits:
    """Look at one sentence; `terms` are its own."""
    begin = first_word_start(text)
    names = {t.term for t in terms if t.start > begin and text[t.start].isupper()}
    numbers = {term.term for term in terms if term.term[0].isdecimal()}
    pronouns = language.pronouns
    ordinal, number_word, calendar = _held(text, language)
    return Traits(
        _width(text),
        len(names),
        len(numbers),
        any(YEAR.fullmatch(number) for number in numbers),
        ordinal,
        number_word,
        calendar,
        pronouns is not None and pronouns.match(text, begin) is not None,
        _QUESTION_END.search(text) is not None,
    )


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def _held(text: str, language: Language) -> tuple[bool, ...]:
    """Tell whether a text holds ordinals, number words, names of the calendar."""
    if language.is_without_blanks:
        return _kinds(text, language.code)
    pattern = _ASCII_WORD if text.isascii() else _WORD
    kinds = {_kinds_of_word(w, language.code) for w in set(pattern.findall(text))}
    return tuple(map(any, zip(*kinds, _NONE, strict=True)))


def _kinds(text: str, code: str) -> tuple[bool, ...]:
    """Tell this of a text as a whole."""
    patterns, either = _patterns(code)
    if either is None or not either.search(text):
        return _NONE
    return tuple(p is not None and p.search(text) is not None for p in patterns)


# In languages that write blanks, each of these is one word, and the words come again.
_kinds_of_word = lru_cache(CACHED_WORDS)(_kinds)


@cache
def _patterns(code: str) -> tuple[tuple[Pattern | None, ...], Pattern | None]:
    """Return a language's patterns of these, and one for any of them."""
    language = language_for(code)
    patterns = (language.ordinals, language.number_words, language.calendar)
    known = [pattern.pattern for pattern in patterns if pattern]
    return patterns, regex.compile("|".join(known), FLAGS) if known else None
