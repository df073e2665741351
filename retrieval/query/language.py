"""The language of a question, where it is not that of the articles or the user."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache

import regex

from retrieval.text.detection import language_of_script
from retrieval.text.language import DETECTED, QUESTION_LANGUAGES, language_for

MIN_OWN_SHARE = 0.3  # of letters in the scripts of the articles' language
MIN_SCRIPT_SHARE = 0.01  # of the letters of stop words, for a script of a language
# Words of another language that a question has more than of the articles': two, since
# near relatives share many, and a name may look like one.
MIN_LEAD = 2
STOP_WORD_LANGUAGES = tuple(code for code in DETECTED if language_for(code).stop_words)

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_MARK = regex.compile(r"\p{M}")


def foreign_language(
    question: str, own: Collection[str], known: Sequence[str] = QUESTION_LANGUAGES
) -> str | None:
    """Return the language of a question that is in none of the articles' languages.

    The script decides, if few letters are of the articles'. Otherwise the language is
    the one with the most stop words in the question, less the words with a letter that
    the language does not write.

    Args:
        question: The question.
        own: ISO 639-1 codes of the articles' languages.
        known: ISO 639-1 codes of the languages that it may be in; those with question
            words in `languages.toml`, or as well `STOP_WORD_LANGUAGES`.

    Returns:
        An ISO 639-1 code of `known`; None if the question may be in one of `own`, or in
        no such language.
    """
    scripts = Counter(map(_script, "".join(_WORD.findall(_MARK.sub("", question)))))
    total = scripts.total()
    others = [
        code
        for code in known
        if code not in own and 2 * sum(scripts[s] for s in _scripts(code)) > total
    ]
    if not others or not own:
        return None
    words = _WORD.findall(question.casefold())
    # Of languages with equal scores, the one with fewer scripts: Chinese, not Japanese.
    best = max(others, key=lambda code: (_score(words, code), -len(_scripts(code))))
    of_own = max(sum(scripts[s] for s in _scripts(code)) for code in own)
    if of_own < MIN_OWN_SHARE * total:
        return best
    lead = _score(words, best) - max(_score(words, code) for code in own)
    return best if lead >= MIN_LEAD else None


def question_language(question: str, usual: str) -> str:
    """Return the language of a question, or the user's usual one if in doubt.

    A script that one language alone writes decides, else the stop words and question
    words. A name or a keyword says nothing.

    Args:
        question: The question.
        usual: ISO 639-1 code of the language that the user most likely writes.

    Returns:
        An ISO 639-1 code.

    >>> question_language("Wann wurde das Büro eröffnet?", "en")
    'de'
    >>> question_language("Samsung?", "ko"), question_language("누구예요?", "en")
    ('ko', 'ko')
    """
    by_script = language_of_script(question)
    if by_script:
        return by_script
    letters = Counter(map(_script, "".join(_WORD.findall(_MARK.sub("", question)))))
    possible = [
        code
        for code in QUESTION_LANGUAGES
        if 2 * sum(letters[script] for script in _scripts(code)) > letters.total()
    ]
    if possible in ([], [usual]):
        return usual
    if len(possible) == 1:
        return possible[0]
    scores = {code: _evidence(question, code) for code in possible}
    best, next_best = sorted(scores.values(), reverse=True)[:2]
    least = scores.get(usual, 0) + (MIN_LEAD if usual in possible else 1)
    if best < least or best == next_best:
        return usual
    return max(scores, key=scores.__getitem__)


def _evidence(question: str, code: str) -> int:
    """Count what speaks for a language: stop words, and words that ask."""
    asked = (pattern for _, pattern in language_for(code).answer_types)
    n_asking = sum(pattern.search(question) is not None for pattern in asked)
    return _score(_WORD.findall(question.casefold()), code) + n_asking


def _score(words: Collection[str], code: str) -> int:
    stop_words, letters = language_for(code).stop_words, _letters(code)
    return sum(word in stop_words or -(not letters.issuperset(word)) for word in words)


@cache
def _letters(code: str) -> frozenset[str]:
    """Return the letters of a language's stop words, and those of ASCII."""
    letters = set("abcdefghijklmnopqrstuvwxyz").union(*language_for(code).stop_words)
    return frozenset(letters)


@cache
def _scripts(code: str) -> frozenset[str]:
    """Return the scripts that a language's stop words are written in."""
    words = "".join(language_for(code).stop_words)
    counts = Counter(map(_script, _MARK.sub("", words)))
    least = MIN_SCRIPT_SHARE * counts.total()
    return frozenset(script for script, count in counts.items() if count >= least)


@cache
def _script(letter: str) -> str:
    """Return the script of a letter, by its name: "LATIN", "CJK"."""
    return unicodedata.name(letter, "").partition(" ")[0]
