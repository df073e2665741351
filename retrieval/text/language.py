"""Data of each language: stop words, question words, stemmers.

Question words and other phrases come from `languages.toml`. A language that is not in
it has the stop words of `stopwordsiso`, if any, no types of questions, and sentences by
the splitter's fallback rules. `analysis` detects writing without blanks by script, so
that a Chinese name in an English article is found, too.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex
import stopwordsiso

Pattern = regex.Pattern[str]

ANSWER_TYPES = (
    "quantity",
    "time",
    "person",
    "location",
    "reason",
)  # the first that matches counts
_WORD = regex.compile(r"[\p{L}\p{M}]+")
FLAGS = regex.IGNORECASE | regex.VERSION1
UNDETERMINED = "und"  # ISO 639-2 for a text without a letter

# Function words and question words. The English list of stopwordsiso holds 1,298
# words, among them "world", "system", "third" and "computer", which questions turn
# on; so English has its own. Ordinals and numbers are never stop words.
_ENGLISH_STOP_WORDS = frozenset(
    """
    a an the this that these those such
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself
    they them their theirs themselves
    who whom whose which what when where why how whoever whatever whichever
    am is are was were be been being do does did doing done have has had having
    can could may might must shall should will would ought
    isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't
    can't couldn't won't wouldn't shouldn't mustn't
    and or but nor so yet if then than because as while although though unless
    of at by for with about against between into through during before after
    to from up down in out on off over under upon onto within without toward towards
    there here now just also too very only even ever still again
    some any all both each every either neither other another own same
    not no yes
    s t d ll m re ve
    """.split()
)


@dataclass(frozen=True, slots=True)
class Language:
    """Data of one language; a pattern is None where there is none.

    Attributes:
        code: ISO 639-1 code, or `UNDETERMINED`.
        stemmer: Name of the Snowball algorithm, or None.
        stop_words: Lower-case words that carry no topic.
        common_words: Lower-case words that carry little; they include most stop words.
        carrier_phrases: Phrases around a question's topic ("What does the article say
            about").
        filler_phrases: Phrases of a question that say nothing about its topic ("how
            many people").
        answer_types: The type of answer that a question with such words expects, one of
            `ANSWER_TYPES`, with its pattern; the first that matches counts.
        focus: The question word and the noun after it, which is the group
            ("magazine").
        pronouns: Pronouns whose antecedent is in the sentence before.
        number_words: Numbers in words, and other words of quantity.
        calendar: Names of months and of days of the week.
        ordinals: Ordinals in words; the third does not answer a question about the
            fourth.
        anaphora: Words in a question whose antecedent is in an earlier turn.
        followup_openers: Words that open a follow-up ("and", "what about").
        interrogatives: Words of which a question of its own has one.
        reasons: Words that give a reason, in answers to "why".
        places: Words before a place, in answers to "where".
        manner: Question words for a means ("how").
        manners: Words before a means, in answers to "how".
        asks_else: Words that ask for something else than was said before.
        others: Words of a sentence for whatever it does not name.
        negation: Words that ask for what is not so ("Who did not vote?").
        denials: Words of a sentence that denies, excludes or refuses something.
        bounds: Words before a date that something is compared with ("before 1990").
        capitalises_nouns: Whether all nouns are written with a capital.
        folds_accents: Whether words that differ only in accents are one word; in
            Vietnamese they are different words.
        is_without_blanks: Whether words are written without blanks between them.
    """

    code: str
    stemmer: str | None
    stop_words: frozenset[str]
    common_words: frozenset[str] = frozenset()
    carrier_phrases: Pattern | None = None
    filler_phrases: Pattern | None = None
    answer_types: tuple[tuple[str, Pattern], ...] = ()
    focus: Pattern | None = None
    pronouns: Pattern | None = None
    number_words: Pattern | None = None
    calendar: Pattern | None = None
    ordinals: Pattern | None = None
    anaphora: Pattern | None = None
    followup_openers: Pattern | None = None
    interrogatives: Pattern | None = None
    reasons: Pattern | None = None
    places: Pattern | None = None
    manner: Pattern | None = None
    manners: Pattern | None = None
    asks_else: Pattern | None = None
    others: Pattern | None = None
    negation: Pattern | None = None
    denials: Pattern | None = None
    bounds: Pattern | None = None
    capitalises_nouns: bool = False
    folds_accents: bool = True
    is_without_blanks: bool = False


_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}


# Written languages without a Snowball stemmer that are worth telling apart. Left to
# all its 97 languages, the detector takes Chinese for Wu and Arabic for Egyptian.
DETECTED = (*_STEMMERS, "bg", "bn", "he", "hr", "ja", "ko", "sk", "sl", "th", "uk")
DETECTED += ("ur", "vi", "zh")
_WITHOUT_BLANKS = frozenset(("ja", "km", "ko", "lo", "my", "th", "zh"))


def is_language(code: str) -> bool:
    """Return whether a code is that of a language with any data.

    >>> is_language("de"), is_language("xx")
    (True, False)
    """
    return code in DETECTED or stopwordsiso.has_lang(code)


@cache
def language_for(code: str) -> Language:
    """Return the data of a language; an unknown code has stop words at most."""
    listed = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else ()
    words = frozenset(word.casefold() for word in listed if _WORD.fullmatch(word))
    known = _patterns().get(code, {})

    def whole_words(key: str) -> Pattern | None:
        alternatives = known.get(key)
        return _whole_words(alternatives, code) if alternatives else None

    focus = known.get("focus")
    return Language(
        code,
        _STEMMERS.get(code),
        _ENGLISH_STOP_WORDS if code == "en" else words,
        common_words=words,
        carrier_phrases=whole_words("carrier_phrases"),
        filler_phrases=whole_words("filler_phrases"),
        answer_types=tuple(
            (name, pattern) for name in ANSWER_TYPES if (pattern := whole_words(name))
        ),
        focus=regex.compile(rf"(?<!\p{{L}}){focus}", FLAGS) if focus else None,
        pronouns=whole_words("pronouns"),
        number_words=whole_words("number_words"),
        calendar=whole_words("calendar"),
        ordinals=whole_words("ordinals"),
        anaphora=whole_words("anaphora"),
        followup_openers=whole_words("followup_openers"),
        interrogatives=whole_words("interrogatives"),
        reasons=whole_words("reasons"),
        places=whole_words("places"),
        manner=whole_words("manner"),
        manners=whole_words("manners"),
        asks_else=whole_words("asks_else"),
        others=whole_words("others"),
        negation=whole_words("negation"),
        denials=whole_words("denials"),
        bounds=whole_words("bounds"),
        capitalises_nouns=code == "de",
        folds_accents=code != "vi",
        is_without_blanks=code in _WITHOUT_BLANKS,
    )


@cache
def _patterns() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("retrieval").joinpath("text", "languages.toml").read_text("utf-8")
    return tomllib.loads(text)


def _whole_words(alternatives: list[str], code: str) -> Pattern:
    either = "|".join(alternatives)
    if code in _WITHOUT_BLANKS:
        return regex.compile(f"(?:{either})", FLAGS)
    return regex.compile(rf"(?<!\w)(?:{either})(?!\w)", FLAGS)


QUESTION_LANGUAGES = tuple(sorted(_patterns()))  # whose question words are known
