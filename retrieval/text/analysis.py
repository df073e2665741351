"""Text to terms with their offsets, per language.

The analyzer is a tokenizer with filters, in this order: tokens by Unicode
properties, possessives off, stop words out, forms and spellings of one word brought
together (see `normalization`), Snowball stem, accents folded. Scripts that write no
spaces (Chinese, Japanese, Thai, ...) and Korean, which glues particles to its words,
become overlapping character bigrams, of full width and, in Chinese, of simplified
letters.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import opencc
import regex
import Stemmer

from retrieval.text.language import UNDETERMINED, language_for
from retrieval.text.normalization import american, irregular_lemmas, long_names

# Terms depend on their versions.
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
# The same for texts without a letter of another alphabet, in a third of the time.
_ASCII_TOKEN = re.compile(
    r"""
      (?P<acronym>(?<![a-z0-9])(?:[A-Z]\.){2,})
    | (?P<symbol>(?<![a-z0-9])(?:[A-Z](?:\+\+|\#)|\.[A-Z]{2,4})(?![a-z0-9]))
    | (?P<number>[0-9]++(?:[.,][0-9]++)*+(?![a-z]))
    | (?P<word>[a-z0-9]+(?:'[a-z]+)*)
    """.replace("a-z", "a-zA-Z"),
    re.VERBOSE,
)
SHORT_PART = 3  # letters of "wi-fi" or "plug-in", which are also written as one word
_HYPHENED = regex.compile(r"[\p{Ll}]+|\p{Lu}[\p{Ll}]*")
_HOW = regex.compile(r"有?多(?=[长高大远宽重深久長遠寬])")
_VOICED = "ﾞﾟ"  # marks of half width, which stand beside their letters
_POSSESSIVE = re.compile(r"['’]s?$")
# Marks are accents in these scripts; elsewhere (Devanagari, Thai) they are vowels.
_ACCENTED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]")

_Match = re.Match[str] | regex.Match[str]


class Term(NamedTuple):
    """A normalised token; `text[start:end]` is what it stands for."""

    term: str
    start: int
    end: int


class Analyzer:
    """Turns text of one language into terms; the same for articles and questions."""

    def __init__(self, language: str) -> None:
        """Take a language by its ISO 639-1 code; unknown ones get no stemmer."""
        self.language = known = language_for(language)
        self._stop_words = known.stop_words
        self._stemmer = Stemmer.Stemmer(known.stemmer) if known.stemmer else None
        self._frames = known.frames
        self._folds_accents = known.folds_accents
        self._long_names = {} if language == UNDETERMINED else long_names(language)
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
                        term = _name(token)
                    if term:
                        terms.append(Term(term, start, end))
                    if before and start - before.end() == 1 and text[start - 1] == "-":
                        term = self._normalize(_in_one(before.group(), token))
                        if term:
                            terms.append(Term(term, before.start(), end))
            before = match
        return terms

    def analyze_question(self, question: str) -> list[Term]:
        """Analyze a question without what says nothing of its topic.

        That is its frame ("What does the article say about") and idle phrases ("how
        many people"). A question that is nothing else keeps them.
        """
        if self.language.code == "zh" and _HOW.search(question):
            return self._without_how(question)
        unframed = _blanked(self._frames, question, 1)
        bare = _blanked(self.language.idle, unframed)
        return self.analyze(bare) or self.analyze(unframed) or self.analyze(question)

    def _without_how(self, question: str) -> list[Term]:
        """Analyze a Chinese question that asks "how long" as what says how long.

        Its bigrams are those of the answer: "桥有多长" asks for "桥长".
        """
        left_out = {n for m in _HOW.finditer(question) for n in range(*m.span())}
        kept = [n for n in range(len(question)) if n not in left_out]
        terms = self.analyze("".join(question[n] for n in kept))
        return [Term(t.term, kept[t.start], kept[t.end - 1] + 1) for t in terms]

    def count_stop_words(self, text: str) -> int:
        """Count the words, or pairs of characters, of a text that carry no topic.

        >>> Analyzer("en").count_stop_words("Who is it?")
        3
        """
        return sum(
            sum(map(self._stop_words.__contains__, _pairs(match.group())))
            if match.lastgroup == "bigrams"
            else match.lastgroup == "word" and not self._normalize(match.group())
            for match in _TOKEN.finditer(text)
        )

    def _bigrams(self, run: str, start: int) -> list[Term]:
        letters, places = _full_width(run)
        if self.language.code == "zh":
            letters = "".join(map(_simplified, letters))
        return [
            Term(pair, start + places[n], start + places[n + len(pair)])
            for n, pair in enumerate(_pairs(letters))
            if pair not in self._stop_words
        ]

    def _normalize_word(self, word: str) -> str:
        """Return the term of a word, "" for a stop word."""
        word = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
        word = word.replace(" ", "")  # of a letter that stands for words
        if word in self._stop_words:
            return ""
        word = _POSSESSIVE.sub("", word)
        if word in self._stop_words:
            return ""
        word = self._long_names.get(word, word)
        if self.language.code == "en":
            word = american(self._irregular.get(word, word).replace("'", ""))
        stem: str = self._stemmer.stemWord(word) if self._stemmer else word
        return _fold_accents(stem) if self._folds_accents else stem


@cache
def analyzer_for(language: str) -> Analyzer:
    """Return the analyzer of a language, by its ISO 639-1 code."""
    return Analyzer(language)


def _blanked(pattern: regex.Pattern[str] | None, text: str, count: int = 0) -> str:
    """Put blanks in the place of what matches, at most so often; 0 is always."""
    if pattern is None:
        return text
    return pattern.sub(lambda match: " " * len(match[0]), text, count)


def _pairs(run: str) -> list[str]:
    """Return the overlapping bigrams of a run; a single character is its own."""
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


def _in_one(first: str, second: str) -> str:
    """Return "wifi" for "wi" and "fi"; "" for what is not written so.

    >>> _in_one("wi", "fi"), _in_one("Wi", "Fi"), _in_one("rock", "roll")
    ('wifi', 'WiFi', '')
    """
    if (
        min(len(first), len(second)) > SHORT_PART
        or first[0].isupper() != second[0].isupper()
    ):
        return ""
    is_word = _HYPHENED.fullmatch(first) and _HYPHENED.fullmatch(second)
    return first + second if is_word else ""


def _full_width(run: str) -> tuple[str, list[int]]:
    """Return letters in full width, and where each begins, and the last ends.

    >>> _full_width("ﾌｪﾘｰ"), _full_width("ﾊﾞ")
    (('フェリー', [0, 1, 2, 3, 4]), ('バ', [0, 2]))
    """
    letters: list[str] = []
    places: list[int] = []
    n = 0
    while n < len(run):
        past = n + 2 if run[n + 1 : n + 2] in tuple(_VOICED) else n + 1
        for letter in unicodedata.normalize("NFKC", run[n:past]):
            letters.append(letter)
            places.append(n)
        n = past
    return "".join(letters), [*places, len(run)]


@cache
def _simplified(letter: str) -> str:
    """Write a Chinese letter as it is written in China today.

    >>> _simplified("為"), _simplified("桥")
    ('为', '桥')
    """
    written: str = _converter().convert(letter)
    return written if len(written) == 1 else letter


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _name(stop_word: str) -> str:
    """Return the term of "US" and "WHO", which are names, and "" for "us".

    >>> _name("WHO's"), _name("Who's"), _name("A")
    ('who', '', '')
    """
    if not stop_word[:2].isupper():  # nearly all of them
        return ""
    bare = _POSSESSIVE.sub("", stop_word)
    return bare.casefold() if len(bare) > 1 and bare.isupper() else ""


def _normalize_number(token: str) -> str:
    """Drop thousands separators and write the digits of any script as 0 to 9.

    >>> _normalize_number("1,250.5"), _normalize_number("٣")
    ('1250.5', '3')
    """
    digits = "".join(
        # A digit that Python's Unicode is too old for stays as it is.
        mark if mark in ".," else str(unicodedata.decimal(mark, mark))
        for mark in token
    )
    return regex.sub(r"[.,](?=\d{3}(?:[.,]|$))", "", digits)


def _fold_accents(word: str) -> str:
    """Fold accents where they are no letters of their own.

    >>> _fold_accents("café"), _fold_accents("हिन्दी")
    ('cafe', 'हिन्दी')
    """
    if word.isascii() or not _ACCENTED.match(word):
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
