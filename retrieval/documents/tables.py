"""Rows of tables: what the columns are called, from the row that names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import regex

from retrieval.documents.values import Article, Sentence

_SEPARATOR = regex.compile(r"\s*\|\s*")
_GAP = regex.compile(r"\t+|[ \xa0]{2,}")  # in plain text
_DIGIT = regex.compile(r"\p{N}")
MAX_CELL_CHARACTERS = 60  # in plain text, where a gap may stand in prose
MIN_WIDE = 3  # columns of a table that surely has a header


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the names of its columns, as many as it has cells."""

    columns: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The row in words: "Route: Larkey to Brae; Car: 21.00"."""
        return "; ".join(
            f"{column}: {cell}" if column else cell
            for column, cell in zip(self.columns, self.cells, strict=True)
            if cell
        )


def rows_of(article: Article) -> dict[int, Row]:
    r"""Return an article's rows by where they start; those that name columns are none.

    >>> text = "The fees.\n\nWho | Fee\n\nWalker | 2\n\nCart | 5"
    >>> [row.text for row in rows_of(Article.from_text(text)).values()]
    ['Who: Walker; Fee: 2', 'Who: Cart; Fee: 5']
    """
    rows: dict[int, Row] = {}
    for table in _tables(article):
        header, *others = [cells_of(sentence.text) for sentence in table]
        is_named = not any(map(_DIGIT.search, header)) and (
            len(header) >= MIN_WIDE
            or any(_DIGIT.search(cell) for cells in others for cell in cells)
        )
        if is_named:
            for sentence, cells in zip(table[1:], others, strict=True):
                rows[sentence.start] = Row(header, cells)
    return rows


def sentence_texts(article: Article) -> list[str]:
    """Return what an article's sentences say; rows with the names of their columns."""
    rows = rows_of(article)
    return [
        rows[sentence.start].text if sentence.start in rows else sentence.text
        for passage in article.passages
        for sentence in passage.sentences
    ]


def _tables(article: Article) -> Iterator[list[Sentence]]:
    """Yield sentences in a row that are rows of as many cells."""
    sentences = (
        (len(cells_of(sentence.text)), passage.section, sentence)
        for passage in article.passages
        for sentence in passage.sentences
    )
    for (count, _), run in groupby(sentences, key=lambda each: each[:2]):
        if count > 1:
            yield [sentence for _, _, sentence in run]


def cells_of(text: str) -> tuple[str, ...]:
    """Return the cells of a row; of what is none, the text alone.

    >>> cells_of("Cart | 5"), cells_of("Cart      5"), cells_of("A cart pays 5.")
    (('Cart', '5'), ('Cart', '5'), ('A cart pays 5.',))
    """
    text = text.strip()
    if "|" in text:
        return tuple(_SEPARATOR.split(text))
    cells = tuple(_GAP.split(text))
    return cells if max(map(len, cells)) <= MAX_CELL_CHARACTERS else (text,)
