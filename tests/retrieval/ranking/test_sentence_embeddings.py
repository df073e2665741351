import sys

import numpy as np
import pytest

from retrieval import Article
from retrieval.index.protocol import PassageId
from retrieval.ranking import sentence_embeddings
from retrieval.ranking.sentence_embeddings import (
    CHUNK,
    EmbeddedArticle,
    SentenceEmbeddings,
)

DIMENSION = 16


def vectors(count, seed=0):
    """Return random embeddings: (count, DIMENSION), float32, of length 1."""
    random = np.random.default_rng(seed).standard_normal((count, DIMENSION))
    rows = random / np.linalg.norm(random, axis=1, keepdims=True)
    return rows.astype(np.float32)


def embedded(n_passages, seed=0, rows=None):
    """Return an article of passages with two sentences each, and its embeddings."""
    text = "\n\n".join(f"Line {n} is short. It ends." for n in range(n_passages))
    article = Article.from_text(text, language="en")
    n_sentences = sum(len(passage.sentences) for passage in article.passages)
    rows = vectors(n_sentences, seed) if rows is None else rows
    return EmbeddedArticle(article, rows.astype(np.float16))


def brute_force(articles, question, k):
    """Return the nearest passages, by comparing all sentences."""
    scored = []
    for key, (article, rows) in articles.items():
        cosines = rows.astype(np.float32) @ question
        number = 0
        for passage in article.passages:
            for _ in passage.sentences:
                scored.append((-cosines[number], key, number, passage.number))
                number += 1
    nearest = [
        PassageId(key, passage)
        for score, key, _, passage in sorted(scored)[:k]
        if score < 0
    ]
    return list(dict.fromkeys(nearest))


@pytest.fixture(params=["numkong", "numpy alone"])
def library(request, monkeypatch):
    sentence_embeddings._numkong.cache_clear()
    if request.param == "numpy alone":
        monkeypatch.setitem(sys.modules, "numkong", None)
    yield
    sentence_embeddings._numkong.cache_clear()


@pytest.mark.usefixtures("library")
def test_the_search_is_exact_in_large_collections():
    articles = {f"{n}": embedded(300, n) for n in range(5)}
    assert sum(len(each.embeddings) for each in articles.values()) > CHUNK
    held = SentenceEmbeddings().including(articles)
    for question in vectors(20, 99):
        assert held.nearest(question, 20) == brute_force(articles, question, 20)


def test_one_article_is_searched_alone():
    articles = {f"{n}": embedded(30, n) for n in range(3)}
    held = SentenceEmbeddings().including(articles)
    for question in vectors(5, 99):
        found = held.nearest(question, 5, scope="1")
        assert found == brute_force({"1": articles["1"]}, question, 5)


def test_removed_and_changed_articles_are_not_found():
    articles = {f"{n}": embedded(20, n) for n in range(12)}
    held = SentenceEmbeddings()
    chance = np.random.default_rng(1)
    for step in range(60):
        key = f"{chance.integers(12)}"
        if step % 3:
            articles[key] = embedded(20, 100 + step)
        else:
            articles.pop(key, None)
        held = held.only({key: each.article for key, each in articles.items()})
        new = {k: e for k, e in articles.items() if not held.holds(k, e.article)}
        if new:
            held = held.including(new)
        assert len(held) == len(articles)
        question = vectors(1, step)[0]
        assert held.nearest(question, 9) == brute_force(articles, question, 9)


def test_many_small_changes_leave_few_matrices():
    held = SentenceEmbeddings()
    for n in range(50):
        held = held.including({f"{n}": embedded(1, n)})
    assert len(held._blocks) <= sentence_embeddings.MAX_SMALL_BLOCKS


def test_all_articles_may_go():
    one = embedded(2)
    held = SentenceEmbeddings().including({"a": one})
    assert held.only({"a": one.article}) is held
    assert len(held.only({})) == 0
    assert held.only({}).nearest(vectors(1)[0], 3) == []


def test_equally_near_sentences_are_in_order():
    row = vectors(1)
    same = embedded(2, rows=np.repeat(row, 4, axis=0))
    held = SentenceEmbeddings().including({"b": same}).including({"a": same})
    found = held.nearest(row[0], 6)
    assert found == [PassageId("a", 1), PassageId("a", 2), PassageId("b", 1)]


def test_an_article_of_an_unknown_language_has_no_cosine():
    none = embedded(1, rows=np.zeros((0, DIMENSION)))
    held = SentenceEmbeddings().including({"a": none, "b": embedded(1, 1)})
    question = vectors(1, 1)[0]
    assert held.cosines(question, [("a", 0), ("b", 0)]).tolist() == [
        0.0,
        pytest.approx(1, abs=0.001),
    ]
    assert held.nearest(question, 9, scope="a") == []
