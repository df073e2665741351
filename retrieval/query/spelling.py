"""Corrections of mistyped words, from the articles' own words."""

from collections import Counter
from collections.abc import Collection, Container, Iterable
from functools import cache

import regex

from retrieval.documents.values import Article
from retrieval.text.language import language_for

LONG_CHARACTERS = 8  # from this length on, a word may have two errors

# Letters as they are spelled out on a keyboard without them.
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe", "œ": "oe", "ü": "ue", "å": "aa"}
)
# Shorter words are similar to too many others.
_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}]{4,}(?![\p{L}\p{M}\p{N}])")


class Vocabulary:
    """The words of some texts, as they are written there.

    Args:
        texts: Texts whose words are collected.
        stop_words: Words to leave out, in lower case.
        languages: ISO 639-1 codes; an ordinary word of these is no typing error.
    """

    def __init__(
        self,
        texts: Iterable[str],
        stop_words: Container[str],
        languages: Iterable[str] = (),
    ) -> None:
        self._languages = tuple(languages)
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self._written: dict[str, str] = {}  # by the word in lower case
        self._counts: Counter[str] = Counter()
        for word, count in counts.most_common():
            folded = word.casefold()
            if folded not in stop_words:
                self._written.setdefault(folded, word)
                self._counts[folded] += count
        self._spelled_out = {
            spelled: self._written[folded]
            for folded in self._written
            if (spelled := folded.translate(_SPELLED_OUT)) != folded
        }

    @classmethod
    def of_articles(cls, articles: Collection[Article]) -> "Vocabulary":
        """Collect the words of articles."""
        languages = {article.language for article in articles}
        stop_words = (language_for(language).stop_words for language in languages)
        texts = (article.text for article in articles)
        return cls(texts, frozenset().union(*stop_words), sorted(languages))

    def __contains__(self, word: str) -> bool:
        """Return whether a word is written in the texts, in any case."""
        return word.casefold() in self._written

    def corrections(self, words: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Pair words with their suggestions; words without one are left out."""
        suggested = ((word, self.suggest(word)) for word in words)
        return tuple((word, one) for word, one in suggested if one)

    def suggest(self, word: str) -> str | None:
        """Return a known word that is one or two typing errors away, or None.

        An error is an added, missing or wrong letter, or two neighbouring letters
        swapped (optimal string alignment; Damerau, 1964). Of several known words, the
        one with the fewest errors is returned, then the most frequent one. A word
        that is in a dictionary has no errors, and a word with another first letter
        alone is another word ("cost", "most"). A letter that is spelled out is no error
        ("Mueller", "Müller").

        >>> vocabulary = Vocabulary(["The sanctions on Bhutan."], {"the", "on"})
        >>> vocabulary.suggest("sancitons"), vocabulary.suggest("weather")
        ('sanctions', None)
        """
        folded = word.casefold()
        if not _WORD.fullmatch(folded):
            return None
        if folded in self._spelled_out:
            return self._spelled_out[folded]
        # Imported here, since only refusals need it.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            folded,
            self._written.keys(),
            scorer=OSA.distance,
            score_cutoff=2 if len(folded) >= LONG_CHARACTERS else 1,
            limit=None,
        )
        alike = [
            (errors, -self._counts[near], near)
            for near, errors, _ in found
            if near == folded or near[1:] != folded[1:]
        ]
        if not alike or any(folded in dictionary(one) for one in self._languages):
            return None
        return self._written[min(alike)[-1]]


@cache
def dictionary(language: str) -> Collection[str]:
    """Return the words of a language; none where no dictionary is known."""
    from spellchecker import SpellChecker

    if language not in SpellChecker.languages():
        return frozenset()
    return SpellChecker(language).word_frequency.dictionary
