"""Counts of a collection, as far as a query needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class CollectionStatistics:
    """Counts of a collection, which add up and subtract.

    They are a commutative group: the parts of an index count for themselves, and what
    is removed is subtracted.

    Attributes:
        n_articles: The number of articles.
        n_passages: The number of passages of all articles.
        n_sentences: The number of sentences of all passages.
        n_terms: The number of terms of all sentences, those of columns' names included.
        n_heading_terms: The number of terms of all passages' headings.
        n_title_terms: The number of terms of titles, counted once for each passage.
        dfs: The number of passages in whose sentences or headings each looked-up term
            occurs.
        dfs_with_title: The number of passages where it occurs there, or in the
            article's title.
        mention_dfs: The number of passages where it occurs in any of these, or in the
            article's publisher.
    """

    n_articles: int = 0
    n_passages: int = 0
    n_sentences: int = 0
    n_terms: int = 0
    n_heading_terms: int = 0
    n_title_terms: int = 0
    dfs: Mapping[str, int] = field(default_factory=dict)
    dfs_with_title: Mapping[str, int] = field(default_factory=dict)
    mention_dfs: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        return self._with(other, 1)

    def __sub__(self, other: Self) -> Self:
        return self._with(other, -1)

    def _with(self, other: Self, sign: int) -> Self:
        return type(self)(
            self.n_articles + sign * other.n_articles,
            self.n_passages + sign * other.n_passages,
            self.n_sentences + sign * other.n_sentences,
            self.n_terms + sign * other.n_terms,
            self.n_heading_terms + sign * other.n_heading_terms,
            self.n_title_terms + sign * other.n_title_terms,
            _summed(self.dfs, other.dfs, sign),
            _summed(self.dfs_with_title, other.dfs_with_title, sign),
            _summed(self.mention_dfs, other.mention_dfs, sign),
        )

    @property
    def uses_titles(self) -> bool:
        """Return whether titles count: a single title distinguishes no passages."""
        return self.n_articles > 1

    @property
    def average_passage(self) -> float:
        """The mean length of a passage in terms; 1 where there are none."""
        titles = self.n_title_terms if self.uses_titles else 0
        terms = self.n_terms + self.n_heading_terms + titles
        return terms / self.n_passages if terms else 1.0

    @property
    def average_sentence(self) -> float:
        """The mean length of a sentence in terms; 1 where there are none."""
        return self.n_terms / self.n_sentences if self.n_terms else 1.0

    def df(self, term: str) -> int:
        """Return the document frequency of a looked-up term; see `uses_titles`."""
        dfs = self.dfs_with_title if self.uses_titles else self.dfs
        return dfs.get(term, 0)

    def occurs_anywhere(self, *terms: str) -> bool:
        """Return whether any of these looked-up terms occurs in the collection."""
        return any(self.mention_dfs.get(term, 0) for term in terms)


def _summed(
    mine: Mapping[str, int], others: Mapping[str, int], sign: int
) -> Mapping[str, int]:
    if not others:
        return mine
    counts = dict(mine)
    for term, count in others.items():
        counts[term] = counts.get(term, 0) + sign * count
    return {term: count for term, count in counts.items() if count}
