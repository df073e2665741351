"""Brings the index of a cluster to the state of some articles.

Only changes are written. An article's own document, with the hash of its content, is
written after its passages: so the next run repeats just those articles that a run was
interrupted at. Searches see all changes at once, at the end of a run, or what an
interrupted run wrote, when the next one begins.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple, TypeVar

from opensearchpy import OpenSearch, RequestError, TransportError
from opensearchpy.helpers import scan, streaming_bulk

from retrieval.documents.json import article_to_json
from retrieval.documents.values import Article
from retrieval.index.codec import indexed_to_json
from retrieval.index.indexed_passage import IndexedPassage, indexed_passages
from retrieval.index.opensearch.client import Cluster, Json, alias_of
from retrieval.index.opensearch.outline import encode_outline, outline_of
from retrieval.index.opensearch.search import document_id
from retrieval.index.opensearch.vectors import (
    SentenceEmbedder,
    mapping,
    sentence_documents,
    sentence_id,
)
from retrieval.index.scorer import K1, B
from retrieval.text.analysis import analyzer_for

logger = logging.getLogger(__name__)

SHARDS, REPLICAS = 3, 1  # of a new index; an operator may change the replicas
BATCH = 200  # articles that are written at once
CHUNK, CHUNK_BYTES = 500, 5_000_000  # documents in a request
MAX_LISTED = 10_000_000  # articles that can be listed, page by page
MAX_TERM_CHARACTERS = 8_000  # a cluster accepts 32,766 bytes

Item = TypeVar("Item")

_INTEGERS = (
    *("number", "is_first", "n_sentences", "n_terms"),
    *("n_heading_terms", "n_title_terms", "items"),
)
_TERMS = {"type": "text", "analyzer": "terms", "index_options": "freqs"}
_SETTINGS = {
    "number_of_shards": SHARDS,
    "number_of_replicas": REPLICAS,
    "refresh_interval": -1,
}
_PASSAGES: Json = {
    "settings": {
        **_SETTINGS,
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
        "_source": {"includes": ["entry", "hash"]},
        "properties": {
            "key": {"type": "keyword"},
            **{name: {"type": "integer"} for name in _INTEGERS},
            "terms": _TERMS,
            "titled": _TERMS,
            "publisher": {"type": "keyword"},
            "shorts": {"type": "keyword"},
            "outline": {"type": "binary", "doc_values": True},
            "hash": {"type": "keyword", "index": False, "doc_values": False},
            "entry": {"type": "keyword", "index": False, "doc_values": False},
        },
    },
}
_DOCUMENTS: Json = {
    "settings": {**_SETTINGS, "max_result_window": MAX_LISTED},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "key": {"type": "keyword"},
            "hash": {"type": "keyword"},
            "name": {"type": "keyword", "ignore_above": 1_000},
            "language": {"type": "keyword"},
            "n_passages": {"type": "integer"},
            "n_embedded": {"type": "integer"},
            "sentences": {"type": "keyword"},
            "article": {"type": "keyword", "index": False, "doc_values": False},
        },
    },
}


class Changes(NamedTuple):
    """The numbers of articles that a run wrote, removed and left unchanged."""

    written: int
    removed: int
    unchanged: int


class _IndexedState(NamedTuple):
    """The state of an article in the cluster.

    Attributes:
        hash: SHA-256 of the article's JSON; "" while its passages are being written.
        n_passages: The most passages that the cluster may hold of it.
        n_embedded: The most sentences whose embeddings the cluster may hold.
        sentences: The name of the index that holds its embeddings; "" without them.
    """

    hash: str
    n_passages: int
    n_embedded: int
    sentences: str


_NO_STATE = _IndexedState("", 0, 0, "")


def sync(
    cluster: Cluster,
    articles: Iterable[tuple[str, Article | None]],
    may_remove: Callable[[], bool] = lambda: True,
    embedder: SentenceEmbedder | None = None,
) -> Changes:
    """Write new and changed articles, remove the others, and publish the index.

    Args:
        cluster: The cluster.
        articles: All articles of the index by their keys; None in the place of one that
            shall stay as the cluster has it.
        may_remove: Called after the last article; returns whether those of the cluster
            that were not given are removed.
        embedder: Embeds the articles' sentences, if the cluster has a k-NN plugin; None
            removes what the index has of embeddings.

    Raises:
        IndexUnavailableError: The cluster does not answer; the next call goes on from
            there.
    """
    cluster.retry(lambda client: _create(client, cluster.passages, _PASSAGES))
    cluster.retry(lambda client: _create(client, cluster.documents, _DOCUMENTS))
    vectors = _Vectors.create(cluster, embedder)
    before = cluster.retry(lambda client: _indexed_states(client, cluster))
    gone = dict(before)
    n_written = n_unchanged = 0
    for batch in _batches(articles):
        intents: list[Json] = []
        content: list[Json] = []
        documents: list[Json] = []
        for key, article in batch:
            state = gone.pop(key, None)
            if article is None:
                n_unchanged += state is not None
                continue
            body = article_to_json(article, ensure_ascii=False)
            digest = sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
            if state and state.hash == digest and vectors.are_written(state):
                n_unchanged += 1
                continue
            state = state or _NO_STATE
            found = indexed_passages(key, article, analyzer_for(article.language))
            content += [_passage(cluster.passages, each, digest) for each in found]
            numbers = range(len(article.passages), state.n_passages)
            content += [_deletion(cluster.passages, key, n + 1) for n in numbers]
            embeddings, n_embedded = vectors.replace(key, article, state.n_embedded)
            content += embeddings
            document = _document(cluster.documents, key, article, digest, body)
            document |= {"n_embedded": n_embedded, "sentences": vectors.index}
            documents.append(document)
            intents.append(_write_intent(document, state))
        _write(cluster, intents)
        _write(cluster, content)
        _write(cluster, documents)
        n_written += len(documents)
    if not may_remove():
        n_unchanged += len(gone)
        gone = {}
    for removed in _batches(sorted(gone.items())):
        numbered = ((key, n) for key, state in removed for n in range(state.n_passages))
        _write(cluster, [_deletion(cluster.passages, k, n + 1) for k, n in numbered])
        _write(cluster, [each for one in removed for each in vectors.remove(*one)])
        _write(cluster, [_deletion(cluster.documents, key) for key, _ in removed])
    cluster.retry(lambda client: _publish(client, cluster, vectors.index))
    return Changes(n_written, len(gone), n_unchanged)


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Writes the embeddings of articles, if there is an encoder and a k-NN plugin.

    Attributes:
        embedder: The encoder; None writes no embeddings.
        index: The name of the index of embeddings; "" without an encoder.
        is_new: Whether the index was created for this run.
    """

    embedder: SentenceEmbedder | None = None
    index: str = ""
    is_new: bool = False

    @classmethod
    def create(cls, cluster: Cluster, embedder: SentenceEmbedder | None) -> "_Vectors":
        """Create the index, unless it is there."""
        if embedder is None:
            return cls()
        index = cluster.sentences(embedder.fingerprint)
        settings = _SETTINGS | {"index.knn": True}
        body = {"settings": settings, "mappings": mapping(embedder.dimension)}

        def create(client: OpenSearch) -> bool | None:
            try:
                return _create(client, index, body)
            except RequestError as error:
                if error.status_code != 400:
                    raise
                return None

        is_new = cluster.retry(create)
        if is_new is None:
            logger.warning(
                "The cluster has no k-NN plugin, so that articles are found by words "
                "alone"
            )
            return cls()
        return cls(embedder, index, is_new)

    def are_written(self, state: _IndexedState) -> bool:
        """Return whether the index has the embeddings of an article."""
        return not self.index or (state.sentences == self.index and not self.is_new)

    def replace(
        self, key: str, article: Article, n_before: int
    ) -> tuple[list[Json], int]:
        """Return actions that write an article's embeddings, and how many there may be.

        Args:
            key: The article's key.
            article: The article.
            n_before: The most sentences whose embeddings the cluster may hold.
        """
        if self.embedder is None:
            return [], n_before
        new = list(sentence_documents(key, article, self.embedder))
        written = {document["_id"] for document in new}
        actions: list[Json] = [{"_index": self.index, **each} for each in new]
        for n in range(n_before):
            if sentence_id(key, n) not in written:
                actions.append(_deletion_of(self.index, sentence_id(key, n)))
        return actions, sum(len(each.sentences) for each in article.passages)

    def remove(self, key: str, state: _IndexedState) -> list[Json]:
        """Return actions that remove an article's embeddings."""
        if not self.index:
            return []
        ids = (sentence_id(key, n) for n in range(state.n_embedded))
        return [_deletion_of(self.index, each) for each in ids]


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


