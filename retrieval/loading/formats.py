"""The formats that can be read, and how the format of a file is found.

`FORMATS` is the one table of formats: their parsers, and what they are recognised by.
The content decides; a file's name or content type decides what the content leaves open.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

import puremagic
import regex

from retrieval.loading.content import UnreadableError
from retrieval.sources import split_link

HEAD_BYTES = 4_096  # in which a format shows itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that can be read.

    Attributes:
        name: In messages; also the extra that installs the parser's library.
        parser: Module in `parsers` with a function `parse(data, charset) -> Content`;
            None for plain text, which needs no parsing.
        content_types: Content types of servers, without parameters.
        suffixes: Endings of file names, lower case; empty where the content shows the
            format.
        is_believed: Whether a suffix or a content type is enough, unless the content is
            a whole web page.
        signature: Matches the beginning of every file in the format; None if they have
            nothing in common.
        zip_member: Path of a file in every ZIP archive of the format; None for formats
            that are no ZIP archives.
    """

    name: str
    parser: str | None
    content_types: tuple[str, ...]
    suffixes: tuple[str, ...] = ()
    is_believed: bool = False
    signature: regex.Pattern[bytes] | None = None
    zip_member: str | None = None

    def is_declared(self, suffix: str, content_type: str) -> bool:
        """Return whether a file name's ending or a content type names the format."""
        return suffix in self.suffixes or content_type in self.content_types


