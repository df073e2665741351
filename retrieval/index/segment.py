"""An immutable segment of the index in memory: analysed passages in arrays."""

import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from retrieval.documents.traits import Traits
from retrieval.documents.values import Article
from retrieval.index.columns import Columns, concat_columns
from retrieval.index.indexed_passage import IndexedPassage, IndexedSentence
from retrieval.index.ragged import Integers, Mask, Ragged, indptr_of, smallest_dtype
from retrieval.index.scorer import term_scores
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.intents import LookupIntent

CACHED_PASSAGES = 500  # that were looked at last


class PassageRange(NamedTuple):
    """A range of a segment's passages, by their positions.

    Attributes:
        start: The first passage.
        stop: The position after the last one.
        live: Which of all passages have not been removed: (n_passages,); None where
            none has.
        is_whole: Whether these are all passages of the segment, and none is removed.
    """

    start: int
    stop: int
    live: Mask | None = None
    is_whole: bool = False

    def select(self, passages: Integers) -> slice | Mask:
        """Return an index that selects the passages in the range.

        Args:
            passages: Positions in ascending order.
        """
        if self.is_whole:
            return slice(None)
        start, stop = passages.searchsorted((self.start, self.stop))
        if self.live is None:
            return slice(start, stop)
        selected = self.live[passages]
        selected[:start] = selected[stop:] = False
        return selected

    def count(self, passages: Integers) -> int:
        """Return how many of some passages, in ascending order, are in the range."""
        return len(passages) if self.is_whole else len(passages[self.select(passages)])


class _Postings(NamedTuple):
    """The rows in which each term occurs, in order, and how often it does in each."""

    rows: Ragged
    counts: Integers

    def of(self, term: int) -> tuple[Integers, Integers]:
        bounds = slice(*self.rows.indptr[term : term + 2])
        return self.rows.indices[bounds], self.counts[bounds]


