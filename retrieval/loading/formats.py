"""What format a file is in, by its content; its name decides where that leaves open."""

from enum import Enum
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

import puremagic
import regex

from retrieval.loading.content import UnreadableError
from retrieval.sources import split_link


class Format(Enum):
    """The formats that can be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


HEAD_BYTES = 4_096  # in which a format shows itself
_BEFORE_HTML = rb"(?:\xef\xbb\xbf|\s|<!--(?s:.)*?-->|<\?xml[^>]*>)*+"
_WHOLE_PAGE = regex.compile(_BEFORE_HTML + rb"<(?:!doctype\s+html|html)\b", regex.I)
_HTML = regex.compile(
    _BEFORE_HTML
    + rb"<(?:!doctype\s+html|html|head|body|article|main|title|meta|h[1-6]|div|p"
    rb"|section|header|table|ul|ol)\b",
    regex.I,
)
_TAG = regex.compile(rb"</?[a-z][a-z0-9]*(?:\s[^<>]*)?>", regex.I)
_WIDE_HTML = regex.compile(rb"<\0(?:!\0d\0o\0c|h\0t\0m\0l)", regex.I)
# Two headings, or one with a link: no plain text has those by chance.
_HEADINGS = regex.compile(
    r"(?:\A|\n)(?:#{1,6} \S[^\n]*\n(?=\s*\n|#|\S)|\S[^\n]*\n={3,}[ \t]*(?=\n))"
)
_LINK = regex.compile(r"\[[^\[\]\n]+\]\(\S+?\)")
_HTML_NAMES = (".html", ".htm", ".xhtml")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_MARKDOWN_TYPES = ("text/markdown", "text/x-markdown")
_KINDS = {
    "image": "this is an image; run text recognition (OCR) over it",
    "audio": "this is a sound; name a text, or a transcript",
    "video": "this is a film; name a text, or a transcript",
}
_ARCHIVE = "this is an archive; unpack it, and name the article inside"
_ARCHIVES = regex.compile(r"zip|compress|tar|rar|7z|archive|bzip|xz|zstd|cab\b")
_OFFICE = regex.compile(r"msword|ms-|officedocument|opendocument|ole|cfb|excel|powerp")


def detect_format(data: bytes, name: str, content_type: str = "") -> Format:
    """Tell the format of a file.

    Args:
        data: The file.
        name: Its path or link.
        content_type: What a server calls it, without parameters; may be "".

    Raises:
        UnreadableError: It is of a known kind that holds no readable text.
    """
    head = data[:HEAD_BYTES]
    if b"%PDF-" in head[:1_024]:
        return Format.PDF
    if head.startswith(b"PK\x03\x04"):
        return _packed_format(data)
    if head.startswith(b"{\\rtf"):
        raise UnreadableError("this is RTF; save it as DOCX or plain text")
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 and UTF-32
    if b"\0" in head and not is_wide:
        raise UnreadableError(_what_it_is(data))
    suffix = PurePath(split_link(name)[1]).suffix.lower()
    is_markdown = suffix in _MARKDOWN_NAMES or content_type in _MARKDOWN_TYPES
    if is_markdown and not _WHOLE_PAGE.match(head):
        return Format.MARKDOWN  # it may begin with a piece of HTML
    if _HTML.match(head) or (is_wide and _WIDE_HTML.search(head)):
        return Format.HTML
    is_html = suffix in _HTML_NAMES or content_type in _HTML_TYPES
    if is_html and _TAG.search(head):
        return Format.HTML
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    n_headings = len(_HEADINGS.findall(text))
    if n_headings > 1 or (n_headings and _LINK.search(text)):
        return Format.MARKDOWN
    return Format.TEXT


def binary_file_error(data: bytes) -> UnreadableError:
    """Return the error for a file that is in no format that can be read."""
    return UnreadableError(_what_it_is(data))


def _packed_format(data: bytes) -> Format:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableError("this is a damaged archive; fetch it anew") from error
    if "word/document.xml" in names:
        return Format.DOCX
    if "META-INF/container.xml" in names:
        raise UnreadableError("this is an EPUB; convert it to HTML or plain text")
    if "[Content_Types].xml" in names or "content.xml" in names:
        raise UnreadableError("this is an office file; save it as DOCX or PDF")
    raise UnreadableError(_ARCHIVE)


def _what_it_is(data: bytes) -> str:
    """Say what a file is that is no text, as far as its first bytes tell."""
    try:
        kinds = puremagic.magic_string(data[:HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        kinds = []
    for kind in [kind for kind in kinds if kind.mime_type][:1]:
        top = kind.mime_type.partition("/")[0]
        if top in _KINDS:
            return _KINDS[top]
        said = f"{kind.mime_type} {kind.name}".lower()
        if _OFFICE.search(said):
            return "this is an office file; save it as DOCX or PDF"
        if _ARCHIVES.search(said):
            return _ARCHIVE
    return "this is not text; convert it to a text file"
