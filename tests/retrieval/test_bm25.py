import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval.bm25 import Bm25Index, idf

WORDS = st.sampled_from("abcdefg")


def test_a_score_computed_by_hand():
    """N = 2, df = 1: idf = log(1 + 1.5 / 1.5); f = 1, dl = avgdl, so the rest is 1."""
    index = Bm25Index([["a", "b"], ["c", "d"]])
    assert index.scores(["a"]) == pytest.approx([math.log(2), 0])


@given(st.lists(st.lists(WORDS, min_size=1), min_size=1), st.lists(WORDS))
def test_scores_equal_those_of_rank_bm25_with_the_same_idf(documents, query):
    peer = BM25Okapi(documents)
    counts = {w: sum(w in d for d in documents) for w in peer.idf}
    peer.idf = {w: idf(len(documents), df) for w, df in counts.items()}
    scores = Bm25Index(documents).scores(query)
    assert np.allclose(scores, peer.get_scores(query), rtol=0, atol=1e-9)


@given(st.lists(st.lists(WORDS), min_size=1), st.lists(WORDS))
def test_a_score_is_positive_exactly_where_a_term_matches(documents, query):
    scores = Bm25Index(documents).scores(query)
    matches = [bool(set(document) & set(query)) for document in documents]
    assert [score > 0 for score in scores] == matches


@pytest.mark.parametrize("documents", [[], [[]], [[], []]], ids=str)
def test_an_empty_corpus_scores_nothing(documents):
    index = Bm25Index(documents)
    assert list(index.scores(["a"])) == [0] * len(documents)
    assert "a" not in index


@given(
    st.lists(st.lists(WORDS), min_size=1), st.lists(WORDS), st.integers(1, 5), st.data()
)
def test_the_top_is_that_of_all_scores_ties_in_order(documents, query, k, data):
    weights = data.draw(
        st.lists(st.floats(0.1, 1), min_size=len(query), max_size=len(query))
    )
    index = Bm25Index(documents)
    scores = index.scores(query, weights)
    ranked = sorted((-score, n) for n, score in enumerate(scores) if score > 0)
    assert index.top(query, weights, k) == [(n, -score) for score, n in ranked[:k]]
