"""Passages that embeddings in a cluster propose, as those in memory do."""

import json
import logging
import random
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from opensearchpy import RequestError

import benchmarks
from retrieval import Answerer, load_article
from retrieval.documents.tables import sentence_texts
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.opensearch import sync as sync_module
from retrieval.index.opensearch.search import OpenSearchIndex
from retrieval.index.opensearch.sync import Changes, sync
from retrieval.index.protocol import PassageId
from retrieval.ranking import semantic_search
from tests.retrieval.encoder.fakes import TopicReranker

READERS = Path(benchmarks.__file__).parent / "readers"
DIMENSION = 16
ROUNDED = 1e-4  # the cluster's components are rounded


class ScatteredEmbedder:
    """Embeds a text as a direction that its hash decides."""

    def __init__(self, fingerprint="scattered", languages=("en",)):
        self.fingerprint = fingerprint
        self.dimension = DIMENSION
        self.languages = frozenset(languages)
        self.n_embedded = 0

    def embed(self, texts):
        self.n_embedded += len(texts)
        rows = [self._direction(text) for text in texts]
        return np.array(rows, dtype=np.float32)

    def _direction(self, text):
        seed = int.from_bytes(sha256(text.encode()).digest()[:8])
        direction = np.random.default_rng(seed).normal(size=DIMENSION)
        return direction / np.linalg.norm(direction)


@pytest.fixture
def articles(make_article):
    return {f"a{n:02}": make_article(n) for n in range(12)}


@pytest.fixture
def embedder():
    return ScatteredEmbedder()


def cosines_of(articles, embedder, question):
    """Return the cosines of each passage's sentences, by passage."""
    cosines = {}
    for key, article in articles.items():
        numbers = [p.number for p in article.passages for _ in p.sentences]
        of_article = embedder.embed(sentence_texts(article)) @ question
        for number, cosine in zip(numbers, of_article.tolist(), strict=True):
            cosines.setdefault(PassageId(key, number), []).append(cosine)
    return cosines


def assert_nearest(cluster, articles, embedder, k=6):
    """Assert that passages are found as by comparing all sentences one by one."""
    index = OpenSearchIndex(cluster, embedder.fingerprint)
    for question in embedder.embed([f"question {n}" for n in range(10)]):
        cosines = cosines_of(articles, embedder, question)
        ranked = sorted((c for each in cosines.values() for c in each), reverse=True)
        least = max(ranked[min(k, len(ranked)) - 1], 0.0)
        found = index.nearest(question, k)
        best = {passage: max(cosines[passage]) for passage in cosines}
        assert {each for each in best if best[each] > least + ROUNDED} <= {*found}
        assert all(best[each] > least - ROUNDED for each in found)
        in_order = sorted((best[each] for each in found), reverse=True)
        assert [best[each] for each in found] == pytest.approx(in_order, abs=ROUNDED)


def test_the_nearest_sentences_are_found_and_after_changes_too(
    cluster, articles, embedder, make_article
):
    sync(cluster, articles.items(), embedder=embedder)
    assert_nearest(cluster, articles, embedder)
    assert len(articles["a03"].passages) > len(articles["a04"].passages)
    changed = articles | {"a03": articles["a04"], "a05": make_article(55)}
    del changed["a07"]
    assert sync(cluster, changed.items(), embedder=embedder) == Changes(2, 1, 9)
    assert_nearest(cluster, changed, embedder)


def test_only_changed_articles_are_embedded_anew(
    cluster, articles, embedder, make_article
):
    sync(cluster, articles.items(), embedder=embedder)
    embedder.n_embedded = 0
    changed = articles | {"a03": make_article(77)}
    sync(cluster, changed.items(), embedder=embedder)
    assert embedder.n_embedded == len(sentence_texts(changed["a03"]))


def test_an_encoder_that_is_switched_on_later_embeds_all_articles(
    cluster, articles, embedder
):
    sync(cluster, articles.items())
    assert sync(cluster, articles.items(), embedder=embedder) == Changes(12, 0, 0)
    assert sync(cluster, articles.items(), embedder=embedder) == Changes(0, 0, 12)
    assert_nearest(cluster, articles, embedder)


def test_another_encoder_replaces_the_embeddings(cluster, articles, embedder):
    sync(cluster, articles.items(), embedder=embedder)
    other = ScatteredEmbedder("of another make")
    assert sync(cluster, articles.items(), embedder=other) == Changes(12, 0, 0)
    assert_nearest(cluster, articles, other)
    question = embedder.embed(["question"])[0]
    assert OpenSearchIndex(cluster, embedder.fingerprint).nearest(question, 3) == []


