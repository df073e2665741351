"""Analysis of text into terms with their offsets, per language.

The analyzer is a tokenizer with filters, in this order: tokens by Unicode properties,
possessives removed, stop words removed, word forms and spellings normalised (see
`normalization`), Snowball stemming, accents folded. Scripts without spaces between
words (Chinese, Japanese, Thai, ...) and Korean, which attaches particles to its words,
become overlapping character bigrams, of full width and, in Chinese, of simplified
characters.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import opencc
import regex
import Stemmer

from retrieval.text.language import UNDETERMINED, language_for
from retrieval.text.normalization import (
    irregular_lemmas,
    short_name_expansions,
    to_american,
)

# The terms depend on the versions of these libraries.
LIBRARIES = ("babel", "opencc", "PyStemmer", "regex", "stopwordsiso")
CACHED_WORDS = 100_000  # distinct word forms of about a hundred long articles

_BIGRAM_SCRIPTS = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰﾞﾟ"
)
_TOKEN = regex.compile(
    rf"""
      (?P<bigrams>[{_BIGRAM_SCRIPTS}][{_BIGRAM_SCRIPTS}\p{{M}}]*)
    | (?P<acronym>(?<![\p{{L}}\p{{M}}\p{{N}}])(?:\p{{Lu}}\.){{2,}})
    | (?P<symbol>(?<![\p{{L}}\p{{M}}\p{{N}}])(?:\p{{Lu}}(?:\+\+|\#)|\.[A-Z]{{2,4}})
        (?![\p{{L}}\p{{M}}\p{{N}}]))
    | (?P<number>\p{{Nd}}++(?:[.,]\p{{Nd}}++)*+(?![\p{{L}}\p{{M}}]))
    | (?P<word>[[\p{{L}}\p{{M}}\p{{N}}]--[{_BIGRAM_SCRIPTS}]]+
        (?:['’][[\p{{L}}\p{{M}}]--[{_BIGRAM_SCRIPTS}]]+)*)
    """,
    regex.VERBOSE | regex.VERSION1,
)
# The tokens of ASCII text, in a third of the time.
_ASCII_TOKEN = re.compile(
    r"""
      (?P<acronym>(?<![a-z0-9])(?:[A-Z]\.){2,})
    | (?P<symbol>(?<![a-z0-9])(?:[A-Z](?:\+\+|\#)|\.[A-Z]{2,4})(?![a-z0-9]))
    | (?P<number>[0-9]++(?:[.,][0-9]++)*+(?![a-z]))
    | (?P<word>[a-z0-9]+(?:'[a-z]+)*)
    """.replace("a-z", "a-zA-Z"),
    re.VERBOSE,
)
SHORT_PART = 3  # letters of a part of "wi-fi" or "plug-in", also written as one word
_HYPHENATED = regex.compile(r"[\p{Ll}]+|\p{Lu}[\p{Ll}]*")
_HOW = regex.compile(r"有?多(?=[长高大远宽重深久長遠寬])")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:[.,]|$))")
_VOICED = "ﾞﾟ"  # half-width marks, which are characters of their own
_POSSESSIVE = re.compile(r"['’]s?$")
# Marks are accents in these scripts; elsewhere (Devanagari, Thai) they are vowels.
_ACCENTED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]")

_Match = re.Match[str] | regex.Match[str]


class Term(NamedTuple):
    """A normalised token.

    Attributes:
        term: The term.
        start: Offset of its token in the text, in characters.
        end: Offset past the token: `text[start:end]` is the token as it is written.
    """

    term: str
    start: int
    end: int


class Analyzer:
    """Turns text of one language into terms, in articles and questions alike.

    Args:
        language: ISO 639-1 code; an unknown language has no stemmer.

    Attributes:
        language: The data of the language.
    """

    def __init__(self, language: str) -> None:
        self.language = known = language_for(language)
        self._stop_words = known.stop_words
        self._stemmer = Stemmer.Stemmer(known.stemmer) if known.stemmer else None
        self._folds_accents = known.folds_accents
        self._long_names = (
            {} if language == UNDETERMINED else short_name_expansions(language)
        )
        self._irregular = irregular_lemmas() if language == "en" else {}
        self._normalize = lru_cache(CACHED_WORDS)(self._normalize_word)

    def analyze(self, text: str) -> list[Term]:
        """Return the terms of a text in order, without stop words.

        >>> [term.term for term in Analyzer("en").analyze("Pyongyang's U.S. ties")]
        ['pyongyang', 'us', 'tie']
        """
        terms: list[Term] = []
        shouting = text.isupper() and len(text.split()) > 1
        before: _Match | None = None
        pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
        for match in pattern.finditer(text):
            start, end = match.span()
            token = match.group()
            match match.lastgroup:
                case "bigrams":
                    terms.extend(self._bigrams(token, start))
                case "acronym":
                    terms.append(Term(token.replace(".", "").casefold(), start, end))
                case "symbol":
                    terms.append(Term(token.casefold(), start, end))
                case "number":
                    terms.append(Term(_normalize_number(token), start, end))
                case _:
                    term = self._normalize(token)
                    if not term and not shouting:
                        term = _unstopped_name(token)
                    if term:
                        terms.append(Term(term, start, end))
                    if before and start - before.end() == 1 and text[start - 1] == "-":
                        term = self._normalize(_join_hyphenated(before.group(), token))
                        if term:
                            terms.append(Term(term, before.start(), end))
            before = match
        return terms

    def analyze_question(self, question: str) -> list[Term]:
        """Return the terms of a question that say something about its topic.

        Carrier phrases ("What does the article say about") and filler phrases ("how
        many people") are left out, unless nothing else is left.
        """
        if self.language.code == "zh" and _HOW.search(question):
            return self._drop_chinese_how(question)
        unframed = _blanked(self.language.carrier_phrases, question, 1)
        bare = _blanked(self.language.filler_phrases, unframed)
        return self.analyze(bare) or self.analyze(unframed) or self.analyze(question)

    def _drop_chinese_how(self, question: str) -> list[Term]:
        """Return the terms of a Chinese question such as "how long" without "how".

        So its bigrams are those of the answer: "桥有多长" asks for "桥长".
        """
        left_out = {n for m in _HOW.finditer(question) for n in range(*m.span())}
        kept = [n for n in range(len(question)) if n not in left_out]
        terms = self.analyze("".join(question[n] for n in kept))
        return [Term(t.term, kept[t.start], kept[t.end - 1] + 1) for t in terms]

    def count_stop_words(self, text: str) -> int:
        """Return the number of stop words, or stop bigrams, in a text.

        >>> Analyzer("en").count_stop_words("Who is it?")
        3
        """
        return sum(
            sum(map(self._stop_words.__contains__, _bigrams_of(match.group())))
            if match.lastgroup == "bigrams"
            else match.lastgroup == "word" and not self._normalize(match.group())
            for match in _TOKEN.finditer(text)
        )

    def is_stop_word(self, word: str) -> bool:
        """Return whether a word carries no topic.

        >>> Analyzer("en").is_stop_word("The"), Analyzer("en").is_stop_word("tea")
        (True, False)
        """
        return word.casefold() in self._stop_words

    def _bigrams(self, run: str, start: int) -> list[Term]:
        letters, offsets = _full_width(run)
        if self.language.code == "zh":
            letters = "".join(map(_simplified, letters))
        return [
            Term(pair, start + offsets[n], start + offsets[n + len(pair)])
            for n, pair in enumerate(_bigrams_of(letters))
            if pair not in self._stop_words
        ]

    def _normalize_word(self, word: str) -> str:
        """Return the term of a word; "" for a stop word."""
        word = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
        word = word.replace(" ", "")  # NFKC writes some letters as several words
        if word in self._stop_words:
            return ""
        word = _POSSESSIVE.sub("", word)
        if word in self._stop_words:
            return ""
        word = self._long_names.get(word, word)
        if self.language.code == "en":
            word = to_american(self._irregular.get(word, word).replace("'", ""))
        stem: str = self._stemmer.stemWord(word) if self._stemmer else word
        return _fold_accents(stem) if self._folds_accents else stem


@cache
def analyzer_for(language: str) -> Analyzer:
    """Return the analyzer of a language, by its ISO 639-1 code."""
    return Analyzer(language)


def _blanked(pattern: regex.Pattern[str] | None, text: str, count: int = 0) -> str:
    """Replace the matches of a pattern by blanks; at most `count`, 0 means all."""
    if pattern is None:
        return text
    return pattern.sub(lambda match: " " * len(match[0]), text, count)


def _bigrams_of(run: str) -> list[str]:
    """Return the overlapping bigrams of a run; the run if it is one character."""
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


def _join_hyphenated(first: str, second: str) -> str:
    """Return "wifi" for "wi" and "fi"; "" for parts that are not written as one word.

    >>> _join_hyphenated("wi", "fi"), _join_hyphenated("Wi", "Fi")
    ('wifi', 'WiFi')
    >>> _join_hyphenated("rock", "roll")
    ''
    """
    if (
        min(len(first), len(second)) > SHORT_PART
        or first[0].isupper() != second[0].isupper()
    ):
        return ""
    is_word = _HYPHENATED.fullmatch(first) and _HYPHENATED.fullmatch(second)
    return first + second if is_word else ""


def _full_width(run: str) -> tuple[str, list[int]]:
    """Return letters in full width, the offset of each in the run, and the run's end.

    >>> _full_width("ﾌｪﾘｰ"), _full_width("ﾊﾞ")
    (('フェリー', [0, 1, 2, 3, 4]), ('バ', [0, 2]))
    """
    letters: list[str] = []
    offsets: list[int] = []
    n = 0
    while n < len(run):
        past = n + 2 if run[n + 1 : n + 2] in tuple(_VOICED) else n + 1
        for letter in unicodedata.normalize("NFKC", run[n:past]):
            letters.append(letter)
            offsets.append(n)
        n = past
    return "".join(letters), [*offsets, len(run)]


@cache
def _simplified(letter: str) -> str:
    """Return the simplified form of a Chinese character.

    >>> _simplified("為"), _simplified("桥")
    ('为', '桥')
    """
    written: str = _converter().convert(letter)
    return written if len(written) == 1 else letter


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _unstopped_name(stop_word: str) -> str:
    """Return the term of a stop word in capitals, which is a name ("US"); else "".

    >>> _unstopped_name("WHO's"), _unstopped_name("Who's"), _unstopped_name("A")
    ('who', '', '')
    """
    if not stop_word[:2].isupper():  # nearly all of them
        return ""
    bare = _POSSESSIVE.sub("", stop_word)
    return bare.casefold() if len(bare) > 1 and bare.isupper() else ""


def _normalize_number(token: str) -> str:
    """Return a number without thousands separators, in ASCII digits.

    >>> _normalize_number("1,250.5"), _normalize_number("٣")
    ('1250.5', '3')
    """
    digits = "".join(
        # A digit that Python's Unicode is too old for stays as it is.
        mark if mark in ".," else str(unicodedata.decimal(mark, mark))
        for mark in token
    )
    return _THOUSANDS.sub("", digits)


def _fold_accents(word: str) -> str:
    """Return a word without accents, in scripts where marks are accents.

    >>> _fold_accents("café"), _fold_accents("हिन्दी")
    ('cafe', 'हिन्दी')
    """
    if word.isascii() or not _ACCENTED.match(word):
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
