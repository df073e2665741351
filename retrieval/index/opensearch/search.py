"""An index of passages in an OpenSearch cluster.

The cluster proposes candidates by its own scores, each with an outline, and counts the
query's terms; here the candidates are scored exactly, and only the best passages are
fetched whole. The candidates are enough when the last one, even if its score were as
high as it can be, would rank below all that is wanted; otherwise more are requested.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from retrieval.arrays import FloatArray
from retrieval.documents.json import article_from_json
from retrieval.documents.values import Article
from retrieval.errors import IndexUnavailableError
from retrieval.index.codec import indexed_from_json
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.opensearch.client import (
    Cluster,
    Json,
    require_all_shards,
    require_found,
    require_published,
)
from retrieval.index.opensearch.lru import LruCache
from retrieval.index.opensearch.outline import (
    Outline,
    decode_outline,
    score_outlines,
)
from retrieval.index.opensearch.vectors import nearest_body, nearest_passages
from retrieval.index.protocol import Embedding, PassageId, SearchResult
from retrieval.index.scorer import Scorer
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.intents import LookupIntent
from retrieval.query.query import Query

CANDIDATES = 100  # passages whose outlines are requested at first
MAX_CANDIDATES = 1_600
MAX_QUERY_TERMS = 1_000  # a cluster accepts 1,024
# The cluster's scores are the scorer's, times a constant, but that it rounds the length
# of a passage down to fit one byte, so no score of its is too low. It may also still
# count removed passages, which changes the weight of a term by little.
SCORE_SLACK = 1.03
OVERVIEW_SECONDS = 10  # for which the number of articles is cached
# For which an article is what a search found it to be, so that a citation of what was
# found needs no other request.
CONFIRMED_SECONDS = 1
CACHED_ARTICLES = 256
CACHED_PASSAGES = 1_000
CONFIRMED_ARTICLES = 10_000

_TOTALS = ("is_first", "n_sentences", "n_terms", "n_heading_terms", "n_title_terms")


class OpenSearchIndex:
    """An index in a cluster; this process holds only the articles cited last.

    Nothing is sent to the cluster before it is used.

    Args:
        cluster: The cluster.
        fingerprint: Of the encoder whose embeddings are searched; None searches none.

    Attributes:
        loaded_articles: No articles; see `PassageIndex`.
    """

    loaded_articles: Mapping[str, Article] = MappingProxyType({})

    def __init__(self, cluster: Cluster, fingerprint: str | None = None) -> None:
        self._cluster = cluster
        self._sentences = fingerprint and cluster.sentences(fingerprint)
        self._last_overview: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
        # With the hashes of their articles, and these with the time of the search.
        self._articles: LruCache[str, tuple[str, Article]] = LruCache(CACHED_ARTICLES)
        self._passages: LruCache[PassageId, tuple[str, IndexedPassage]] = LruCache(
            CACHED_PASSAGES
        )
        self._confirmed: LruCache[str, tuple[str, float]] = LruCache(CONFIRMED_ARTICLES)

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        return self._overview()[1]

    @property
    def n_articles(self) -> int:
        """The number of articles, as of a few seconds ago.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        return self._overview()[0]

    @property
    def last_count(self) -> int:
        """The number of articles at the last request for it; 0 before the first."""
        return self._last_overview[1]

    def language(self, scope: str) -> str:
        """Return the language of an article; see `PassageIndex`."""
        return self.articles([scope])[scope].language

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        max_sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages in which terms of a query occur; see `PassageIndex`.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        count = CANDIDATES if max_sentences else max(CANDIDATES, k)
        if scope is not None:
            # A term that is rare in an article may be common elsewhere, and the cluster
            # weighs it by all articles; so every passage of the article is requested.
            count = MAX_CANDIDATES
        hits, statistics = self._search_first(query, count, scope)
        while True:
            outlines = [decode_outline(hit["fields"]["outline"][0]) for hit in hits]
            scores = score_outlines(outlines, query, statistics)
            wanted = _wanted(outlines, scores, k, max_sentences)
            if (
                len(hits) < count
                or count >= MAX_CANDIDATES
                or _is_enough(hits, scores, scores[wanted[-1]])
            ):
                break
            count *= 4
            search = self._candidates(query, count, scope)
            hits = self._msearch([search])[0]["hits"]["hits"]
        passages = self._fetch([outlines[n] for n in wanted])
        return Scorer(query, statistics).rank(passages)

    def lookup(
        self, intent: LookupIntent, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first k passages that match an intent; see `PassageIndex`.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        looked_up = (
            ("number", intent.passage_number),
            ("items", intent.item_number),
            ("shorts", intent.abbreviation),
        )
        field, value = next((each for each in looked_up if each[1]), ("", None))
        if value is None:
            return []  # a label is found by its term
        body = {
            "size": k,
            "query": _filtered([{"term": {field: value}}], scope),
            "sort": ["key", "number"],
            "_source": ["entry"],
        }
        (answer,) = self._msearch([({}, body)])
        return [_indexed(hit) for hit in answer["hits"]["hits"]]

    def nearest(self, embedding: Embedding, k: int) -> list[PassageId]:
        """Return the passages of the nearest sentences; see `PassageIndex`.

        There is none either while `article-bot index` writes the first embeddings.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        if not self._sentences:
            return []
        body = nearest_body(embedding, k)
        index = self._sentences
        answer = self._cluster.retry(
            lambda client: require_all_shards(
                client.search(
                    body=body, index=index, params={"ignore_unavailable": "true"}
                )
            )
        )
        return nearest_passages(answer["hits"]["hits"])

    def passages(self, ids: Sequence[PassageId]) -> list[IndexedPassage]:
        """Return passages in the order of their ids, without those not found.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        return [passage for _, passage in self._read_passages(ids)]

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, without those not found.

        A cached article is returned if its hash in the cluster is still the same.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        cached = {key: own for key in keys if (own := self._articles.get(key))}
        current = self._confirmed_hashes(cached)
        unconfirmed = [key for key in cached if key not in current]
        for key, source in self._read(unconfirmed, ["hash"]).items():
            current[key] = source["hash"]
        found = {
            key: article
            for key, (digest, article) in cached.items()
            if current.get(key) == digest
        }
        new = self._read([key for key in keys if key not in found], ["hash", "article"])
        for key, source in new.items():
            found[key] = article_from_json(source["article"])
            self._articles.put(key, (source["hash"], found[key]))
        return found

    def keys(self, first: int, count: int) -> list[str]:
        """Return some of the articles' keys in alphabetical order.

        Args:
            first: The position of the first key, from 0.
            count: The most keys.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        body = {"from": first, "size": count, "sort": ["key"], "_source": False}
        return self._keys(body)

    def find_by_title(self, words: Sequence[str], count: int) -> list[tuple[int, str]]:
        """Find the articles whose title and publisher contain all of some words.

        Args:
            words: The words, in lower case; parts of words match, too.
            count: The most articles.

        Returns:
            The keys of the first ones, each with its position among all keys, from 0.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        wanted = [
            {"wildcard": {"name": {"value": f"*{_escaped(word)}*"}}} for word in words
        ]
        body = {
            "size": count,
            "query": {"bool": {"filter": wanted}},
            "sort": ["key"],
            "_source": False,
        }
        keys = self._keys(body)
        return list(zip(self._positions(keys), keys, strict=True)) if keys else []

    def ping(self) -> None:
        """Check whether the cluster answers.

        Raises:
            IndexUnavailableError: It does not.
        """
        self._cluster.ping()

    def _candidates(
        self, query: Query, count: int, scope: str | None
    ) -> tuple[Json, Json]:
        """Return the search for candidates with their outlines, by header and body."""
        if not query.terms:
            return {}, {"size": 0}
        titled = self.n_articles > 1 and scope is None  # see `uses_titles`
        field = "titled" if titled else "terms"
        weighted = zip(query.terms, query.weights.tolist(), strict=True)
        should = [
            {"term": {field: {"value": term.term, "boost": weight}}}
            for term, weight in weighted
        ]
        body = {
            "size": count,
            "stored_fields": "_none_",
            "docvalue_fields": ["outline"],
            "track_total_hits": False,
            "query": _filtered([], scope, should=should[:MAX_QUERY_TERMS]),
        }
        return {"search_type": "dfs_query_then_fetch"}, body

    def _search_first(
        self, query: Query, count: int, scope: str | None
    ) -> tuple[list[Json], CollectionStatistics]:
        """Request candidates and the counts of the collection, in one round trip."""
        everything = _filtered([], scope)
        totals = {
            "size": 0,
            "track_total_hits": True,
            "query": everything,
            "aggs": {name: {"sum": {"field": name}} for name in _TOTALS},
        }
        counted = {
            f"{name} {n}": filter_
            for n, term in enumerate(query.lookup_terms)
            for name, filter_ in _term_filters(term).items()
        }
        dfs: Json = {"size": 0, "query": everything}
        if counted:
            dfs["aggs"] = {"dfs": {"filters": {"filters": counted}}}
        searches: list[tuple[Json, Json]] = [
            self._candidates(query, count, scope),
            ({"request_cache": True}, totals),
            ({}, dfs),
        ]
        hits, summed, held = self._msearch(searches)
        counts = (
            {
                name: bucket["doc_count"]
                for name, bucket in held["aggregations"]["dfs"]["buckets"].items()
            }
            if counted
            else {}
        )
        return hits["hits"]["hits"], _statistics(summed, counts, query.lookup_terms)

    def _fetch(self, outlines: Sequence[Outline]) -> list[IndexedPassage]:
        """Return whole passages by their outlines, without those not found any more."""
        now = time.monotonic()
        found: dict[PassageId, IndexedPassage] = {}
        for outline in outlines:
            self._confirmed.put(outline.key, (outline.digest, now))
            cached = self._passages.get(outline.id)
            if cached and cached[0] == outline.digest:
                found[outline.id] = cached[1]
        missing = [outline.id for outline in outlines if outline.id not in found]
        for digest, passage in self._read_passages(missing):
            passage_id = PassageId(passage.key, passage.passage.number)
            found[passage_id] = passage
            self._passages.put(passage_id, (digest, passage))
        return [found[each.id] for each in outlines if each.id in found]

    def _read_passages(
        self, ids: Sequence[PassageId]
    ) -> list[tuple[str, IndexedPassage]]:
        """Return passages with their articles' hashes, without those not found."""
        if not ids:
            return []
        names = [document_id(*each) for each in ids]
        answer: Json = self._cluster.retry(
            lambda client: require_found(
                client.mget(
                    body={"ids": names},
                    index=self._cluster.passages,
                    params={"realtime": "false", "_source": "entry,hash"},
                )
            )
        )
        sources = (each["_source"] for each in answer["docs"] if each.get("found"))
        return [(each["hash"], indexed_from_json(each["entry"])) for each in sources]

    def _confirmed_hashes(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the hashes of articles, as far as a search has just found them."""
        since = time.monotonic() - CONFIRMED_SECONDS
        known = {key: own for key in keys if (own := self._confirmed.get(key))}
        return {key: digest for key, (digest, at) in known.items() if at > since}

    def _msearch(self, searches: Sequence[tuple[Json, Json]]) -> list[Json]:
        """Search the passages several times, in one round trip.

        Args:
            searches: The header and the body of each search.

        Raises:
            IndexUnavailableError: Not all shards answer all of them.
        """
        body = [line for search in searches for line in search]
        index = self._cluster.passages
        return self._cluster.retry(
            lambda client: [
                require_all_shards(each)
                for each in client.msearch(body=body, index=index)["responses"]
            ]
        )

    def _read(self, keys: Collection[str], fields: list[str]) -> dict[str, Json]:
        """Return fields of articles by their keys, without those not found."""
        if not keys:
            return {}
        self._overview()
        answer: Json = self._cluster.retry(
            lambda client: require_found(
                client.mget(
                    body={"ids": list(keys)},
                    index=self._cluster.documents,
                    params={"realtime": "false", "_source": ",".join(fields)},
                )
            )
        )
        documents = answer["docs"]
        return {each["_id"]: each["_source"] for each in documents if each.get("found")}

    def _keys(self, body: Json) -> list[str]:
        self._overview()
        answer = self._search_documents(body)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def _positions(self, keys: Sequence[str]) -> list[int]:
        """Return the number of keys that sort before each key."""
        before = {key: {"range": {"key": {"lt": key}}} for key in keys}
        body = {"size": 0, "aggs": {"before": {"filters": {"filters": before}}}}
        answer = self._search_documents(body)
        buckets = answer["aggregations"]["before"]["buckets"]
        return [buckets[key]["doc_count"] for key in keys]

    def _overview(self) -> tuple[int, tuple[str, ...]]:
        """Return the number of articles and their languages, cached for a while.

        Raises:
            IndexUnavailableError: The cluster does not answer, or the index is empty or
                not complete yet.
        """
        at, count, languages = self._last_overview
        if time.monotonic() - at > OVERVIEW_SECONDS or not count:
            index = self._cluster.documents
            self._cluster.retry(lambda client: require_published(client, index))
            aggs = {"languages": {"terms": {"field": "language", "size": 200}}}
            body = {"size": 0, "track_total_hits": True, "aggs": aggs}
            answer = self._search_documents(body)
            buckets = answer["aggregations"]["languages"]["buckets"]
            languages = tuple(sorted(bucket["key"] for bucket in buckets))
            count = answer["hits"]["total"]["value"]
            if not count:
                raise IndexUnavailableError(
                    "the index is empty; run: article-bot index"
                )
            self._last_overview = time.monotonic(), count, languages
        return count, languages

    def _search_documents(self, body: Json) -> Json:
        """Search the articles' documents.

        Raises:
            IndexUnavailableError: Not all shards answer.
        """
        index = self._cluster.documents
        return self._cluster.retry(
            lambda client: require_all_shards(client.search(body=body, index=index))
        )


def document_id(key: str, number: int) -> str:
    """Return the id of a passage's document in the cluster."""
    return f"{key}#{number}"


def _indexed(hit: Json) -> IndexedPassage:
    return indexed_from_json(hit["_source"]["entry"])


def _filtered(
    required: Sequence[Json], scope: str | None, *, should: Sequence[Json] = ()
) -> Json:
    """Return a query for all required clauses, and at least one optional one.

    Args:
        required: The required clauses.
        scope: The key of the only article that is searched; None searches all.
        should: The optional clauses, which add to the score.
    """
    every = [*required, *([{"term": {"key": scope}}] if scope is not None else [])]
    query: Json = {"filter": every}
    if should:
        query |= {"should": list(should), "minimum_should_match": 1}
    return {"bool": query}


def _term_filters(term: str) -> dict[str, Json]:
    """Return filters for the passages of a term, by the count they are for."""
    held, titled = {"term": {"terms": term}}, {"term": {"titled": term}}
    mentioned = {"bool": {"should": [titled, {"term": {"publisher": term}}]}}
    return {"dfs": held, "dfs_with_title": titled, "mention_dfs": mentioned}


def _statistics(
    summed: Json, counts: Mapping[str, int], terms: Sequence[str]
) -> CollectionStatistics:
    """Return the counts of a collection.

    Args:
        summed: The answer with the sums of `_TOTALS`.
        counts: The number of passages for each of `_term_filters`.
        terms: The looked-up terms.
    """
    n_articles, *sums = (int(summed["aggregations"][n]["value"]) for n in _TOTALS)
    n_sentences, n_terms, n_heading_terms, n_title_terms = sums
    by_name = {
        name: {term: counts[f"{name} {n}"] for n, term in enumerate(terms)}
        for name in ("dfs", "dfs_with_title", "mention_dfs")
    }
    return CollectionStatistics(
        n_articles,
        summed["hits"]["total"]["value"],
        n_sentences,
        n_terms,
        n_heading_terms,
        n_title_terms,
        **{
            name: {term: count for term, count in each.items() if count}
            for name, each in by_name.items()
        },
    )


def _wanted(
    outlines: Sequence[Outline], scores: FloatArray, k: int, max_sentences: int | None
) -> list[int]:
    """Return the positions of the best candidates; see `PassageIndex.search`."""
    by_score = scores.tolist()
    order = sorted(range(len(outlines)), key=lambda n: (-by_score[n], *outlines[n].id))
    wanted: list[int] = []
    n_sentences = 0
    for n in order[:k]:
        if max_sentences is not None and n_sentences >= max_sentences:
            break
        wanted.append(n)
        n_sentences += outlines[n].n_sentences
    return wanted


def _is_enough(hits: Sequence[Json], scores: FloatArray, least: float) -> bool:
    """Return whether no passage beyond the candidates can rank above the wanted ones.

    Args:
        hits: The candidates as the cluster scored them, best first.
        scores: The exact score of each.
        least: The lowest score of the wanted ones.
    """
    cluster_scores = np.array([hit["_score"] for hit in hits])
    highest_left_out = cluster_scores[-1] * (scores / cluster_scores).max()
    return bool(highest_left_out * SCORE_SLACK < least)


def _escaped(word: str) -> str:
    return "".join(f"\\{c}" if c in "*?\\" else c for c in word)
