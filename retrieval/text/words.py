"""Words as they are written, their prefixes and their character n-grams."""

from collections.abc import Iterable, Sequence

import regex

GRAM_CHARACTERS = 4  # n-grams match inflected and derived forms
PREFIX_CHARACTERS = 5  # prefixes match such forms, too, but fewer others
YEAR = regex.compile(
    r"(?<!\d)(?:1\d{3}|2[0-5]\d{2})(?!\d)"
)  # up to those of the Buddhist calendar

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ASCII_BLANKS = {n: " " for n in range(128) if not chr(n).isalnum()}


def first_word_start(text: str) -> int:
    """Return the offset of the first word; the length of a text without one."""
    match = _WORD.search(text)
    return match.start() if match else len(text)


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, stop words included, case folded."""
    if text.isascii():
        return text.lower().translate(_ASCII_BLANKS).split()
    return _WORD.findall(text.casefold())


def padded(words: Sequence[str]) -> str:
    """Return words joined by blanks, with a blank before and after them."""
    return f" {' '.join(words)} "


def n_grams(padded: str) -> list[str]:
    """Return the distinct character n-grams of padded words.

    >>> n_grams(" a tea ")
    [' a t', 'a te', ' tea', 'tea ']
    """
    starts = range(len(padded) - GRAM_CHARACTERS + 1)
    return list(dict.fromkeys([padded[n : n + GRAM_CHARACTERS] for n in starts]))


def prefixes(words: Iterable[str]) -> list[str]:
    """Return the distinct prefixes of padded words; of short ones, all of the word.

    >>> prefixes(["investment", "investors", "tea"])
    [' inves', ' tea ']
    """
    return list(dict.fromkeys(f" {word} "[: PREFIX_CHARACTERS + 1] for word in words))
