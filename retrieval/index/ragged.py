"""Rows of different lengths in two arrays."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger]
Mask = NDArray[np.bool_]


class Ragged(NamedTuple):
    """Rows, one after the other.

    Attributes:
        starts: Where each begins among the values, and past all.
        values: Of all rows.
    """

    starts: Integers
    values: Integers

    def row(self, n: int) -> Integers:
        """Return one row."""
        return self.values[self.starts[n] : self.starts[n + 1]]

    @property
    def lengths(self) -> Integers:
        """How long each row is."""
        return np.diff(self.starts)

    def kept(self, mask: Mask) -> "Ragged":
        """Leave out the rows where a mask is false."""
        lengths = self.lengths
        values = self.values[np.repeat(mask, lengths)]
        return Ragged(starts_of(lengths[mask]), values)

    def mapped(self, numbers: Integers) -> "Ragged":
        """Put for each value the number at its place."""
        return Ragged(self.starts, numbers[self.values])


def join_ragged(parts: Sequence[Ragged]) -> Ragged:
    """Put the rows of several one after the other."""
    lengths = np.concatenate([part.lengths for part in parts])
    return Ragged(starts_of(lengths), np.concatenate([part.values for part in parts]))


def starts_of(lengths: Integers) -> Integers:
    """Return where rows of some lengths begin, and the end."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=starts[1:])
    return starts


def shrunk(values: Integers) -> Integers:
    """Store integers from 0 on in as few bytes each as the largest needs."""
    kinds = (np.int8, np.int16, np.int32, np.int64)
    largest = values.max(initial=0)
    kind = next(kind for kind in kinds if largest <= np.iinfo(kind).max)
    return values.astype(kind)
