"""Which documents hold which keys: terms, n-grams, prefixes."""

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]  # of documents, in order


class Postings:
    """The positions of the documents that hold each key."""

    def __init__(self, documents: Iterable[Collection[Hashable]]) -> None:
        """Index documents, given as the distinct keys that each holds."""
        positions: dict[Hashable, list[int]] = defaultdict(list)
        self.n_docs = 0
        for n, keys in enumerate(documents):
            self.n_docs = n + 1
            for key in keys:
                positions[key].append(n)
        self._postings = {
            key: (np.array(listed, dtype=np.int32), idf(self.n_docs, len(listed)))
            for key, listed in positions.items()
        }

    def __contains__(self, key: Hashable) -> bool:
        return key in self._postings

    def held(
        self, keys: Sequence[Hashable], documents: Positions
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell which of some documents hold which of the keys that occur at all.

        Args:
            keys: Distinct.
            documents: Positions of documents, in order.

        Returns:
            The keys' idf, one each, and a matrix of one row for each key and one
            column for each document: 1 where it holds the key, else 0.
        """
        known = [p for p in map(self._postings.get, keys) if p is not None]
        held = np.zeros((len(known), len(documents)))
        rows, columns, _ = locate([positions for positions, _ in known], documents)
        held[rows, columns] = 1
        return np.array([idf for _, idf in known]), held


def idf(n_docs: int, df: int) -> float:
    """Return log(1 + (N - df + 0.5) / (df + 0.5)), Lucene's idf; always positive."""
    return math.log(1 + (n_docs - df + 0.5) / (df + 0.5))


def locate(
    postings: Sequence[Positions], documents: Positions
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Find where postings meet documents.

    Args:
        postings: Positions of documents, one array for each key.
        documents: The positions that are of interest, in order; at least one.

    Returns:
        For each meeting the key's number and the document's; and for each posting,
        all of them in a row, whether it is a meeting.
    """
    if not postings:
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing, np.empty(0, dtype=np.bool_)
    flat = np.concatenate(postings)
    columns = np.searchsorted(documents, flat)
    columns[columns == len(documents)] = 0
    met = documents[columns] == flat
    rows = np.repeat(np.arange(len(postings)), [len(p) for p in postings])
    return rows[met], columns[met], met
