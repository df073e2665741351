"""Protocols of encoders: `Embedder`, and `Reranker`, which extends it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.windows import Window

EmbeddingMatrix = NDArray[np.float32]  # (n_texts, dimension), L2-normalised rows
Logits = NDArray[np.float64]  # (n_sentences,)
AnswerSpan = tuple[int, int]  # start and end in a sentence, in characters


class WindowScores(NamedTuple):
    """The scores of a window's sentences.

    Attributes:
        logits: The log odds that each sentence answers the question, against no
            sentence answering it: (n_sentences,), float64.
        answers: For each sentence, where the answer itself would stand in it; None
            where that is not known.
    """

    logits: Logits
    answers: tuple[AnswerSpan | None, ...]


@runtime_checkable
class Embedder(Protocol):
    """Embeds texts, so that texts of similar meaning have a high cosine.

    Attributes:
        name: The name that is shown to operators.
        fingerprint: A text that differs between encoders with different embeddings.
        dimension: The length of an embedding.
        languages: ISO 639-1 codes of the languages that it understands.
    """

    name: str
    fingerprint: str
    dimension: int
    languages: frozenset[str]

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return the embeddings of texts; their dot product is the cosine."""


@runtime_checkable
class Reranker(Embedder, Protocol):
    """An embedder that also scores sentences together with a question."""

    def score(self, question: str, windows: Sequence[Window]) -> list[WindowScores]:
        """Return the scores of each window's sentences; each window by itself.

        Args:
            question: The question.
            windows: The windows whose sentences are scored.
        """
