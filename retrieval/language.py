"""What language a text is in, and what is known of each language, as data.

A language that is not in the table works by the general path: no stemmer, the
stop words of `stopwordsiso` where it has some, sentences by the fallback rules
of the splitter. Writing without spaces is told by script, in `analysis`, so
that a Chinese name in an English article is found too.
"""

from dataclasses import dataclass
from functools import cache

import stopwordsiso
from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE_CHARACTERS = 4_000  # detection is sure long before; longer only costs time
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

# Words in which a reader wraps a question about the article as a whole.
_ENGLISH_FRAMES = (
    r"(?:what|anything)?\s*(?:does|do|did|is|can)?\s*(?:the|this)\s+"
    r"(?:article|text|story|report)\s+"
    r"(?:say|says|said|mention|mentions|tell|tells|report|reports)(?:\s+(?:us|me))?"
    r"(?:\s+(?:about|on|of|regarding))?",
    r"according\s+to\s+(?:the|this)\s+(?:article|text|story|report)",
    r"(?:please\s+)?tell\s+(?:me|us)(?:\s+(?:about|more\s+about))?",
    r"in\s+(?:the|this)\s+(?:article|text|story|report)",
)


@dataclass(frozen=True, slots=True)
class Language:
    """What analysis needs to know of one language.

    Attributes:
        code: ISO 639-1 code, or `UNDETERMINED`.
        stemmer: Name of the Snowball algorithm, or None.
        stop_words: Lower-case words that carry no topic.
        frames: Regular expressions of phrases around a question's topic.
    """

    code: str
    stemmer: str | None
    stop_words: frozenset[str]
    frames: tuple[str, ...] = ()


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
_DETECTED = (*_STEMMERS, "bg", "bn", "he", "hr", "ja", "ko", "sk", "sl", "th", "uk")
_DETECTED += ("ur", "vi", "zh")


def detect_language(text: str) -> str:
    """Name the language of a text.

    Returns:
        The ISO 639-1 code, or `UNDETERMINED` where the text has no letter.
    """
    sample = text[:SAMPLE_CHARACTERS]
    if not any(character.isalpha() for character in sample):
        return UNDETERMINED
    code: str = _identifier().classify(sample)[0]
    return code


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model once, when a text first needs it."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(_DETECTED))
    return identifier


@cache
def language_for(code: str) -> Language:
    """Look up what is known of a language; unknown codes get the general path."""
    if code == "en":
        return Language(code, _STEMMERS[code], _ENGLISH_STOP_WORDS, _ENGLISH_FRAMES)
    listed = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else ()
    words = frozenset(word.casefold() for word in listed if word.isalpha())
    return Language(code, _STEMMERS.get(code), words)
