"""Lookup intents: questions for a numbered item or section, or for an abbreviation.

Rules answer these questions better than weights do: the third step is the item with the
number 3, and "HHT" is defined where words with its initials stand beside it.
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
_SECTIONS = (
    "article|section|clause|chapter|paragraph|part|annex|appendix|§|"
    "artikel|abschnitt|kapitel|absatz|paragraph|paragraf|teil|ziffer|"
    "chapitre|alinéa|artículo|sección|capítulo|cláusula|párrafo|"
    "articolo|sezione|capitolo|comma|artigo|se[cç]ção|seção|"
    "стать\\w{1,2}|раздел\\w?|глав\\w|пункт\\w?|розділ\\w?|стат\\w{1,3}"
)
_PASSAGES = "passage|textstelle|pasaje|passaggio|passagem"
_LABEL = r"\d{1,3}(?:\.\d{1,3})*|(?:[IVX]{2,6}|[VX])(?!\w)"
_LABELLED = regex.compile(
    rf"(?<!\w)(?:(?P<passage>{_PASSAGES})|(?P<section>{_SECTIONS})|{_ITEMS})\s*"
    rf"(?:no\.?\s*|number\s+|nr\.?\s*)?(?P<label>(?-i:{_LABEL}))(?!\w|\.\d)"
    r"|[第제]\s?(?P<counted>\d{1,3})\s?[条條章节節조장절항]",
    regex.I,
)
_OPENING_LABEL = regex.compile(
    rf"(?P<noun>(?:{_SECTIONS}|{_ITEMS})\s*|[第제]\s?)?[(\[]?"
    rf"(?P<label>(?-i:{_LABEL}))(?P<mark>\.?[.:)\]–—-])?(?=\s|[条條章节節조장절항]|$)",
    regex.I,
)
_NTH = regex.compile(
    rf"(?<!\w)(?P<nth>{'|'.join(_ORDINALS)})\s+(?:{_ITEMS})(?!\w)", regex.I
)
_NUMBERED = regex.compile(
    rf"(?<!\w)(?:{_ITEMS})\s+(?:no\.?\s*|number\s+|nr\.?\s*)?"
    rf"(?P<number>{'|'.join(_NUMBERS)})(?!\w)",
    regex.I,
)
_ENUMERATOR = regex.compile(r"[(\[]?(\d{1,3})[.)\]]+\s")
_ABBREVIATION = r"(?P<abbreviation>\p{Lu}[\p{Lu}\p{N}.&-]{1,9})(?!\w)"
_DEFINITION_QUESTIONS = tuple(
    regex.compile(pattern)
    for pattern in (
        rf"(?i:what|what's|whats)\b.*?\s{_ABBREVIATION}['’\"”]?\s+"
        r"(?i:stands?\s+for|short\s+for|an?\s+(?:abbreviation|acronym)|mean|abbreviate)",
        rf"(?i:what)\s+(?i:is|are)\s+(?i:the\s+)?(?i:full\s+(?:form|name)|meaning|"
        rf"expansion)\s+(?i:of)\s+(?i:the\s+)?(?i:abbreviation\s+|acronym\s+)?"
        rf"{_ABBREVIATION}",
        rf"^\W*(?i:what)\s+(?i:is|are)\s+(?i:an?\s+|the\s+)?{_ABBREVIATION}\W*$",
        rf"(?i:wofür\s+(?:steht|stehen)|was\s+(?:bedeutet|heißt))\s+(?i:die\s+abkürzung\s+)?"
        rf"{_ABBREVIATION}",
        rf"(?i:que\s+(?:signifie|veut\s+dire))\s+(?i:le\s+sigle\s+)?{_ABBREVIATION}",
        rf"(?i:qué\s+significan?|qué\s+quiere\s+decir)\s+(?i:las\s+siglas\s+)?"
        rf"{_ABBREVIATION}",
    )
)
_BRACKETED = r"\s*[(\[（]\s*['\"“]?{}['\"”]?s?\s*[)\]）,;]"
_SIGNS = (
    "(",
    "[",
    "（",
    "stand",
    "is short for",
    ", or ",
)  # a definition has one of these
_ABBREVIATIONS = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{Lu}\p{N}.&-]{1,9}")
_WORDS = regex.compile(r"[\p{L}\p{N}]+")
MAX_LINKS = 3  # words in an expansion without a letter in its abbreviation ("of the")
# A version, or a name with digits: "E405" is not "E404".
_IDENTIFIER = regex.compile(
    r"(?<![\w.])(?:v?\d+(?:\.\d+){2,}|(?:\p{Lu}+-?\d+|\d+\p{Lu})[\p{Lu}\d]*)(?![\w.]*\d)"
)
_VERSION = regex.compile(r"(?i)(?<!\w)(?:versions?|release|v\.?)\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class LookupIntent:
    """An item of a list, a section or an abbreviation that a question asks for.

    Attributes:
        item_number: The item's number, or None.
        abbreviation: The abbreviation whose meaning is asked for, or None.
        span: Start and end of the request in the question, in characters.
        label: The number of an item or a section as it is written ("2.2"), or None.
        is_section: Whether a section is asked for, rather than an item.
        passage_number: The number of the passage that is asked for, or None.
    """

    item_number: int | None
    abbreviation: str | None
    span: tuple[int, int]
    label: str | None = None
    is_section: bool = False
    passage_number: int | None = None


def parse_intent(question: str) -> LookupIntent | None:
    """Return the lookup intent of a question, or None.

    >>> parse_intent("What is the third step?").item_number
    3
    >>> parse_intent("What does rule 2.2 say?").label
    '2.2'
    >>> parse_intent("What does rule 12 say?").item_number
    12
    >>> parse_intent("What does HHT stand for?").abbreviation
    'HHT'
    >>> parse_intent("Who came third?")
    """
    if match := _NTH.search(question):
        return LookupIntent(_ORDINALS[match["nth"].casefold()], None, match.span())
    if match := _NUMBERED.search(question):
        return LookupIntent(_NUMBERS[match["number"].casefold()], None, match.span())
    if match := _LABELLED.search(question):
        label = match["label"] or match["counted"]
        number = int(label) if label.isdecimal() else None
        if match["passage"]:
            return LookupIntent(None, None, match.span(), passage_number=number)
        is_section = bool(match["section"] or match["counted"])
        return LookupIntent(number, None, match.span(), label, is_section)
    for pattern in _DEFINITION_QUESTIONS:
        if match := pattern.search(question):
            return LookupIntent(None, match["abbreviation"].rstrip("."), match.span())
    return None


def opening_label(text: str) -> str | None:
    """Return the number that a sentence or a heading begins with, as it is written.

    >>> opening_label("2.2 Nobody rows."), opening_label("Article IV: Fees")
    ('2.2', 'IV')
    >>> opening_label("제3조 (요금)"), opening_label("In 2 days")
    ('3', None)
    """
    match = _OPENING_LABEL.match(text)
    if match is None or not (match["noun"] or match["mark"] or "." in match["label"]):
        return None
    return match["label"]


def item_number(sentence: str) -> int:
    """Return the item number that a sentence begins with; 0 without one.

    >>> item_number("3. Turn the red wheel."), item_number("Turn the red wheel.")
    (3, 0)
    """
    match = _ENUMERATOR.match(sentence)
    return int(match[1]) if match else 0


def defined_abbreviations(sentence: str) -> tuple[str, ...]:
    """List the abbreviations that a sentence defines.

    >>> defined_abbreviations("It uses the Hierarchical Harbour Tag (HHT).")
    ('HHT',)
    """
    if not any(sign in sentence for sign in _SIGNS):
        return ()
    found = dict.fromkeys(one.rstrip(".") for one in _ABBREVIATIONS.findall(sentence))
    return tuple(one for one in found if defines(sentence, one))


def defines(sentence: str, abbreviation: str) -> bool:
    """Return whether a sentence has an abbreviation beside what it stands for.

    >>> defines("It uses the Hierarchical Harbour Tag (HHT), which nests.", "HHT")
    True
    >>> defines("HHT (Hierarchical Harbour Tag) nests.", "HHT")
    True
    >>> defines("The HHT file (of the port) nests.", "HHT")
    False
    """
    bare = regex.escape(abbreviation)
    before = regex.search(_BRACKETED.format(bare), sentence)
    if before and _is_acronym_of(
        _WORDS.findall(sentence[: before.start()])[::-1], abbreviation[::-1]
    ):
        return True
    after = regex.search(
        rf"(?<!\w){bare}(?!\w)['\"”]?\s*(?:[(\[（]|stands? for|is short for|, or )",
        sentence,
    )
    return after is not None and _is_acronym_of(
        _WORDS.findall(sentence[after.end() :]), abbreviation
    )


def _is_acronym_of(words: list[str], abbreviation: str) -> bool:
    """Return whether words have the letters of an abbreviation as initials.

    Args:
        words: The words beside the abbreviation, the nearest first.
        abbreviation: The abbreviation; reversed if the words are.
    """
    letters = [letter.casefold() for letter in abbreviation if letter.isalpha()]
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


def identifiers(question: str) -> list[str]:
    """List the versions and names with digits in a question.

    >>> identifiers("When was version 2.0.2 out?"), identifiers("What is E404?")
    (['2.0.2'], ['E404'])
    >>> identifiers("In 2019?")
    []
    """
    written = [match.group() for match in _IDENTIFIER.finditer(question)]
    written += [match[1] for match in _VERSION.finditer(question)]
    return list(dict.fromkeys(written))
