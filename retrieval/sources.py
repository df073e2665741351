"""Sources of articles: paths and links. Any text may be given as a source."""

import re
from urllib.parse import unquote

_LINK = re.compile(r"https?://([^/?#]*)([^?#]*)", re.IGNORECASE)
# Names of the parameters that hold credentials, as storages, shops and papers use.
_SECRET = re.compile(
    r"(?:^|[^a-z])(?:access|api|auth|authorization|code|credential|hmac|jwt|key|"
    r"pass|passwd|password|policy|pwd|secret|session|sessionid|sid|sig|signature|"
    r"ticket|token)(?:$|[^a-z])|(?:api|access)_?key|(?:token|secret|signature)$",
    re.IGNORECASE,
)


def is_link(source: str) -> bool:
    """Return whether a source is a link rather than a path."""
    return _LINK.match(source) is not None


def split_link(link: str) -> tuple[str, str]:
    """Return a link's host with its port, and its path, even if it is malformed.

    >>> split_link("https://example.org:8080/a/b.html?c#d")
    ('example.org:8080', '/a/b.html')
    >>> split_link("http://[")
    ('[', '')
    """
    match = _LINK.match(link)
    return (match[1], match[2]) if match else ("", link)


def display_name(source: str) -> str:
    r"""Return a source to be shown and logged: a link without its query.

    >>> display_name("https://example.org/a?key=secret"), display_name("a\nb.txt")
    ('https://example.org/a', 'a b.txt')
    """
    return printable_line(source.partition("?")[0] if is_link(source) else source)


def strip_credentials(link: str) -> str:
    """Return a link that others may follow, without credentials in its query.

    >>> strip_credentials("https://example.org/a?id=7&access_token=hunter2#b")
    'https://example.org/a?id=7#b'
    >>> strip_credentials("https://example.org/a?X-Amz-Signature=0a1b")
    'https://example.org/a'
    """
    address, hash_, fragment = link.partition("#")
    page, _, query = address.partition("?")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _SECRET.search(unquote(pair.split("=")[0]))]
    return "".join([page, "?" * any(kept), "&".join(kept), hash_, fragment])


def printable_line(text: str) -> str:
    r"""Return a text in one line, with blanks for unprintable characters.

    >>> printable_line("tea\x1b[31m\n time")
    'tea [31m time'
    """
    printable = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(printable).split())
