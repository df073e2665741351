"""Query-independent features of sentences: their traits."""

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
    """Query-independent features of one sentence.

    Attributes:
        width: The width in columns of a terminal; a Chinese character takes two.
        names: The number of distinct terms that are capitalised like names.
        numbers: The number of distinct terms that are numbers.
        year: Whether a number looks like a year.
        ordinal: Whether an ordinal in words occurs.
        number_word: Whether a number in words occurs.
        calendar: Whether the name of a month or of a day of the week occurs.
        starts_with_pronoun: Whether the first word is a pronoun.
        is_question: Whether the sentence ends in a question mark.
    """

    width: int
    names: int
    numbers: int
    year: bool
    ordinal: bool
    number_word: bool
    calendar: bool
    starts_with_pronoun: bool
    is_question: bool


def read_traits(text: str, terms: Sequence[Term], language: Language) -> Traits:
    """Return the traits of a sentence, given with its own terms."""
    begin = first_word_start(text)
    names = {t.term for t in terms if t.start > begin and text[t.start].isupper()}
    numbers = {term.term for term in terms if term.term[0].isdecimal()}
    pronouns = language.pronouns
    ordinal, number_word, calendar = _word_classes(text, language)
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


def _word_classes(text: str, language: Language) -> tuple[bool, ...]:
    """Return whether ordinals, number words and calendar names occur in a text."""
    if language.is_without_blanks:
        return _match_classes(text, language.code)
    pattern = _ASCII_WORD if text.isascii() else _WORD
    words = set(pattern.findall(text))
    classes = {_classes_of_word(word, language.code) for word in words}
    return tuple(map(any, zip(*classes, _NONE, strict=True)))


def _match_classes(text: str, code: str) -> tuple[bool, ...]:
    """Return whether each pattern of `_patterns` matches anywhere in a text."""
    patterns, either = _patterns(code)
    if either is None or not either.search(text):
        return _NONE
    return tuple(p is not None and p.search(text) is not None for p in patterns)


# Where a language writes blanks, each match is one word, and words come again.
_classes_of_word = lru_cache(CACHED_WORDS)(_match_classes)


@cache
def _patterns(code: str) -> tuple[tuple[Pattern | None, ...], Pattern | None]:
    """Return the patterns of ordinals, number words and calendar, and their union."""
    language = language_for(code)
    patterns = (language.ordinals, language.number_words, language.calendar)
    known = [pattern.pattern for pattern in patterns if pattern]
    return patterns, regex.compile("|".join(known), FLAGS) if known else None
