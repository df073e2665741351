"""Detection of a text's language.

The script of a text, or words that no other language uses, decide for most. For the
rest there is py3langid's model, which takes longer to load than everything else.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from math import log

import regex
import stopwordsiso

from retrieval.text.language import DETECTED, UNDETERMINED

SAMPLE_CHARACTERS = 4_000  # detection is certain long before that
MIN_LETTERS = 3  # with fewer the model guesses: it takes "x" for Arabic
MIN_WORDS = 5  # of one language alone
MIN_SHARE = 0.05  # of all words
MIN_LEAD = 4  # times as many as of the next language

# Scripts of one language; they decide if most letters are of them.
_BY_SCRIPT = (
    ("ko", regex.compile(r"\p{Hangul}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("zh", regex.compile(r"\p{Han}")),
)
_KANA_SHARE = 0.1  # in Japanese, many of whose letters are Chinese ones
# Near relatives of languages that `stopwordsiso` lacks: Serbian, Nepali.
_UNSURE = frozenset(("bg", "hi", "hr"))
# About how many of 1,000 websites are in a language (W3Techs); few words fit several.
_FREQUENCY = {"en": 500} | dict.fromkeys("de es fr ja pt ru".split(), 50)
_FREQUENCY |= dict.fromkeys("ar cs fa id it ko nl pl tr uk vi zh".split(), 10)
OTHER_FREQUENCY = 2
_LETTER = regex.compile(r"\p{L}")
_WORD = regex.compile(r"[\p{L}\p{M}'’]+")


def detect_language(text: str) -> str:
    """Return the language of a text.

    Returns:
        The ISO 639-1 code, or `UNDETERMINED` where the text has too few letters, and
        they are not of a script that only one language writes.
    """
    sample = text[:SAMPLE_CHARACTERS]
    n_letters = len(_LETTER.findall(sample))
    if not n_letters:
        return UNDETERMINED
    known = language_of_script(sample) or _by_words(sample)
    if known or n_letters >= MIN_LETTERS:
        return known or _by_model(sample)
    return UNDETERMINED


def language_of_script(text: str) -> str | None:
    """Return the language that alone writes most letters of a text, or None.

    >>> language_of_script("冬の海"), language_of_script("winter")
    ('ja', None)
    """
    n_letters = max(1, len(_LETTER.findall(text)))
    shares = {code: len(p.findall(text)) / n_letters for code, p in _BY_SCRIPT}
    if shares["ja"] >= _KANA_SHARE and shares["ja"] + shares["zh"] > 1 / 2:
        return "ja"
    return next((code for code, share in shares.items() if share > 1 / 2), None)


def _by_words(text: str) -> str | None:
    """Return the language with by far the most words that only it has, or None."""
    words = _WORD.findall(text.casefold())
    distinctive = _distinctive()
    counts = Counter(distinctive[word] for word in words if word in distinctive)
    if not counts:
        return None
    (code, count), (_, next_count) = [*counts.most_common(2), ("", 0)][:2]
    is_sure = (
        code not in _UNSURE
        and count >= max(MIN_WORDS, MIN_SHARE * len(words))
        and count >= MIN_LEAD * next_count
    )
    return code if is_sure else None


@cache
def _distinctive() -> Mapping[str, str]:
    """Return the stop words that only one language has, with its code."""
    owners: dict[str, set[str]] = {}
    for code in filter(stopwordsiso.has_lang, DETECTED):
        for word in stopwordsiso.stopwords(code):
            owners.setdefault(word.casefold(), set()).add(code)
    return {word: code for word, (code, *others) in owners.items() if not others}


def load_model() -> None:
    """Load the model now; it unpacks itself to a file, which a sandbox forbids."""
    _by_model("a")


def _by_model(text: str) -> str:
    """Return the most probable language, by the model and by how common it is."""
    likelihoods: list[tuple[str, float]] = _identifier().rank(text)
    code, _ = max(
        likelihoods,
        key=lambda each: each[1] + log(_FREQUENCY.get(each[0], OTHER_FREQUENCY)),
    )
    return code


@cache
def _identifier():  # type: ignore[no-untyped-def]  # py3langid has no types
    """Return the model, loaded when a text first needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(DETECTED))
    return identifier
