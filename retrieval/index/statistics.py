"""What a collection counts, as far as a query needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a collection; those of two collections add up, and subtract.

    So they are a commutative group: parts of an index count for themselves, and what
    leaves is taken off.

    Attributes:
        articles: How many there are.
        passages: Of all articles.
        sentences: Of all passages.
        terms: Of all sentences, with the names of rows' columns.
        heading_terms: Of the headings of all passages.
        title_terms: Of the titles, counted once for each passage.
        dfs: How many passages hold each asked term, in sentences or headings.
        dfs_with_title: How many hold it there or in their article's title.
        mentions: How many hold it there or in their article's publisher.
    """

    articles: int = 0
    passages: int = 0
    sentences: int = 0
    terms: int = 0
    heading_terms: int = 0
    title_terms: int = 0
    dfs: Mapping[str, int] = field(default_factory=dict)
    dfs_with_title: Mapping[str, int] = field(default_factory=dict)
    mentions: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        return self._with(other, 1)

    def __sub__(self, other: Self) -> Self:
        return self._with(other, -1)

    def _with(self, other: Self, sign: int) -> Self:
        return type(self)(
            self.articles + sign * other.articles,
            self.passages + sign * other.passages,
            self.sentences + sign * other.sentences,
            self.terms + sign * other.terms,
            self.heading_terms + sign * other.heading_terms,
            self.title_terms + sign * other.title_terms,
            _summed(self.dfs, other.dfs, sign),
            _summed(self.dfs_with_title, other.dfs_with_title, sign),
            _summed(self.mentions, other.mentions, sign),
        )

    @property
    def uses_titles(self) -> bool:
        """Whether titles tell passages apart: from the second article on."""
        return self.articles > 1

    @property
    def average_passage(self) -> float:
        """How many terms a passage holds on average; 1 where there are none."""
        titles = self.title_terms if self.uses_titles else 0
        terms = self.terms + self.heading_terms + titles
        return terms / self.passages if terms else 1.0

    @property
    def average_sentence(self) -> float:
        """How many terms a sentence holds on average; 1 where there are none."""
        return self.terms / self.sentences if self.terms else 1.0

    def df(self, term: str) -> int:
        """Return how many passages hold an asked term, with titles where they count."""
        dfs = self.dfs_with_title if self.uses_titles else self.dfs
        return dfs.get(term, 0)

    def occurs_anywhere(self, *terms: str) -> bool:
        """Tell whether one of some asked terms stands anywhere at all."""
        return any(self.mentions.get(term, 0) for term in terms)


def _summed(
    mine: Mapping[str, int], others: Mapping[str, int], sign: int
) -> Mapping[str, int]:
    if not others:
        return mine
    counts = dict(mine)
    for term, count in others.items():
        counts[term] = counts.get(term, 0) + sign * count
    return {term: count for term, count in counts.items() if count}
