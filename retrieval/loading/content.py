"""What a parser finds in a file: blocks of text, and what is said about the text."""

from dataclasses import dataclass, field
from textwrap import dedent

import regex

# What programs write where nobody named a title or an author.
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
        text: In one line, but that of code, which keeps its lines; never blank.
        level: Of a heading, 1 for the highest; 0 for all else.
        joined: Whether it goes with the block before it, as a list item does.
        page: Where it begins, counted from 1; None where there are no pages.
        turns: Where in the text another page begins, and which.
    """

    text: str
    level: int = 0
    joined: bool = False
    page: int | None = None
    turns: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file; each is None where the file does not tell.

    Attributes:
        publisher: The site or organisation.
        date: Of publication, in ISO 8601.
        url: Where the text stands on the web, as it says itself.
    """

    blocks: list[Block] = field(default_factory=list)
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None


TOO_COMPLEX = "it is too complex to be read; simplify or split it"


class UnreadableError(Exception):
    """The file cannot be read; the message is one clause that says why."""


def one_line(text: str | None) -> str:
    r"""Return a text with each run of blanks as one.

    >>> one_line(" Tea \n time ")
    'Tea time'
    """
    return " ".join((text or "").split())


def lines_of(code: str) -> str:
    r"""Return code in its lines, without blank ones and what all are indented by.

    >>> lines_of("  a = 1\n\n    b = 2\n")
    'a = 1\n  b = 2'
    """
    lines = dedent(code.expandtabs(4)).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def metadata_title(title: str | None) -> str | None:
    """Return the title that a file's properties name, unless a program made it up.

    >>> metadata_title("Microsoft Word - Draft.doc"), metadata_title("Tea time")
    (None, 'Tea time')
    """
    return None if _JUNK_TITLE.fullmatch(one_line(title)) else one_line(title) or None


def metadata_author(author: str | None) -> str | None:
    """Return the author that a file's properties name, unless a program made it up.

    >>> metadata_author("Windows User"), metadata_author("Ann Ito")
    (None, 'Ann Ito')
    """
    named = one_line(author)
    return None if _JUNK_AUTHOR.fullmatch(named) else named or None