def test_a_run_without_an_encoder_removes_the_embeddings(cluster, articles, embedder):
    sync(cluster, articles.items(), embedder=embedder)
    assert sync(cluster, articles.items()) == Changes(0, 0, 12)
    question = embedder.embed(["question"])[0]
    assert OpenSearchIndex(cluster, embedder.fingerprint).nearest(question, 3) == []
    assert OpenSearchIndex(cluster).nearest(question, 3) == []
    assert sync(cluster, articles.items(), embedder=embedder) == Changes(12, 0, 0)
    assert_nearest(cluster, articles, embedder)


def test_a_language_that_the_encoder_does_not_know_is_not_embedded(cluster, articles):
    embedder = ScatteredEmbedder(languages=["ko"])
    sync(cluster, articles.items(), embedder=embedder)
    assert embedder.n_embedded == 0
    question = embedder.embed(["question"])[0]
    assert OpenSearchIndex(cluster, embedder.fingerprint).nearest(question, 3) == []


def test_embeddings_of_an_interrupted_run_are_not_forgotten(
    cluster, make_article, embedder, monkeypatch
):
    long, short = make_article(3), make_article(4)
    write = sync_module._write

    def interrupted(cluster, actions):
        write(cluster, actions)
        if any("#" in action["_id"] for action in actions):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sync_module, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sync(cluster, [("a", long), ("b", long)], embedder=embedder)
    assert sync(cluster, [("a", short)], embedder=embedder) == Changes(1, 1, 0)
    assert_nearest(cluster, {"a": short}, embedder)


def test_without_the_plugin_words_answer_and_the_log_says_so(
    cluster, articles, embedder, monkeypatch, caplog
):
    create = sync_module._create

    def refused(client, index, body):
        if "-sentences-" in index:
            raise RequestError(400, "mapper_parsing_exception", {})
        return create(client, index, body)

    monkeypatch.setattr(sync_module, "_create", refused)
    with caplog.at_level(logging.WARNING):
        assert sync(cluster, articles.items(), embedder=embedder) == Changes(12, 0, 0)
    assert "no k-NN plugin" in caplog.text
    question = embedder.embed(["question"])[0]
    index = OpenSearchIndex(cluster, embedder.fingerprint)
    assert index.nearest(question, 3) == []
    assert Answerer(index, reader=None).retrieve("What saw it in 1903?")


def test_a_passage_that_shares_no_word_with_the_question_is_proposed(
    cluster, articles, make_article
):
    reranker = TopicReranker()
    text = "The warranty ends soon.\n\nThe soup is hot."
    known = {"kitchen": make_article(1).from_text(text, language="en")}
    sync(cluster, (articles | known).items(), embedder=reranker)
    index = OpenSearchIndex(cluster, reranker.fingerprint)
    answer = Answerer(index, reader=reranker).answer("How is lunch?")
    assert answer.citations[0].quote == "The soup is hot."


@pytest.mark.slow  # it embeds some 2,000 sentences
def test_answers_with_meaning_are_those_of_memory_in_98_of_100(
    cluster, reader, monkeypatch
):
    paths = sorted(p for p in READERS.iterdir() if p.suffix != ".json")
    chosen = random.Random(3).sample(paths, 30)
    articles = {path.stem: load_article(path) for path in chosen}
    asked = [
        question
        for path in chosen
        for question in _questions_in(READERS / f"{path.stem}.json")
    ]
    asked = random.Random(4).sample(asked, min(100, len(asked)))
    embeddings = EmbeddingCache(reader)
    sync(cluster, articles.items(), embedder=reader)
    index = OpenSearchIndex(cluster, reader.fingerprint)
    there = Answerer(index, reader=embeddings)
    here = Answerer(list(articles.values()), reader=embeddings)
    monkeypatch.setattr(semantic_search, "MAX_EMBEDDED_WHILE_WAITING", 100_000)
    same = [
        quotes(there.answer(question)) == quotes(here.answer(question))
        for question in asked
    ]
    assert sum(same) >= 0.98 * len(asked)


def quotes(answer):
    return answer.found, [citation.quote for citation in answer.citations]


def _questions_in(path):
    found = []

    def collect(value):
        if isinstance(value, dict):
            found.extend([value["q"]] if "q" in value else [])
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                collect(each)

    if path.exists():
        collect(json.loads(path.read_text()))
    return found
