"""What language a text is in.

Most texts show it by their script, or by words that no other language uses. What these
leave open, py3langid's model decides, which takes longer to load than all else.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import regex
import stopwordsiso

from retrieval.text.language import DETECTED, UNDETERMINED

SAMPLE_CHARACTERS = 4_000  # detection is sure long before; longer only costs time
MIN_LETTERS = 3  # below them the model guesses: it takes "x" for Arabic
MIN_WORDS = 5  # of one language alone
MIN_SHARE = 0.05  # of all words
MIN_LEAD = 4  # times as many as of the next language

# Scripts that one language writes, as long as most letters are of it.
_BY_SCRIPT = (
    ("ko", regex.compile(r"\p{Hangul}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("zh", regex.compile(r"\p{Han}")),
)
_KANA_SHARE = 0.1  # Japanese is told by its kana, though its nouns are Chinese letters
# The next to languages that `stopwordsiso` does not know: Serbian, Nepali.
_UNSURE = frozenset(("bg", "hi", "hr"))
_LETTER = regex.compile(r"\p{L}")
_WORD = regex.compile(r"[\p{L}\p{M}'’]+")


def detect_language(text: str) -> str:
    """Name the language of a text.

    Returns:
        The ISO 639-1 code, or `UNDETERMINED` where the text has too few letters to
        tell, and they are of no script that one language alone writes.
    """
    sample = text[:SAMPLE_CHARACTERS]
    n_letters = len(_LETTER.findall(sample))
    if not n_letters:
        return UNDETERMINED
    known = _by_script(sample, n_letters) or _by_words(sample)
    if known or n_letters >= MIN_LETTERS:
        return known or _by_model(sample)
    return UNDETERMINED


def _by_script(text: str, n_letters: int) -> str | None:
    """Name the language whose script most letters are of."""
    shares = {code: len(p.findall(text)) / n_letters for code, p in _BY_SCRIPT}
    if shares["ja"] >= _KANA_SHARE and shares["ja"] + shares["zh"] > 1 / 2:
        return "ja"
    return next((code for code, share in shares.items() if share > 1 / 2), None)


def _by_words(text: str) -> str | None:
    """Name the language that has most of the words which only one has, by far."""
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
    """Map the stop words of one language alone to it."""
    owners: dict[str, set[str]] = {}
    for code in filter(stopwordsiso.has_lang, DETECTED):
        for word in stopwordsiso.stopwords(code):
            owners.setdefault(word.casefold(), set()).add(code)
    return {word: code for word, (code, *others) in owners.items() if not others}


def load_model() -> None:
    """Load the model now: where no file may be written later, it cannot be unpacked."""
    _by_model("a")


def _by_model(text: str) -> str:
    code: str = _identifier().classify(text)[0]
    return code


@cache
def _identifier():  # type: ignore[no-untyped-def]  # py3langid has no types
    """Load the model once, when a text first needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(DETECTED))
    return identifier
