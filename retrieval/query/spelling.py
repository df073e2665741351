"""The word of the articles that a mistyped word stands for."""

from collections import Counter
from collections.abc import Container, Iterable

import regex

LONG_CHARACTERS = 8  # from which a word may hold two errors

# Shorter words are near to too many others.
_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}]{4,}(?![\p{L}\p{M}\p{N}])")


class Vocabulary:
    """The words of some texts, as they are written there."""

    def __init__(self, texts: Iterable[str], stop_words: Container[str]) -> None:
        """Take the words of texts, but those that carry no topic.

        Args:
            texts: What is written.
            stop_words: In lower case.
        """
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self._written: dict[str, str] = {}  # by the word in lower case
        self._counts: Counter[str] = Counter()
        for word, count in counts.most_common():
            folded = word.casefold()
            if folded not in stop_words:
                self._written.setdefault(folded, word)
                self._counts[folded] += count

    def nearest(self, word: str) -> str | None:
        """Return the word that is a typing error or two away, or None.

        An error is a letter too many, too few, wrong, or changed places with the next
        (optimal string alignment; Damerau, 1964). Of several words, the nearest that
        is used most.

        >>> vocabulary = Vocabulary(["The sanctions on Bhutan."], {"the", "on"})
        >>> vocabulary.nearest("sancitons"), vocabulary.nearest("weather")
        ('sanctions', None)
        """
        folded = word.casefold()
        if not _WORD.fullmatch(folded):
            return None
        # Imported here, for only a refusal looks for words.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            folded,
            self._written.keys(),
            scorer=OSA.distance,
            score_cutoff=2 if len(folded) >= LONG_CHARACTERS else 1,
            limit=None,
        )
        alike = [(errors, -self._counts[near], near) for near, errors, _ in found]
        return self._written[min(alike)[-1]] if alike else None
