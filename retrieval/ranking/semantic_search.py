"""An index's sentences as a reader understands them: which mean what is asked.

Sentences are counted from 0 through each article.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.tables import sentence_texts
from retrieval.documents.values import Article
from retrieval.encoder.cache import EmbeddingCache
from retrieval.encoder.protocol import EmbeddingMatrix, Logits
from retrieval.encoder.windows import Window, split_windows
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import PassageIndex, Place

# Of a collection whose sentences are all embedded, at some 3 ms each: a minute. In a
# larger one, only those that words propose.
MAX_EMBEDDED_SENTENCES = 20_000
MAX_EMBEDDED_MEANWHILE = 500  # new sentences, while a question waits for its answer
NEAREST = 20  # sentences that meaning proposes
MAX_WINDOWS = 4  # that are judged for a question, at some 7 ms each

Track = Callable[[Sequence[Article]], Iterable[Article]]
Number = tuple[str, int]  # of a sentence: its article's key, and its number there


class _Embedded(NamedTuple):
    """The embeddings of all sentences of some articles, one after the other.

    Attributes:
        vectors: A row for each sentence; zeros where it is not understood.
        places: The passage of each sentence.
        firsts: The row of each article's first sentence, by its key.
    """

    vectors: EmbeddingMatrix
    places: list[Place]
    firsts: dict[str, int]


class Reading:
    """Puts questions to a reader; may be called from several threads.

    Attributes:
        reader: What understands.
        index: What is asked.
    """

    def __init__(self, index: PassageIndex, embeddings: EmbeddingCache) -> None:
        """Take what is read; nothing is embedded yet.

        Args:
            index: What is asked.
            embeddings: Made by the reader that is asked.
        """
        self.reader = embeddings.reader
        self.index = index
        self._embeddings = embeddings
        self._all: _Embedded | None = None
        self._embedding = Lock()

    def prepare(self, track: Track = iter, *, keep: bool = False) -> None:
        """Embed all sentences, if there are not too many, unless another thread does.

        Until that is done, only what words propose is looked at.

        Args:
            track: Hands the articles on one by one, as a progress bar does.
            keep: Whether the embeddings are kept on disk.
        """
        if not self._is_embedded or self._all is not None:
            return
        if self._embedding.acquire(blocking=False):
            try:
                articles = list(self.index.local.values())
                tracked = zip(self.index.local, track(articles), strict=True)
                self._all = self._embed(tracked, keep=keep)
            finally:
                self._embedding.release()

    def warm_up_if_quick(self) -> None:
        """Do so while a question waits: if a second or two is enough."""
        articles = self.index.local.values()
        if self._all is None and self._is_embedded and self._are_soon_done(articles):
            self.prepare()

    def ask(self, question: str) -> EmbeddingMatrix:
        """Return the embedding of a question."""
        vector: EmbeddingMatrix = self.reader.embed([question])[0]
        return vector

    def nearest(
        self, question: EmbeddingMatrix, scope: str | None = None
    ) -> list[Place]:
        """Return the passages of the sentences whose meaning is nearest, best first.

        None as long as not all sentences are embedded.

        Args:
            question: Its embedding.
            scope: The key of the only article that is asked; None asks all.
        """
        embedded = self._all if scope is None else self._embedded(scope)
        if embedded is None:
            return []
        cosines = embedded.vectors @ question
        order = np.argsort(-cosines, kind="stable")[:NEAREST]
        near = (embedded.places[n] for n in order if cosines[n] > 0)
        return list(dict.fromkeys(near))

    def cosines(
        self,
        question: EmbeddingMatrix,
        candidates: Sequence[tuple[IndexedPassage, int]],
    ) -> NDArray[np.float64]:
        """Return how near some sentences' meanings are, one number each.

        Args:
            question: Its embedding.
            candidates: The sentences, each as its passage and its number there.
        """
        if self._all is not None:
            firsts = self._all.firsts
            rows = [firsts[e.key] + e.first + number for e, number in candidates]
            return (self._all.vectors[rows] @ question).astype(np.float64)
        cosines = np.zeros(len(candidates))
        understood = [
            n for n, (e, _) in enumerate(candidates) if self._understands(e.language)
        ]
        if understood:
            asked = (candidates[n] for n in understood)
            texts = [entry.sentences[number].text for entry, number in asked]
            cosines[understood] = self._embeddings.of(texts) @ question
        return cosines

    def judge(self, question: str, likeliest: Sequence[Number]) -> dict[Number, float]:
        """Return the log odds that sentences answer.

        Args:
            question: What is asked.
            likeliest: Sentences, best first. The windows that hold them are read until
                there are `MAX_WINDOWS`, and all of their sentences are judged.
        """
        articles = self.index.articles(dict.fromkeys(key for key, _ in likeliest))
        windows: dict[str, list[Window]] = {}
        chosen: dict[tuple[str, int], Window] = {}
        for key, sentence in likeliest:
            article = articles.get(key)
            if article is None or not self._understands(article.language):
                continue
            if key not in windows:
                windows[key] = split_windows(article, sentence_texts(article))
            number = bisect_right(windows[key], sentence, key=lambda w: w.first) - 1
            chosen.setdefault((key, number), windows[key][number])
            if len(chosen) == MAX_WINDOWS:
                break
        if not chosen:
            return {}
        odds: list[Logits] = self.reader.judge(question, list(chosen.values()))
        return {
            (key, window.first + n): float(number)
            for ((key, _), window), row in zip(chosen.items(), odds, strict=True)
            for n, number in enumerate(row)
        }

    @cached_property
    def _is_embedded(self) -> bool:
        """Whether all sentences are: they are here, and not too many."""
        articles = self.index.local.values()
        count = sum(len(p.sentences) for a in articles for p in a.passages)
        return 0 < count <= MAX_EMBEDDED_SENTENCES

    def _understands(self, language: str) -> bool:
        return language in self.reader.languages

    def _are_soon_done(self, articles: Iterable[Article]) -> bool:
        new = (self._embeddings.count_new(self._texts(a)) for a in articles)
        return all(count <= MAX_EMBEDDED_MEANWHILE for count in accumulate(new))

    def _embedded(self, key: str) -> _Embedded | None:
        """Return one article's embeddings; None if that would take long."""
        if (every := self._all) is not None and key in every.firsts:
            first = every.firsts[key]
            past = first
            while past < len(every.places) and every.places[past].key == key:
                past += 1
            places = every.places[first:past]
            return _Embedded(every.vectors[first:past], places, {key: 0})
        articles = self.index.articles([key])
        if not self._are_soon_done(articles.values()):
            return None
        return self._embed(articles.items(), keep=False)

    def _embed(
        self, articles: Iterable[tuple[str, Article]], *, keep: bool
    ) -> _Embedded:
        width = self.reader.width
        vectors: list[EmbeddingMatrix] = []
        places: list[Place] = []
        firsts: dict[str, int] = {}
        for key, article in articles:
            firsts[key] = len(places)
            for passage in article.passages:
                places += [Place(key, passage.number)] * len(passage.sentences)
            texts = self._texts(article)
            vectors.append(
                self._embeddings.of_article(texts, keep=keep)
                if texts
                else np.zeros((len(places) - firsts[key], width), dtype=np.float32)
            )
        return _Embedded(np.concatenate(vectors), places, firsts)

    def _texts(self, article: Article) -> list[str]:
        """Return an article's sentences; none if they are not understood."""
        return sentence_texts(article) if self._understands(article.language) else []
