"""A part of the index in memory: some articles' entries in arrays; it never changes."""

import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from retrieval.documents.traits import Traits
from retrieval.documents.values import Article
from retrieval.index.columns import Columns, join_columns, lay_out
from retrieval.index.indexed_passage import IndexedPassage, IndexedSentence
from retrieval.index.ragged import Integers, Mask, Ragged, shrunk, starts_of
from retrieval.index.scorer import K1, B
from retrieval.index.statistics import Statistics
from retrieval.query.intents import Form

CACHED_PASSAGES = 500  # that were looked at last
BATCH = 500  # articles that are laid out at once, in little memory


class Part(NamedTuple):
    """What is looked at of a segment's passages.

    Attributes:
        first: The first of them.
        past: Where they end.
        live: Which of all have not been removed; None where none has.
        is_whole: Whether all are looked at.
    """

    first: int
    past: int
    live: Mask | None = None
    is_whole: bool = False

    def of(self, passages: Integers) -> slice | Mask:
        """Choose among passages, which are in order, those that are looked at."""
        if self.is_whole:
            return slice(None)
        first, past = passages.searchsorted((self.first, self.past))
        if self.live is None:
            return slice(first, past)
        chosen = self.live[passages]
        chosen[:first] = chosen[past:] = False
        return chosen

    def count(self, passages: Integers) -> int:
        """Count those among passages that are looked at."""
        return len(passages) if self.is_whole else len(passages[self.of(passages)])


class _Postings(NamedTuple):
    """The rows that hold each term, in order, and how often each does."""

    rows: Ragged
    counts: Integers

    def of(self, term: int) -> tuple[Integers, Integers]:
        bounds = slice(*self.rows.starts[term : term + 2])
        return self.rows.values[bounds], self.counts[bounds]


