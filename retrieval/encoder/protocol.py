"""What a reader does, whatever it is made of."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.windows import Window

EmbeddingMatrix = NDArray[np.float32]  # a row for each text, of length 1
Logits = NDArray[np.float64]  # one for each sentence


@runtime_checkable
class Reader(Protocol):
    """Tells what texts mean, and perhaps which sentences answer a question.

    Attributes:
        name: What an operator knows it by.
        key: Changes whenever its embeddings do.
        width: How many numbers an embedding has.
        languages: ISO 639-1 codes of what it understands.
        judges: Whether `judge` may be called.
    """

    name: str
    key: str
    width: int
    languages: frozenset[str]
    judges: bool

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return the texts' embeddings; their product is the cosine of two texts."""

    def judge(self, question: str, windows: Sequence[Window]) -> list[Logits]:
        """Return the log odds of each window's sentences.

        Odds that a sentence answers the question, against nothing answering it; each
        window is read by itself.
        """
