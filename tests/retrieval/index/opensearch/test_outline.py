"""Outlines of passages: round trip, and the scores that the scorer gives."""

from base64 import b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.indexed_passage import indexed_passages
from retrieval.index.memory import MemoryIndex
from retrieval.index.opensearch.outline import (
    Outline,
    decode_outline,
    encode_outline,
    outline_of,
    score_outlines,
)
from retrieval.index.scorer import Scorer
from retrieval.query.query import parse_query
from retrieval.text.analysis import analyzer_for

TEXT = st.text(max_size=30)
COUNT = st.integers(0, 2**31)


def as_returned(value):
    """Return a binary value as a cluster does, in base64 for URLs."""
    return urlsafe_b64encode(b64decode(value)).decode().rstrip("=")


@given(st.builds(Outline, TEXT, COUNT, TEXT, COUNT, COUNT, COUNT, TEXT, TEXT))
def test_an_outline_comes_back_as_it_was_written(outline):
    assert decode_outline(as_returned(encode_outline(outline))) == outline


@pytest.mark.parametrize("n_articles", [1, 9], ids=["one article", "several"])
def test_outlines_score_as_whole_passages(make_article, n_articles):
    articles = {f"a{n}": make_article(n) for n in range(n_articles)}
    passages = [
        passage
        for key, article in articles.items()
        for passage in indexed_passages(key, article, analyzer_for("en"))
    ]
    question = " ".join(articles["a0"].text.split()[:8]) + " on the saw it 1904"
    query = parse_query(question, [analyzer_for("en")])
    statistics = MemoryIndex(articles).search(query, 1).statistics
    outlines = [outline_of(passage, "digest") for passage in passages]
    found = score_outlines(outlines, query, statistics)
    expected = Scorer(query, statistics).score_passages(passages)
    assert found == pytest.approx(expected, abs=1e-12)
    assert found.max() > 0


def test_a_term_that_ends_or_begins_as_another_is_not_counted_for_it(make_article):
    from_terms = Outline("a", 1, "", 1, 3, 0, " bee  beehive  honeybee ", "")
    query = parse_query("bee", [analyzer_for("en")])
    statistics = MemoryIndex({"a": make_article(1)}).search(query, 1).statistics
    once = score_outlines([from_terms], query, statistics)
    twice = from_terms._replace(terms=" bee  bee  honeybee ")
    assert score_outlines([twice], query, statistics) > once > 0
