"""Semantic search: sentences of an index by their embeddings, windows reranked.

Sentences are counted from 0 through each article.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.documents.tables import sentence_texts
from retrieval.documents.values import Article
from retrieval.encoder.cache import EmbeddingCache
from retrieval.encoder.protocol import AnswerSpan, EmbeddingMatrix, Reranker
from retrieval.encoder.windows import Window, split_windows
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import PassageId, PassageIndex
from retrieval.progress import Progress, no_progress

# Largest collection whose sentences are all embedded, at some 3 ms each: a minute. In a
# larger one, only those that words propose.
MAX_EMBEDDED_SENTENCES = 20_000
MAX_EMBEDDED_WHILE_WAITING = 500  # new sentences, while a question waits
NEAREST = 20  # sentences that embeddings propose
# Windows that are reranked for a question, at some 15 ms each: in each round, those
# with the sentences that words rank highest, then those with the nearest ones, up to
# these numbers of windows in all. After a round with a sure answer there is no other.
ROUNDS = ((1, 3), (4, 6))
SURE_LOGIT = 3.0  # a probability of 95 %
CACHED_WINDOWS = 1_000  # articles whose windows are kept

SentenceId = tuple[str, int]  # its article's key, and its number there
WindowId = tuple[str, int]


class RerankedSentence(NamedTuple):
    """The scores of a sentence that was reranked.

    Attributes:
        logit: The log odds that it answers.
        answer: Where the answer itself would stand in it, in characters, or None.
    """

    logit: float
    answer: AnswerSpan | None


class _Embedded(NamedTuple):
    """The embeddings of all sentences of some articles, one after the other.

    Attributes:
        embeddings: (n_sentences, dimension), float32; zeros where the encoder does not
            know the language.
        passages: The passage of each sentence.
        offsets: The row of each article's first sentence, by its key.
    """

    embeddings: EmbeddingMatrix
    passages: list[PassageId]
    offsets: dict[str, int]


class SemanticSearch:
    """Searches and reranks sentences with an encoder; several threads may call it.

    Attributes:
        encoder: The encoder of `embeddings`.
        index: The index with the sentences.

    Args:
        index: The index with the sentences.
        embeddings: A cache of the sentences' embeddings.
    """

    def __init__(self, index: PassageIndex, embeddings: EmbeddingCache) -> None:
        self.encoder = embeddings.encoder
        self.index = index
        self._embeddings = embeddings
        self._all: _Embedded | None = None
        self._embedding = Lock()
        self._windows: dict[str, tuple[Article, list[Window]]] = {}

    def warm_up(self, progress: Progress = no_progress, *, store: bool = False) -> None:
        """Embed all sentences, if there are at most `MAX_EMBEDDED_SENTENCES`.

        Nothing is done while another thread embeds them. Until all are embedded, only
        sentences that words propose are compared with a question.

        Args:
            progress: Shows how many articles are done.
            store: Whether the embeddings are stored on disk.
        """
        if not self._is_embeddable or self._all is not None:
            return
        if self._embedding.acquire(blocking=False):
            try:
                articles = list(self.index.loaded_articles.items())
                shown = progress(articles, description="Embedding")
                self._all = self._embed(shown, store=store)
            finally:
                self._embedding.release()

    def warm_up_if_quick(self) -> None:
        """Embed all sentences while a question waits, if that takes a second or two."""
        articles = self.index.loaded_articles.values()
        if self._all is None and self._is_embeddable and self._is_quick(articles):
            self.warm_up()

    def embed_question(self, question: str) -> EmbeddingMatrix:
        """Return the embedding of a question: (dimension,), float32."""
        embedding: EmbeddingMatrix = self.encoder.embed([question])[0]
        return embedding

    def search(
        self, question: EmbeddingMatrix, scope: str | None = None
    ) -> list[PassageId]:
        """Return the passages of the nearest sentences, best first.

        The list is empty as long as not all sentences are embedded.

        Args:
            question: The question's embedding: (dimension,), float32.
            scope: The key of the only article that is searched; None searches all.
        """
        embedded = self._all if scope is None else self._embedded(scope)
        if embedded is None:
            return []
        cosines = embedded.embeddings @ question
        order = np.argsort(-cosines, kind="stable")[:NEAREST]
        near = (embedded.passages[n] for n in order if cosines[n] > 0)
        return list(dict.fromkeys(near))

    def similarities(
        self,
        question: EmbeddingMatrix,
        sentences: Sequence[tuple[IndexedPassage, int]],
    ) -> FloatArray:
        """Return the cosines of sentences and a question: (n_sentences,), float64.

        Args:
            question: The question's embedding: (dimension,), float32.
            sentences: Pairs of a passage and the number of a sentence in it, from 0.
        """
        if self._all is not None:
            offsets = self._all.offsets
            rows = [offsets[p.key] + p.first_sentence + n for p, n in sentences]
            return (self._all.embeddings[rows] @ question).astype(np.float64)
        cosines = np.zeros(len(sentences))
        understood = [
            n for n, (p, _) in enumerate(sentences) if self._understands(p.language)
        ]
        if understood:
            passages = (sentences[n] for n in understood)
            texts = [passage.sentences[number].text for passage, number in passages]
            cosines[understood] = self._embeddings.get(texts) @ question
        return cosines

    def rerank(
        self,
        question: str,
        reranker: Reranker,
        by_words: Sequence[SentenceId],
        by_meaning: Sequence[SentenceId],
    ) -> dict[SentenceId, RerankedSentence]:
        """Return what a reranker says of the sentences that it scores.

        Args:
            question: The question, after those that it goes on from.
            reranker: What scores windows, with all of their sentences.
            by_words: Sentences, those that words rank highest first.
            by_meaning: Sentences, the nearest first.
        """
        articles = self.index.articles({key for key, _ in (*by_words, *by_meaning)})
        scored: dict[WindowId, Window] = {}
        reranked: dict[SentenceId, RerankedSentence] = {}
        for limits in ROUNDS:
            chosen = dict(scored)
            for sentences, limit in zip((by_words, by_meaning), limits, strict=True):
                for window_id, window in self._windows_with(sentences, articles):
                    if len(chosen) >= limit:
                        break
                    chosen.setdefault(window_id, window)
            new = {key: chosen[key] for key in chosen if key not in scored}
            scores = reranker.score(question, list(new.values())) if new else []
            for ((key, _), window), of_window in zip(new.items(), scores, strict=True):
                for n, (logit, answer) in enumerate(zip(*of_window, strict=True)):
                    reranked[key, window.first + n] = RerankedSentence(logit, answer)
            if any(one.logit >= SURE_LOGIT for one in reranked.values()):
                break
            scored = chosen
        return reranked

    def _windows_with(
        self, sentences: Iterable[SentenceId], articles: Mapping[str, Article]
    ) -> Iterator[tuple[WindowId, Window]]:
        """Yield the windows that hold sentences, if the encoder knows the language."""
        for key, sentence in sentences:
            article = articles.get(key)
            if article is None or not self._understands(article.language):
                continue
            windows = self._windows_of(key, article)
            number = bisect_right(windows, sentence, key=lambda w: w.first) - 1
            yield (key, number), windows[number]

    def _windows_of(self, key: str, article: Article) -> list[Window]:
        """Return an article's windows; they are cached until the article changes."""
        known = self._windows.get(key)
        if known is not None and known[0] is article:
            return known[1]
        windows = split_windows(article, sentence_texts(article))
        if len(self._windows) >= CACHED_WINDOWS:
            self._windows.clear()
        self._windows[key] = (article, windows)
        return windows

    @cached_property
    def _is_embeddable(self) -> bool:
        """True if all sentences are in memory, and not too many to be embedded."""
        articles = self.index.loaded_articles.values()
        count = sum(len(p.sentences) for a in articles for p in a.passages)
        return 0 < count <= MAX_EMBEDDED_SENTENCES

    def _understands(self, language: str) -> bool:
        return language in self.encoder.languages

    def _is_quick(self, articles: Iterable[Article]) -> bool:
        new = (self._embeddings.count_missing(self._texts(a)) for a in articles)
        return all(count <= MAX_EMBEDDED_WHILE_WAITING for count in accumulate(new))

    def _embedded(self, key: str) -> _Embedded | None:
        """Return one article's embeddings; None if computing them would take long."""
        if (every := self._all) is not None and key in every.offsets:
            start = every.offsets[key]
            stop = start
            while stop < len(every.passages) and every.passages[stop].key == key:
                stop += 1
            passages = every.passages[start:stop]
            return _Embedded(every.embeddings[start:stop], passages, {key: 0})
        articles = self.index.articles([key])
        if not self._is_quick(articles.values()):
            return None
        return self._embed(articles.items(), store=False)

    def _embed(
        self, articles: Iterable[tuple[str, Article]], *, store: bool
    ) -> _Embedded:
        """Embed all sentences of some articles.

        Args:
            articles: Pairs of a key and an article.
            store: Whether new embeddings are stored on disk.
        """
        dimension = self.encoder.dimension
        embeddings: list[EmbeddingMatrix] = []
        passages: list[PassageId] = []
        offsets: dict[str, int] = {}
        for key, article in articles:
            offsets[key] = len(passages)
            for passage in article.passages:
                passages += [PassageId(key, passage.number)] * len(passage.sentences)
            texts = self._texts(article)
            embeddings.append(
                self._embeddings.get_article(texts, store=store)
                if texts
                else np.zeros(
                    (len(passages) - offsets[key], dimension), dtype=np.float32
                )
            )
        return _Embedded(np.concatenate(embeddings), passages, offsets)

    def _texts(self, article: Article) -> list[str]:
        """Return an article's sentences; none if the encoder lacks its language."""
        return sentence_texts(article) if self._understands(article.language) else []
