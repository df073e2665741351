"""Questions that mean the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder.cache import EmbeddingCache
from retrieval.matching import QuestionMatcher, group_questions

SAME = [
    ("Who founded the mill?", "Who was the founder of the mill?"),
    ("How much is a ticket?", "What does a ticket cost?"),
    ("How long is the guarantee?", "What is the guarantee period?"),
]
DIFFERENT = [
    ("When does the mill open?", "When does the mill close?"),
    ("Who wrote Hamlet?", "Who wrote Faust?"),
    ("Who founded the mill?", "When was the mill founded?"),
    ("When was Ida Brandt born?", "When did Ida Brandt die?"),
    ("How long is the bridge?", "How high is the bridge?"),
    ("Is the shop open on Monday?", "Is the shop open on Friday?"),
    ("What was sold in 1990?", "What was sold in 1991?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_paraphrases_match_by_meaning(reader, one, other):
    matcher = QuestionMatcher([one], ["en"], EmbeddingCache(reader))
    assert matcher.find(other) == (0, False)
    assert group_questions([one, other], ["en"], EmbeddingCache(reader)) == [[0, 1]]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
@pytest.mark.parametrize("with_encoder", [True, False], ids=["meaning", "words"])
def test_questions_for_other_things_do_not_match(reader, one, other, with_encoder):
    embeddings = EmbeddingCache(reader) if with_encoder else None
    assert QuestionMatcher([one], ["en"], embeddings).find(other) is None
    assert group_questions([one, other], ["en"], embeddings) == [[0], [1]]


def test_without_an_encoder_the_same_words_match():
    matcher = QuestionMatcher(["Who pours?", "What are the prices?"], ["en"], None)
    assert matcher.find("the price?") == (1, True)
    assert matcher.find("Who drinks?") is None


def test_where_the_encoder_lacks_the_language_words_decide(reader):
    matcher = QuestionMatcher(["Wer führt das?"], ["de"], EmbeddingCache(reader))
    assert matcher.find("wer führt das") == (0, True)
    assert matcher.find("Wer leitet das?") is None


def test_of_no_question_none_matches(reader):
    assert QuestionMatcher([], ["en"], EmbeddingCache(reader)).find("Who?") is None


@given(st.lists(st.text(max_size=20), unique=True, max_size=8))
def test_every_question_is_in_one_group(questions):
    groups = group_questions(questions, ["en"], None)
    assert sorted(n for group in groups for n in group) == list(range(len(questions)))
