"""Semantic search: sentences of an index by their embeddings, windows reranked.

Sentences are counted from 0 through each article.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
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
from retrieval.ranking.sentence_embeddings import (
    EmbeddedArticle,
    SentenceEmbeddings,
    SentenceId,
)

# Largest collection whose sentences are all embedded: 400 MB. In a larger one, only
# those that words propose.
MAX_EMBEDDED_SENTENCES = 500_000
EMBEDDED_AT_ONCE = 8_192  # sentences of a block
# New sentences that are embedded while a question waits, at some 3 ms each, and the
# largest collection that is searched for them.
MAX_EMBEDDED_WHILE_WAITING = 500
MAX_SEARCHED_WHILE_WAITING = 20_000
NEAREST = 20  # sentences that embeddings propose
# Windows that are reranked for a question, at some 15 ms each: in each round, those
# with the sentences that words rank highest, then those with the nearest ones, up to
# these numbers of windows in all. After a round with a sure answer there is no other.
ROUNDS = ((1, 1), (1, 3), (1, 4))
SURE_LOGIT = 3.0  # a probability of 95 %
CACHED_QUESTIONS = 500  # whose embeddings are kept
CACHED_WINDOWS = 1_000  # articles whose windows are kept

WindowId = tuple[str, int]


class RerankedSentence(NamedTuple):
    """The scores of a sentence that was reranked.

    Attributes:
        logit: The log odds that it answers.
        answer: Where the answer itself would stand in it, in characters, or None.
    """

    logit: float
    answer: AnswerSpan | None


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
        self._embedded = SentenceEmbeddings()
        self._embedding = Lock()
        self._is_superseded = False
        self._windows: dict[str, tuple[Article, list[Window]]] = {}
        self._embedded_question = lru_cache(CACHED_QUESTIONS)(self._embed_question)

    @property
    def n_missing(self) -> int:
        """The number of articles that are still to be embedded."""
        if not self._is_embeddable:
            return 0
        return len(self.index.loaded_articles) - len(self._embedded)

    def count_missing(self) -> int:
        """Count the sentences whose embeddings are neither here nor in the cache."""
        if not self._is_embeddable:
            return 0
        return sum(
            self._embeddings.count_missing(self._texts(article))
            for key, article in self.index.loaded_articles.items()
            if not self._embedded.holds(key, article)
        )

    def supersede(self, other: "SemanticSearch") -> None:
        """Keep the embeddings of the articles that another search has, too.

        The other search embeds no further articles.
        """
        other._is_superseded = True
        self._embedded = other._embedded.only(self.index.loaded_articles)

    def warm_up(self, progress: Progress = no_progress, *, store: bool = False) -> None:
        """Embed all sentences, if there are at most `MAX_EMBEDDED_SENTENCES`.

        Nothing is done while another thread embeds them. Until all are embedded, only
        sentences that words propose are compared with a question.

        Args:
            progress: Shows how many articles are done.
            store: Whether the embeddings are stored on disk.
        """
        if self._is_embeddable and self._embedding.acquire(blocking=False):
            try:
                self._embed_missing(progress, store=store)
            finally:
                self._embedding.release()

    def _embed_missing(self, progress: Progress, *, store: bool) -> None:
        missing = [
            (key, article)
            for key, article in self.index.loaded_articles.items()
            if not self._embedded.holds(key, article)
        ]
        if not missing:
            return
        new: dict[str, EmbeddedArticle] = {}
        n_sentences = 0
        for key, article in progress(missing, description="Embedding"):
            if self._is_superseded:
                return
            new[key] = self._embed(article, store=store)
            n_sentences += len(new[key].embeddings)
            if n_sentences >= EMBEDDED_AT_ONCE:
                self._embedded = self._embedded.including(new)
                new, n_sentences = {}, 0
        if new:
            self._embedded = self._embedded.including(new)

    def warm_up_if_quick(self) -> None:
        """Embed all sentences while a question waits, if that takes a second or two."""
        if (
            self.n_missing
            and self._n_sentences <= MAX_SEARCHED_WHILE_WAITING
            and self._is_quick(self.index.loaded_articles)
        ):
            self.warm_up()

    def embed_question(self, question: str) -> EmbeddingMatrix:
        """Return the embedding of a question: (dimension,), float32."""
        return self._embedded_question(question)

    def _embed_question(self, question: str) -> EmbeddingMatrix:
        embedding: EmbeddingMatrix = self.encoder.embed([question])[0]
        embedding.flags.writeable = False
        return embedding

    def search(
        self, question: EmbeddingMatrix, scope: str | None = None
    ) -> list[PassageId]:
        """Return the passages of the nearest sentences, best first.

        As long as not all sentences are embedded here, the index is asked, which may
        hold embeddings.

        Args:
            question: The question's embedding: (dimension,), float32.
            scope: The key of the only article that is searched; None searches all.
        """
        if scope is not None:
            return self._search_article(question, scope)
        if not len(self._embedded) or self.n_missing:
            return self.index.nearest(question, NEAREST)
        return self._embedded.nearest(question, NEAREST)

    def _search_article(self, question: EmbeddingMatrix, key: str) -> list[PassageId]:
        """Search one article, which is embedded now if that is quick."""
        for article in self.index.articles([key]).values():
            embedded = self._embedded
            if not embedded.holds(key, article):
                if not self._is_quick({key: article}):
                    return []
                embedded = SentenceEmbeddings().including(
                    {key: self._embed(article, store=False)}
                )
            return embedded.nearest(question, NEAREST, scope=key)
        return []

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
        if len(self._embedded) and not self.n_missing:
            ids = [(p.key, p.first_sentence + n) for p, n in sentences]
            return self._embedded.cosines(question, ids)
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
    def _n_sentences(self) -> int:
        """The number of sentences that are in memory."""
        articles = self.index.loaded_articles.values()
        return sum(len(p.sentences) for a in articles for p in a.passages)

    @property
    def _is_embeddable(self) -> bool:
        """True if sentences are in memory, and not too many to be embedded."""
        return 0 < self._n_sentences <= MAX_EMBEDDED_SENTENCES

    def _understands(self, language: str) -> bool:
        return language in self.encoder.languages

    def _is_quick(self, articles: Mapping[str, Article]) -> bool:
        """Return whether few sentences of some articles are still to be embedded."""
        new = (
            self._embeddings.count_missing(self._texts(article))
            for key, article in articles.items()
            if not self._embedded.holds(key, article)
        )
        return all(count <= MAX_EMBEDDED_WHILE_WAITING for count in accumulate(new))

    def _embed(self, article: Article, *, store: bool) -> EmbeddedArticle:
        """Embed an article.

        Args:
            article: The article.
            store: Whether new embeddings are stored on disk.
        """
        texts = self._texts(article)
        if not texts:
            none = np.zeros((0, self.encoder.dimension), dtype=np.float16)
            return EmbeddedArticle(article, none)
        found = self._embeddings.get_article(texts, store=store)
        return EmbeddedArticle(article, found)

    def _texts(self, article: Article) -> list[str]:
        """Return an article's sentences; none if the encoder lacks its language."""
        return sentence_texts(article) if self._understands(article.language) else []
