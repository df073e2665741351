"""Corrections of words that no article of an index uses."""

from collections.abc import Sequence
from functools import cached_property

from retrieval.index.protocol import PassageIndex
from retrieval.query.spelling import Vocabulary


class Corrector:
    """Suggests words of an index's articles for words that none of them uses."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    def review(
        self, words: Sequence[str], scope: str | None = None
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Return the words that no article writes, and the corrections of them.

        Args:
            words: Words of a question whose terms are not found, as they are written.
            scope: The key of the only article whose words count; None takes all.

        Returns:
            The words that are not written in the articles, and pairs of such a word
            with the word that may have been meant.
        """
        if not words:
            return (), ()
        vocabulary = self._vocabulary if scope is None else self._words_of(scope)
        missing = tuple(word for word in words if word not in vocabulary)
        return missing, vocabulary.corrections(missing)

    def _words_of(self, scope: str) -> Vocabulary:
        return Vocabulary.of_articles(self._index.articles([scope]).values())

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        """The words of all articles, collected when a question first needs them."""
        return Vocabulary.of_articles(self._index.loaded_articles.values())
