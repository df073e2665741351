"""Scoring: a query's candidates, found and weighed by words, embeddings, a reranker."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.encoder.cache import EmbeddingCache
from retrieval.encoder.protocol import Reranker
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import PassageId, PassageIndex, SearchResult
from retrieval.progress import Progress, no_progress
from retrieval.query.query import Query
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.extraction import extract_candidates
from retrieval.ranking.model import (
    CROSS_LANGUAGE,
    EMBEDDING,
    RERANKED,
    RankingModel,
    model_for,
)
from retrieval.ranking.semantic_search import RerankedSentence, SemanticSearch

MAX_CANDIDATES = 60  # sentences that words propose, give or take a passage
MAX_INTENT_PASSAGES = 20  # passages that may hold what a question looks up
_NOT_RERANKED = RerankedSentence(np.nan, None)


class ScoredCandidates(NamedTuple):
    """The candidates of a query, with their probabilities.

    Attributes:
        candidates: The candidates, at least one.
        model: The model that scored them; it calibrates the confidence, too.
        probabilities: The probability of each candidate; together they are 1:
            (n_candidates,).
    """

    candidates: Candidates
    model: RankingModel
    probabilities: FloatArray

    @property
    def is_reranked(self) -> bool:
        """True if the reranker read the candidates."""
        return self.candidates.reranker_logits is not None


class CandidateScorer:
    """Scores the candidate sentences of queries; several threads may call it.

    Args:
        index: The index that is searched.
        embeddings: Embeddings of the encoder; None scores by words alone.
    """

    def __init__(self, index: PassageIndex, embeddings: EmbeddingCache | None) -> None:
        self._index = index
        self._semantic = SemanticSearch(index, embeddings) if embeddings else None

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Embed all sentences, and store the embeddings if the cache has a folder."""
        if self._semantic:
            self._semantic.warm_up(progress, store=True)

    @property
    def n_missing_articles(self) -> int:
        """The number of articles that are still to be embedded."""
        return self._semantic.n_missing if self._semantic else 0

    def count_missing_sentences(self) -> int:
        """Count the sentences whose embeddings are neither here nor in the cache."""
        return self._semantic.count_missing() if self._semantic else 0

    def supersede(self, other: "CandidateScorer") -> None:
        """Keep the embeddings of the articles that another scorer has, too."""
        if self._semantic and other._semantic:
            self._semantic.supersede(other._semantic)

    def find(self, query: Query, scope: str | None = None) -> SearchResult:
        """Return the passages that a query's words propose.

        Args:
            query: The query.
            scope: The key of the only article that is searched; None searches all.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        k = MAX_CANDIDATES
        return self._index.search(query, k, scope=scope, max_sentences=k)

    def score(
        self, query: Query, found: SearchResult, scope: str | None = None
    ) -> ScoredCandidates | None:
        """Score the candidates of a query; return None without any.

        Args:
            query: The query.
            found: The passages that its words propose.
            scope: The key of the only article that is searched; None searches all.
        """
        looked_up = (
            self._index.lookup(query.intent, MAX_INTENT_PASSAGES, scope=scope)
            if query.intent
            else []
        )
        scored = self._score_semantically(query, found, looked_up, scope)
        if scored is None:
            scored = _score_lexically(query, found, looked_up)
        return scored

    def _score_semantically(
        self,
        query: Query,
        found: SearchResult,
        looked_up: list[IndexedPassage],
        scope: str | None,
    ) -> ScoredCandidates | None:
        """Score with the encoder; return None if it is off or lacks the language."""
        semantic = self._semantic
        if semantic is None or not query.terms or not self._is_understood(scope):
            return None
        if scope is None:
            semantic.warm_up_if_quick()
        embedding = semantic.embed_question(query.text)
        nearest = self._index.passages(semantic.search(embedding, scope))
        passages = _merge(query, found, [*looked_up, *nearest])
        encoder = semantic.encoder
        reranker = encoder if isinstance(encoder, Reranker) else None
        feature_set = RERANKED if reranker else EMBEDDING
        if not passages:
            return None
        language = passages[0][0].language
        if query.foreign_language:
            if not reranker or query.foreign_language not in encoder.languages:
                return None
            feature_set = CROSS_LANGUAGE
        if language not in encoder.languages:
            return None
        candidates = extract_candidates(query, passages, found.statistics)
        lexical = model_for(language).probabilities(candidates)
        cosines = semantic.similarities(embedding, candidates.sentences)
        candidates = replace(candidates, lexical_probabilities=lexical, cosines=cosines)
        if reranker:
            ids = [(p.key, p.first_sentence + n) for p, n in candidates.sentences]
            by_words, by_meaning = (
                [ids[n] for n in np.argsort(-scores, kind="stable") if counts[n]]
                for scores, counts in (
                    (lexical, candidates.is_best_copy(lexical)),
                    (cosines, candidates.is_best_copy(cosines)),
                )
            )
            if query.foreign_language:
                by_words = []
            reranked = semantic.rerank(query.text, reranker, by_words, by_meaning)
            of_each = [reranked.get(one, _NOT_RERANKED) for one in ids]
            logits = np.array([one.logit for one in of_each])
            of_copies = candidates.is_best_copy(np.nan_to_num(logits, nan=-np.inf))
            candidates = replace(
                candidates,
                reranker_logits=np.where(of_copies, logits, np.nan),
                answers=[one.answer for one in of_each],
            )
        model = model_for(language, feature_set)
        return ScoredCandidates(candidates, model, model.probabilities(candidates))

    def _is_understood(self, scope: str | None) -> bool:
        """Return whether the encoder knows a language of the articles searched."""
        languages = self._index.languages
        if scope is not None:
            languages = (self._index.language(scope),)
        return self._semantic is not None and not (
            self._semantic.encoder.languages.isdisjoint(languages)
        )


def _score_lexically(
    query: Query, found: SearchResult, looked_up: Iterable[IndexedPassage]
) -> ScoredCandidates | None:
    passages = _merge(query, found, looked_up)
    if not passages:
        return None
    candidates = extract_candidates(query, passages, found.statistics)
    model = model_for(candidates.language)
    return ScoredCandidates(candidates, model, model.probabilities(candidates))


def _merge(
    query: Query, found: SearchResult, others: Iterable[IndexedPassage]
) -> list[tuple[IndexedPassage, float]]:
    """Return what was found with its scores, then other passages with 0."""
    scored = zip(found.passages, found.scores, strict=True)
    passages = {_id_of(passage): (passage, score) for passage, score in scored}
    if query.terms:
        for passage in others:
            passages.setdefault(_id_of(passage), (passage, 0.0))
    return list(passages.values())


def _id_of(passage: IndexedPassage) -> PassageId:
    return PassageId(passage.key, passage.passage.number)
