"""What any index keeps of a passage: an article in, its entries out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from retrieval.documents.tables import rows_of
from retrieval.documents.traits import Traits, read_traits
from retrieval.documents.values import Article, Passage
from retrieval.query.intents import Form, explained, item_number
from retrieval.text.analysis import Analyzer
from retrieval.text.words import padded, split_words


class IndexedSentence(NamedTuple):
    """A sentence of a passage as it is searched and weighed.

    Attributes:
        text: What it says; a row of a table with the names of its columns.
        terms: Its own, and then those of its columns' names.
        spans: Where each of its own terms starts and ends in it, in characters; both
            in a row, for there are many.
        traits: What it offers to any question.
        item: The number that it begins with, as the item of a list; 0 without.
        shorts: The abbreviations that it explains.
    """

    text: str
    terms: tuple[str, ...]
    spans: tuple[int, ...]
    traits: Traits
    item: int
    shorts: tuple[str, ...]

    def is_meant(self, form: Form) -> bool:
        """Tell whether it is what a question asks for by its form."""
        if form.number is not None:
            return self.item == form.number
        return form.short in self.shorts


@dataclass(frozen=True)
class IndexedPassage:
    """A passage as it is searched and weighed.

    Attributes:
        key: Of its article.
        language: ISO 639-1 code of its article.
        passage: The passage itself.
        first: The number of its first sentence, counted from 0 through the article.
        sentences: As many as the passage has.
        headings: The terms of the headings that it stands under.
        title: The terms of its article's title.
        publisher: The terms of its article's publisher.
    """

    key: str
    language: str
    passage: Passage
    first: int
    sentences: tuple[IndexedSentence, ...]
    headings: tuple[str, ...]
    title: tuple[str, ...]
    publisher: tuple[str, ...]

    @cached_property
    def counts(self) -> tuple[Counter[str], ...]:
        """How often each sentence holds each of its terms."""
        return tuple(Counter(sentence.terms) for sentence in self.sentences)

    @cached_property
    def body(self) -> Counter[str]:
        """How often the passage holds each of its terms, with those of headings."""
        terms = (term for sentence in self.sentences for term in sentence.terms)
        return Counter(chain(terms, self.headings))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Each sentence's words, case folded, with blanks around them."""
        return tuple(padded(split_words(sentence.text)) for sentence in self.sentences)


def indexed_passages(
    key: str, article: Article, analyzer: Analyzer
) -> Iterator[IndexedPassage]:
    """Analyse an article.

    Args:
        key: Names the article in the index.
        article: What is analysed.
        analyzer: Of its language.
    """

    def terms(text: str | None) -> tuple[str, ...]:
        return tuple(term.term for term in analyzer.analyze(text)) if text else ()

    title, publisher = terms(article.title), terms(article.publisher)
    rows = rows_of(article)
    first = 0
    for passage in article.passages:
        sentences = []
        for sentence in passage.sentences:
            own = analyzer.analyze(sentence.text)
            row = rows.get(sentence.start)
            columns = terms(" ".join(row.columns)) if row else ()
            sentences.append(
                IndexedSentence(
                    row.text if row else sentence.text,
                    (*[term.term for term in own], *columns),
                    tuple([n for term in own for n in (term.start, term.end)]),
                    read_traits(sentence.text, own, analyzer.language),
                    item_number(sentence.text),
                    explained(sentence.text),
                )
            )
        headings = terms(passage.section)
        yield IndexedPassage(
            key,
            article.language,
            passage,
            first,
            tuple(sentences),
            headings,
            title,
            publisher,
        )
        first += len(passage.sentences)