class Segment:
    """The analysed passages of some articles.

    Args:
        articles: The articles by their keys.
        columns: Their analysed passages, in the same order.

    Attributes:
        keys: The articles' keys, in order.
        numbers: The position of each article in this order, by its key.
        articles: The articles, in this order.
        n_passages: The number of passages of all articles.
        passage: A method that returns a passage by its position; the last ones are
            cached.
    """

    def __init__(self, articles: Mapping[str, Article], columns: Columns) -> None:
        self.keys = tuple(articles)
        self.numbers = {key: number for number, key in enumerate(self.keys)}
        self.articles = tuple(articles.values())
        self.columns = columns
        vocabulary = columns.vocabulary
        self._numbers = {term: number for number, term in enumerate(vocabulary)}
        counts = np.array([len(a.passages) for a in self.articles], dtype=np.int32)
        self.n_passages = int(counts.sum())
        self._passages = indptr_of(counts)
        self._sentences = indptr_of(columns.sentences)
        self._article_of = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        ranks = {key: rank for rank, key in enumerate(sorted(self.keys))}
        self._ranks = np.array([ranks[key] for key in self.keys], dtype=np.int32)
        bodies = Ragged(columns.terms.indptr[self._sentences], columns.terms.indices)
        n_terms = len(vocabulary)
        self._bodies = _transpose(n_terms, bodies, columns.headings)
        self._titles = _transpose(n_terms, columns.titles)
        self._publishers = _transpose(n_terms, columns.publishers)
        self._title_terms = frozenset(columns.titles.indices.tolist())
        self._publisher_terms = frozenset(columns.publishers.indices.tolist())
        self._body_lengths = bodies.lengths + columns.headings.lengths
        self._title_lengths = columns.titles.lengths[self._article_of]
        # By a weak reference, so that a segment is gone as soon as nobody needs it.
        passage = partial(Segment._passage, weakref.proxy(self))
        self.passage = lru_cache(CACHED_PASSAGES)(passage)

    @property
    def all_passages(self) -> PassageRange:
        """The range of all passages."""
        return PassageRange(0, self.n_passages, is_whole=True)

    def passages_of(self, article: int) -> PassageRange:
        """Return the passages of one article, given by its number among the keys."""
        start, stop = self._passages[article : article + 2].tolist()
        return PassageRange(start, stop)

    def statistics(self, within: PassageRange) -> CollectionStatistics:
        """Return the counts of a range that depend on no query, removed or not."""
        start, stop = within.start, within.stop
        sentences = self._sentences[[start, stop]]
        terms = self.columns.terms.indptr[sentences]
        headings = self.columns.headings.indptr[[start, stop]]
        return CollectionStatistics(
            len(set(self._article_of[start:stop].tolist())),
            stop - start,
            int(sentences[1] - sentences[0]),
            int(terms[1] - terms[0]),
            int(headings[1] - headings[0]),
            int(self._title_lengths[start:stop].sum()),
        )

    def dfs(self, terms: Iterable[str], within: PassageRange) -> CollectionStatistics:
        """Return the document frequencies of terms in a range, and no other counts."""
        dfs, dfs_with_title, mention_dfs = {}, {}, {}
        for term in terms:
            number = self._numbers.get(term)
            if number is None:
                continue
            bodies, _ = self._bodies.of(number)
            titled, _ = self._matches(number, titled=True)
            dfs[term] = within.count(bodies)
            dfs_with_title[term] = (
                dfs[term] if titled is bodies else within.count(titled)
            )
            mention_dfs[term] = dfs_with_title[term]
            if number in self._publisher_terms:
                published, _ = self._of_articles(self._publishers, number)
                mention_dfs[term] = within.count(np.union1d(titled, published))
        return CollectionStatistics(
            dfs=dfs, dfs_with_title=dfs_with_title, mention_dfs=mention_dfs
        )

    def top_k(
        self,
        weights: Mapping[str, float],
        statistics: CollectionStatistics,
        within: PassageRange,
        k: int,
    ) -> list[tuple[float, str, int]]:
        """Return the best passages as (-score, key, position), at most k.

        The score is BM25, added up in the order of the terms.

        Args:
            weights: The idf of each term times its weight in the query.
            statistics: The counts of the whole collection.
            within: The passages that may be returned.
            k: The most passages.
        """
        scores = np.zeros(self.n_passages)
        titled = statistics.uses_titles
        for term, weight in weights.items():
            number = self._numbers.get(term)
            if number is None:
                continue
            matches, counts = self._matches(number, titled=titled)
            selected = within.select(matches)
            matches, counts = matches[selected], counts[selected]
            lengths = self._body_lengths[matches]
            if titled:
                lengths = lengths + self._title_lengths[matches]
            average = statistics.average_passage
            scores[matches] += term_scores(weight, counts, lengths, average)
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

    def lookup(self, intent: LookupIntent, within: PassageRange) -> list[int]:
        """Return the positions of passages with a sentence that matches an intent."""
        if intent.passage_number is not None:
            numbered = self._passages[:-1] + intent.passage_number - 1
            is_there = (numbered >= self._passages[:-1]) & (
                numbered < self._passages[1:]
            )
            of_number = numbered[is_there]
            chosen: list[int] = of_number[within.select(of_number)].tolist()
            return chosen
        if intent.item_number is not None:
            items = self.columns.item_numbers.items()
            sentences = [n for n, number in items if number == intent.item_number]
        else:
            abbreviations = self.columns.abbreviations.items()
            sentences = [n for n, all_ in abbreviations if intent.abbreviation in all_]
        found = np.searchsorted(self._sentences, sorted(sentences), side="right") - 1
        passages = np.unique(found)
        selected: list[int] = passages[within.select(passages)].tolist()
        return selected

    def _passage(self, position: int) -> IndexedPassage:
        number = int(self._article_of[position])
        article = self.articles[number]
        passage = article.passages[position - int(self._passages[number])]
        start, stop = self._sentences[position : position + 2].tolist()
        columns = self.columns
        indptr = columns.terms.indptr[start : stop + 1].tolist()
        terms = self._terms(columns.terms.indices[indptr[0] : indptr[-1]])
        spans = columns.spans[indptr[0] : indptr[-1]].ravel().tolist()
        traits = columns.traits[start:stop].tolist()
        sentences = []
        for n, sentence in enumerate(passage.sentences):
            own = slice(indptr[n] - indptr[0], indptr[n + 1] - indptr[0])
            sentences.append(
                IndexedSentence(
                    columns.rows.get(start + n, sentence.text),
                    terms[own],
                    _without_columns(spans[2 * own.start : 2 * own.stop]),
                    Traits._make(traits[n]),
                    columns.item_numbers.get(start + n, 0),
                    columns.abbreviations.get(start + n, ()),
                )
            )
        return IndexedPassage(
            self.keys[number],
            article.language,
            passage,
            start - int(self._sentences[self._passages[number]]),
            tuple(sentences),
            self._terms(columns.headings.row(position)),
            self._terms(columns.titles.row(number)),
            self._terms(columns.publishers.row(number)),
        )

    def position(self, article: int, number: int) -> int | None:
        """Return the position of a passage, or None if there is no such passage.

        Args:
            article: The article's number among the keys.
            number: The passage's number in the article, from 1.
        """
        start, stop = self.passages_of(article)[:2]
        position = start + number - 1
        return position if position < stop else None

    def without(self, dead: Iterable[int]) -> "Segment":
        """Return the segment without some articles, given by their numbers."""
        kept = np.ones(len(self.keys), dtype=np.bool_)
        kept[list(dead)] = False
        articles = dict(zip(self.keys, self.articles, strict=True))
        for number in np.flatnonzero(~kept):
            del articles[self.keys[number]]
        return Segment(articles, self.columns.filter(kept, kept[self._article_of]))

    def _terms(self, numbers: Integers) -> tuple[str, ...]:
        return tuple(map(self.columns.vocabulary.__getitem__, numbers.tolist()))

    def _matches(self, term: int, *, titled: bool) -> tuple[Integers, Integers]:
        """Return the passages in which a term occurs, in order, and its counts.

        Args:
            term: The term's number.
            titled: Whether a passage has the terms of its article's title, too.
        """
        bodies, counts = self._bodies.of(term)
        if not titled or term not in self._title_terms:
            return bodies, counts
        named, named_counts = self._of_articles(self._titles, term)
        both = np.union1d(bodies, named)
        together = np.zeros(len(both), dtype=np.int32)
        together[np.searchsorted(both, bodies)] += counts
        together[np.searchsorted(both, named)] += named_counts
        return both, together

    def _of_articles(self, postings: _Postings, term: int) -> tuple[Integers, Integers]:
        """Return all passages of the articles in which a term occurs, with its counts.

        Args:
            postings: The articles in which each term occurs.
            term: The term's number.
        """
        articles, counts = postings.of(term)
        first = self._passages[articles]
        lengths = self._passages[articles + 1] - first
        starts = indptr_of(lengths)
        shift = np.repeat(first - starts[:-1], lengths)
        return np.arange(starts[-1], dtype=np.int32) + shift, np.repeat(counts, lengths)


