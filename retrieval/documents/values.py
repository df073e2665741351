"""An article with its passages and sentences, as values with offsets into its text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from retrieval.documents.segmentation.passages import split_layout
from retrieval.documents.tables import Row, table_rows
from retrieval.sources import is_link
from retrieval.text.detection import detect_language

SECTION_SEPARATOR = " › "  # between the headings of a section's name
MAX_NAME_CHARACTERS = 200  # of a title, an author or a publisher
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which nothing can show
# Soft hyphens, Mongolian vowel separators, zero-width blanks, word joiners and byte
# order marks.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of quotation: `article.text[start:end] == text`.

    Offsets are in characters.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: `article.text[start:end] == text`.

    Attributes:
        number: The position in reading order, from 1.
        sentences: The sentences in reading order, without overlap; never empty.
        section: The headings above the passage, the innermost last, or None.
        page: The number of the page where it begins, from 1; None without pages.
        recognition: The share of the words, in [0, 1], that text recognition is
            expected to have right; None for text that was not recognised in a picture.
    """

    number: int
    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    section: str | None = None
    page: int | None = None
    recognition: float | None = None


@dataclass(frozen=True, repr=False)
class Article:
    """A text to be quoted, with its passages and its metadata.

    Attributes:
        text: The text as it was given, but that invisible characters are dropped, and
            lone surrogates are U+FFFD.
        title: The headline, or None where the text shows none.
        publisher: The agency, paper or site that is credited with it, or None.
        language: ISO 639-1 code.
        source: The path or link that the text came from, or None.
        passages: The passages in reading order; empty only where the text has no word.
        author: The author, or None.
        date: The date of publication in ISO 8601, or None.
        url: The page that shows the article, or None.
    """

    text: str
    title: str | None
    publisher: str | None
    language: str
    source: str | None
    passages: tuple[Passage, ...]
    author: str | None = None
    date: str | None = None
    url: str | None = None

    def __repr__(self) -> str:
        return (
            f"Article(title={self.title!r}, publisher={self.publisher!r}, "
            f"language={self.language!r}, source={self.source!r}, "
            f"passages={len(self.passages)})"
        )

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        """The rows of its tables, by the offset in `text` where they start."""
        return table_rows(self.passages)

    @classmethod
    def from_text(
        cls,
        text: str,
        title: str | None = None,
        language: str | None = None,
        source: str | None = None,
        url: str | None = None,
    ) -> "Article":
        r"""Split a plain text into an article.

        Args:
            text: The article; `segmentation` describes how it is split.
            title: Overrides the headline found in the text.
            language: ISO 639-1 code; None detects it.
            source: The path or link that the text came from.
            url: The page that shows it; by default the source, if that is a link.

        >>> article = Article.from_text("Tea Time\n\nDr. Ito pours. Ann drinks.")
        >>> article.title
        'Tea Time'
        >>> [sentence.text for sentence in article.passages[0].sentences]
        ['Dr. Ito pours.', 'Ann drinks.']
        """
        text = strip_invisible(text)
        language = language or detect_language(text)
        layout = split_layout(text, language)
        passages = tuple(
            Passage(
                number,
                text[start:end],
                start,
                end,
                tuple(Sentence(text[s:e], s, e) for s, e in sentences),
            )
            for number, ((start, end), sentences) in enumerate(layout.passages, 1)
        )
        found_title = layout.title and " ".join(text[slice(*layout.title)].split())
        publisher = layout.publisher and text[slice(*layout.publisher)]
        title = truncate_name(title or found_title)
        if url is None and source and is_link(source):
            url = source
        publisher = truncate_name(publisher)
        return cls(text, title, publisher, language, source, passages, url=url)


def strip_invisible(text: str) -> str:
    """Return a text without invisible characters, and U+FFFD for lone surrogates."""
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def truncate_name(name: str | None) -> str | None:
    """Return a title, author or publisher of at most `MAX_NAME_CHARACTERS`."""
    if name is None:
        return None
    if len(name) > MAX_NAME_CHARACTERS:
        name = f"{name[: MAX_NAME_CHARACTERS - 1].rstrip()}…"
    return strip_invisible(name)
