"""Analysed passages, as every index keeps them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from retrieval.documents.traits import Traits, read_traits
from retrieval.documents.values import SECTION_SEPARATOR, Article, Passage
from retrieval.query.intents import (
    LookupIntent,
    defined_abbreviations,
    item_number,
    opening_label,
)
from retrieval.text.analysis import Analyzer
from retrieval.text.words import padded, split_words


class IndexedSentence(NamedTuple):
    """An analysed sentence of a passage.

    Attributes:
        text: The sentence; a row of a table in words, with the names of its columns.
        terms: The terms of the sentence, then those of its columns' names.
        spans: The offsets of the sentence's own terms in it, in characters: start,
            end, start, end, ... in one flat tuple, which takes little memory.
        traits: The sentence's query-independent features.
        item_number: The number of the list item that it begins; 0 without one.
        abbreviations: The abbreviations that it defines.
    """

    text: str
    terms: tuple[str, ...]
    spans: tuple[int, ...]
    traits: Traits
    item_number: int
    abbreviations: tuple[str, ...]

    def matches(self, intent: LookupIntent) -> bool:
        """Return whether the sentence is what an intent looks up."""
        if intent.label and intent.label == opening_label(self.text):
            return True
        if intent.item_number is not None:
            return self.item_number == intent.item_number
        return intent.abbreviation in self.abbreviations


@dataclass(frozen=True)
class IndexedPassage:
    """An analysed passage.

    Attributes:
        key: Key of the passage's article.
        language: ISO 639-1 code of the article.
        passage: The passage.
        first_sentence: The position of its first sentence in the article, from 0.
        sentences: The analysed sentences of the passage.
        headings: The terms of the headings above the passage.
        title: The terms of the article's title.
        publisher: The terms of the article's publisher.
    """

    key: str
    language: str
    passage: Passage
    first_sentence: int
    sentences: tuple[IndexedSentence, ...]
    headings: tuple[str, ...]
    title: tuple[str, ...]
    publisher: tuple[str, ...]

    def matches(self, intent: LookupIntent, number: int) -> bool:
        """Return whether a sentence is what an intent looks up.

        A heading's number stands for the first sentence under it, and a passage's for
        its first sentence.

        Args:
            intent: The intent.
            number: The sentence's number in the passage, from 0.
        """
        if intent.passage_number is not None:
            return number == 0 and self.passage.number == intent.passage_number
        heading = self.heading if number == 0 else None
        if heading and intent.label and opening_label(heading) == intent.label:
            return True
        return self.sentences[number].matches(intent)

    @property
    def heading(self) -> str | None:
        """The innermost heading above the passage, or None."""
        section = self.passage.section
        return section.rpartition(SECTION_SEPARATOR)[2] if section else None

    @cached_property
    def counts(self) -> tuple[Counter[str], ...]:
        """The term counts of each sentence."""
        return tuple(Counter(sentence.terms) for sentence in self.sentences)

    @cached_property
    def body(self) -> Counter[str]:
        """The term counts of the passage with its headings."""
        terms = (term for sentence in self.sentences for term in sentence.terms)
        return Counter(chain(terms, self.headings))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Each sentence's words, case folded and padded with blanks."""
        return tuple(padded(split_words(sentence.text)) for sentence in self.sentences)


def indexed_passages(
    key: str, article: Article, analyzer: Analyzer
) -> Iterator[IndexedPassage]:
    """Yield the analysed passages of an article, in order.

    Args:
        key: The article's key in the index.
        article: The article.
        analyzer: The analyzer of the article's language.
    """

    def terms(text: str | None) -> tuple[str, ...]:
        return tuple(term.term for term in analyzer.analyze(text)) if text else ()

    title, publisher = terms(article.title), terms(article.publisher)
    first_sentence = 0
    for passage in article.passages:
        sentences = []
        for sentence in passage.sentences:
            own = analyzer.analyze(sentence.text)
            row = article.rows.get(sentence.start)
            columns = terms(" ".join(row.columns)) if row else ()
            sentences.append(
                IndexedSentence(
                    row.text if row else sentence.text,
                    (*[term.term for term in own], *columns),
                    tuple([n for term in own for n in (term.start, term.end)]),
                    read_traits(sentence.text, own, analyzer.language),
                    item_number(sentence.text),
                    defined_abbreviations(sentence.text),
                )
            )
        headings = terms(passage.section)
        yield IndexedPassage(
            key,
            article.language,
            passage,
            first_sentence,
            tuple(sentences),
            headings,
            title,
            publisher,
        )
        first_sentence += len(passage.sentences)
