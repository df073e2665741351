"""What is raised above its line: an exponent, or the number of a note."""

import regex

_PLAIN = "0123456789+-=()n"
_RAISED = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_NOTE = regex.compile(r"[\[(]?[\d,\s–-]{1,8}[\])]?|\W*|[a-z]|\[\w{1,8}\]")
# What an exponent may follow: a number, a unit of few letters, a bracket.
_BASE = regex.compile(r"(?:^|[^\p{L}])\p{L}{1,3}$|[\d)\]]$")


def raised(words: str) -> str:
    """Raise an exponent; what Unicode has no raised letters for is set off by "^".

    >>> raised("2"), raised("-3"), raised("th"), raised("x+1")
    ('²', '⁻³', 'th', '^(x+1)')
    """
    words = words.replace("\u2212", "-")
    if all(letter in _PLAIN for letter in words):
        return words.translate(_RAISED)
    return words if words.isalpha() else f"^({words})"


def superscript_after(text: str, words: str) -> str:
    """Write what is raised after a text: "" for what leads to a note.

    >>> superscript_after("10", "6"), superscript_after("20 m", "2")
    ('⁶', '²')
    >>> superscript_after("bridge", "2")
    ''
    """
    words = words.strip()
    is_note = _NOTE.fullmatch(words) and not _BASE.search(text)
    return "" if is_note or words.startswith("[") else raised(words)
