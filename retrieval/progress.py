"""Progress of work over many items, shown by whoever calls.

`rich.progress.track` and the method of `rich.progress.Progress` are such functions.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Progress(Protocol):
    """A function that yields the items of a sequence and shows how many are done."""

    def __call__(
        self, sequence: Sequence[Item], /, *, description: str
    ) -> Iterable[Item]:
        """Yield the items of a sequence, in order.

        Args:
            sequence: The items.
            description: What is done with them, in a word or two ("Indexing").
        """
        ...


def no_progress(
    sequence: Sequence[Item],
    /,
    *,
    description: str = "",  # noqa: ARG001
) -> Iterable[Item]:
    """Yield the items of a sequence, and show nothing."""
    return sequence
