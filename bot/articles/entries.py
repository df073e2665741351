"""Articles under their names, listed part by part."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from retrieval import Article

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article under the name that links and buttons know it by."""

    slug: str
    article: Article


class Listing(Sequence[Item], ABC):
    """What can be listed part by part, and need not be at hand."""

    @abstractmethod
    def part(self, first: int, past: int) -> list[Item]:
        """Return neighbouring items, half-open; within the bounds."""

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return self.part(places.start, places.stop) if places else []
        return self.part(places, places + 1)[0]


class Articles(Listing[Article]):
    """The articles of entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Take the entries."""
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def part(self, first: int, past: int) -> list[Article]:
        """Return those of some entries."""
        return [entry.article for entry in self._entries[first:past]]


class Joined(Listing[Entry]):
    """A chat's own entries, and those of a catalogue after them."""

    def __init__(self, own: Sequence[Entry], entries: Sequence[Entry]) -> None:
        """Take both."""
        self._own = own
        self._entries = entries

    def __len__(self) -> int:
        return len(self._own) + len(self._entries)

    def part(self, first: int, past: int) -> list[Entry]:
        """Return some of both."""
        n_own = len(self._own)
        after = slice(max(first - n_own, 0), max(past - n_own, 0))
        return [*self._own[first:past], *self._entries[after]]
