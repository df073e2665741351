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
    """Return what is scored of each passage, by its article and number."""
    documents = {}
    for key, article in index.local.items():
        for entry in indexed_passages(key, article, ENGLISH):
            terms = [term for sentence in entry.sentences for term in sentence.terms]
            titles = entry.title if len(index.local) > 1 else ()
            documents[key, entry.passage.number] = [*terms, *entry.headings, *titles]
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
    places = zip(scores, documents, strict=True)
    expected = sorted((-score, *place) for score, place in places if score > 0)[:k]
    found = index.search(query, k)
    assert len(found.entries) == len(expected)
    assert np.allclose(found.scores, [-each[0] for each in expected], atol=1e-9, rtol=0)
    by_place = dict(zip(documents, scores, strict=True))
    for entry, score in zip(found.entries, found.scores, strict=True):
        place = entry.key, entry.passage.number
        assert score == pytest.approx(by_place[place], abs=1e-9)


@given(ARTICLES, SENTENCES)
def test_a_score_is_positive_exactly_where_a_term_matches(articles, question):
    index = index_of(articles)
    query = parse_query(question, [ENGLISH])
    asked = {term.term for term in query.terms}
    matching = {p for p, terms in documents_of(index).items() if asked & {*terms}}
    found = index.search(query, 1_000)
    assert {(e.key, e.passage.number) for e in found.entries} == matching
    assert all(score > 0 for score in found.scores)


@given(ARTICLES, SENTENCES, SENTENCES)
def test_a_term_of_an_earlier_turn_counts_by_its_weight(articles, question, before):
    index = index_of(articles)
    context = [(term, 0.25) for term in ENGLISH.analyze(before)]
    query = parse_query(question, [ENGLISH], context)
    alone = [
        index.search(parse_query(term.term, [ENGLISH]), 1_000) for term in query.terms
    ]
    found = index.search(query, 1_000)
    for entry, score in zip(found.entries, found.scores, strict=True):
        parts = [
            weight * dict(zip(each.entries, each.scores, strict=True)).get(entry, 0)
            for each, weight in zip(alone, query.weights, strict=True)
        ]
        assert score == pytest.approx(sum(parts), abs=1e-9)
