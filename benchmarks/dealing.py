"""Which articles teach the reader, and which are held back to judge it by.

An article is dealt by its title, so that it is on the same side in every file that has
it, translations among them.
"""

from hashlib import sha256

from retrieval.documents import Article

PARTS = 4  # one of them is held back


def is_held_back(article: Article) -> bool:
    """Tell whether the reader must never be trained on an article."""
    return deal(article, PARTS) == 0


def deal(article: Article, parts: int) -> int:
    """Return the part that an article belongs to, from 0."""
    name = article.title or article.text[:100]
    return int.from_bytes(sha256(name.encode("utf-8", "replace")).digest()[:4]) % parts
