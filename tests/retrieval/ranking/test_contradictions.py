"""Details of a question that its answer does not share: years, names, negation."""

import pytest

from retrieval import Answerer, Article, load_article

BOATS = (
    "The new boat, the Marna, holds 90 people. The old boat, the Solvei, was built in "
    "1954.\n\nThe Solvei used 300 litres of oil a week. In 1971 it made 800 trips. In "
    "1972 it made 600 trips, because the rudder broke.\n\n"
    "Tea and cakes are sold on the upper deck. "
    "Per Vik did not pay. Liv Dahl leads the crew."
)


@pytest.fixture(scope="module")
def answerer():
    return Answerer([Article.from_text(BOATS, language="en")])


@pytest.mark.parametrize(
    "question",
    [
        "Why did the rudder break in 1971?",
        "What is not sold on the upper deck?",
        "How many litres of oil did the Marna use a week?",
    ],
)
def test_a_detail_that_the_answer_lacks_refuses_it(answerer, question):
    assert not answerer.answer(question).found


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Why did it make fewer trips in 1972?", "rudder"),
        ("Who did not pay?", "Per Vik"),
        ("How many litres of oil did the Solvei use a week?", "300"),
        ("Was the Solvei built before 1960?", "1954"),
        ("Was the Solvei built before the year 1960?", "1954"),
    ],
)
def test_a_detail_that_the_answer_shares_keeps_it(answerer, question, words):
    answer = answerer.answer(question)
    assert answer.found
    assert words in answer.citations[0].quote


def test_a_year_in_the_heading_counts_as_one_of_the_sentence(tmp_path):
    path = tmp_path / "prices.md"
    path.write_text(
        "# Camp\n\n## Prices in 2021\n\nA tent costs 9 crowns, 2 more than in 2020.\n\n"
        "## Rules\n\nDogs stay outside.\n",
        encoding="utf-8",
    )
    answerer = Answerer([load_article(str(path))])
    assert answerer.answer("What does a tent cost in 2021?").found