FORMATS = {
    each.name: each
    for each in (
        Format(
            name="pdf",
            parser="pdf.parser",
            content_types=("application/pdf", "application/x-pdf"),
            signature=regex.compile(rb".{0,1019}?%PDF-", regex.S),
        ),
        Format(
            name="picture",
            parser="picture",
            content_types=(
                "image/bmp",
                "image/gif",
                "image/jpeg",
                "image/png",
                "image/tiff",
                "image/webp",
            ),
            signature=regex.compile(
                rb"\x89PNG\r\n|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a|RIFF....WEBP"
                rb"|BM.{4}\0\0\0\0",
                regex.S,
            ),
        ),
        Format(
            name="docx",
            parser="docx.parser",
            content_types=(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            zip_member="word/document.xml",
        ),
        Format(
            name="xlsx",
            parser="xlsx",
            content_types=(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            zip_member="xl/workbook.xml",
        ),
        Format(
            name="pptx",
            parser="pptx",
            content_types=(
                "application/vnd.openxmlformats-officedocument.presentationml"
                ".presentation",
            ),
            zip_member="ppt/presentation.xml",
        ),
        Format(
            name="epub",
            parser="epub",
            content_types=("application/epub+zip",),
            zip_member="META-INF/container.xml",
        ),
        Format(
            name="odt",
            parser="odt",
            content_types=(
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.spreadsheet",
                "application/vnd.oasis.opendocument.presentation",
            ),
            zip_member="content.xml",
        ),
        Format(
            name="rtf",
            parser="rtf",
            content_types=("application/rtf", "text/rtf"),
            signature=regex.compile(rb"\{\\rtf"),
        ),
        Format(
            name="subtitles",
            parser="subtitles",
            content_types=("application/x-subrip", "text/vtt"),
            suffixes=(".srt", ".vtt"),
            is_believed=True,
            signature=regex.compile(
                rb"(?:\xef\xbb\xbf)?(?:WEBVTT\s|\s*\d+\s*\n[\d:]{5,8}[,.]\d+ *-->)"
            ),
        ),
        Format(
            name="eml",
            parser="eml",
            content_types=("message/rfc822",),
            suffixes=(".eml", ".mht", ".mhtml"),
            is_believed=True,
            signature=regex.compile(
                rb"(?:[\w-]++:[^\n]*\n(?:[ \t][^\n]*\n)*+)*?"
                rb"(?:MIME-Version:|Message-ID:|From:(?=[^\n]*\n(?:[\w-]++:[^\n]*\n)*?"
                rb"Subject:)|Subject:(?=[^\n]*\n(?:[\w-]++:[^\n]*\n)*?From:))",
                regex.I,
            ),
        ),
        Format(
            name="csv",
            parser="csv",
            content_types=("text/csv", "text/tab-separated-values"),
            suffixes=(".csv", ".tsv"),
            is_believed=True,
        ),
        Format(
            name="markdown",
            parser="markdown.parser",
            content_types=("text/markdown", "text/x-markdown"),
            suffixes=(".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd"),
            is_believed=True,
        ),
        Format(
            name="rst",
            parser="rst",
            content_types=("text/x-rst", "text/prs.fallenstein.rst"),
            suffixes=(".rst", ".rest"),
            is_believed=True,
        ),
        Format(
            name="html",
            parser="html.parser",
            content_types=("text/html", "application/xhtml+xml"),
            suffixes=(".html", ".htm", ".xhtml"),
        ),
        Format(name="paged text", parser="paged_text", content_types=("text/plain",)),
        Format(name="text", parser=None, content_types=("text/plain",)),
    )
}
# Recognised by rules of their own, in `detect_format`.
MARKDOWN, RST, HTML, PAGED_TEXT, TEXT = (
    FORMATS[name] for name in ("markdown", "rst", "html", "paged text", "text")
)

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
# A directive, or a role, of reStructuredText.
_RST = regex.compile(
    rb"^\.\. [a-z][\w:-]*::(?:\s|$)|(?<!\w):[a-z]+(?::[a-z]+)?:`[^`\n]+`", regex.M
)
# Sources that are text, but not as their readers see it.
_SOURCES = {
    "this is LaTeX; make a PDF of it, and name that": regex.compile(
        rb"(?:\s|%[^\n]*\n)*+\\(?:documentclass|documentstyle|RequirePackage)\b"
    ),
    "this is JSON; name the text in it as a file of its own": regex.compile(
        rb"(?:\xef\xbb\xbf)?\s*+(?:\[\s*+)?\{\s*+\"[^\"\n]*+\"\s*+:"
    ),
}
_PAGE_FOOT = regex.compile(rb"\S[ \t]{2,}\[Page \d+\][ \t]*\r?$", regex.M)
_LINK = regex.compile(r"\[[^\[\]\n]+\]\(\S+?\)")
_MEDIA = {
    "image": "this is a picture of a kind that is not read; save it as PNG or JPEG",
    "audio": "this is a sound; name a text, or a transcript",
    "video": "this is a film; name a text, or a transcript",
}
_ARCHIVE = "this is an archive; unpack it, and name the article inside"
_ARCHIVES = regex.compile(r"zip|compress|tar|rar|7z|archive|bzip|xz|zstd|cab\b")
_OFFICE = regex.compile(r"msword|ms-|officedocument|opendocument|ole|cfb|excel|powerp")


def detect_format(data: bytes, name: str, content_type: str = "") -> Format:
    """Return the format of a file.

    Args:
        data: The whole file.
        name: Its path or link.
        content_type: Content type from the server, without parameters; may be "".

    Raises:
        UnreadableError: The file is in a known format that holds no readable text.
    """
    head = data[:HEAD_BYTES]
    for each in FORMATS.values():
        if each.signature and each.signature.match(head):
            return each
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(data)
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 and UTF-32
    if b"\0" in head and not is_wide:
        raise binary_file_error(data)
    suffix = PurePath(split_link(name)[1]).suffix.lower()
    if not _WHOLE_PAGE.match(head):  # else: Markdown may begin with a piece of HTML
        for each in FORMATS.values():
            if each.is_believed and each.is_declared(suffix, content_type):
                return each
    if _HTML.match(head) or (is_wide and _WIDE_HTML.search(head)):
        return HTML
    if HTML.is_declared(suffix, content_type) and _TAG.search(head):
        return HTML
    for problem, source in _SOURCES.items():
        if source.match(head):
            raise UnreadableError(problem)
    if _PAGE_FOOT.search(data[: 2 * HEAD_BYTES]):
        return PAGED_TEXT
    if _RST.search(head):
        return RST
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    n_headings = len(_HEADINGS.findall(text))
    if n_headings > 1 or (n_headings and _LINK.search(text)):
        return MARKDOWN
    return TEXT


def binary_file_error(data: bytes) -> UnreadableError:
    """Return the error for a file that is in no format that can be read."""
    return UnreadableError(_describe_binary(data))


def _zip_format(data: bytes) -> Format:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableError("this is a damaged archive; fetch it again") from error
    for each in FORMATS.values():
        if each.zip_member in names:
            return each
    if "[Content_Types].xml" in names:
        raise UnreadableError("this is an office file; save it as DOCX or PDF")
    raise UnreadableError(_ARCHIVE)


def _describe_binary(data: bytes) -> str:
    """Describe a file that is not text, as far as its first bytes allow."""
    try:
        guesses = puremagic.magic_string(data[:HEAD_BYTES])
    except (puremagic.PureError, ValueError):
        guesses = []
    for guess in [guess for guess in guesses if guess.mime_type][:1]:
        media_type = guess.mime_type.partition("/")[0]
        if media_type in _MEDIA:
            return _MEDIA[media_type]
        description = f"{guess.mime_type} {guess.name}".lower()
        if _OFFICE.search(description):
            return "this is an office file; save it as DOCX or PDF"
        if _ARCHIVES.search(description):
            return _ARCHIVE
    return "this is not text; convert it to a text file"