class Segment:
    """Entries of some articles.

    Attributes:
        keys: Of the articles, in order.
        numbers: Of the articles by their keys, in this order.
        articles: In this order.
        n_passages: Of all articles.
        entry: Returns a passage by its position.
    """

    def __init__(self, articles: Mapping[str, Article], columns: Columns) -> None:
        """Index what is kept of articles, given by their keys."""
        self.keys = tuple(articles)
        self.numbers = {key: number for number, key in enumerate(self.keys)}
        self.articles = tuple(articles.values())
        self.columns = columns
        vocabulary = columns.vocabulary
        self._numbers = {term: number for number, term in enumerate(vocabulary)}
        counts = np.array([len(a.passages) for a in self.articles], dtype=np.int32)
        self.n_passages = int(counts.sum())
        self._passages = starts_of(counts)
        self._sentences = starts_of(columns.sentences)
        self._article_of = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        ranks = {key: rank for rank, key in enumerate(sorted(self.keys))}
        self._ranks = np.array([ranks[key] for key in self.keys], dtype=np.int32)
        bodies = Ragged(columns.terms.starts[self._sentences], columns.terms.values)
        n_terms = len(vocabulary)
        self._bodies = _invert(n_terms, bodies, columns.headings)
        self._titles = _invert(n_terms, columns.titles)
        self._publishers = _invert(n_terms, columns.publishers)
        self._titling = frozenset(columns.titles.values.tolist())
        self._publishing = frozenset(columns.publishers.values.tolist())
        self._body_lengths = bodies.lengths + columns.headings.lengths
        self._title_lengths = columns.titles.lengths[self._article_of]
        # By a weak reference, so that a segment is gone as soon as nobody needs it.
        entry = partial(Segment._entry, weakref.proxy(self))
        self.entry = lru_cache(CACHED_PASSAGES)(entry)

    @property
    def whole(self) -> Part:
        """All passages."""
        return Part(0, self.n_passages, is_whole=True)

    def part(self, article: int) -> Part:
        """Return the passages of one article, by its number among the keys."""
        first, past = self._passages[article : article + 2].tolist()
        return Part(first, past)

    def totals(self, part: Part) -> Statistics:
        """Count what nobody asks for, whether it has been removed or not."""
        first, past = part.first, part.past
        sentences = self._sentences[[first, past]]
        terms = self.columns.terms.starts[sentences]
        headings = self.columns.headings.starts[[first, past]]
        return Statistics(
            len(set(self._article_of[first:past].tolist())),
            past - first,
            int(sentences[1] - sentences[0]),
            int(terms[1] - terms[0]),
            int(headings[1] - headings[0]),
            int(self._title_lengths[first:past].sum()),
        )

    def dfs(self, terms: Iterable[str], part: Part) -> Statistics:
        """Count the passages that hold terms, and nothing else."""
        dfs, dfs_with_title, mentions = {}, {}, {}
        for term in terms:
            number = self._numbers.get(term)
            if number is None:
                continue
            held, _ = self._bodies.of(number)
            titled, _ = self._held(number, titled=True)
            dfs[term] = part.count(held)
            dfs_with_title[term] = dfs[term] if titled is held else part.count(titled)
            mentions[term] = dfs_with_title[term]
            if number in self._publishing:
                published, _ = self._of_articles(self._publishers, number)
                mentions[term] = part.count(np.union1d(titled, published))
        return Statistics(dfs=dfs, dfs_with_title=dfs_with_title, mentions=mentions)

    def propose(
        self,
        weights: Mapping[str, float],
        statistics: Statistics,
        part: Part,
        k: int,
    ) -> list[tuple[float, str, int]]:
        """Return the best passages as (-score, key, position), at most k.

        The score is BM25, added up in the order of the terms.

        Args:
            weights: The idf of each term, times its weight in the query.
            statistics: Of the whole collection.
            part: Which passages may be proposed.
            k: How many.
        """
        scores = np.zeros(self.n_passages)
        titled = statistics.uses_titles
        for term, weight in weights.items():
            number = self._numbers.get(term)
            if number is None:
                continue
            held, counts = self._held(number, titled=titled)
            chosen = part.of(held)
            held, counts = held[chosen], counts[chosen]
            lengths = self._body_lengths[held]
            if titled:
                lengths = lengths + self._title_lengths[held]
            norm = K1 * (1 - B + B * lengths / statistics.average_passage)
            scores[held] += weight * (counts * (K1 + 1) / (counts + norm))
        matched = np.flatnonzero(scores)
        if len(matched) > k:
            found = scores[matched]
            least = np.partition(found, len(found) - k)[len(found) - k]
            matched = matched[found >= least]
        ranks = self._ranks[self._article_of[matched]]
        best = matched[np.lexsort((matched, ranks, -scores[matched]))[:k]]
        return [
            (-score, self.keys[article], position)
            for score, article, position in zip(
                scores[best].tolist(),
                self._article_of[best].tolist(),
                best.tolist(),
                strict=True,
            )
        ]

    def meant(self, form: Form, part: Part) -> list[int]:
        """Return the passages that hold a sentence that a form means, in order."""
        if form.number is not None:
            items = self.columns.items.items()
            sentences = [n for n, number in items if number == form.number]
        else:
            shorts = self.columns.shorts.items()
            sentences = [n for n, explained in shorts if form.short in explained]
        found = np.searchsorted(self._sentences, sorted(sentences), side="right") - 1
        passages = np.unique(found)
        chosen: list[int] = passages[part.of(passages)].tolist()
        return chosen

    def _entry(self, position: int) -> IndexedPassage:
        number = int(self._article_of[position])
        article = self.articles[number]
        passage = article.passages[position - int(self._passages[number])]
        first, past = self._sentences[position : position + 2].tolist()
        columns = self.columns
        starts = columns.terms.starts[first : past + 1].tolist()
        terms = self._terms(columns.terms.values[starts[0] : starts[-1]])
        spans = columns.spans[starts[0] : starts[-1]].ravel().tolist()
        traits = columns.traits[first:past].tolist()
        sentences = []
        for n, sentence in enumerate(passage.sentences):
            mine = slice(starts[n] - starts[0], starts[n + 1] - starts[0])
            sentences.append(
                IndexedSentence(
                    columns.rows.get(first + n, sentence.text),
                    terms[mine],
                    _without_columns(spans[2 * mine.start : 2 * mine.stop]),
                    Traits._make(traits[n]),
                    columns.items.get(first + n, 0),
                    columns.shorts.get(first + n, ()),
                )
            )
        return IndexedPassage(
            self.keys[number],
            article.language,
            passage,
            first - int(self._sentences[self._passages[number]]),
            tuple(sentences),
            self._terms(columns.headings.row(position)),
            self._terms(columns.titles.row(number)),
            self._terms(columns.publishers.row(number)),
        )

    def position(self, article: int, number: int) -> int | None:
        """Return where a passage is, by its article and its number there, from 1."""
        first, past = self.part(article)[:2]
        position = first + number - 1
        return position if position < past else None

    def without(self, dead: Iterable[int]) -> "Segment":
        """Leave out articles, given by their numbers."""
        kept = np.ones(len(self.keys), dtype=np.bool_)
        kept[list(dead)] = False
        articles = dict(zip(self.keys, self.articles, strict=True))
        for number in np.flatnonzero(~kept):
            del articles[self.keys[number]]
        return Segment(articles, self.columns.kept(kept, kept[self._article_of]))

    def _terms(self, numbers: Integers) -> tuple[str, ...]:
        return tuple(map(self.columns.vocabulary.__getitem__, numbers.tolist()))

    def _held(self, term: int, *, titled: bool) -> tuple[Integers, Integers]:
        """Return the passages that hold a term, in order, and how often each does."""
        held, counts = self._bodies.of(term)
        if not titled or term not in self._titling:
            return held, counts
        named, named_counts = self._of_articles(self._titles, term)
        both = np.union1d(held, named)
        together = np.zeros(len(both), dtype=np.int32)
        together[np.searchsorted(both, held)] += counts
        together[np.searchsorted(both, named)] += named_counts
        return both, together

    def _of_articles(self, postings: _Postings, term: int) -> tuple[Integers, Integers]:
        """Return all passages of the articles that hold a term, with its counts."""
        articles, counts = postings.of(term)
        first = self._passages[articles]
        lengths = self._passages[articles + 1] - first
        starts = starts_of(lengths)
        shift = np.repeat(first - starts[:-1], lengths)
        return np.arange(starts[-1], dtype=np.int32) + shift, np.repeat(counts, lengths)


