"""Rows of tables, with the names of their columns from the header row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:  # an article finds its rows here
    from retrieval.documents.values import Article, Passage, Sentence

_SEPARATOR = regex.compile(r"\s*\|\s*")
_GAP = regex.compile(r"\t+|[ \xa0]{2,}")  # in plain text
_DIGIT = regex.compile(r"\p{N}")
MAX_CELL_CHARACTERS = 60  # longer texts with a gap are prose
MIN_WIDE = 3  # columns from which a first row without a digit is a header


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        columns: The names of the columns, one for each cell.
        cells: The cells' texts.
    """

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


def table_rows(passages: Iterable["Passage"]) -> dict[int, Row]:
    r"""Return the rows of tables that have a header row, without the header row.

    An article does this once, as `Article.rows`.

    Returns:
        The rows by the offset in the article where they start, in characters.

    >>> from retrieval import Article
    >>> text = "The fees.\n\nWho | Fee\n\nWalker | 2\n\nCart | 5"
    >>> [row.text for row in table_rows(Article.from_text(text).passages).values()]
    ['Who: Walker; Fee: 2', 'Who: Cart; Fee: 5']
    """
    rows: dict[int, Row] = {}
    for table in _tables(passages):
        header, *others = [split_cells(sentence.text) for sentence in table]
        # A row of other cells may be short of any: its columns are doubtful.
        named = [
            (sentence, cells)
            for sentence, cells in zip(table[1:], others, strict=True)
            if len(cells) == len(header)
        ]
        is_named = not any(map(_DIGIT.search, header)) and (
            len(header) >= MIN_WIDE
            or any(_DIGIT.search(cell) for _, cells in named for cell in cells)
        )
        if is_named:
            for sentence, cells in named:
                rows[sentence.start] = Row(header, cells)
    return rows


def sentence_texts(article: "Article") -> list[str]:
    """Return the texts of an article's sentences, and of rows their `Row.text`."""
    rows = article.rows
    return [
        rows[sentence.start].text if sentence.start in rows else sentence.text
        for passage in article.passages
        for sentence in passage.sentences
    ]


def _tables(passages: Iterable["Passage"]) -> Iterator[list["Sentence"]]:
    """Yield runs of sentences that have two cells or more each."""
    sentences = (
        (len(split_cells(sentence.text)) > 1, passage.section, sentence)
        for passage in passages
        for sentence in passage.sentences
    )
    for (is_row, _), run in groupby(sentences, key=lambda each: each[:2]):
        if is_row:
            yield [sentence for _, _, sentence in run]


def split_cells(text: str) -> tuple[str, ...]:
    """Return the cells of a row; the text alone where it is not a row.

    >>> split_cells("Cart | 5"), split_cells("Cart      5")
    (('Cart', '5'), ('Cart', '5'))
    >>> split_cells("A cart pays 5.")
    ('A cart pays 5.',)
    """
    text = text.strip()
    if "|" in text:
        return tuple(_SEPARATOR.split(text))
    cells = tuple(_GAP.split(text))
    return cells if max(map(len, cells)) <= MAX_CELL_CHARACTERS else (text,)
