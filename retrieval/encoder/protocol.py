"""Protocols of encoders: one that embeds, and one that reranks, too."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.windows import Window

EmbeddingMatrix = NDArray[np.float32]  # (n_texts, dimension), rows of length 1
Logits = NDArray[np.float64]  # (n_sentences,)


@runtime_checkable
class Embedder(Protocol):
    """Embeds texts, so that those of similar meaning are near to each other.

    Attributes:
        name: What an operator knows it by.
        fingerprint: Changes whenever its embeddings do.
        dimension: The length of an embedding.
        languages: ISO 639-1 codes of the languages that it understands.
    """

    name: str
    fingerprint: str
    dimension: int
    languages: frozenset[str]

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return the texts' embeddings; a dot product is the cosine of two texts."""


@runtime_checkable
class Reranker(Embedder, Protocol):
    """An embedder that scores question and sentences together, too."""

    def score(self, question: str, windows: Sequence[Window]) -> list[Logits]:
        """Return the logits of each window's sentences.

        A logit is the log odds that the sentence answers the question, against nothing
        answering it; each window is scored by itself.
        """
