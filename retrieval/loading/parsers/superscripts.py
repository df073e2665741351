"""Superscripts: exponents become text, the numbers of notes are dropped."""

import regex

_PLAIN = "0123456789+-=()n"
_SUPERSCRIPTS = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_NOTE = regex.compile(r"[\[(]?[\d,\s–-]{1,8}[\])]?|\W*|[a-z]|\[\w{1,8}\]")
# The base of an exponent: a number, a unit of few letters, or a bracket.
_BASE = regex.compile(r"(?:^|[^\p{L}])\p{L}{1,3}$|[\d)\]]$")


def to_superscript(words: str) -> str:
    """Write an exponent in superscript letters, or after "^" if Unicode lacks them.

    >>> to_superscript("2"), to_superscript("-3"), to_superscript("x+1")
    ('²', '⁻³', '^(x+1)')

    Letters of an ordinal stay as they are.

    >>> to_superscript("th")
    'th'
    """
    words = words.replace("\u2212", "-")
    if all(letter in _PLAIN for letter in words):
        return words.translate(_SUPERSCRIPTS)
    return words if words.isalpha() else f"^({words})"


def superscript_after(text: str, words: str) -> str:
    """Return superscript letters as text; "" for the reference of a note.

    Args:
        text: The text of the line before them.
        words: The letters.

    >>> superscript_after("10", "6"), superscript_after("20 m", "2")
    ('⁶', '²')
    >>> superscript_after("bridge", "2")
    ''
    """
    words = words.strip()
    is_note = _NOTE.fullmatch(words) and not _BASE.search(text)
    return "" if is_note or words.startswith("[") else to_superscript(words)
