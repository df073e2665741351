"""What a question asks for by its form: an item's number, what an abbreviation means.

Neither is a matter of weights: the third step is the item numbered 3, and what HHT
stands for is said where its letters begin words beside it. So they decide by
themselves which of the likely sentences is meant.
"""

from dataclasses import dataclass

import regex

_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "first 1st erste ersten erster erstes première premier primer primero",
            "second 2nd zweite zweiten zweiter zweites deuxième segundo segunda",
            "third 3rd dritte dritten dritter drittes troisième tercer tercero tercera",
            "fourth 4th vierte vierten vierter viertes quatrième cuarto cuarta",
            "fifth 5th fünfte fünften fünfter fünftes cinquième quinto quinta",
            "sixth 6th sechste sechsten sechster sechstes sixième sexto sexta",
            "seventh 7th siebte siebten siebter siebtes septième séptimo séptima",
            "eighth 8th achte achten achter achtes huitième octavo octava",
            "ninth 9th neunte neunten neunter neuntes neuvième noveno novena",
            "tenth 10th zehnte zehnten zehnter zehntes dixième décimo décima",
        ),
        1,
    )
    for word in words.split()
}
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one eins une uno",
            "two zwei deux dos",
            "three drei trois tres",
            "four vier quatre cuatro",
            "five fünf cinq cinco",
            "six sechs seis",
            "seven sieben sept siete",
            "eight acht huit ocho",
            "nine neun neuf nueve",
            "ten zehn dix diez",
        ),
        1,
    )
    for word in words.split()
}
_ITEMS = (
    "steps?|items?|points?|rules?|tips?|reasons?|stages?|tasks?|instructions?|entry|"
    "schritte?|punkte?|regeln?|tipps?|étapes?|points?|règles?|conseils?|pasos?|"
    "puntos?|reglas?|consejos?"
)
_NTH = regex.compile(
    rf"(?<!\w)(?P<nth>{'|'.join(_ORDINALS)})\s+(?:{_ITEMS})(?!\w)", regex.I
)
_NUMBERED = regex.compile(
    rf"(?<!\w)(?:{_ITEMS})\s+(?:no\.?\s*|number\s+|nr\.?\s*)?"
    rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})(?![\w.])",
    regex.I,
)
_ENUMERATOR = regex.compile(r"[(\[]?(\d{1,3})[.)\]]+\s")
_SHORT = r"(?P<short>\p{Lu}[\p{Lu}\p{N}.&-]{1,9})(?!\w)"
_MEANINGS = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"(?i:what|what's|whats)\b.*?\s{_SHORT}['’\"”]?\s+"
        r"(?i:stands?\s+for|short\s+for|an?\s+(?:abbreviation|acronym)|mean|abbreviate)",
        rf"(?i:what)\s+(?i:is|are)\s+(?i:the\s+)?(?i:full\s+(?:form|name)|meaning|"
        rf"expansion)\s+(?i:of)\s+(?i:the\s+)?(?i:abbreviation\s+|acronym\s+)?{_SHORT}",
        rf"^\W*(?i:what)\s+(?i:is|are)\s+(?i:an?\s+|the\s+)?{_SHORT}\W*$",
        rf"(?i:wofür\s+(?:steht|stehen)|was\s+(?:bedeutet|heißt))\s+(?i:die\s+abkürzung\s+)?"
        rf"{_SHORT}",
        rf"(?i:que\s+(?:signifie|veut\s+dire))\s+(?i:le\s+sigle\s+)?{_SHORT}",
        rf"(?i:qué\s+significan?|qué\s+quiere\s+decir)\s+(?i:las\s+siglas\s+)?{_SHORT}",
    )
)
_BRACKETED = r"\s*[(\[（]\s*['\"“]?{}['\"”]?s?\s*[)\]）,;]"
_SIGNS = ("(", "[", "（", "stand", "is short for", ", or ")  # one beside each of these
_SHORTS = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{Lu}\p{N}.&-]{1,9}")
_WORDS = regex.compile(r"[\p{L}\p{N}]+")
MAX_LINKS = 3  # words in an expansion that lend no letter ("of the")
# A version or a mark that holds digits: another one is another thing.
_MARK = regex.compile(
    r"(?<![\w.])(?:v?\d+(?:\.\d+){2,}|(?:\p{Lu}+-?\d+|\d+\p{Lu})[\p{Lu}\d]*)(?![\w.]*\d)"
)
_VERSION = regex.compile(r"(?i)(?<!\w)(?:versions?|release|v\.?)\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Form:
    """What a question asks for by its form.

    Attributes:
        number: Of an item; or None.
        short: An abbreviation that is to be explained; or None.
        span: Where in the question that stands.
    """

    number: int | None
    short: str | None
    span: tuple[int, int]


def parse_intent(question: str) -> Form | None:
    """Read a question's form; None where its words alone count.

    >>> parse_intent("What is the third step?")
    Form(number=3, short=None, span=(12, 22))
    >>> parse_intent("What does rule 12 say?").number
    12
    >>> parse_intent("What does HHT stand for?").short
    'HHT'
    >>> parse_intent("Who came third?")
    """
    if match := _NTH.search(question):
        return Form(_ORDINALS[match["nth"].casefold()], None, match.span())
    if match := _NUMBERED.search(question):
        number = match["number"].casefold()
        found = int(number) if number.isdecimal() else _NUMBERS[number]
        return Form(found, None, match.span())
    for pattern in _MEANINGS:
        if match := pattern.search(question):
            return Form(None, match["short"].rstrip("."), match.span())
    return None


def item_number(sentence: str) -> int:
    """Return the number that a sentence begins with, as the item of a list; 0 without.

    >>> item_number("3. Turn the red wheel."), item_number("Turn the red wheel.")
    (3, 0)
    """
    match = _ENUMERATOR.match(sentence)
    return int(match[1]) if match else 0


def explained(sentence: str) -> tuple[str, ...]:
    """List the abbreviations that a sentence explains.

    >>> explained("It uses the Hierarchical Harbour Tag (HHT), which nests.")
    ('HHT',)
    """
    if not any(sign in sentence for sign in _SIGNS):
        return ()
    shorts = dict.fromkeys(short.rstrip(".") for short in _SHORTS.findall(sentence))
    return tuple(short for short in shorts if explains(sentence, short))


def explains(sentence: str, short: str) -> bool:
    """Tell whether a sentence has the words that an abbreviation is made of beside it.

    >>> explains("It uses the Hierarchical Harbour Tag (HHT), which nests.", "HHT")
    True
    >>> explains("HHT (Hierarchical Harbour Tag) nests.", "HHT")
    True
    >>> explains("The HHT file (of the port) nests.", "HHT")
    False
    """
    bare = regex.escape(short)
    before = regex.search(_BRACKETED.format(bare), sentence)
    if before and _spells(
        _WORDS.findall(sentence[: before.start()])[::-1], short[::-1]
    ):
        return True
    after = regex.search(
        rf"(?<!\w){bare}(?!\w)['\"”]?\s*(?:[(\[（]|stands? for|is short for|, or )",
        sentence,
    )
    return after is not None and _spells(_WORDS.findall(sentence[after.end() :]), short)


def _spells(words: list[str], short: str) -> bool:
    """Tell whether words, the nearest first, begin with letters in their order."""
    letters = [letter.casefold() for letter in short if letter.isalpha()]
    links = 0
    for word in words:
        if not letters:
            break
        if word[0].casefold() == letters[0]:
            letters.pop(0)
        elif word[0].islower() and links < MAX_LINKS:
            links += 1
        else:
            return False
    return not letters


def marks(question: str) -> list[str]:
    """List the versions and marks with digits that a question names.

    >>> marks("When was version 2.0.2 out?"), marks("What is E404?"), marks("In 2019?")
    (['2.0.2'], ['E404'], [])
    """
    written = [match.group() for match in _MARK.finditer(question)]
    written += [match[1] for match in _VERSION.finditer(question)]
    return list(dict.fromkeys(written))
