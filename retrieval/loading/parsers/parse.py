"""The parser of each format but plain text, imported when a file needs it."""

from collections.abc import Callable

from retrieval.loading.content import Content
from retrieval.loading.formats import Format
from retrieval.loading.parsers.text import decode

Parse = Callable[[bytes, str], Content]


def _parse_markdown(data: bytes, charset: str) -> Content:
    from retrieval.loading.parsers.markdown import read_markdown

    return read_markdown(decode(data, charset))


def _parse_html(data: bytes, charset: str) -> Content:
    from retrieval.loading.parsers.html.parser import read_html

    return read_html(data, charset)


def _parse_pdf(data: bytes, _: str) -> Content:
    from retrieval.loading.parsers.pdf.parser import read_pdf

    return read_pdf(data)


def _parse_docx(data: bytes, _: str) -> Content:
    from retrieval.loading.parsers.docx.parser import read_docx

    return read_docx(data)


# What a file holds, and the encoding that a server declares, to its content. Each
# raises ImportError where the library of its extra is not installed.
PARSERS: dict[Format, Parse] = {
    Format.MARKDOWN: _parse_markdown,
    Format.HTML: _parse_html,
    Format.PDF: _parse_pdf,
    Format.DOCX: _parse_docx,
}
