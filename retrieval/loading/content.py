"""The result of a parser: blocks of text, and the metadata of the file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING

import regex

from retrieval.errors import ErrorCode

if TYPE_CHECKING:
    from PIL.Image import Image

# Values that programs fill in where no title or author was given.
_JUNK_TITLE = regex.compile(
    r"untitled|\(.*\)|microsoft word.*|word document|.*\.\w{2,5}", regex.I
)
_JUNK_AUTHOR = regex.compile(
    r"\W*(?:admin\w*|anonym\w*|author|owner|python-docx|root|unbekannt|unknown"
    r"|(?:(?:windows|microsoft office) )?user)\W*",
    regex.I,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list item or a table's row.

    Attributes:
        text: One line, except for code, which keeps its lines; never blank.
        level: Level of a heading, 1 for the highest; 0 for other blocks.
        continues: Whether it belongs to the block before it, as a list item does.
        page: Number of the page it begins on, from 1; None in formats without pages.
        page_breaks: Offset in the text, in characters, and number of each further page.
        section: Name of its section that is not in the text, such as the time of a
            subtitle; it follows those of the headings.
        recognition: Confidence of text recognition in its page, in [0, 1]; None for
            text that was not recognised in a picture.
    """

    text: str
    level: int = 0
    continues: bool = False
    page: int | None = None
    page_breaks: tuple[tuple[int, int], ...] = ()
    section: str | None = None
    recognition: float | None = None


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page that is a picture of its text, as in a scan.

    Attributes:
        page: Number of the page, from 1; None in a picture of one page.
        render: Returns the picture, in shades of grey.
    """

    page: int | None
    render: Callable[[], "Image"]


@dataclass(frozen=True, slots=True)
class Content:
    """The blocks and the metadata of a file; metadata is None where there is none.

    Attributes:
        blocks: In reading order.
        title: Title that the file declares.
        author: Its authors, as one string.
        publisher: The site or organisation.
        date: Date of publication, in ISO 8601.
        url: Canonical URL that a page declares.
        pictures: Pages whose text is still to be recognised, in reading order. A page
            may have blocks, too, which stay if its picture shows little else.
    """

    blocks: list[Block] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    pictures: list[PagePicture] = field(default_factory=list)


TOO_COMPLEX = "it is too complex to be read; simplify or split it"
PICTURE_OF_TEXT = (
    "its text is a picture, as in a scan; install article-bot[ocr] to read it"
)


class UnreadableError(Exception):
    """A file that cannot be read; the message is one clause that says why.

    Attributes:
        code: Cause of the error, if it is one of `ErrorCode`.
    """

    def __init__(self, problem: str, code: ErrorCode | None = None) -> None:
        super().__init__(problem)
        self.code = code


def one_line(text: str | None) -> str:
    r"""Return a text with each run of white space as one space.

    >>> one_line(" Tea \n time ")
    'Tea time'
    """
    return " ".join((text or "").split())


def row_block(cells: Iterable[str]) -> Iterator[Block]:
    """Yield the block of a table's row, with "|" between its cells; none if empty.

    A cell's own "|" becomes "/", as it would look like a border.

    >>> [block.text for block in row_block(["Cart", "", "5"])]
    ['Cart | | 5']
    >>> list(row_block(["", ""]))
    []
    """
    texts = [one_line(cell).replace("|", "/") for cell in cells]
    if any(texts):
        yield Block(one_line(" | ".join(texts)), continues=True)


def lines_of(code: str) -> str:
    r"""Return the lines of code without blank lines and common indentation.

    >>> lines_of("  a = 1\n\n    b = 2\n")
    'a = 1\n  b = 2'
    """
    lines = dedent(code.expandtabs(4)).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def metadata_title(title: str | None) -> str | None:
    """Return the title in a file's properties, unless a program filled it in.

    >>> metadata_title("Microsoft Word - Draft.doc"), metadata_title("Tea time")
    (None, 'Tea time')
    """
    return None if _JUNK_TITLE.fullmatch(one_line(title)) else one_line(title) or None


def metadata_author(author: str | None) -> str | None:
    """Return the author in a file's properties, unless a program filled it in.

    >>> metadata_author("Windows User"), metadata_author("Ann Ito")
    (None, 'Ann Ito')
    """
    named = one_line(author)
    return None if _JUNK_AUTHOR.fullmatch(named) else named or None
