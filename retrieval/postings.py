"""Which documents hold which keys: terms, n-grams, prefixes."""

import math
from array import array
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# From there on a posting is asked where the documents stand in it, rather than each of
# its positions whether it is one of them; so that many documents cost no more than few.
LONG = 256

Positions = NDArray[np.int32]  # of documents, in order


class Inversion(NamedTuple):
    """The positions of the documents that hold each key, all of them in a row.

    Attributes:
        ids: A number for each key, from 0.
        starts: Where each key's positions begin, and past all.
        positions: In order for each key.
        order: From which place in the documents' keys, all in a row, each came.
        n_docs: How many documents there are.
    """

    ids: dict[Hashable, int]
    starts: NDArray[np.int64]
    positions: Positions
    order: NDArray[np.intp]
    n_docs: int


def invert(documents: Iterable[Collection[Hashable]]) -> Inversion:
    """Turn documents, given as the distinct keys that each holds, the other way."""
    ids: dict[Hashable, int] = {}
    keys = array("i")
    lengths = array("i")
    for document in documents:
        keys.extend([ids.setdefault(key, len(ids)) for key in document])
        lengths.append(len(document))
    numbers = np.frombuffer(keys, dtype=np.int32)
    order = np.argsort(numbers, kind="stable")
    counts = np.bincount(numbers, minlength=len(ids))
    starts = np.concatenate([[0], np.cumsum(counts)])
    holders = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return Inversion(ids, starts, holders[order], order, len(lengths))


class Postings:
    """The positions of the documents that hold each key."""

    def __init__(self, documents: Iterable[Collection[Hashable]]) -> None:
        """Index documents, given as the distinct keys that each holds."""
        self._ids, self._starts, self._positions, _, self.n_docs = invert(documents)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ids

    def held(
        self, keys: Sequence[Hashable], documents: Positions
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell which of some documents hold which of the keys that occur at all.

        Args:
            keys: Distinct.
            documents: Positions of documents, in order; at least one.

        Returns:
            The keys' idf, one each, and a matrix of one row for each key and one
            column for each document: 1 where it holds the key, else 0.
        """
        ids = [number for number in map(self._ids.get, keys) if number is not None]
        bounds = [(int(self._starts[n]), int(self._starts[n + 1])) for n in ids]
        held = np.zeros((len(ids), len(documents)))
        rows, columns, _ = locate(self._positions, bounds, documents)
        held[rows, columns] = 1
        return np.array(
            [idf(self.n_docs, past - first) for first, past in bounds]
        ), held


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))


def locate(
    positions: Positions, bounds: Sequence[tuple[int, int]], documents: Positions
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Find where postings meet documents.

    Args:
        positions: Of all postings in a row.
        bounds: Where in it each posting of interest begins, and where it ends.
        documents: The positions that are of interest, in order; at least one.

    Returns:
        For each meeting the posting's number, the document's, and the place in
        `positions`.
    """
    places: list[NDArray[np.intp]] = []
    for first, past in bounds:
        if past - first < LONG:
            places.append(np.arange(first, past))
            continue
        found = first + np.searchsorted(positions[first:past], documents)
        places.append(found[found < past])
    if not places:
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, nothing
    flat = np.concatenate(places)
    looked_at = positions[flat]
    columns = np.searchsorted(documents, looked_at)
    columns[columns == len(documents)] = 0
    met = documents[columns] == looked_at
    rows = np.repeat(np.arange(len(places)), [len(place) for place in places])
    return rows[met], columns[met], flat[met]
