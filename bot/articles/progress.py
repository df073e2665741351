"""How far work over many articles is."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Track = Callable[..., Iterable[Any]]  # rich's: of a sequence, and its `description`


def untracked(sequence: Sequence[Any], description: str = "") -> Iterable[Any]:  # noqa: ARG001
    """Go through a sequence without showing how far that is."""
    return sequence
