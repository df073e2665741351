"""RTF to content, by striprtf: paragraphs and the rows of tables."""

import regex
from striprtf.striprtf import rtf_to_text

from retrieval.loading.content import (
    Block,
    Content,
    metadata_author,
    metadata_title,
    one_line,
    row_block,
)

_ROW = regex.compile(r"[^|\n]*\|.*\|")  # each cell ends with "|"
_TITLE, _AUTHOR = (
    regex.compile(rb"\{\\%b ([^{}]{1,300})\}" % name) for name in (b"title", b"author")
)


def parse(data: bytes, _: str = "") -> Content:
    """Parse a text, without the styles that would tell its headings."""
    blocks: list[Block] = []
    for line in _words(data).splitlines():
        if _ROW.fullmatch(line.strip()):
            blocks += row_block(line.strip().removesuffix("|").split("|"))
        elif words := one_line(line):
            blocks.append(Block(words))
    return Content(
        blocks,
        title=metadata_title(_property(data, _TITLE)),
        author=metadata_author(_property(data, _AUTHOR)),
    )


def _property(data: bytes, pattern: regex.Pattern[bytes]) -> str:
    """Return one of the file's properties; "" if there is none."""
    found = pattern.search(data)
    return _words(rb"{\rtf1\ansi %b}" % found[1]) if found else ""


def _words(data: bytes) -> str:
    words: str = rtf_to_text(  # type: ignore[no-untyped-call]
        data.decode("latin-1"), errors="replace"
    )
    return words
