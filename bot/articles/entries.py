"""Entries of a catalogue, and sequences that load them slice by slice."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from retrieval import Article

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An article and its slug, the name that links and buttons use."""

    slug: str
    article: Article


class LazySequence(Sequence[Item], ABC):
    """A sequence whose items are loaded slice by slice, when they are accessed."""

    @abstractmethod
    def load_slice(self, start: int, stop: int) -> list[Item]:
        """Return the items from `start` up to `stop`; both are within the bounds."""

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        indices = range(len(self))[index]
        if isinstance(indices, range):
            return self.load_slice(indices.start, indices.stop) if indices else []
        return self.load_slice(indices, indices + 1)[0]


class Articles(LazySequence[Article]):
    """The articles of entries."""

    def __init__(self, entries: Sequence[CatalogueEntry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def load_slice(self, start: int, stop: int) -> list[Article]:
        """Return the articles of some entries."""
        return [entry.article for entry in self._entries[start:stop]]


class ChainedEntries(LazySequence[CatalogueEntry]):
    """The uploads of a chat, followed by the entries of a catalogue."""

    def __init__(
        self, uploads: Sequence[CatalogueEntry], entries: Sequence[CatalogueEntry]
    ) -> None:
        self._uploads = uploads
        self._entries = entries

    def __len__(self) -> int:
        return len(self._uploads) + len(self._entries)

    def load_slice(self, start: int, stop: int) -> list[CatalogueEntry]:
        """Return some entries, of the uploads first."""
        n_uploads = len(self._uploads)
        after = slice(max(start - n_uploads, 0), max(stop - n_uploads, 0))
        return [*self._uploads[start:stop], *self._entries[after]]
