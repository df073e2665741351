"""An article with its passages and sentences, as values that point into its text."""

import re
from dataclasses import dataclass

from retrieval.documents.segmentation.passages import split_layout
from retrieval.sources import is_link
from retrieval.text.detection import detect_language

MAX_NAME_CHARACTERS = 200  # of a title, an author or a publisher
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which nothing can show
# Soft hyphens, zero-width blanks, joiners of words and marks of byte order.
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of quotation: `article.text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: `article.text[start:end] == text`.

    Attributes:
        number: Counts from 1 in reading order.
        sentences: In reading order, without overlap; never empty.
        section: The headings that it stands under, the innermost last, or None.
        page: The page that it begins on, counted from 1; None without pages.
    """

    number: int
    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    section: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Article:
    """A text to be quoted, and what is known about it.

    Attributes:
        text: Exactly the text given: nothing normalised, dropped or added, but halves
            of characters (lone surrogates) are U+FFFD.
        title: The headline, or None where the text shows none.
        publisher: The agency, paper or site that it is credited to, or None.
        language: ISO 639-1 code.
        source: The path or link that the text came from, or None.
        passages: In reading order; empty only where the text has no word.
        author: Who wrote it, or None.
        date: When it was published, in ISO 8601, or None.
        url: The page that shows it, or None.
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
            text: The article; how it is read is told in `segmentation`.
            title: Overrides the headline found in the text.
            language: ISO 639-1 code; None detects it.
            source: The path or link that the text came from.
            url: The page that shows it; None takes a source that is a link.

        >>> article = Article.from_text("Tea Time\n\nDr. Ito pours. Ann drinks.")
        >>> article.title
        'Tea Time'
        >>> [sentence.text for sentence in article.passages[0].sentences]
        ['Dr. Ito pours.', 'Ann drinks.']
        """
        text = shown_characters(text)
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


def shown_characters(text: str) -> str:
    """Leave out what nobody sees in words, and put U+FFFD for lone surrogates."""
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


def truncate_name(name: str | None) -> str | None:
    """Shorten what is named in every citation to `MAX_NAME_CHARACTERS`."""
    if name is None:
        return None
    if len(name) > MAX_NAME_CHARACTERS:
        name = f"{name[: MAX_NAME_CHARACTERS - 1].rstrip()}…"
    return shown_characters(name)
