"""What the index in memory keeps of entries: columns of numbers."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from retrieval.documents.traits import Traits
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.ragged import (
    Integers,
    Mask,
    Ragged,
    join_ragged,
    shrunk,
    starts_of,
)

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is kept of entries, in their order; terms by their numbers.

    Attributes:
        vocabulary: The terms by their numbers.
        sentences: How many each passage has.
        terms: Of each sentence.
        spans: Where each of these stands: (start, end); columns' names have (0, 0).
        traits: Of each sentence, a row each.
        headings: The terms above each passage.
        titles: The terms of each article's title.
        publishers: The terms of each article's publisher.
        rows: What rows of tables say, by sentence.
        items: The numbers that sentences begin with, by sentence.
        shorts: The abbreviations that sentences explain, by sentence.
    """

    vocabulary: Sequence[str]
    sentences: Integers
    terms: Ragged
    spans: Integers
    traits: Integers
    headings: Ragged
    titles: Ragged
    publishers: Ragged
    rows: Mapping[int, str]
    items: Mapping[int, int]
    shorts: Mapping[int, tuple[str, ...]]

    def kept(self, articles: Mask, passages: Mask) -> "Columns":
        """Leave out articles and their passages, where masks are false."""
        sentences = np.repeat(passages, self.sentences)
        places = (np.cumsum(sentences) - 1).tolist()  # of those that are kept

        def moved(values: Mapping[int, _Kept]) -> dict[int, _Kept]:
            return {places[n]: value for n, value in values.items() if sentences[n]}

        return Columns(
            self.vocabulary,
            self.sentences[passages],
            self.terms.kept(sentences),
            self.spans[np.repeat(sentences, self.terms.lengths)],
            self.traits[sentences],
            self.headings.kept(passages),
            self.titles.kept(articles),
            self.publishers.kept(articles),
            moved(self.rows),
            moved(self.items),
            moved(self.shorts),
        )


class _Rows:
    """Rows of numbers, to be laid out."""

    def __init__(self) -> None:
        self._values = array("i")
        self._lengths = array("i")

    def __len__(self) -> int:
        return len(self._lengths)

    def append(self, row: Sequence[int]) -> None:
        self._values.extend(row)
        self._lengths.append(len(row))

    def ragged(self) -> Ragged:
        lengths = np.array(self._lengths, dtype=np.int32)
        return Ragged(starts_of(lengths), np.array(self._values, dtype=np.int32))


def lay_out(articles: Iterable[Sequence[IndexedPassage]]) -> Columns:
    """Lay out the entries of articles."""
    numbers: dict[str, int] = {}
    sentences, spans, traits = array("i"), array("i"), array("i")
    terms, headings, titles, publishers = _Rows(), _Rows(), _Rows(), _Rows()
    rows: dict[int, str] = {}
    items: dict[int, int] = {}
    shorts: dict[int, tuple[str, ...]] = {}

    def numbered(words: Iterable[str]) -> list[int]:
        return [numbers.setdefault(word, len(numbers)) for word in words]

    for entries in articles:
        titles.append(numbered(entries[0].title if entries else ()))
        publishers.append(numbered(entries[0].publisher if entries else ()))
        for entry in entries:
            sentences.append(len(entry.sentences))
            headings.append(numbered(entry.headings))
            plain = entry.passage.sentences
            for own, sentence in zip(plain, entry.sentences, strict=True):
                n = len(terms)
                terms.append(numbered(sentence.terms))
                spans.extend(sentence.spans)
                spans.extend([0] * (2 * len(sentence.terms) - len(sentence.spans)))
                traits.extend(sentence.traits)
                if sentence.text != own.text:
                    rows[n] = sentence.text
                if sentence.item:
                    items[n] = sentence.item
                if sentence.shorts:
                    shorts[n] = sentence.shorts
    return Columns(
        list(numbers),
        np.array(sentences, dtype=np.int32),
        terms.ragged(),
        shrunk(np.array(spans, dtype=np.int32)).reshape(-1, 2),
        shrunk(np.array(traits, dtype=np.int32)).reshape(-1, len(Traits._fields)),
        headings.ragged(),
        titles.ragged(),
        publishers.ragged(),
        rows,
        items,
        shorts,
    )


def join_columns(parts: Sequence[Columns]) -> Columns:
    """Put columns one after the other; terms that none uses are forgotten."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[str, int] = {}
    terms, headings, titles, publishers = [], [], [], []
    rows: dict[int, str] = {}
    items: dict[int, int] = {}
    shorts: dict[int, tuple[str, ...]] = {}
    n_sentences = 0
    for part in parts:
        of_terms = (part.terms, part.headings, part.titles, part.publishers)
        new = np.zeros(len(part.vocabulary), dtype=np.int32)
        for old in np.unique(np.concatenate([each.values for each in of_terms])):
            new[old] = numbers.setdefault(part.vocabulary[old], len(numbers))
        terms.append(part.terms.mapped(new))
        headings.append(part.headings.mapped(new))
        titles.append(part.titles.mapped(new))
        publishers.append(part.publishers.mapped(new))
        rows |= {n_sentences + n: text for n, text in part.rows.items()}
        items |= {n_sentences + n: number for n, number in part.items.items()}
        shorts |= {n_sentences + n: short for n, short in part.shorts.items()}
        n_sentences += len(part.traits)
    return Columns(
        list(numbers),
        np.concatenate([part.sentences for part in parts]),
        join_ragged(terms),
        np.concatenate([part.spans for part in parts]),
        np.concatenate([part.traits for part in parts]),
        join_ragged(headings),
        join_ragged(titles),
        join_ragged(publishers),
        rows,
        items,
        shorts,
    )
