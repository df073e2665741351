"""Questions that a sentence answers, generated from its own words by rules.

The rules cover the most common phrasings of facts in English and Korean. A sentence
that matches none gets no question: questions are shown to users, so they have to be
grammatical.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import regex

MAX_CHARACTERS = 90  # of a question; a button shows little more

_NOT_A_SUBJECT = regex.compile(
    r"\b(?:it|he|she|they|this|these|those|that|there|we|i|you|who|which|what|where|"
    r"when|if|as|but|because|while|his|her|its|their|our|my|your|such|one|both|all|"
    r"some|many|most|each|every|no|other|another|in|on|at|by|from|after|before|since|"
    r"during|under|with|for|to|not|also|then|here|now|said|says|and|or|course|"
    r"is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|may|"
    r"might|must|shall|should|first|second|third|last|next|latter|former|only|main|"
    r"same|smaller|larger|bigger|older|newer|\p{Ll}+est)\b",
    regex.I,
)
_INSIDE = regex.compile(r"\b(?:of|for|the|and|in|on|at|de|van|von)\b", regex.I)
_SUBJECT = (
    r"(?P<subject>(?:The |A |An )?(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}'’&.-]*+ ){1,7}?)"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|"
    "December"
)
_WHEN = (
    r"\b(?:in|on|since|from) (?:early |late |the )?(?:\d{1,2} )?"
    rf"(?:(?:{_MONTHS})|[12]\d{{3}})\b"
)
_ROLES = (
    "professor|director|president|chief|chair(?:man|woman|person)?|leader|minister|"
    "manager|mayor|curator|editor|author|writer|artist|scientist|researcher|engineer|"
    "teacher|head|founder|owner|officer|spokes(?:man|woman|person)|secretary|captain|"
    "architect|doctor|lawyer|historian|economist|biologist|farmer|fisherman|singer|"
    "actor|actress|composer|poet|painter|king|queen|governor|senator|councillor|warden"
)
_NAME = (
    r"(?P<name>\p{Lu}[\p{L}\p{M}'’-]++(?> \p{Lu}[\p{L}\p{M}'’-]*+){1,3}+)"
    r"(?! (?:v[ao]n|te[nr]|zu|de[nrl]?|d[aiou]s?|l[ae]|al|bin|of)\b|\.\s*\p{L})"
)
# Last words of names that do not name a person.
_THINGS = regex.compile(
    r"(?:Cent(?:re|er)|Museum|Institute|Company|River|Lake|Bridge|Park|Society|Club|"
    r"University|College|School|Church|Cathedral|Catalogue|Station|Tower|Castle|Index|"
    r"Fund|Trust|Works|Council|Association|Agency|Bank|Hospital|Island|Festival)$"
)
_TITLE = r"(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|St)\b"
_VERBS = {
    "opened": "open",
    "closed": "close",
    "began": "begin",
    "started": "start",
    "died": "die",
    "arrived": "arrive",
    "ended": "end",
    "moved": "move",
    "sank": "sink",
    "burned": "burn",
    "retired": "retire",
    "returned": "return",
    "collapsed": "collapse",
    "reopened": "reopen",
}
_WITH_NUMBERS = {
    "has": "have",
    "have": "have",
    "had": "have",
    "employs": "employ",
    "seats": "seat",
    "holds": "hold",
    "contains": "contain",
    "includes": "include",
    "needs": "need",
    "uses": "use",
    "sells": "sell",
    "serves": "serve",
    "owns": "own",
    "runs": "run",
    "produces": "produce",
    "covers": "cover",
}
_ABOUT = "(?:about |some |around |over |only |up to |at least |more than |nearly )?"
_MEASURES = (
    "metres|meters|miles|hours|days|years|minutes|weeks|months|pounds|euros|dollars|"
    "tonnes|tons"
)
_COUNTED = (
    r"\d[\d,]*+ (?P<counted>(?:\p{Ll}+ )?(?:people|\p{Ll}{2,}(?<![su])s))\b"
    rf"(?<!{_MEASURES})"
)
_TIME_SPANS = "(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_LENGTHS = "long|high|tall|wide|deep|thick|old|heavy"
_PARTICIPLES = (
    "built|founded|born|made|begun|written|held|found|sold|rebuilt|bought|given|lost|"
    r"drawn|set up|\p{Ll}{2,}ed"
)
_PLACED = "located|based|situated|held|buried|kept|stored|housed|found|displayed"


class GeneratedQuestion(NamedTuple):
    """A question, and the kind of fact that it asks for, such as "when"."""

    question: str
    kind: str


Rule = Callable[[regex.Match[str]], str | None]


def generate_questions(sentence: str, language: str) -> Iterator[GeneratedQuestion]:
    """Yield questions that a sentence answers.

    >>> list(generate_questions("The old mill was built in 1854.", "en"))
    [GeneratedQuestion(question='When was the old mill built?', kind='when')]
    >>> [q for q, _ in generate_questions("The museum has 25 rooms.", "en")]
    ['How many rooms does the museum have?']
    >>> [q for q, _ in generate_questions("도서관은 1998년에 설립됐다.", "ko")]
    ['도서관은 언제 설립됐습니까?']
    """
    text = " ".join(sentence.split())
    for kind, pattern, ask in _rules().get(language, ()):
        match = pattern.search(text)
        question = ask(match) if match else None
        if question and len(question) <= MAX_CHARACTERS:
            yield GeneratedQuestion(question, kind)


def _subject(match: regex.Match[str]) -> str | None:
    """Return the subject as written inside a question; None if it is no noun phrase."""
    subject = match["subject"].strip()
    article = next((a for a in ("The ", "A ", "An ") if subject.startswith(a)), "")
    bare = subject.removeprefix(article)
    words = bare.split()
    if (
        not words
        or not bare[0].isalpha()
        or bare[-1] in ".’'"
        or _NOT_A_SUBJECT.search(_INSIDE.sub("", bare))
        or _INSIDE.fullmatch(words[0])
        or _INSIDE.fullmatch(words[-1])
    ):
        return None
    if article:
        return f"{article.lower()}{bare}"
    # A single word may be any word that begins a sentence.
    return bare if len(words) > 1 and _is_name(words) else None


def _is_name(words: Sequence[str]) -> bool:
    return all(word[0].isupper() or _INSIDE.fullmatch(word) for word in words)


def _with_subject(form: str) -> Rule:
    def ask(match: regex.Match[str]) -> str | None:
        subject = _subject(match)
        groups = {name: found or "" for name, found in match.groupdict().items()}
        return form.format(**{**groups, "subject": subject}) if subject else None

    return ask


def _when_did(match: regex.Match[str]) -> str | None:
    subject = _subject(match)
    verb = _VERBS[match["verb"]]
    return f"When did {subject} {verb}?" if subject else None


def _how_many(match: regex.Match[str]) -> str | None:
    subject = _subject(match)
    auxiliary = {"have": "do", "had": "did"}.get(match["verb"], "does")
    verb = _WITH_NUMBERS[match["verb"]]
    counted = match["counted"]
    return f"How many {counted} {auxiliary} {subject} {verb}?" if subject else None


def _how_much(match: regex.Match[str]) -> str | None:
    subject = _subject(match)
    if subject is None:
        return None
    is_plural = regex.search(r"(?<![su])s$", subject)
    auxiliary = "does" if match["verb"] == "costs" else "do" if is_plural else "did"
    return f"How much {auxiliary} {subject} cost?"


def _what_is(match: regex.Match[str]) -> str | None:
    """Ask what a kind of thing or a named thing is; never who a person is."""
    subject = _subject(match)
    if subject is None or regex.search(rf"\b(?:{_ROLES})\b", match["what"]):
        return None
    article, _, bare = subject.partition(" ")
    is_kind = article in ("a", "an")
    is_thing = article == "the" and _is_name(bare.split())
    is_known = is_kind or is_thing or _THINGS.search(subject)
    return f"What {match['verb']} {subject}?" if is_known else None


def _named(form: str) -> Rule:
    def ask(match: regex.Match[str]) -> str | None:
        name = match["name"]
        return None if regex.match(_TITLE, name) else form.format(name=name)

    return ask


def _korean(form: str) -> Rule:
    """Return a rule that puts a noun with its topic particle into a question."""

    def ask(match: regex.Match[str]) -> str | None:
        groups = {name: found or "" for name, found in match.groupdict().items()}
        subject = match["subject"]
        particle = "은" if _ends_in_consonant(subject) else "는"
        return form.format(**{**groups, "topic": f"{subject}{particle}"})

    return ask


def _ends_in_consonant(word: str) -> bool:
    """Return whether a Hangul word ends in a consonant, which selects its particle."""
    return (ord(word[-1]) - ord("가")) % 28 > 0


def _rule(kind: str, pattern: str, ask: Rule) -> tuple[str, regex.Pattern[str], Rule]:
    return kind, regex.compile(pattern), ask


_KOREAN_SUBJECT = r"^(?P<subject>(?:[\p{Hangul}\p{N}A-Za-z·]++ ){0,2}?\p{Hangul}{2,}?)"


@cache
def _rules() -> Mapping[str, Sequence[tuple[str, regex.Pattern[str], Rule]]]:
    """Compile the rules of each language, once and on first use."""
    return {
        "en": (
            _rule(
                "when",
                rf"^{_SUBJECT}(?P<verb>was|were) (?P<done>{_PARTICIPLES})\b"
                rf"[^,;:]{{0,60}}?{_WHEN}",
                _with_subject("When {verb} {subject} {done}?"),
            ),
            _rule(
                "when",
                rf"^{_SUBJECT}(?P<verb>{'|'.join(_VERBS)})\b[^,;:]{{0,60}}?{_WHEN}",
                _when_did,
            ),
            _rule(
                "how many",
                rf"^{_SUBJECT}(?P<verb>{'|'.join(_WITH_NUMBERS)}) {_ABOUT}{_COUNTED}",
                _how_many,
            ),
            _rule(
                "how long",
                rf"^{_SUBJECT}(?P<verb>takes|lasts) {_ABOUT}[\w-]+ (?:to \w+ )?"
                rf"{_TIME_SPANS}\b"
                r"(?P<to> to \p{Ll}{3,})?+(?! to\b)",
                _with_subject("How long does {subject} {verb:.4}{to}?"),
            ),
            _rule(
                "weight",
                rf"^{_SUBJECT}weighs {_ABOUT}\d",
                _with_subject("How much does {subject} weigh?"),
            ),
            _rule(
                "size",
                rf"^{_SUBJECT}(?P<verb>is|are|was|were) {_ABOUT}\d[\d.,]* \p{{L}}+ "
                rf"(?P<size>{_LENGTHS})\b",
                _with_subject("How {size} {verb} {subject}?"),
            ),
            _rule(
                "opening",
                rf"^{_SUBJECT}(?P<verb>is|are) open (?:daily |only )?"
                r"(?:from|between|on|every|until|\d)",
                _with_subject("When {verb} {subject} open?"),
            ),
            _rule(
                "how much",
                rf"^{_SUBJECT}(?P<verb>costs?) (?:about )?[£$€¥]?\d",
                _how_much,
            ),
            _rule(
                "where",
                rf"^{_SUBJECT}(?P<verb>is|are|was|were) (?P<placed>{_PLACED}) "
                r"(?:in|at|on|near) (?:the )?"
                rf"(?!(?:{_MONTHS})\b)\p{{Lu}}",
                _with_subject("Where {verb} {subject} {placed}?"),
            ),
            _rule(
                "who",
                rf"(?<!\p{{Lu}}[\p{{L}}.]* ){_NAME}, "
                rf"(?:(?:an?|the) [\p{{L}}’'-]* ?(?:{_ROLES})\b|who )",
                _named("Who is {name}?"),
            ),
            _rule(
                "who", rf"\bsaid {_NAME}, (?:an?|the|who)\b", _named("Who is {name}?")
            ),
            _rule("said", rf"\bsaid {_NAME}\b", _named("What did {name} say?")),
            _rule(
                "what",
                rf"^{_SUBJECT}(?P<verb>is|was) "
                r"(?P<what>(?:an?|the) [\p{L}\p{N} ’'-]+)",
                _what_is,
            ),
        ),
        "ko": (
            _rule(
                "when",
                rf"{_KOREAN_SUBJECT}[은는이가] (?:.*? )?\d{{4}}년.*?"
                r"(?P<done>설립|창설|개관|개장|개통|건립|설치|출범|완공|창간|결성|제정)"
                r"(?:됐|되었|했|하였|된)",
                _korean("{topic} 언제 {done}됐습니까?"),
            ),
            _rule(
                "said",
                r"(?P<subject>\p{Hangul}{2,4} (?:교수|대표|장관|대통령|회장|원장|"
                r"국장|박사|관장|시장|소장|위원장|대변인|사장|팀장))[은는] "
                r".*(?:말했|밝혔|전했|설명했)",
                _korean("{topic} 무엇이라고 말했습니까?"),
            ),
            _rule(
                "where",
                rf"{_KOREAN_SUBJECT}[은는] .*?에 (?:있다|위치|자리)",
                _korean("{topic} 어디에 있습니까?"),
            ),
            _rule(
                "what",
                rf"{_KOREAN_SUBJECT}[은는] [^,.\p{{N}}]{{4,60}}\p{{Hangul}}이다\.?$",
                _korean("{topic} 무엇입니까?"),
            ),
        ),
    }
