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
        self._ids, self._starts, self._positions, _, n_docs = invert(documents)
        dfs = np.diff(self._starts).tolist()
        self._idfs = np.array([idf(n_docs, df) for df in dfs])

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ids

    def held(
        self, keys: Sequence[Hashable], documents: Positions
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell which of some documents hold which of the keys that occur at all.

        Args:
            keys: What is looked for.
            documents: Positions of documents, in order; at least one.

        Returns:
            The keys' idf, one each, and a matrix of one row for each key and one
            column for each document: 1 where it holds the key, else 0.
        """
        ids = [number for number in map(self._ids.get, keys) if number is not None]
        held = np.zeros((len(ids), len(documents)))
        rows, columns, _ = locate(self._positions, self._starts, ids, documents)
        held[rows, columns] = 1
        return self._idfs[ids], held

    def rows(
        self, keys: Sequence[Hashable], documents: Positions
    ) -> NDArray[np.float64]:
        """Return `held` for every key, also those that do not occur: a row for each."""
        known = [key in self._ids for key in keys]
        matrix = np.zeros((len(keys), len(documents)))
        if any(known):
            asked = [key for key in keys if key in self._ids]
            matrix[known] = self.held(asked, documents)[1]
        return matrix


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))


def locate(
    positions: Positions,
    starts: NDArray[np.int64],
    ids: Sequence[int],
    documents: Positions,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Find where postings meet documents.

    Args:
        positions: Of all postings in a row.
        starts: Where each posting begins in it, and past all.
        ids: The numbers of the postings that are of interest.
        documents: The positions that are of interest, in order; at least one.

    Returns:
        For each meeting the posting's place among `ids`, the document's among
        `documents`, and the place in `positions`.
    """
    if not ids:
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, nothing
    firsts = starts[ids]
    lengths = starts[np.add(ids, 1)] - firsts
    is_long = lengths >= LONG
    counts = np.where(is_long, 0, lengths)
    ends = counts.cumsum()
    rows = [np.repeat(np.arange(len(ids)), counts)]
    places = [np.arange(ends[-1]) + np.repeat(firsts - ends + counts, counts)]
    for number in np.flatnonzero(is_long):
        first, past = firsts[number], firsts[number] + lengths[number]
        found = first + np.searchsorted(positions[first:past], documents)
        found = found[found < past]
        rows.append(np.full(len(found), number))
        places.append(found)
    row, place = np.concatenate(rows), np.concatenate(places)
    looked_at = positions[place]
    columns = documents.searchsorted(looked_at)
    columns[columns == len(documents)] = 0
    met = documents[columns] == looked_at
    return row[met], columns[met], place[met]
