from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Article
from retrieval.documents.json import article_from_json, article_to_json
from retrieval.index.codec import indexed_from_json, indexed_to_json
from retrieval.index.indexed_passage import indexed_passages
from retrieval.text.analysis import Analyzer

TEXTS = [
    "Bees\n\nBees fly in 1999. They rest.\n\n1. Ring the bell (NHT).",
    "The fees.\n\nWho | Fee\n\nWalker | 2\n\nCart | 5",
    "茶长在山上。桥有多长？",
    "",
]


@given(st.sampled_from(TEXTS) | st.text(max_size=200))
def test_an_article_and_its_analysed_passages_come_back_from_json_as_they_were(text):
    article = Article.from_text(text, source="a.txt", url="https://example.org/a")
    assert article_from_json(article_to_json(article)) == article
    for indexed in indexed_passages("a", article, Analyzer(article.language)):
        assert indexed_from_json(indexed_to_json(indexed)) == indexed


@pytest.mark.parametrize("text", TEXTS)
def test_what_loaders_read_comes_back_too(text):
    article = Article.from_text(text)
    known = {"author": "Ann Lee", "date": "2026-01-02", "publisher": "Courier"}
    passages = (replace(p, section="Fees", page=3) for p in article.passages)
    article = replace(article, passages=tuple(passages), **known)
    assert article_from_json(article_to_json(article)) == article
