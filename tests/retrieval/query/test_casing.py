"""Questions typed without capitals or marks are read as the article writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.query.casing import restore_case
from retrieval.text.language import language_for

MILL = (
    "The mill was built by Ada Quarrel in 1811. It ground rye for the town of Selby. "
    "When it burned in May, Tom Hask rang the bell.\n\nThe E40 pump failed twice.\n\n"
    "Zorvan keeps the keys."
)
QUESTIONS = (
    "Who built the mill?",
    "When did Ada Quarrel build the mill?",
    "What did Tom Hask ring?",
    "How often did the E40 pump fail?",
    "What does Zorvan keep?",
    "Who ground rye for Selby?",
)


@pytest.fixture(scope="module")
def answerer():
    return Answerer([Article.from_text(MILL, language="en")])


@pytest.mark.parametrize("question", QUESTIONS)
def test_case_and_a_final_mark_change_no_answer(answerer, question):
    expected = answerer.answer(question)
    bare = question.rstrip("?")
    for typed in (bare, bare.lower(), question.lower(), f"{bare.lower()} ??"):
        answer = answerer.answer(typed)
        assert answer.question == typed
        assert answer.found == expected.found
        assert [c.quote for c in answer.citations] == [
            c.quote for c in expected.citations
        ]
        assert answer.confidence == pytest.approx(expected.confidence, abs=0.05)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("who rang when ada quarrel came", "Who rang when Ada Quarrel came"),
        ("did it burn in april? i wonder", "Did it burn in April? I wonder"),
        ("is the e40 Pump old", "Is the E40 pump old"),
        ("ask zorvan", "Ask Zorvan"),
        ("who is Ben Oxley", "Who is Ben Oxley"),
    ],
)
def test_words_have_the_capitals_of_the_article(typed, read):
    article = Article.from_text(MILL, language="en")
    sentences = [s.text for p in article.passages for s in p.sentences]
    assert restore_case(typed, sentences, [language_for("en")]) == read


@given(st.text(), st.lists(st.text(), max_size=3))
def test_the_letters_and_the_length_stay_the_same(question, sentences):
    read = restore_case(question, sentences, [language_for("en")])
    assert len(read) == len(question)
    assert read.casefold() == question.casefold()