def merge_segments(segments: Sequence[Segment]) -> Segment:
    """Return one segment of the articles of several; nothing is analysed again."""
    articles = {
        key: article
        for segment in segments
        for key, article in zip(segment.keys, segment.articles, strict=True)
    }
    return Segment(articles, concat_columns([segment.columns for segment in segments]))


def _without_columns(spans: list[int]) -> tuple[int, ...]:
    """Return spans without the zeros at the end, which are of columns' names."""
    stop = len(spans)
    while stop and not spans[stop - 1]:
        stop -= 2
    return tuple(spans[:stop])


def _transpose(n_terms: int, *rows: Ragged) -> _Postings:
    """Return the postings of rows of terms; several rows of one number count as one."""
    n_rows = len(rows[0].indptr) - 1
    pairs = np.empty(sum(len(each.indices) for each in rows), dtype=np.int64)
    start = 0
    for each in rows:
        own = pairs[start : start + len(each.indices)]
        own[:] = each.indices
        own *= n_rows
        own += np.repeat(np.arange(n_rows, dtype=np.int32), each.lengths)
        start += len(own)
    pairs.sort()  # in place, for there are many
    is_new = np.ones(len(pairs), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=is_new[1:])
    counts = np.diff(np.flatnonzero(is_new), append=len(pairs))
    pairs = pairs[is_new]
    lengths = np.bincount(pairs // (n_rows or 1), minlength=n_terms)
    pairs %= n_rows or 1
    postings = Ragged(indptr_of(lengths), pairs.astype(np.int32))
    return _Postings(postings, smallest_dtype(counts))
