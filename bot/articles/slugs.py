"""Slugs: short names of articles for links and buttons."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath

from slugify import slugify

from retrieval.sources import split_link

MAX_SLUG_CHARACTERS = 40  # a button holds 64 bytes, a deep link 64 characters
CACHED_SLUGS = 20_000  # a change to one of many articles names all of them again
UPLOADS = "_"  # all uploads of a chat together
_UPLOAD = re.compile(r"_(\d{1,18})?", re.ASCII)  # no slug of a file or link begins so


def slugs_of(sources: Sequence[str]) -> list[str]:
    """Return slugs made of the sources, so that links to the articles stay valid.

    Where several sources would share a slug, each gets a part of its hash.
    """
    names = [slug_of(source) for source in sources]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else distinct_slug(name, source)
        for name, source in zip(names, sources, strict=True)
    ]


def distinct_slug(name: str, source: str) -> str:
    """Make a slug distinct by a part of its source's hash."""
    digest = sha256(source.encode("utf-8", "replace")).hexdigest()
    return f"{name}-{digest[:6]}"


@lru_cache(CACHED_SLUGS)
def slug_of(source: str, otherwise: str = "article") -> str:
    """Return the slug of a file or a link; `otherwise` if it has no letter.

    >>> slug_of("releases/Über uns.txt"), slug_of("https://example.org/a/tea-time.html")
    ('uber-uns', 'tea-time')
    """
    host, path = split_link(source)
    name = PurePath(path).stem or host
    return slugify(name, max_length=MAX_SLUG_CHARACTERS) or otherwise


def upload_slug(number: int) -> str:
    """Return the slug of an upload.

    >>> upload_slug(3), is_upload("_3"), is_upload("3"), is_upload(None)
    ('_3', True, False, False)
    """
    return f"_{number}"


def is_upload(slug: str | None) -> bool:
    """Return whether a slug is the slug of an upload, or of all uploads of a chat."""
    return _UPLOAD.fullmatch(slug or "") is not None
