"""Words that a refusal names as missing from the articles."""

from collections.abc import Iterable
from functools import cache

import regex
import stopwordsiso

from retrieval.text.language import language_for
from retrieval.text.words import split_words

_HANGUL = regex.compile(r"[\p{Hangul}\p{M}]++")


def reportable_words(question: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return words of a question as the user wrote them, without function words.

    Korean words are reported whole, with their particles. The function words are those
    of the language, known to the article or not, that has most words of the question.

    >>> reportable_words("Wer leitet den Vorstand?", ["Wer", "leitet", "den"])
    ('leitet',)
    >>> reportable_words("입장료는 얼마인가요?", ["마인가요"])
    ('얼마인가요',)
    """
    whole = _HANGUL.findall(question)
    function_words = _function_words(question)
    reported = (
        next((one for one in whole if word in one), word)
        if _HANGUL.fullmatch(word)
        else word
        for word in words
    )
    return tuple(
        dict.fromkeys(w for w in reported if w.casefold() not in function_words)
    )


def _function_words(question: str) -> frozenset[str]:
    """Return the function words of the languages that a question may be in."""
    words = set(split_words(question))
    counts = {code: len(words & listed) for code, listed in _stop_words().items()}
    most = max(counts.values())
    if not most:
        return frozenset()
    likely = (listed for code, listed in _stop_words().items() if counts[code] == most)
    return frozenset().union(*likely)


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {
        code: language_for(code).stop_words for code in sorted(stopwordsiso.langs())
    }
