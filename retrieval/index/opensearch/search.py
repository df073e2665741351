"""An index of passages in an OpenSearch cluster.

The cluster returns candidates by its own scores; the scorer ranks them. The candidates
are enough when the last one, even if its score were as high as it can be, would rank
below all that is wanted; otherwise more are requested.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from types import MappingProxyType

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
from retrieval.index.protocol import PassageId, SearchResult
from retrieval.index.scorer import Scorer
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.intents import LookupIntent
from retrieval.query.query import Query

CANDIDATES = 50  # passages that are requested at first
MAX_CANDIDATES = 1_600
MAX_QUERY_TERMS = 1_000  # a cluster accepts 1,024
# The cluster's scores are the scorer's, times a constant, but that it rounds the length
# of a passage down to fit one byte, so no score of its is too low. It may also still
# count removed passages, which changes the weight of a term by little.
SCORE_SLACK = 1.03
OVERVIEW_SECONDS = 10  # for which the number of articles is cached
CACHED_ARTICLES = 256

_TOTALS = ("is_first", "n_sentences", "n_terms", "n_heading_terms", "n_title_terms")


class OpenSearchIndex:
    """An index in a cluster; this process holds only the articles cited last.

    Nothing is sent to the cluster before it is used.

    Args:
        cluster: The cluster.

    Attributes:
        loaded_articles: No articles; see `PassageIndex`.
    """

    loaded_articles: Mapping[str, Article] = MappingProxyType({})

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._cached: OrderedDict[str, tuple[str, Article]] = OrderedDict()
        self._last_overview: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
        self._lock = Lock()

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
        while True:
            hits, statistics = self._search_candidates(query, count, scope)
            passages = [_indexed(hit) for hit in hits]
            ranked = Scorer(query, statistics).rank(passages)
            wanted = _truncate(ranked, k, max_sentences)
            if (
                len(hits) < count
                or count >= MAX_CANDIDATES
                or _is_enough(hits, ranked, wanted)
            ):
                return wanted
            count *= 4

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

    def passages(self, ids: Sequence[PassageId]) -> list[IndexedPassage]:
        """Return passages in the order of their ids, without those not found.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        if not ids:
            return []
        names = [document_id(*each) for each in ids]
        found = self._cluster.retry(
            lambda client: require_found(
                client.mget(
                    body={"ids": names},
                    index=self._cluster.passages,
                    params={"realtime": "false", "_source": "entry"},
                )
            )
        )
        return [_indexed(each) for each in found["docs"] if each.get("found")]

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, without those not found.

        A cached article is returned if its hash in the cluster is still the same.

        Raises:
            IndexUnavailableError: The cluster does not answer.
        """
        with self._lock:
            cached = {key: self._cached[key] for key in keys if key in self._cached}
        hashes = self._read(cached, ["hash"])
        found = {
            key: article
            for key, (digest, article) in cached.items()
            if key in hashes and hashes[key]["hash"] == digest
        }
        new = self._read([key for key in keys if key not in found], ["hash", "article"])
        for key, source in new.items():
            found[key] = article_from_json(source["article"])
            self._cache(key, source["hash"], found[key])
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

    def _search_candidates(
        self, query: Query, count: int, scope: str | None
    ) -> tuple[list[Json], CollectionStatistics]:
        """Request candidates and the counts of the collection, in one round trip."""
        titled = self.n_articles > 1 and scope is None  # see `uses_titles`
        field = "titled" if titled else "terms"
        candidates: Json = {
            "size": count,
            "_source": ["entry"],
            "track_total_hits": False,
            "query": _filtered(
                [],
                scope,
                should=[
                    {"term": {field: {"value": term.term, "boost": weight}}}
                    for term, weight in zip(
                        query.terms, query.weights.tolist(), strict=True
                    )
                ][:MAX_QUERY_TERMS],
            ),
        }
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
            ({"search_type": "dfs_query_then_fetch"}, candidates),
            ({"request_cache": True}, totals),
            ({}, dfs),
        ]
        if not query.terms:
            searches[0] = ({}, {"size": 0})
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

    def _cache(self, key: str, digest: str, article: Article) -> None:
        with self._lock:
            self._cached[key] = digest, article
            self._cached.move_to_end(key)
            while len(self._cached) > CACHED_ARTICLES:
                self._cached.popitem(last=False)


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


def _truncate(ranked: SearchResult, k: int, max_sentences: int | None) -> SearchResult:
    """Return the first passages; see `PassageIndex.search`."""
    kept, n_sentences = 0, 0
    for passage in ranked.passages[:k]:
        if max_sentences is not None and n_sentences >= max_sentences:
            break
        kept += 1
        n_sentences += len(passage.sentences)
    return SearchResult(ranked.passages[:kept], ranked.scores[:kept], ranked.statistics)


def _is_enough(
    hits: Sequence[Json], ranked: SearchResult, wanted: SearchResult
) -> bool:
    """Return whether no passage beyond the candidates can rank above the wanted ones.

    Args:
        hits: The candidates as the cluster scored them, best first.
        ranked: The candidates as the scorer ranks them.
        wanted: The first of these.
    """
    cluster_scores = {hit["_id"]: hit["_score"] for hit in hits}
    ratios = [
        score / cluster_scores[document_id(each.key, each.passage.number)]
        for each, score in zip(ranked.passages, ranked.scores, strict=True)
    ]
    highest_left_out: float = hits[-1]["_score"] * max(ratios) * SCORE_SLACK
    return highest_left_out < wanted.scores[-1]


def _escaped(word: str) -> str:
    return "".join(f"\\{c}" if c in "*?\\" else c for c in word)
