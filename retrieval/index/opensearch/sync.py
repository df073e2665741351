"""Brings the index of a cluster to the state of some articles.

Only what changed is written. An article's own document, with the hash of what it holds,
is written after its passages: so what was interrupted is done again the next time, and
nothing else is. What was written is seen all at once, at the end; what an
interrupted run wrote, when the next one begins.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple, TypeVar

from opensearchpy import OpenSearch, TransportError
from opensearchpy.helpers import scan, streaming_bulk

from retrieval.documents.values import Article
from retrieval.index.codec import dump_article, indexed_to_json
from retrieval.index.indexed_passage import IndexedPassage, indexed_passages
from retrieval.index.opensearch.client import Cluster, Json, alias_of
from retrieval.index.opensearch.search import passage_id
from retrieval.index.scorer import K1, B
from retrieval.text.analysis import analyzer_for

SHARDS, REPLICAS = 3, 1  # of a new index; an operator may change the replicas
BATCH = 200  # articles that are written at once
CHUNK, CHUNK_BYTES = 500, 5_000_000  # documents in a request
MAX_LISTED = 10_000_000  # articles, of which any page can be listed
MAX_TERM_CHARACTERS = 8_000  # a cluster takes 32,766 bytes

Item = TypeVar("Item")

_INTEGERS = (
    *("number", "is_first", "n_sentences", "n_terms"),
    *("n_heading_terms", "n_title_terms", "items"),
)
_TERMS = {"type": "text", "analyzer": "terms", "index_options": "freqs"}
_PASSAGES: Json = {
    "settings": {
        "number_of_shards": SHARDS,
        "number_of_replicas": REPLICAS,
        "refresh_interval": -1,
        "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
        "analysis": {
            "tokenizer": {
                "terms": {
                    "type": "whitespace",
                    "max_token_length": MAX_TERM_CHARACTERS,
                }
            },
            "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
        },
    },
    "mappings": {
        "dynamic": "strict",
        "_source": {"includes": ["entry"]},
        "properties": {
            "key": {"type": "keyword"},
            **{name: {"type": "integer"} for name in _INTEGERS},
            "terms": _TERMS,
            "titled": _TERMS,
            "publisher": {"type": "keyword"},
            "shorts": {"type": "keyword"},
            "entry": {"type": "keyword", "index": False, "doc_values": False},
        },
    },
}
_DOCUMENTS: Json = {
    "settings": {
        "number_of_shards": SHARDS,
        "number_of_replicas": REPLICAS,
        "refresh_interval": -1,
        "max_result_window": MAX_LISTED,
    },
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "key": {"type": "keyword"},
            "hash": {"type": "keyword"},
            "name": {"type": "keyword", "ignore_above": 1_000},
            "language": {"type": "keyword"},
            "n_passages": {"type": "integer"},
            "article": {"type": "keyword", "index": False, "doc_values": False},
        },
    },
}


class Changes(NamedTuple):
    """How many articles were written, removed, and left as they were."""

    put: int
    removed: int
    kept: int


class _Kept(NamedTuple):
    """What the cluster has of an article."""

    hash: str
    n_passages: int


def bring_up_to_date(
    cluster: Cluster,
    articles: Iterable[tuple[str, Article | None]],
    may_remove: Callable[[], bool] = lambda: True,
) -> Changes:
    """Write what changed, remove what is gone, and have all of it seen.

    Args:
        cluster: Where it is written.
        articles: All that shall be there, with their keys; None for one that stays as
            it is there, if it is.
        may_remove: Tells, when all have been seen, whether others are to leave.

    Raises:
        IndexUnavailableError: The cluster cannot be asked; the next call goes on from
            there.
    """
    cluster.ask(lambda client: _create(client, cluster.passages, _PASSAGES))
    cluster.ask(lambda client: _create(client, cluster.documents, _DOCUMENTS))
    before = cluster.ask(lambda client: _kept(client, cluster))
    gone = dict(before)
    n_put = n_kept = 0
    for batch in _batches(articles):
        intents: list[Json] = []
        passages: list[Json] = []
        documents: list[Json] = []
        for key, article in batch:
            kept = gone.pop(key, None)
            if article is None:
                n_kept += kept is not None
                continue
            body = json.dumps(dump_article(article), ensure_ascii=False)
            digest = sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
            if kept and kept.hash == digest:
                n_kept += 1
                continue
            found = indexed_passages(key, article, analyzer_for(article.language))
            passages += [_passage(cluster.passages, entry) for entry in found]
            numbers = range(len(article.passages), kept.n_passages if kept else 0)
            passages += [_deletion(cluster.passages, key, n + 1) for n in numbers]
            document = _document(cluster.documents, key, article, digest, body)
            documents.append(document)
            intents.append(_intent(document, kept))
        _write(cluster, intents)
        _write(cluster, passages)
        _write(cluster, documents)
        n_put += len(documents)
    if not may_remove():
        n_kept += len(gone)
        gone = {}
    for removed in _batches(sorted(gone.items())):
        numbered = ((key, n) for key, kept in removed for n in range(kept.n_passages))
        _write(cluster, [_deletion(cluster.passages, k, n + 1) for k, n in numbered])
        _write(cluster, [_deletion(cluster.documents, key) for key, _ in removed])
    cluster.ask(lambda client: _publish(client, cluster))
    return Changes(n_put, len(gone), n_kept)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


def _create(client: OpenSearch, index: str, body: Json) -> None:
    if not client.indices.exists(index=index):
        client.indices.create(index=index, body=body)


def _kept(client: OpenSearch, cluster: Cluster) -> dict[str, _Kept]:
    """Return what the cluster has, also of a run that was interrupted."""
    index = cluster.documents
    client.indices.refresh(index=f"{index},{cluster.passages}")
    fields = {"_source": ["hash", "n_passages"]}
    return {
        hit["_id"]: _Kept(hit["_source"]["hash"], hit["_source"]["n_passages"])
        for hit in scan(client, query=fields, index=index, size=5_000)
    }


def _write(cluster: Cluster, actions: Sequence[Json]) -> None:
    """Write documents; what was written before is written again where that fails."""

    def request(client: OpenSearch) -> None:
        done = streaming_bulk(
            client,
            actions,
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            max_retries=8,
        )
        for is_done, told in done:
            ((action, item),) = told.items()
            if not is_done and not (action == "delete" and item["status"] == 404):
                problem = item.get("error", {})
                raise TransportError(item["status"], problem.get("type", ""), problem)

    cluster.ask(request)


def _passage(index: str, entry: IndexedPassage) -> Json:
    terms = [term for sentence in entry.sentences for term in sentence.terms]
    body = [*terms, *entry.headings]
    number = entry.passage.number
    return {
        "_index": index,
        "_id": passage_id(entry.key, number),
        "key": entry.key,
        "number": number,
        "is_first": int(number == 1),
        "n_sentences": len(entry.sentences),
        "n_terms": len(terms),
        "n_heading_terms": len(entry.headings),
        "n_title_terms": len(entry.title),
        "items": [each.item for each in entry.sentences if each.item],
        "shorts": [short for each in entry.sentences for short in each.shorts],
        "terms": " ".join(body),
        "titled": " ".join([*body, *entry.title]),
        "publisher": entry.publisher,
        "entry": json.dumps(indexed_to_json(entry), ensure_ascii=False),
    }


def _document(index: str, key: str, article: Article, digest: str, body: str) -> Json:
    name = article.title or PurePath(article.source or key).name
    return {
        "_index": index,
        "_id": key,
        "key": key,
        "hash": digest,
        "name": f"{name} {article.publisher or ''}".casefold(),
        "language": article.language,
        "n_passages": len(article.passages),
        "article": body,
    }


def _intent(document: Json, kept: _Kept | None) -> Json:
    """Tell of passages before they are written, so that none is ever forgotten."""
    n_passages = max(document["n_passages"], kept.n_passages if kept else 0)
    told = {"hash": "", "n_passages": n_passages}
    fields = {name: document[name] for name in document if not name.startswith("_")}
    return {
        "_op_type": "update",
        "_index": document["_index"],
        "_id": document["_id"],
        "doc": told,
        "upsert": fields | told,
    }


def _deletion(index: str, key: str, number: int | None = None) -> Json:
    name = key if number is None else passage_id(key, number)
    return {"_op_type": "delete", "_index": index, "_id": name}


def _publish(client: OpenSearch, cluster: Cluster) -> None:
    """Have what was written seen, and let aliases lead to it; drop older versions."""
    actions: list[Json] = []
    for index in (cluster.passages, cluster.documents):
        client.indices.refresh(index=index)
        alias = alias_of(index)
        is_version = re.compile(rf"{re.escape(alias)}-[0-9a-f]{{8}}")
        existing = filter(is_version.fullmatch, client.indices.get(index=f"{alias}-*"))
        actions += [{"remove_index": {"index": i}} for i in existing if i != index]
        actions.append({"add": {"index": index, "alias": alias}})
    client.indices.update_aliases(body={"actions": actions})
