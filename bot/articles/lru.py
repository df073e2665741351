"""Eviction from least-recently-used caches with a size limit."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def evict_oldest(
    cache: OrderedDict[Key, Value], limit: int, size: Callable[[Value], int]
) -> None:
    """Evict the oldest values until the rest is within a limit or one is left.

    Args:
        cache: Values in order of last use, oldest first.
        limit: Maximum total size.
        size: Returns the size of a value.

    >>> words = OrderedDict(a="tea", b="time", c="telegram")
    >>> evict_oldest(words, 12, len)
    >>> list(words)
    ['b', 'c']
    >>> evict_oldest(words, 1, len)
    >>> list(words)
    ['c']
    """
    sizes = list(map(size, cache.values()))
    while len(sizes) > 1 and sum(sizes) > limit:
        cache.popitem(last=False)
        del sizes[0]
