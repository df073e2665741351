"""What a source is: a path or a link. Any text may be given as one."""

import re

_LINK = re.compile(r"https?://([^/?#]*)([^?#]*)", re.IGNORECASE)


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
    return one_printable_line(source.partition("?")[0] if is_link(source) else source)


def one_printable_line(text: str) -> str:
    r"""Return a text with blanks for what is not printed.

    >>> one_printable_line("tea\x1b[31m\n time")
    'tea [31m time'
    """
    printable = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(printable).split())
