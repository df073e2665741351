"""Corrections of words that no article of an index uses."""

from collections.abc import Sequence
from functools import cached_property

from retrieval.index.protocol import PassageIndex
from retrieval.query.spelling import Vocabulary


class Corrector:
    """Suggests words of an index's articles for words that none of them uses."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    def corrections(
        self, words: Sequence[str], scope: str | None = None
    ) -> tuple[tuple[str, str], ...]:
        """Pair words with what may have been meant; those without it are left out.

        Args:
            words: As they are written in the question.
            scope: The key of the only article whose words count; None takes all.
        """
        if not words:
            return ()
        if scope is None:
            return self._vocabulary.corrections(words)
        articles = self._index.articles([scope]).values()
        return Vocabulary.of_articles(articles).corrections(words)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        """The words of all articles, collected when a question first needs them."""
        return Vocabulary.of_articles(self._index.loaded_articles.values())
