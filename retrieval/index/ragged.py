"""Ragged rows of integers in two arrays, as scipy's sparse matrices keep theirs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger]
Mask = NDArray[np.bool_]


class Ragged(NamedTuple):
    """Rows of different lengths; row n is `indices[indptr[n] : indptr[n + 1]]`.

    Attributes:
        indptr: Where each row begins among the values, and where the last one ends:
            (n_rows + 1,).
        indices: The values of all rows, one row after the other.
    """

    indptr: Integers
    indices: Integers

    def row(self, n: int) -> Integers:
        """Return one row."""
        return self.indices[self.indptr[n] : self.indptr[n + 1]]

    @property
    def lengths(self) -> Integers:
        """The length of each row: (n_rows,)."""
        return np.diff(self.indptr)

    def filter(self, mask: Mask) -> "Ragged":
        """Return the rows where a mask of (n_rows,) is true."""
        lengths = self.lengths
        indices = self.indices[np.repeat(mask, lengths)]
        return Ragged(indptr_of(lengths[mask]), indices)

    def take(self, numbers: Integers) -> "Ragged":
        """Return rows with `numbers[value]` in place of each value."""
        return Ragged(self.indptr, numbers[self.indices])


def concat_ragged(parts: Sequence[Ragged]) -> Ragged:
    """Return the rows of all parts, one part after the other."""
    lengths = np.concatenate([part.lengths for part in parts])
    indices = np.concatenate([part.indices for part in parts])
    return Ragged(indptr_of(lengths), indices)


def indptr_of(lengths: Integers) -> Integers:
    """Return where rows of these lengths begin, and the end: (n_rows + 1,), int32."""
    indptr = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=indptr[1:])
    return indptr


def smallest_dtype(values: Integers) -> Integers:
    """Return non-negative integers in the smallest type that holds the largest."""
    kinds = (np.int8, np.int16, np.int32, np.int64)
    largest = values.max(initial=0)
    kind = next(kind for kind in kinds if largest <= np.iinfo(kind).max)
    return values.astype(kind)
