"""An index of passages in this process: segments that never change."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from retrieval.documents.values import Article
from retrieval.index.indexed_passage import IndexedPassage, indexed_passages
from retrieval.index.protocol import Place, SearchResult
from retrieval.index.scorer import Scorer
from retrieval.index.segment import Part, Segment, build_segment, merge_segments
from retrieval.index.statistics import Statistics
from retrieval.query.intents import Form
from retrieval.query.query import Query
from retrieval.text.analysis import analyzer_for

TIER = 8  # segments of about one size are merged into one of the next

Track = Callable[[Sequence[tuple[str, Article]]], Iterable[tuple[str, Article]]]


class _Layer(NamedTuple):
    """A segment, and what of it has not been removed.

    Attributes:
        dead: The articles that have, by their numbers.
        part: All passages that have not.
        totals: Counts of these.
    """

    segment: Segment
    dead: frozenset[int]
    part: Part
    totals: Statistics


class MemoryIndex:
    """Holds articles, and finds their passages.

    Changes make a new index, which shares with the old one what stays.
    """

    def __init__(self, articles: Mapping[str, Article], track: Track = iter) -> None:
        """Analyse articles, given by their keys.

        Args:
            articles: What is indexed.
            track: Hands them on one by one, as a progress bar does.
        """
        self._layers: tuple[_Layer, ...] = ()
        self.local: Mapping[str, Article] = dict(articles)
        if articles:
            self._layers = (_whole(_analysed(articles, track)),)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order."""
        return tuple(sorted({a.language for a in self.local.values()}))

    def language(self, scope: str) -> str:
        """Return the language of an article; a KeyError says that there is none."""
        return self.local[scope].language

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages that hold terms of a query; see `PassageIndex`."""
        parts, statistics = self._searched(scope)
        for segment, part in parts:
            statistics += segment.dfs(query.asked, part)
        scorer = Scorer(query, statistics)
        proposed = sorted(
            (*proposal, n)
            for n, (segment, part) in enumerate(parts)
            for proposal in segment.propose(scorer.weights, statistics, part, k)
        )
        entries: list[IndexedPassage] = []
        n_sentences = 0
        for _, _, position, n in proposed[:k]:
            if sentences is not None and n_sentences >= sentences:
                break
            entries.append(parts[n][0].entry(position))
            n_sentences += len(entries[-1].sentences)
        return scorer.ranked(entries)

    def meant(
        self, form: Form, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first passages that a question's form means."""
        parts, _ = self._searched(scope)
        found = [
            segment.entry(position)
            for segment, part in parts
            for position in segment.meant(form, part)
        ]
        return sorted(found, key=lambda entry: (entry.key, entry.passage.number))[:k]

    def entries(self, places: Sequence[Place]) -> list[IndexedPassage]:
        """Return passages by their places, as far as they are there, in order."""
        found = []
        for key, number in places:
            if key in self.local:
                layer, article = self._find(key)
                position = layer.segment.position(article, number)
                if position is not None:
                    found.append(layer.segment.entry(position))
        return found

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, as far as they are there."""
        return {key: self.local[key] for key in keys if key in self.local}

    def with_changes(
        self, put: Mapping[str, Article], removed: Collection[str]
    ) -> "MemoryIndex":
        """Return the index with articles put in, exchanged or removed.

        What stays is neither analysed nor copied.

        Args:
            put: New or changed articles, by their keys.
            removed: Keys of others.
        """
        changed = MemoryIndex({})
        gone = {*removed, *put} & self.local.keys()
        kept = {key: a for key, a in self.local.items() if key not in gone}
        changed.local = {**kept, **put}
        layers = [_less(layer, gone) for layer in self._layers]
        if put:
            layers.append(_whole(_analysed(put)))
        changed._layers = tuple(_tidied(layers))
        return changed

    def _searched(
        self, scope: str | None
    ) -> tuple[list[tuple[Segment, Part]], Statistics]:
        """Return what is searched, and what is counted there.

        Raises:
            KeyError: There is no such article.
        """
        if scope is not None:
            layer, article = self._find(scope)
            part = layer.segment.part(article)
            return [(layer.segment, part)], layer.segment.totals(part)
        totals = sum((layer.totals for layer in self._layers), Statistics())
        return [(layer.segment, layer.part) for layer in self._layers], totals

    def _find(self, key: str) -> tuple[_Layer, int]:
        for layer in self._layers:
            article = layer.segment.numbers.get(key)
            if article is not None and article not in layer.dead:
                return layer, article
        raise KeyError(key)


def _analysed(articles: Mapping[str, Article], track: Track = iter) -> Segment:
    return build_segment(
        (key, article, indexed_passages(key, article, analyzer_for(article.language)))
        for key, article in track(list(articles.items()))
    )


def _whole(segment: Segment) -> _Layer:
    part = segment.whole
    return _Layer(segment, frozenset(), part, segment.totals(part))


def _less(layer: _Layer, gone: Collection[str]) -> _Layer:
    """Take articles, given by their keys, off a layer, where it has them."""
    segment = layer.segment
    numbers = (segment.numbers[key] for key in gone if key in segment.numbers)
    dying = [number for number in numbers if number not in layer.dead]
    if not dying:
        return layer
    live = layer.part.live
    live = np.ones(segment.n_passages, dtype=np.bool_) if live is None else live.copy()
    totals = layer.totals
    for number in dying:
        part = segment.part(number)
        live[part.first : part.past] = False
        totals -= segment.totals(part)
    dead = layer.dead.union(dying)
    return _Layer(segment, dead, Part(0, segment.n_passages, live), totals)


def _tidied(layers: Iterable[_Layer]) -> list[_Layer]:
    """Merge layers where there are many of about one size, and empty those half dead.

    So every article is moved a few times at most, and there are few layers.
    """
    kept = []
    for layer in layers:
        n_dead = len(layer.dead)
        if n_dead == len(layer.segment.keys):
            continue
        kept.append(_cleared(layer) if 2 * n_dead > len(layer.segment.keys) else layer)
    tiers: dict[int, list[_Layer]] = {}
    for layer in kept:
        tiers.setdefault(_tier(layer), []).append(layer)
    for tier in tiers.values():
        if len(tier) >= TIER:
            merged = merge_segments([_cleared(layer).segment for layer in tier])
            others = [layer for layer in kept if layer not in tier]
            return _tidied([*others, _whole(merged)])
    return kept


def _tier(layer: _Layer) -> int:
    return int(math.log(max(layer.totals.passages, 1), TIER))


def _cleared(layer: _Layer) -> _Layer:
    """Drop what is dead."""
    return _whole(layer.segment.without(layer.dead)) if layer.dead else layer
