"""Embeddings of sentences in a cluster, and the search for the nearest ones.

They are an index of their own, one document for each sentence, so that searches by
words stay as fast. It needs the cluster's k-NN plugin, and holds the embeddings of one
encoder. The graphs are Lucene's.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.tables import sentence_texts
from retrieval.documents.values import Article
from retrieval.index.protocol import Embedding, PassageId

DECIMALS = 5  # of a vector's components; the encoder's are no more precise
# Sentences that are requested for each that is wanted: a graph finds nearly all of the
# nearest ones, the more surely the more are requested.
REQUESTED = 5
Json = dict[str, Any]


class SentenceEmbedder(Protocol):
    """Embeds sentences: what an index needs of an encoder.

    Attributes:
        fingerprint: A text that differs between encoders with different embeddings.
        dimension: The length of an embedding.
        languages: ISO 639-1 codes of the languages that it understands.
    """

    fingerprint: str
    dimension: int
    languages: frozenset[str]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings of texts: (n_texts, dimension), L2-normalised."""


def mapping(dimension: int) -> Json:
    """Return the fields of the index of embeddings."""
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            "key": {"type": "keyword"},
            "number": {"type": "integer"},
            "vector": {"type": "knn_vector", "dimension": dimension, "method": method},
        },
    }


def sentence_id(key: str, number: int) -> str:
    """Return the id of a sentence's document, by its number in the article, from 0."""
    return f"{key}#{number}"


def sentence_documents(
    key: str, article: Article, embedder: SentenceEmbedder
) -> Iterator[Json]:
    """Yield a document for each sentence of an article that has an embedding.

    There is none if the encoder does not know the article's language.
    """
    if article.language not in embedder.languages:
        return
    numbers = [each.number for each in article.passages for _ in each.sentences]
    texts = sentence_texts(article)
    if not texts:
        return
    vectors = embedder.embed(texts)
    for n, (number, vector) in enumerate(zip(numbers, vectors, strict=True)):
        if vector.any():  # a cosine with nothing is not defined
            yield {
                "_id": sentence_id(key, n),
                "key": key,
                "number": number,
                "vector": [round(component, DECIMALS) for component in vector.tolist()],
            }


def nearest_body(embedding: Embedding, k: int) -> Json:
    """Return the search for the k sentences nearest to an embedding."""
    vector = [round(component, DECIMALS) for component in embedding.tolist()]
    return {
        "size": k,
        "stored_fields": "_none_",
        "docvalue_fields": ["key", "number"],
        "track_total_hits": False,
        "query": {"knn": {"vector": {"vector": vector, "k": REQUESTED * k}}},
    }


def nearest_passages(hits: Sequence[Json]) -> list[PassageId]:
    """Return the passages of the sentences found, nearest first, each once.

    Sentences whose cosine is not positive are left out: the cluster's score is half of
    the cosine, plus one half.
    """
    found = [
        (-hit["_score"], PassageId(hit["fields"]["key"][0], hit["fields"]["number"][0]))
        for hit in hits
        if hit["_score"] > 0.5
    ]
    return list(dict.fromkeys(passage for _, passage in sorted(found)))