def _create(client: OpenSearch, index: str, body: Json) -> bool:
    """Create an index, unless it is there; return whether it was created."""
    if client.indices.exists(index=index):
        return False
    client.indices.create(index=index, body=body)
    return True


def _indexed_states(client: OpenSearch, cluster: Cluster) -> dict[str, _IndexedState]:
    """Return the states of the cluster's articles, also those of an interrupted run."""
    index = cluster.documents
    client.indices.refresh(index=f"{index},{cluster.passages}")
    fields = {"_source": list(_IndexedState._fields)}
    return {
        hit["_id"]: _IndexedState(**hit["_source"])
        for hit in scan(client, query=fields, index=index, size=5_000)
    }


def _write(cluster: Cluster, actions: Sequence[Json]) -> None:
    """Write documents; after a failure, all of them again."""

    def request(client: OpenSearch) -> None:
        done = streaming_bulk(
            client,
            actions,
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            max_retries=8,
        )
        for is_done, result in done:
            ((action, item),) = result.items()
            if not is_done and not (action == "delete" and item["status"] == 404):
                problem = item.get("error", {})
                raise TransportError(item["status"], problem.get("type", ""), problem)

    cluster.retry(request)


def _passage(index: str, indexed: IndexedPassage, digest: str) -> Json:
    terms = [term for sentence in indexed.sentences for term in sentence.terms]
    body = [*terms, *indexed.headings]
    number = indexed.passage.number
    return {
        "_index": index,
        "_id": document_id(indexed.key, number),
        "key": indexed.key,
        "number": number,
        "is_first": int(number == 1),
        "n_sentences": len(indexed.sentences),
        "n_terms": len(terms),
        "n_heading_terms": len(indexed.headings),
        "n_title_terms": len(indexed.title),
        "items": [each.item_number for each in indexed.sentences if each.item_number],
        "shorts": [a for each in indexed.sentences for a in each.abbreviations],
        "terms": " ".join(body),
        "titled": " ".join([*body, *indexed.title]),
        "publisher": indexed.publisher,
        "outline": encode_outline(outline_of(indexed, digest)),
        "hash": digest,
        "entry": indexed_to_json(indexed),
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


def _write_intent(document: Json, state: _IndexedState) -> Json:
    """Return an action that records the numbers of passages and embeddings beforehand.

    So the next run finds and removes them, wherever this one is interrupted.
    """
    recorded = {
        "hash": "",
        "n_passages": max(document["n_passages"], state.n_passages),
        "n_embedded": max(document["n_embedded"], state.n_embedded),
    }
    fields = {name: document[name] for name in document if not name.startswith("_")}
    return {
        "_op_type": "update",
        "_index": document["_index"],
        "_id": document["_id"],
        "doc": recorded,
        "upsert": fields | recorded,
    }


def _deletion(index: str, key: str, number: int | None = None) -> Json:
    return _deletion_of(index, key if number is None else document_id(key, number))


def _deletion_of(index: str, name: str) -> Json:
    return {"_op_type": "delete", "_index": index, "_id": name}


def _publish(client: OpenSearch, cluster: Cluster, sentences: str) -> None:
    """Let searches see the changes, point the aliases here, drop older versions.

    Args:
        client: The client.
        cluster: The cluster, which names the indexes.
        sentences: The index of embeddings; "" drops all there are.
    """
    actions: list[Json] = []
    for index in (cluster.passages, cluster.documents, sentences):
        alias = alias_of(index) or f"{cluster.name}-sentences"
        is_version = re.compile(rf"{re.escape(alias)}-[0-9a-f]{{8}}")
        existing = filter(is_version.fullmatch, client.indices.get(index=f"{alias}-*"))
        actions += [{"remove_index": {"index": i}} for i in existing if i != index]
        if index:
            client.indices.refresh(index=index)
            actions.append({"add": {"index": index, "alias": alias}})
    client.indices.update_aliases(body={"actions": actions})
