"""File to content, by the parser of the file's format."""

from importlib import import_module

from retrieval.loading.content import Content
from retrieval.loading.formats import Format


def parse(data: bytes, format: Format, charset: str = "") -> Content:
    """Return the content of a file in any format but plain text.

    The parser is imported when a file needs it: its library is optional, and slow to
    import.

    Args:
        data: The file.
        format: Its format, from `FORMATS`.
        charset: Encoding that a server declares; may be "" or wrong.

    Raises:
        UnreadableError: The file cannot be read.
        ImportError: The format's library is not installed.
    """
    content: Content = import_module(f"{__package__}.{format.parser}").parse(
        data, charset
    )
    return content
