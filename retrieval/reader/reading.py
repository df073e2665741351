"""A collection's sentences as a reader understands them: which mean what is asked.

Positions are those of `Collection`: sentences counted through all articles in a row.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Article
from retrieval.reader.embeddings import Embeddings
from retrieval.reader.protocol import LogOdds, Vectors
from retrieval.reader.windows import Window, split_windows

# Of a collection whose sentences are all embedded, at some 3 ms each: a minute. In a
# larger one, only those that words propose.
MAX_EMBEDDED_SENTENCES = 20_000
MAX_EMBEDDED_MEANWHILE = 500  # new sentences, while a question waits for its answer
NEAREST = 20  # sentences that meaning proposes
MAX_WINDOWS = 4  # that are judged for a question, at some 20 ms each
CACHED_ARTICLES = 256  # whose windows are kept

Positions = NDArray[np.signedinteger]
Track = Callable[[Sequence[Article]], Iterable[Article]]


class Reading:
    """Puts questions to a reader; may be called from several threads."""

    def __init__(
        self,
        articles: Sequence[Article],
        texts: Sequence[str],
        embeddings: Embeddings,
    ) -> None:
        """Take what is read; nothing is embedded yet.

        Args:
            articles: All of them.
            texts: What the sentences of all articles say, in a row.
            embeddings: Made by the reader that is asked.
        """
        self.reader = embeddings.reader
        self._articles = articles
        self._all_texts = texts
        self._embeddings = embeddings
        counts = [sum(len(p.sentences) for p in a.passages) for a in articles]
        self._firsts = np.array([0, *accumulate(counts)])
        self._vectors: Vectors | None = None
        self._embedding = Lock()
        self._windows = lru_cache(CACHED_ARTICLES)(self._split)

    def prepare(self, track: Track = iter, *, keep: bool = False) -> None:
        """Embed all sentences, if there are not too many, unless another thread does.

        Until that is done, only what words propose is looked at.

        Args:
            track: Hands the articles on one by one, as a progress bar does.
            keep: Whether the embeddings are kept on disk.
        """
        if len(self._all_texts) > MAX_EMBEDDED_SENTENCES:
            return
        if self._vectors is None and self._embedding.acquire(blocking=False):
            try:
                self._vectors = self._embed_all(track, keep=keep)
            finally:
                self._embedding.release()

    def prepare_if_soon_done(self) -> None:
        """Do so while a question waits: if a second or two is enough."""
        if self._vectors is None and len(self._all_texts) <= MAX_EMBEDDED_SENTENCES:
            texts = (self._texts(n) for n in range(len(self._articles)))
            new = accumulate(map(self._embeddings.count_new, texts))
            if all(count <= MAX_EMBEDDED_MEANWHILE for count in new):
                self.prepare()

    def ask(self, question: str) -> Vectors:
        """Return the embedding of a question."""
        vector: Vectors = self.reader.embed([question])[0]
        return vector

    def nearest(self, question: Vectors) -> list[int]:
        """Return the positions of the sentences whose meaning is nearest, best first.

        None as long as not all sentences are embedded.
        """
        if self._vectors is None:
            return []
        cosines = self._vectors @ question
        order = np.argsort(-cosines, kind="stable")[:NEAREST]
        return [int(n) for n in order if cosines[n] > 0]

    def cosines(self, question: Vectors, positions: Positions) -> NDArray[np.float64]:
        """Return how near some sentences' meanings are, one number each.

        Args:
            question: Its embedding.
            positions: Of the sentences.
        """
        if self._vectors is not None:
            return (self._vectors[positions] @ question).astype(np.float64)
        articles = np.searchsorted(self._firsts, positions, side="right") - 1
        understood = np.array([self._understands(n) for n in articles])
        cosines = np.zeros(len(positions))
        if understood.any():
            texts = [self._all_texts[n] for n in positions[understood]]
            cosines[understood] = self._embeddings.of(texts) @ question
        return cosines

    def judge(self, question: str, likeliest: Sequence[int]) -> dict[int, float]:
        """Return the log odds that sentences answer, by their positions.

        Args:
            question: What is asked.
            likeliest: Positions, best first. The windows that hold them are read until
                there are `MAX_WINDOWS`, and all of their sentences are judged.
        """
        chosen: dict[tuple[int, int], Window] = {}
        for position in likeliest:
            article = int(np.searchsorted(self._firsts, position, side="right")) - 1
            if not self._understands(article):
                continue
            windows, firsts = self._windows(article)
            within = position - int(self._firsts[article])
            number = int(np.searchsorted(firsts, within, side="right")) - 1
            chosen.setdefault((article, number), windows[number])
            if len(chosen) == MAX_WINDOWS:
                break
        if not chosen:
            return {}
        odds: list[LogOdds] = self.reader.judge(question, list(chosen.values()))
        return {
            int(self._firsts[article]) + window.first + n: float(number)
            for ((article, _), window), row in zip(chosen.items(), odds, strict=True)
            for n, number in enumerate(row)
        }

    def _understands(self, article: int) -> bool:
        return self._articles[article].language in self.reader.languages

    def _split(self, article: int) -> tuple[list[Window], list[int]]:
        first, past = self._firsts[article : article + 2].tolist()
        texts = self._all_texts[first:past]
        windows = split_windows(self._articles[article], texts)
        return windows, [window.first for window in windows]

    def _embed_all(self, track: Track, *, keep: bool) -> Vectors:
        """Embed all sentences; those that are not understood mean nothing."""
        vectors = np.zeros((len(self._all_texts), self.reader.width), dtype=np.float32)
        for n, _ in enumerate(track(self._articles)):
            first, past = self._firsts[n : n + 2].tolist()
            if texts := self._texts(n):
                vectors[first:past] = self._embeddings.of_article(texts, keep=keep)
        return vectors

    def _texts(self, article: int) -> list[str]:
        """Return an article's sentences; none if they are not understood."""
        if not self._understands(article):
            return []
        first, past = self._firsts[article : article + 2].tolist()
        return list(self._all_texts[first:past])
