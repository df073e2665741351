"""FAQs: a question that stands in the article is answered by what is below it."""

import pytest

from retrieval import Answerer, load_article

PAIRS = (
    ("How many kayaks may I rent at once?", "Three, with six paddles."),
    ("Can I extend my booking?", "Yes, once, unless the kayak is taken."),
    ("Is the jetty open on Mondays?", "No."),
)
FORMS = {
    "faq.md": "# About the kayaks\n\n"
    + "".join(f"## {q}\n\n{a}\n\n" for q, a in PAIRS),
    "faq.html": "<h1>About the kayaks</h1>"
    + "".join(f"<h2>{q}</h2><p>{a}</p>" for q, a in PAIRS),
    "faq.rst": "About the kayaks\n================\n\n"
    + "".join(f"{q}\n{'-' * len(q)}\n\n{a}\n\n" for q, a in PAIRS),
    "lines.txt": "About the kayaks\n\n" + "".join(f"{q}\n\n{a}\n\n" for q, a in PAIRS),
    "labels.txt": "About the kayaks\n\n"
    + "".join(f"Q: {q}\nA: {a}\n\n" for q, a in PAIRS),
    "numbers.txt": "About the kayaks\n\n"
    + "".join(f"{n}. {q}\n\n{a}\n\n" for n, (q, a) in enumerate(PAIRS, 1)),
}


@pytest.fixture(scope="module", params=FORMS)
def answerer(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("faq") / request.param
    path.write_text(FORMS[request.param], encoding="utf-8")
    return Answerer([load_article(str(path))])


@pytest.mark.parametrize(("question", "answer"), PAIRS)
def test_a_question_asked_word_for_word_is_sure_and_never_quoted_alone(
    answerer, question, answer
):
    found = answerer.answer(question)
    assert found.confidence >= 0.8
    assert found.citations[0].quote.endswith(answer)
    typed = answerer.answer(question.lower().rstrip("?"))
    assert typed.citations[0] == found.citations[0]


def test_a_question_that_the_article_asks_twice_is_not_sure_by_its_words(tmp_path):
    path = tmp_path / "twice.md"
    path.write_text(
        "# Halls\n\n## Is there a lift?\n\nNo.\n\n"
        "# Huts\n\n## Is there a lift?\n\nYes.\n",
        encoding="utf-8",
    )
    answer = Answerer([load_article(str(path))]).answer("Is there a lift?")
    assert answer.confidence < 0.9
