"""Columns of numbers that the index in memory keeps of analysed passages."""

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
    concat_ragged,
    indptr_of,
    smallest_dtype,
)

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Analysed passages as arrays, in order; a term is its number in the vocabulary.

    Attributes:
        vocabulary: The terms, by their numbers.
        sentences: The number of sentences of each passage: (n_passages,).
        terms: The terms of each sentence.
        spans: (start, end) of each of these terms in its sentence, in characters:
            (n_terms, 2); (0, 0) for the terms of columns' names.
        traits: The traits of each sentence: (n_sentences, n_traits).
        headings: The terms of the headings above each passage.
        titles: The terms of each article's title.
        publishers: The terms of each article's publisher.
        rows: The texts of sentences that are rows of tables, by sentence.
        item_numbers: The numbers of list items, by the sentence that begins one.
        abbreviations: The abbreviations that sentences define, by sentence.
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
    item_numbers: Mapping[int, int]
    abbreviations: Mapping[int, tuple[str, ...]]

    def filter(self, articles: Mask, passages: Mask) -> "Columns":
        """Return the articles and passages where masks are true.

        Args:
            articles: Which articles to keep: (n_articles,).
            passages: Which passages to keep, just those of these articles:
                (n_passages,).
        """
        sentences = np.repeat(passages, self.sentences)
        positions = (np.cumsum(sentences) - 1).tolist()  # of the sentences that stay

        def moved(values: Mapping[int, _Value]) -> dict[int, _Value]:
            return {positions[n]: value for n, value in values.items() if sentences[n]}

        return Columns(
            self.vocabulary,
            self.sentences[passages],
            self.terms.filter(sentences),
            self.spans[np.repeat(sentences, self.terms.lengths)],
            self.traits[sentences],
            self.headings.filter(passages),
            self.titles.filter(articles),
            self.publishers.filter(articles),
            moved(self.rows),
            moved(self.item_numbers),
            moved(self.abbreviations),
        )


class _RaggedBuilder:
    """Collects rows, and makes a `Ragged` of them."""

    def __init__(self) -> None:
        self._indices = array("i")
        self._lengths = array("i")

    def __len__(self) -> int:
        return len(self._lengths)

    def append(self, row: Sequence[int]) -> None:
        self._indices.extend(row)
        self._lengths.append(len(row))

    def build(self) -> Ragged:
        lengths = np.array(self._lengths, dtype=np.int32)
        return Ragged(indptr_of(lengths), np.array(self._indices, dtype=np.int32))


def build_columns(articles: Iterable[Sequence[IndexedPassage]]) -> Columns:
    """Return the columns of articles, given by their analysed passages."""
    numbers: dict[str, int] = {}
    sentences, spans, traits = array("i"), array("i"), array("i")
    terms, headings = _RaggedBuilder(), _RaggedBuilder()
    titles, publishers = _RaggedBuilder(), _RaggedBuilder()
    rows: dict[int, str] = {}
    item_numbers: dict[int, int] = {}
    abbreviations: dict[int, tuple[str, ...]] = {}

    def numbered(words: Iterable[str]) -> list[int]:
        return [numbers.setdefault(word, len(numbers)) for word in words]

    for passages in articles:
        titles.append(numbered(passages[0].title if passages else ()))
        publishers.append(numbered(passages[0].publisher if passages else ()))
        for passage in passages:
            sentences.append(len(passage.sentences))
            headings.append(numbered(passage.headings))
            plain = passage.passage.sentences
            for own, sentence in zip(plain, passage.sentences, strict=True):
                n = len(terms)
                terms.append(numbered(sentence.terms))
                spans.extend(sentence.spans)
                spans.extend([0] * (2 * len(sentence.terms) - len(sentence.spans)))
                traits.extend(sentence.traits)
                if sentence.text != own.text:
                    rows[n] = sentence.text
                if sentence.item_number:
                    item_numbers[n] = sentence.item_number
                if sentence.abbreviations:
                    abbreviations[n] = sentence.abbreviations
    span_array = smallest_dtype(np.array(spans, dtype=np.int32))
    trait_array = smallest_dtype(np.array(traits, dtype=np.int32))
    return Columns(
        list(numbers),
        np.array(sentences, dtype=np.int32),
        terms.build(),
        span_array.reshape(-1, 2),
        trait_array.reshape(-1, len(Traits._fields)),
        headings.build(),
        titles.build(),
        publishers.build(),
        rows,
        item_numbers,
        abbreviations,
    )


def concat_columns(parts: Sequence[Columns]) -> Columns:
    """Return the columns of all parts, without the terms that occur nowhere."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[str, int] = {}
    terms, headings, titles, publishers = [], [], [], []
    rows: dict[int, str] = {}
    item_numbers: dict[int, int] = {}
    abbreviations: dict[int, tuple[str, ...]] = {}
    n_sentences = 0
    for part in parts:
        of_terms = (part.terms, part.headings, part.titles, part.publishers)
        new = np.zeros(len(part.vocabulary), dtype=np.int32)
        for old in np.unique(np.concatenate([each.indices for each in of_terms])):
            new[old] = numbers.setdefault(part.vocabulary[old], len(numbers))
        terms.append(part.terms.take(new))
        headings.append(part.headings.take(new))
        titles.append(part.titles.take(new))
        publishers.append(part.publishers.take(new))
        rows |= {n_sentences + n: text for n, text in part.rows.items()}
        item_numbers |= {n_sentences + n: i for n, i in part.item_numbers.items()}
        abbreviations |= {n_sentences + n: a for n, a in part.abbreviations.items()}
        n_sentences += len(part.traits)
    return Columns(
        list(numbers),
        np.concatenate([part.sentences for part in parts]),
        concat_ragged(terms),
        np.concatenate([part.spans for part in parts]),
        np.concatenate([part.traits for part in parts]),
        concat_ragged(headings),
        concat_ragged(titles),
        concat_ragged(publishers),
        rows,
        item_numbers,
        abbreviations,
    )