def build_segment(
    entries: Iterable[tuple[str, Article, Iterable[IndexedPassage]]],
) -> Segment:
    """Lay out articles, given with their keys and entries."""
    articles: dict[str, Article] = {}
    columns: list[Columns] = []
    left = iter(entries)
    while batch := list(islice(left, BATCH)):
        articles.update((key, article) for key, article, _ in batch)
        columns.append(lay_out(list(found) for _, _, found in batch))
    return Segment(articles, join_columns(columns))


def merge_segments(segments: Sequence[Segment]) -> Segment:
    """Put segments one after the other; nothing is analysed again."""
    articles = {
        key: article
        for segment in segments
        for key, article in zip(segment.keys, segment.articles, strict=True)
    }
    return Segment(articles, join_columns([segment.columns for segment in segments]))


def _without_columns(spans: list[int]) -> tuple[int, ...]:
    """Leave out the zeros of names of columns, which stand elsewhere."""
    past = len(spans)
    while past and not spans[past - 1]:
        past -= 2
    return tuple(spans[:past])


def _invert(n_terms: int, *held: Ragged) -> _Postings:
    """Turn rows of terms the other way."""
    n_rows = len(held[0].starts) - 1
    pairs = np.empty(sum(len(each.values) for each in held), dtype=np.int64)
    first = 0
    for each in held:
        mine = pairs[first : first + len(each.values)]
        mine[:] = each.values
        mine *= n_rows
        mine += np.repeat(np.arange(n_rows, dtype=np.int32), each.lengths)
        first += len(mine)
    pairs.sort()  # in place, for there are many
    is_new = np.ones(len(pairs), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    counts = np.diff(np.flatnonzero(is_new), append=len(pairs))
    pairs = pairs[is_new]
    lengths = np.bincount(pairs // (n_rows or 1), minlength=n_terms)
    pairs %= n_rows or 1
    postings = Ragged(starts_of(lengths), pairs.astype(np.int32))
    return _Postings(postings, shrunk(counts))
