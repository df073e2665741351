"""An index of passages in an OpenSearch cluster, as it is searched.

The cluster proposes passages by its own arithmetic; the scorer ranks them. A proposal
is good enough when even the last of it, scored as high as it might be, is below what is
wanted; else a longer one is asked for.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from types import MappingProxyType

from retrieval.documents.values import Article
from retrieval.errors import IndexUnavailableError
from retrieval.index.codec import indexed_from_json, load_article
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.opensearch.client import (
    Cluster,
    Json,
    all_found,
    must_be_complete,
    whole,
)
from retrieval.index.protocol import Place, SearchResult
from retrieval.index.scorer import Scorer
from retrieval.index.statistics import Statistics
from retrieval.query.intents import Form
from retrieval.query.query import Query

POOL = 50  # passages that are proposed at first
MAX_POOL = 1_600
MAX_PROPOSING = 1_000  # terms of a query; a cluster takes 1,024
# The cluster scores as the scorer does, times a constant, but that it rounds the length
# of a passage down, to one byte: so it scores none lower. It may still count passages
# that have been removed, which changes what a term weighs by little.
MARGIN = 1.03
OVERVIEW_SECONDS = 10  # between two looks how many articles there are
CACHED_ARTICLES = 256

_TOTALS = ("is_first", "n_sentences", "n_terms", "n_heading_terms", "n_title_terms")


class OpenSearchIndex:
    """Finds passages in a cluster; holds no article but those cited last."""

    local: Mapping[str, Article] = MappingProxyType({})

    def __init__(self, cluster: Cluster) -> None:
        """Take a cluster; nothing is asked yet."""
        self._cluster = cluster
        self._articles: OrderedDict[str, tuple[str, Article]] = OrderedDict()
        self._overview: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
        self._lock = Lock()

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the articles, each once, in alphabetical order.

        Raises:
            IndexUnavailableError: The cluster cannot be asked.
        """
        return self._look()[1]

    @property
    def n_articles(self) -> int:
        """How many articles there are, as of a few seconds ago.

        Raises:
            IndexUnavailableError: The cluster cannot be asked.
        """
        return self._look()[0]

    @property
    def last_count(self) -> int:
        """How many there were when that was last asked; 0 before."""
        return self._overview[1]

    def language(self, scope: str) -> str:
        """Return the language of an article; a KeyError says that there is none."""
        return self.articles([scope])[scope].language

    def search(
        self,
        query: Query,
        k: int,
        *,
        scope: str | None = None,
        sentences: int | None = None,
    ) -> SearchResult:
        """Find the passages that hold terms of a query; see `PassageIndex`.

        Raises:
            IndexUnavailableError: The cluster cannot be asked.
        """
        pool = POOL if sentences else max(POOL, k)
        if scope is not None:
            # What is rare in an article may be common elsewhere, which the cluster
            # weighs by; so all that the article has is proposed.
            pool = MAX_POOL
        while True:
            hits, statistics = self._propose(query, pool, scope)
            entries = [_entry(hit) for hit in hits]
            ranked = Scorer(query, statistics).ranked(entries)
            wanted = _cut(ranked, k, sentences)
            if len(hits) < pool or pool >= MAX_POOL or _is_enough(hits, ranked, wanted):
                return wanted
            pool *= 4

    def meant(
        self, form: Form, k: int, *, scope: str | None = None
    ) -> list[IndexedPassage]:
        """Return the first passages that a question's form means."""
        field, value = ("items", form.number) if form.number else ("shorts", form.short)
        body = {
            "size": k,
            "query": _filtered([{"term": {field: value}}], scope),
            "sort": ["key", "number"],
            "_source": ["entry"],
        }
        (answer,) = self._search([({}, body)])
        return [_entry(hit) for hit in answer["hits"]["hits"]]

    def entries(self, places: Sequence[Place]) -> list[IndexedPassage]:
        """Return passages by their places, as far as they are there, in order."""
        if not places:
            return []
        ids = [passage_id(*place) for place in places]
        found = self._cluster.ask(
            lambda client: all_found(
                client.mget(
                    body={"ids": ids},
                    index=self._cluster.passages,
                    params={"realtime": "false", "_source": "entry"},
                )
            )
        )
        return [_entry(each) for each in found["docs"] if each.get("found")]

    def articles(self, keys: Collection[str]) -> dict[str, Article]:
        """Return articles by their keys, as far as they are there.

        Those that are kept here are checked by the hash of what they hold.
        """
        with self._lock:
            kept = {key: self._articles[key] for key in keys if key in self._articles}
        hashes = self._read(kept, ["hash"])
        found = {
            key: article
            for key, (digest, article) in kept.items()
            if key in hashes and hashes[key]["hash"] == digest
        }
        new = self._read([key for key in keys if key not in found], ["hash", "article"])
        for key, source in new.items():
            found[key] = load_article(json.loads(source["article"]))
            self._keep(key, (source["hash"], found[key]))
        return found

    def keys(self, first: int, count: int) -> list[str]:
        """Return the keys of articles in alphabetical order, from a place on.

        Raises:
            IndexUnavailableError: The cluster cannot be asked.
        """
        body = {"from": first, "size": count, "sort": ["key"], "_source": False}
        return self._keys(body)

    def titled(self, words: Sequence[str], count: int) -> list[tuple[int, str]]:
        """Find articles whose titles hold all of some words, in lower case.

        Returns:
            The first ones, each with its place among all keys, from 0.

        Raises:
            IndexUnavailableError: The cluster cannot be asked.
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
        return list(zip(self._places_of(keys), keys, strict=True)) if keys else []

    def ping(self) -> None:
        """Ask whether the cluster answers.

        Raises:
            IndexUnavailableError: It does not.
        """
        self._cluster.ping()

    def _propose(
        self, query: Query, pool: int, scope: str | None
    ) -> tuple[list[Json], Statistics]:
        """Have passages proposed, and count, in one round trip."""
        # With one article alone its title tells no passage apart; with several it does.
        titled = self.n_articles > 1 and scope is None
        field = "titled" if titled else "terms"
        proposed: Json = {
            "size": pool,
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
                ][:MAX_PROPOSING],
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
            f"{name} {n}": found
            for n, term in enumerate(query.asked)
            for name, found in _holders(term).items()
        }
        dfs: Json = {"size": 0, "query": everything}
        if counted:
            dfs["aggs"] = {"dfs": {"filters": {"filters": counted}}}
        searches: list[tuple[Json, Json]] = [
            ({"search_type": "dfs_query_then_fetch"}, proposed),
            ({"request_cache": True}, totals),
            ({}, dfs),
        ]
        if not query.terms:
            searches[0] = ({}, {"size": 0})
        hits, summed, held = self._search(searches)
        counts = (
            {
                name: bucket["doc_count"]
                for name, bucket in held["aggregations"]["dfs"]["buckets"].items()
            }
            if counted
            else {}
        )
        return hits["hits"]["hits"], _statistics(summed, counts, query.asked)

    def _search(self, searches: Sequence[tuple[Json, Json]]) -> list[Json]:
        """Carry out searches for passages in one round trip.

        Args:
            searches: Each with what it is preceded by, and its body.

        Raises:
            IndexUnavailableError: Not all shards answer all of them.
        """
        body = [line for search in searches for line in search]
        index = self._cluster.passages
        return self._cluster.ask(
            lambda client: [
                whole(each)
                for each in client.msearch(body=body, index=index)["responses"]
            ]
        )

    def _read(self, keys: Collection[str], fields: list[str]) -> dict[str, Json]:
        """Return fields of the articles with these keys, as far as they are there."""
        if not keys:
            return {}
        self._look()
        answer: Json = self._cluster.ask(
            lambda client: all_found(
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
        self._look()
        index = self._cluster.documents
        answer = self._cluster.ask(
            lambda client: whole(client.search(body=body, index=index))
        )
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def _places_of(self, keys: Sequence[str]) -> list[int]:
        """Count the keys that come before each."""
        index = self._cluster.documents
        before = {key: {"range": {"key": {"lt": key}}} for key in keys}
        body = {"size": 0, "aggs": {"places": {"filters": {"filters": before}}}}
        answer = self._cluster.ask(
            lambda client: whole(client.search(body=body, index=index))
        )
        buckets = answer["aggregations"]["places"]["buckets"]
        return [buckets[key]["doc_count"] for key in keys]

    def _look(self) -> tuple[int, tuple[str, ...]]:
        """Return how many articles there are, and their languages.

        Raises:
            IndexUnavailableError: There is none, or the index is not complete yet.
        """
        at, count, languages = self._overview
        if time.monotonic() - at > OVERVIEW_SECONDS or not count:
            index = self._cluster.documents
            self._cluster.ask(lambda client: must_be_complete(client, index))
            aggs = {"languages": {"terms": {"field": "language", "size": 200}}}
            body = {"size": 0, "track_total_hits": True, "aggs": aggs}
            answer = self._cluster.ask(
                lambda client: whole(client.search(body=body, index=index))
            )
            buckets = answer["aggregations"]["languages"]["buckets"]
            languages = tuple(sorted(bucket["key"] for bucket in buckets))
            count = answer["hits"]["total"]["value"]
            if not count:
                raise IndexUnavailableError(
                    "the index is empty; run: article-bot index"
                )
            self._overview = time.monotonic(), count, languages
        return count, languages

    def _keep(self, key: str, kept: tuple[str, Article]) -> None:
        with self._lock:
            self._articles[key] = kept
            self._articles.move_to_end(key)
            while len(self._articles) > CACHED_ARTICLES:
                self._articles.popitem(last=False)


def passage_id(key: str, number: int) -> str:
    """Name a passage in the cluster."""
    return f"{key}#{number}"


def _entry(hit: Json) -> IndexedPassage:
    return indexed_from_json(json.loads(hit["_source"]["entry"]))


def _filtered(
    wanted: Sequence[Json], scope: str | None, *, should: Sequence[Json] = ()
) -> Json:
    """Limit a query to what holds all that is wanted, and something of the rest."""
    every = [*wanted, *([{"term": {"key": scope}}] if scope is not None else [])]
    query: Json = {"filter": every}
    if should:
        query |= {"should": list(should), "minimum_should_match": 1}
    return {"bool": query}


def _holders(term: str) -> dict[str, Json]:
    """Tell how to find the passages that hold a term, by what that counts for."""
    held, titled = {"term": {"terms": term}}, {"term": {"titled": term}}
    mentioned = {"bool": {"should": [titled, {"term": {"publisher": term}}]}}
    return {"dfs": held, "dfs_with_title": titled, "mentions": mentioned}


def _statistics(
    summed: Json, counts: Mapping[str, int], asked: Sequence[str]
) -> Statistics:
    articles, *sums = (int(summed["aggregations"][n]["value"]) for n in _TOTALS)
    sentences, terms, heading_terms, title_terms = sums
    by_name = {
        name: {term: counts[f"{name} {n}"] for n, term in enumerate(asked)}
        for name in ("dfs", "dfs_with_title", "mentions")
    }
    return Statistics(
        articles,
        summed["hits"]["total"]["value"],
        sentences,
        terms,
        heading_terms,
        title_terms,
        **{
            name: {term: count for term, count in each.items() if count}
            for name, each in by_name.items()
        },
    )


def _cut(ranked: SearchResult, k: int, sentences: int | None) -> SearchResult:
    """Keep what is of interest; see `PassageIndex.search`."""
    kept, n_sentences = 0, 0
    for entry in ranked.entries[:k]:
        if sentences is not None and n_sentences >= sentences:
            break
        kept += 1
        n_sentences += len(entry.sentences)
    return SearchResult(ranked.entries[:kept], ranked.scores[:kept], ranked.statistics)


def _is_enough(
    hits: Sequence[Json], ranked: SearchResult, wanted: SearchResult
) -> bool:
    """Tell whether nothing that was not proposed can be above what is wanted."""
    proposed = {hit["_id"]: hit["_score"] for hit in hits}
    ratios = [
        score / proposed[passage_id(entry.key, entry.passage.number)]
        for entry, score in zip(ranked.entries, ranked.scores, strict=True)
    ]
    highest_left_out: float = hits[-1]["_score"] * max(ratios) * MARGIN
    return highest_left_out < wanted.scores[-1]


def _escaped(word: str) -> str:
    return "".join(f"\\{c}" if c in "*?\\" else c for c in word)
