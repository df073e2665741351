"""Embeddings of the sentences of many articles, with an exact search.

They are float16, as in the cache. A search of 250,000 of them takes some 20 ms of one
core, so there is no approximate index to build and to keep up to date.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import accumulate
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.documents.values import Article
from retrieval.encoder.cache import Float16Matrix
from retrieval.encoder.protocol import EmbeddingMatrix
from retrieval.index.protocol import PassageId

SMALL_BLOCK = 4_096  # sentences; several blocks below it are joined
MAX_SMALL_BLOCKS = 8
CHUNK = 1_024  # sentences; above it, numkong is used, and without it so many at once
RESCORED = 4  # sentences that are compared exactly, for each that is returned

SentenceId = tuple[str, int]  # its article's key, and its number there, from 0


class EmbeddedArticle(NamedTuple):
    """An article with the embeddings of its sentences.

    Attributes:
        article: The article.
        embeddings: (n_sentences, dimension), float16, L2-normalised; no rows where the
            encoder does not know the language.
    """

    article: Article
    embeddings: Float16Matrix


class _Block:
    """Articles whose embeddings are the rows of one matrix.

    Args:
        articles: The articles by their keys, at least one; their rows are copied.

    Attributes:
        matrix: The embeddings of all of them.
        articles: The articles by their keys, in order.
        dead: The rows of the articles that were removed.
    """

    def __init__(self, articles: Mapping[str, EmbeddedArticle]) -> None:
        rows = [each.embeddings for each in articles.values()]
        starts = [0, *accumulate(map(len, rows))]
        self.matrix: Float16Matrix = np.concatenate(rows)
        self.articles = {
            key: EmbeddedArticle(articles[key].article, self.matrix[start:stop])
            for key, start, stop in zip(articles, starts, starts[1:], strict=False)
        }
        self.dead: tuple[slice, ...] = ()
        self._keys, self._starts = tuple(articles), starts

    def __len__(self) -> int:
        """Return the number of rows of the articles that are not removed."""
        return sum(len(each.embeddings) for each in self.articles.values())

    def without(self, gone: Collection[str]) -> "_Block | None":
        """Return the block without some articles; None if none is left.

        The others are copied once over half of the rows would be dead.
        """
        kept = {key: each for key, each in self.articles.items() if key not in gone}
        if not kept:
            return None
        block = _Block.__new__(_Block)
        block.matrix, block.articles = self.matrix, kept
        block._keys, block._starts = self._keys, self._starts
        block.dead = tuple(
            slice(self._starts[n], self._starts[n + 1])
            for n, key in enumerate(self._keys)
            if key not in kept
        )
        return _Block(kept) if 2 * len(block) < len(self.matrix) else block

    def sentence(self, row: int) -> SentenceId:
        """Return the sentence of a row."""
        n = bisect_right(self._starts, row) - 1
        return self._keys[n], row - self._starts[n]


class SentenceEmbeddings:
    """The embeddings of articles' sentences; they never change."""

    def __init__(self, blocks: Sequence[_Block] = ()) -> None:
        self._blocks = tuple(blocks)
        self._articles = {
            key: each for block in blocks for key, each in block.articles.items()
        }

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._articles)

    def holds(self, key: str, article: Article) -> bool:
        """Return whether this very article has its embeddings here."""
        return key in self._articles and self._articles[key].article is article

    def only(self, articles: Mapping[str, Article]) -> "SentenceEmbeddings":
        """Return the embeddings of those articles that are held here."""
        gone = {
            key
            for key, each in self._articles.items()
            if articles.get(key) is not each.article
        }
        if not gone:
            return self
        left = (
            block if gone.isdisjoint(block.articles) else block.without(gone)
            for block in self._blocks
        )
        return SentenceEmbeddings([block for block in left if block is not None])

    def including(self, new: Mapping[str, EmbeddedArticle]) -> "SentenceEmbeddings":
        """Return these embeddings with those of further articles, at least one.

        Small blocks are joined now and then, so that there are few.
        """
        blocks = [*self._blocks, _Block(new)]
        small = [block for block in blocks if len(block) < SMALL_BLOCK]
        if len(small) > MAX_SMALL_BLOCKS:
            joined = {k: each for b in small for k, each in b.articles.items()}
            blocks = [block for block in blocks if len(block) >= SMALL_BLOCK]
            blocks.append(_Block(joined))
        return SentenceEmbeddings(blocks)

    def nearest(
        self, question: EmbeddingMatrix, k: int, *, scope: str | None = None
    ) -> list[PassageId]:
        """Return the passages of the k nearest sentences with a positive cosine.

        The nearest one is first; equally near ones are in order of key and position.

        Args:
            question: The question's embedding: (dimension,), float32.
            k: The most sentences.
            scope: The key of the only article that is searched; None searches all.
        """
        if scope is not None:
            embeddings = self._articles[scope].embeddings
            rows = _largest(_dot_products(embeddings, question), RESCORED * k)
            near = [(scope, row) for row in rows]
        else:
            cosines: list[NDArray[np.floating]] = [np.zeros(0)]
            for block in self._blocks:
                found = _dot_products(block.matrix, question)
                for rows_of_article in block.dead:
                    found[rows_of_article] = -1
                cosines.append(found)
            rows = _largest(np.concatenate(cosines), RESCORED * k)
            starts = [0, *accumulate(len(block.matrix) for block in self._blocks)]
            near = []
            for row in rows:
                n = bisect_right(starts, row) - 1
                near.append(self._blocks[n].sentence(row - starts[n]))
        exact = self.cosines(question, near)
        order = sorted(range(len(near)), key=lambda n: (-exact[n], near[n]))[:k]
        passages = (self._passage(*near[n]) for n in order if exact[n] > 0)
        return list(dict.fromkeys(passages))

    def cosines(
        self, question: EmbeddingMatrix, sentences: Sequence[SentenceId]
    ) -> FloatArray:
        """Return the cosines of sentences and a question: (n_sentences,), float64.

        A cosine is 0 where the encoder does not know the language.

        Args:
            question: The question's embedding: (dimension,), float32.
            sentences: Sentences of articles that are held here.
        """
        vectors = np.zeros((len(sentences), len(question)), dtype=np.float32)
        for n, (key, number) in enumerate(sentences):
            embeddings = self._articles[key].embeddings
            if len(embeddings):
                vectors[n] = embeddings[number]
        cosines: FloatArray = (vectors @ question).astype(np.float64)
        return cosines

    def _passage(self, key: str, number: int) -> PassageId:
        """Return the passage of a sentence."""
        passages = self._articles[key].article.passages
        ends = accumulate(len(passage.sentences) for passage in passages)
        position = next(n for n, end in enumerate(ends) if end > number)
        return PassageId(key, passages[position].number)


def _dot_products(
    embeddings: Float16Matrix, question: EmbeddingMatrix
) -> NDArray[np.floating]:
    """Return the dot product of each row and a question, up to rounding: (n_rows,)."""
    if len(embeddings) > CHUNK and (numkong := _numkong()):
        rounded = question.astype(np.float16)[None]
        products: NDArray[np.floating] = np.asarray(
            numkong.cdist(rounded, embeddings, "dot")
        )[0]
        return products
    chunks = (embeddings[n : n + CHUNK] for n in range(0, len(embeddings), CHUNK))
    found = [chunk.astype(np.float32) @ question for chunk in chunks]
    return np.concatenate([np.zeros(0, dtype=np.float32), *found])


@cache
def _numkong() -> ModuleType | None:
    """Return the library, which small collections do without, for it is large."""
    try:
        import numkong
    except ImportError:  # with an encoder of the caller's own
        return None
    return numkong


def _largest(values: NDArray[np.floating], k: int) -> list[int]:
    """Return the positions of the k largest values, in no order."""
    if len(values) <= k:
        return list(range(len(values)))
    positions: list[int] = np.argpartition(-values, k)[:k].tolist()
    return positions
