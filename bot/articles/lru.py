"""What is kept in memory of what was used last."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def evict_oldest(
    kept: OrderedDict[Key, Value], limit: int, size: Callable[[Value], int]
) -> None:
    """Drop what was used longest ago, until the rest is within a limit or one is left.

    Args:
        kept: What was used last stands last.
        limit: Of all sizes together.
        size: Of one.

    >>> words = OrderedDict(a="tea", b="time", c="telegram")
    >>> evict_oldest(words, 12, len)
    >>> list(words)
    ['b', 'c']
    >>> evict_oldest(words, 1, len)
    >>> list(words)
    ['c']
    """
    sizes = list(map(size, kept.values()))
    while len(sizes) > 1 and sum(sizes) > limit:
        kept.popitem(last=False)
        del sizes[0]
