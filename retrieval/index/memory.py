"""An index of passages in memory: immutable segments, as in Lucene."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from retrieval.documents.values import Article
from retrieval.index.building import build_batches
from retrieval.index.columns import concat_columns
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import Embedding, PassageId, SearchResult
from retrieval.index.scorer import Scorer
from retrieval.index.segment import (
    PassageRange,
    Segment,
    merge_segments,
)
from retrieval.index.statistics import CollectionStatistics
from retrieval.progress import Progress, no_progress
from retrieval.query.intents import LookupIntent
from retrieval.query.query import Query

MERGE_FACTOR = 8  # segments of about one size are merged into one of the next


class _Layer(NamedTuple):
    """A segment, and which of its articles have been removed.

    Attributes:
        segment: The segment, as it was built.
        dead: The numbers of the removed articles.
        live: The passages of the others.
        statistics: The counts of these passages.
    """

    segment: Segment
    dead: frozenset[int]
    live: PassageRange
    statistics: CollectionStatistics


class MemoryIndex:
    """An index in memory.

    It never changes: `with_changes` returns another index, which shares with this one
    all that stays.

    Args:
        articles: The articles that are indexed, by their keys.
        progress: Shows how many articles are indexed.

    Attributes:
        loaded_articles: The articles by their keys.
    """

    def __init__(
        self, articles: Mapping[str, Article], progress: Progress = no_progress
    ) -> None:
        self._layers: tuple[_Layer, ...] = ()
        self.loaded_articles: Mapping[str, Article] = dict(articles)
        if articles:
            self._layers = (_full_layer(_analyzed(articles, progress)),)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order."""
        return tuple(sorted({a.language for a in self.loaded_articles.values()}))

    def language(self, scope: str) -> str:
        """Return the language of an article; see `PassageIndex`."""
        return self.loaded_articles[scope].language

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        max_sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages in which terms of a query occur; see `PassageIndex`."""
        parts, statistics = self._searched(scope)
        for segment, within in parts:
            statistics += segment.dfs(query.lookup_terms, within)
        scorer = Scorer(query, statistics)
        candidates = sorted(
            (*candidate, n)
            for n, (segment, within) in enumerate(parts)
            for candidate in segment.top_k(scorer.weights, statistics, within, k)
        )
        passages: list[IndexedPassage] = []
        n_sentences = 0
        for _, _, position, n in candidates[:k]:
            if max_sentences is not None and n_sentences >= max_sentences:
                break
            passages.append(parts[n][0].passage(position))
            n_sentences += len(passages[-1].sentences)
        return scorer.rank(passages)

    def lookup(
        self, intent: LookupIntent, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first k passages that match an intent; see `PassageIndex`."""
        parts, _ = self._searched(scope)
        found = [
            segment.passage(position)
            for segment, within in parts
            for position in segment.lookup(intent, within)
        ]
        return sorted(found, key=lambda each: (each.key, each.passage.number))[:k]

    def nearest(self, embedding: Embedding, k: int) -> list[PassageId]:  # noqa: ARG002
        """Return no passage: no embeddings are held here; see `PassageIndex`."""
        return []

    def passages(self, ids: Sequence[PassageId]) -> list[IndexedPassage]:
        """Return passages in the order of their ids, without those not found."""
        found = []
        for key, number in ids:
            if key in self.loaded_articles:
                layer, article = self._find(key)
                position = layer.segment.position(article, number)
                if position is not None:
                    found.append(layer.segment.passage(position))
        return found

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, without those not found."""
        loaded = self.loaded_articles
        return {key: loaded[key] for key in keys if key in loaded}

    def with_changes(
        self, put: Mapping[str, Article], removed: Collection[str]
    ) -> "MemoryIndex":
        """Return an index with articles added, replaced or removed.

        What stays is neither analysed nor copied.

        Args:
            put: New or changed articles, by their keys.
            removed: Keys of articles to remove.
        """
        changed = MemoryIndex({})
        gone = {*removed, *put} & self.loaded_articles.keys()
        kept = {key: a for key, a in self.loaded_articles.items() if key not in gone}
        changed.loaded_articles = {**kept, **put}
        layers = [_remove(layer, gone) for layer in self._layers]
        if put:
            layers.append(_full_layer(_analyzed(put)))
        changed._layers = tuple(_merge_tiers(layers))
        return changed

    def _searched(
        self, scope: str | None
    ) -> tuple[list[tuple[Segment, PassageRange]], CollectionStatistics]:
        """Return the passages in a scope by segments, and their counts.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        if scope is not None:
            layer, article = self._find(scope)
            within = layer.segment.passages_of(article)
            return [(layer.segment, within)], layer.segment.statistics(within)
        statistics = sum(
            (layer.statistics for layer in self._layers), CollectionStatistics()
        )
        return [(layer.segment, layer.live) for layer in self._layers], statistics

    def _find(self, key: str) -> tuple[_Layer, int]:
        for layer in self._layers:
            article = layer.segment.numbers.get(key)
            if article is not None and article not in layer.dead:
                return layer, article
        raise KeyError(key)


def _analyzed(
    articles: Mapping[str, Article], progress: Progress = no_progress
) -> Segment:
    return Segment(articles, concat_columns(build_batches(articles, progress)))


def _full_layer(segment: Segment) -> _Layer:
    """Return a layer of all articles of a segment."""
    live = segment.all_passages
    return _Layer(segment, frozenset(), live, segment.statistics(live))


def _remove(layer: _Layer, gone: Collection[str]) -> _Layer:
    """Return a layer without the articles of some keys, as far as it has them."""
    segment = layer.segment
    numbers = (segment.numbers[key] for key in gone if key in segment.numbers)
    dying = [number for number in numbers if number not in layer.dead]
    if not dying:
        return layer
    live = layer.live.live
    live = np.ones(segment.n_passages, dtype=np.bool_) if live is None else live.copy()
    statistics = layer.statistics
    for number in dying:
        within = segment.passages_of(number)
        live[within.start : within.stop] = False
        statistics -= segment.statistics(within)
    dead = layer.dead.union(dying)
    return _Layer(segment, dead, PassageRange(0, segment.n_passages, live), statistics)


def _merge_tiers(layers: Iterable[_Layer]) -> list[_Layer]:
    """Return layers, many of about one size merged and the mostly dead ones compacted.

    So an article is moved only a few times, and there are few layers (Lucene's
    log-structured merging).
    """
    kept = []
    for layer in layers:
        n_dead = len(layer.dead)
        if n_dead == len(layer.segment.keys):
            continue
        kept.append(_compact(layer) if 2 * n_dead > len(layer.segment.keys) else layer)
    tiers: dict[int, list[_Layer]] = {}
    for layer in kept:
        tiers.setdefault(_tier(layer), []).append(layer)
    for tier in tiers.values():
        if len(tier) >= MERGE_FACTOR:
            merged = merge_segments([_compact(layer).segment for layer in tier])
            others = [layer for layer in kept if layer not in tier]
            return _merge_tiers([*others, _full_layer(merged)])
    return kept


def _tier(layer: _Layer) -> int:
    return int(math.log(max(layer.statistics.n_passages, 1), MERGE_FACTOR))


def _compact(layer: _Layer) -> _Layer:
    """Return a layer without its removed articles."""
    return _full_layer(layer.segment.without(layer.dead)) if layer.dead else layer
