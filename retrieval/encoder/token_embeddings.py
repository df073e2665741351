"""A table of token embeddings in 4-bit blocks, memory-mapped from a file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # numbers that share a scale

# A block: its scale, and its numbers, each plus `ZERO`. Byte j holds number j in its
# low half and number j + 16 in its high half. This is llama.cpp's format Q4_0.
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("numbers", "u1", BLOCK // 2)])
ZERO = 8


class TokenEmbeddings:
    """The embeddings of a vocabulary.

    Attributes:
        blocks: (n_tokens, dimension / 32), of `BLOCK_TYPE`.
    """

    def __init__(self, blocks: NDArray[np.void]) -> None:
        self.blocks = blocks

    @classmethod
    def load(cls, path: Path) -> "TokenEmbeddings":
        """Map a file of numpy's format into memory.

        Raises:
            OSError: The file cannot be read.
            ValueError: It holds no such table.
        """
        blocks = np.load(path, mmap_mode="r", allow_pickle=False)
        if blocks.dtype != BLOCK_TYPE or blocks.ndim != 2:
            raise ValueError(f"{path.name} is not a table of 4-bit blocks")
        return cls(blocks)

    def get(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the embeddings of tokens: (*ids.shape, dimension), float32.

        Args:
            ids: The tokens' numbers, of any shape.

        Raises:
            IndexError: A token is not in the table.
        """
        blocks = self.blocks[ids]
        numbers = blocks["numbers"]
        unpacked = np.concatenate([numbers & 0xF, numbers >> 4], axis=-1)
        scaled = (unpacked.astype(np.float32) - ZERO) * blocks["scale"][..., None]
        embeddings: NDArray[np.float32] = scaled.reshape(*ids.shape, -1)
        return embeddings
