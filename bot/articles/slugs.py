"""Names of articles, as links and buttons can hold them."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath

from slugify import slugify

from retrieval.sources import split_link

MAX_SLUG_CHARACTERS = 40  # a button holds 64 bytes, a deep link 64 characters
CACHED_SLUGS = 20_000  # a change among many articles names all of them again
_UPLOAD = re.compile(r"_(\d{1,18})", re.ASCII)  # no file's or link's begins so


def slugs_of(sources: Sequence[str]) -> list[str]:
    """Name articles after their files or links, so that links to them last.

    Where several would have one name, each gets a piece of its source's hash.
    """
    names = [slug_of(source) for source in sources]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else distinct_slug(name, source)
        for name, source in zip(names, sources, strict=True)
    ]


def distinct_slug(name: str, source: str) -> str:
    """Tell a slug from another one by a piece of its source's hash."""
    digest = sha256(source.encode("utf-8", "replace")).hexdigest()
    return f"{name}-{digest[:6]}"


@lru_cache(CACHED_SLUGS)
def slug_of(source: str, otherwise: str = "article") -> str:
    """Name a file or a link as links and buttons can; what has no letter, otherwise.

    >>> slug_of("releases/Über uns.txt"), slug_of("https://example.org/a/tea-time.html")
    ('uber-uns', 'tea-time')
    """
    host, path = split_link(source)
    name = PurePath(path).stem or host
    return slugify(name, max_length=MAX_SLUG_CHARACTERS) or otherwise


def upload_slug(number: int) -> str:
    """Name an article that a chat has sent.

    >>> upload_slug(3), is_upload("_3"), is_upload("3"), is_upload(None)
    ('_3', True, False, False)
    """
    return f"_{number}"


def is_upload(slug: str | None) -> bool:
    """Tell whether a slug is one of a chat's own articles."""
    return _UPLOAD.fullmatch(slug or "") is not None
