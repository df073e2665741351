"""Words as they are written, their beginnings and their n-grams."""

from collections.abc import Iterable, Sequence

import regex

GRAM_CHARACTERS = 4  # of the n-grams that bridge inflected and derived forms
PREFIX_CHARACTERS = 5  # of the word beginnings that do the same, less loosely
YEAR = regex.compile(r"(?<!\d)(?:1\d{3}|2[0-5]\d{2})(?!\d)")  # up to Buddhist ones

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ASCII_BLANKS = {n: " " for n in range(128) if not chr(n).isalnum()}


def first_word_start(text: str) -> int:
    """Return where the first word begins; the end of a text that has none."""
    match = _WORD.search(text)
    return match.start() if match else len(text)


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, stop words and all, case folded."""
    if text.isascii():
        return text.lower().translate(_ASCII_BLANKS).split()
    return _WORD.findall(text.casefold())


def padded(words: Sequence[str]) -> str:
    """Write words with a blank before, between and after them."""
    return f" {' '.join(words)} "


def n_grams(padded: str) -> list[str]:
    """Return the distinct character n-grams of padded words.

    >>> n_grams(" a tea ")
    [' a t', 'a te', ' tea', 'tea ']
    """
    starts = range(len(padded) - GRAM_CHARACTERS + 1)
    return list(dict.fromkeys([padded[n : n + GRAM_CHARACTERS] for n in starts]))


def prefixes(words: Iterable[str]) -> list[str]:
    """Return how padded words begin: the distinct beginnings of long ones.

    >>> prefixes(["investment", "investors", "tea"])
    [' inves', ' tea ']
    """
    return list(dict.fromkeys(f" {word} "[: PREFIX_CHARACTERS + 1] for word in words))
