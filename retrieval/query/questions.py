"""Splitting of a message into the questions that it asks.

The rules cut at the marks of every language (question marks, lines, numbers), and at
"and" in English and Korean. A sentence that states something stays with the question
after it.
"""

from collections.abc import Iterator

import regex

MAX_QUESTIONS = 4  # of one message that are answered

_MARK = regex.compile(r"[?？؟]++(?=\s|$)|[？؟]++(?![”’»\"')）」])")
_NUMBER = regex.compile(r"(?<!\S)(\d{1,2})[.)](?=\s)")
_BULLET = regex.compile(r"^[-–—*•·]\s", regex.MULTILINE)

_PREPOSITION = r"(?:(?:in|on|at|for|from|by|with|to|of|since|until|under) )?"
_INTERROGATIVE = r"(?:who|whom|whose|what|when|where|why|which|how)"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
)
_SUBJECT = (
    r"(?:the|an?|i|you|he|she|it|we|they|there|this|that|these|those|"
    r"my|your|his|her|its|our|their|any(?:one|body|thing)?|some(?:one|body|thing)?)"
)
# "when does it", "who chairs"; but not "when it", which opens a clause.
_DIRECT = rf"{_PREPOSITION}{_INTERROGATIVE}\b(?! {_SUBJECT}\b)"
_JOIN = regex.compile(
    r"(?P<comma>[,;]?+) (?:(?P<and>and|but) )?+(?:also )?+"
    rf"(?={_PREPOSITION}(?:{_INTERROGATIVE}|{_AUXILIARY})\b)",
    regex.IGNORECASE,
)
_ASKS_DIRECTLY = regex.compile(
    rf"(?:^|[.:,;!] )(?:{_DIRECT}|{_AUXILIARY} )", regex.IGNORECASE
)
_ASKS_YES_OR_NO = regex.compile(rf"(?:^|[.:,;!] ){_AUXILIARY} ", regex.IGNORECASE)
_ASKS_INDIRECTLY = regex.compile(
    rf"\b(?:tell me|explain|know|wonder(?:ing)?|find out) {_INTERROGATIVE}\b",
    regex.IGNORECASE,
)
_OPENS_DIRECTLY = regex.compile(_DIRECT, regex.IGNORECASE)
_OPENS_INVERTED = regex.compile(rf"{_AUXILIARY} {_SUBJECT}\b", regex.IGNORECASE)
# "and are dogs allowed"; but not "and is still used", which has no subject.
_OPENS_WITH_AUXILIARY = regex.compile(
    rf"{_AUXILIARY} (?!(?:still|now|also|already|not|never|currently|usually)\b)",
    regex.IGNORECASE,
)
_INTERROGATIVE_WORD = regex.compile(rf"\b{_INTERROGATIVE}\b", regex.IGNORECASE)
# Last words of what is no whole question: "and by whom", "and how long".
_DANGLING = regex.compile(
    rf"\b(?:{_INTERROGATIVE}|much|many|long|often|far|old|for|from|else)\W*$",
    regex.IGNORECASE,
)
_KOREAN_JOIN = regex.compile(r"(?<=[요까니나지죠가야])[,.]? 그리고 ")


def split_questions(text: str) -> tuple[str, ...]:
    """Return the questions of a message, in order; at least one.

    A message with one question is returned as it is, without blanks around it.

    >>> split_questions("Who is the director and when does it open?")
    ('Who is the director?', 'when does it open?')
    >>> split_questions("I have a dog. May it come in? What does it cost?")
    ('I have a dog. May it come in?', 'What does it cost?')
    >>> split_questions("When and where was it built, and by whom?")
    ('When and where was it built, and by whom?',)
    """
    asked = [
        question
        for item in _items(text)
        for marked in _marked(" ".join(item.split()))
        for question in _joined(marked)
        if any(map(str.isalnum, question))
    ]
    return tuple(asked) if len(asked) > 1 else (text.strip(),)


def _items(text: str) -> Iterator[str]:
    """Yield the items of a list, numbered from 1 or with bullets; else the text."""
    cuts: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(text):
        is_listed = cuts or not text[: match.start()].strip(" ")[-1:].isalnum()
        if is_listed and int(match[1]) == len(cuts) + 1:
            cuts.append(match.span())
    if len(cuts) < 2:
        cuts = [match.span() for match in _BULLET.finditer(text)]
    if len(cuts) < 2:
        yield text
        return
    if "?" in (before := text[: cuts[0][0]]):
        yield before
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    for (_, start), end in zip(cuts, ends, strict=True):
        yield text[start:end].strip()


def _marked(text: str) -> Iterator[str]:
    """Cut a text after its question marks; what follows the last stays with it."""
    start = 0
    for end in [match.end() for match in _MARK.finditer(text)][:-1]:
        yield text[start:end].strip()
        start = end
    yield text[start:].strip()


def _joined(text: str) -> Iterator[str]:
    """Cut a sentence where "and" joins two whole questions."""
    mark = text[-1:] if text[-1:] in ("?", "？") else ""
    start = 0
    joins = [*_JOIN.finditer(text), *_KOREAN_JOIN.finditer(text)]
    for join in sorted(joins, key=lambda join: join.start()):
        before, after = text[start : join.start()], text[join.end() :]
        if join.re is _KOREAN_JOIN or _joins_questions(before, join, after):
            yield f"{before.strip()}{mark}"
            start = join.end()
    yield text[start:].strip()


def _joins_questions(before: str, join: regex.Match[str], after: str) -> bool:
    """Return whether the texts before and after a conjunction are whole questions."""
    if not (join["comma"] or join["and"]):
        return False
    n_after = len(after.split(maxsplit=2))
    if len(before.split(maxsplit=3)) < 3 or n_after < 2 or _DANGLING.search(before):
        return False
    if n_after == 2 and _DANGLING.search(after):
        return False
    is_indirect = _ASKS_INDIRECTLY.search(before) is not None
    if not (is_indirect or _ASKS_DIRECTLY.search(before)):
        return False
    if opener := _INTERROGATIVE_WORD.match(after):
        asked = [word.casefold() for word in _INTERROGATIVE_WORD.findall(before)]
        if opener[0].casefold() in asked[1:]:
            return False  # "the woman who founded it and who runs it"
        return is_indirect or _OPENS_DIRECTLY.match(after) is not None
    if _OPENS_DIRECTLY.match(after):
        return True
    if _OPENS_INVERTED.match(after):
        return bool(join["and"])
    is_apart = join["comma"] or _ASKS_YES_OR_NO.search(before)
    return bool(is_apart and join["and"] and _OPENS_WITH_AUXILIARY.match(after))
