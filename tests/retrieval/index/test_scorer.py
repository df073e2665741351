import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval import Article
from retrieval.index.indexed_passage import indexed_passages
from retrieval.index.memory import MemoryIndex
from retrieval.index.scorer import idf
from retrieval.query.query import parse_query
from retrieval.results import Answer
from retrieval.text.analysis import Analyzer

ENGLISH = Analyzer("en")
WORDS = st.sampled_from("bee cow dog elk fox gnu hen".split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
PASSAGES = st.lists(SENTENCES, min_size=1, max_size=4).map(
    lambda sentences: " ".join(f"{s.capitalize()}." for s in sentences)
)
ARTICLES = st.lists(
    st.tuples(
        st.lists(PASSAGES, min_size=1, max_size=4).map("\n\n".join),
        st.none() | SENTENCES,
    ),
    min_size=1,
    max_size=6,
)


def index_of(articles):
    return MemoryIndex(
        {
            str(n): Article.from_text(text, title=title, language="en")
            for n, (text, title) in enumerate(articles)
        }
    )


def documents_of(index):
    """Return the terms that count for each passage, by its article and number."""
    documents = {}
    for key, article in index.loaded_articles.items():
        for indexed in indexed_passages(key, article, ENGLISH):
            terms = [term for sentence in indexed.sentences for term in sentence.terms]
            titles = indexed.title if len(index.loaded_articles) > 1 else ()
            documents[key, indexed.passage.number] = [
                *terms,
                *indexed.headings,
                *titles,
            ]
    return documents


def test_the_idf_of_lucene_by_hand():
    """N = 2, df = 1: log(1 + 1.5 / 1.5)."""
    assert idf(2, 1) == pytest.approx(math.log(2))


@given(ARTICLES, SENTENCES, st.integers(1, 30))
def test_scores_are_those_of_rank_bm25_over_the_whole_collection(articles, question, k):
    index = index_of(articles)
    documents = documents_of(index)
    peer = BM25Okapi(list(documents.values()))
    dfs = {t: sum(t in d for d in documents.values()) for t in peer.idf}
    peer.idf = {t: idf(len(documents), df) for t, df in dfs.items()}
    query = parse_query(question, [ENGLISH])
    scores = peer.get_scores([term.term for term in query.terms])
    scored = zip(scores, documents, strict=True)
    expected = sorted((-score, *each) for score, each in scored if score > 0)[:k]
    found = index.search(query, k)
    assert len(found.passages) == len(expected)
    assert np.allclose(found.scores, [-each[0] for each in expected], atol=1e-9, rtol=0)
    by_id = dict(zip(documents, scores, strict=True))
    for indexed, score in zip(found.passages, found.scores, strict=True):
        passage_id = indexed.key, indexed.passage.number
        assert score == pytest.approx(by_id[passage_id], abs=1e-9)


@given(ARTICLES, SENTENCES)
def test_a_score_is_positive_exactly_where_a_term_matches(articles, question):
    index = index_of(articles)
    query = parse_query(question, [ENGLISH])
    asked = {term.term for term in query.terms}
    matching = {p for p, terms in documents_of(index).items() if asked & {*terms}}
    found = index.search(query, 1_000)
    assert {(e.key, e.passage.number) for e in found.passages} == matching
    assert all(score > 0 for score in found.scores)


@given(ARTICLES, SENTENCES, SENTENCES)
def test_a_term_of_an_earlier_turn_counts_by_its_weight(articles, question, before):
    index = index_of(articles)
    earlier = Answer(before, False, 0.0, (), ())
    query = parse_query(f"And {question}", [ENGLISH], [earlier])
    alone = [
        index.search(parse_query(term.term, [ENGLISH]), 1_000) for term in query.terms
    ]
    found = index.search(query, 1_000)
    for indexed, score in zip(found.passages, found.scores, strict=True):
        parts = [
            weight * dict(zip(each.passages, each.scores, strict=True)).get(indexed, 0)
            for each, weight in zip(alone, query.weights, strict=True)
        ]
        assert score == pytest.approx(sum(parts), abs=1e-9)
