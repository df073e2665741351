"""What a source is: a path or a link. Any text may be given as one."""

import re
from urllib.parse import unquote

_LINK = re.compile(r"https?://([^/?#]*)([^?#]*)", re.IGNORECASE)
# Names of what lets only those in who have it, as storages, shops and newspapers say.
_SECRET = re.compile(
    r"(?:^|[^a-z])(?:access|api|auth|authorization|code|credential|hmac|jwt|key|"
    r"pass|passwd|password|policy|pwd|secret|session|sessionid|sid|sig|signature|"
    r"ticket|token)(?:$|[^a-z])|(?:api|access)_?key|(?:token|secret|signature)$",
    re.IGNORECASE,
)


def is_link(source: str) -> bool:
    """Tell whether a source is a link rather than a path."""
    return _LINK.match(source) is not None


def split_link(link: str) -> tuple[str, str]:
    """Return a link's host with its port, and its path; sound or not, none is refused.

    >>> split_link("https://example.org:8080/a/b.html?c#d")
    ('example.org:8080', '/a/b.html')
    >>> split_link("http://[")
    ('[', '')
    """
    match = _LINK.match(link)
    return (match[1], match[2]) if match else ("", link)


def shown(source: str) -> str:
    r"""Return a source as it may be shown and logged: a link without its query.

    >>> shown("https://example.org/a?key=secret"), shown("a\nb.txt")
    ('https://example.org/a', 'a b.txt')
    """
    return printable_line(source.partition("?")[0] if is_link(source) else source)


def strip_credentials(link: str) -> str:
    """Leave out of a link's query what lets its owner in, for others to follow it.

    >>> strip_credentials("https://example.org/a?id=7&access_token=hunter2#b")
    'https://example.org/a?id=7#b'
    >>> strip_credentials("https://example.org/a?X-Amz-Signature=0a1b")
    'https://example.org/a'
    """
    place, hash_, fragment = link.partition("#")
    page, _, query = place.partition("?")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _SECRET.search(unquote(pair.split("=")[0]))]
    return "".join([page, "?" * any(kept), "&".join(kept), hash_, fragment])


def printable_line(text: str) -> str:
    r"""Return a text with blanks for what is not printed.

    >>> printable_line("tea\x1b[31m\n time")
    'tea [31m time'
    """
    printable = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(printable).split())
