import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.query.questions import MAX_QUESTIONS, split_questions

MILL = Article.from_text(
    "The mill grinds oats every Friday. Nora Lind leads the mill. "
    "A loaf of bread costs 30 crowns."
)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Who leads the mill and when does it grind?",
            ("Who leads the mill?", "when does it grind?"),
        ),
        ("Who pays? Who bakes?", ("Who pays?", "Who bakes?")),
        ("1. Who pays?\n2. Who bakes?", ("Who pays?", "Who bakes?")),
        ("1) who pays 2) who bakes", ("who pays", "who bakes")),
        ("Open on Sunday?\n1. Why?\n2. When?", ("Open on Sunday?", "Why?", "When?")),
        ("- who pays\n- who bakes", ("who pays", "who bakes")),
        (
            "How much is a loaf, and are dogs allowed inside?",
            ("How much is a loaf?", "are dogs allowed inside?"),
        ),
        (
            "Is it open on Mondays and are dogs allowed?",
            ("Is it open on Mondays?", "are dogs allowed?"),
        ),
        (
            "when does it open and is there a café",
            ("when does it open", "is there a café"),
        ),
        (
            "Can you tell me who leads it and when the mill opens?",
            ("Can you tell me who leads it?", "when the mill opens?"),
        ),
        (
            "Who leads the mill; who bakes there?",
            ("Who leads the mill?", "who bakes there?"),
        ),
        ("누가 굽나요? 언제 열어요?", ("누가 굽나요?", "언제 열어요?")),
        ("누가 굽나요 그리고 언제 열어요?", ("누가 굽나요?", "언제 열어요?")),
        ("谁是经理？几点开门？", ("谁是经理？", "几点开门？")),
        (
            "I bring a dog. May it come in? What is the fee? I come by bus.",
            ("I bring a dog. May it come in?", "What is the fee? I come by bus."),
        ),
    ],
)
def test_several_questions_are_split(text, questions):
    assert split_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "How and why did the mill close?",
        "When was it built and by whom?",
        "Who is the woman who founded it and who now runs it?",
        "Who founded the mill and is now its head?",
        "What was built in 1990, and is still used?",
        "When the mill is late, who pays?",
        "What is the difference between what he said and what he did?",
        'Who asked "Is it safe?" and left?',
        "I know that it may be cold, and when it rains I stay away. Is it open?",
        "Which mills grind in winter and are cheap?",
        "The mill and when it opens",
        "I read that it burned; until when did it last?",
        "I paid 1. for bread and 2. for oats",
        "Is it about time, or where?",
        "Who bakes bread and how long?",
    ],
)
def test_one_question_stays_whole(text):
    assert split_questions(text) == (text,)


@given(st.text(alphabet="aW ?.,;\n1-2)") | st.text())
def test_the_parts_of_any_text_are_in_it_in_order(text):
    start = 0
    collapsed = " ".join(text.split())
    for question in split_questions(text):
        bare = " ".join(question.rstrip(";?\uff1f").split())
        start = collapsed.index(bare, start) + len(bare)


def test_each_question_is_answered_with_its_own_quotation():
    answers = Answerer([MILL], reader=None).answers(
        "Who leads the mill and how much does a loaf of bread cost?"
    )
    assert [answer.citations[0].quote for answer in answers] == [
        "Nora Lind leads the mill.",
        "A loaf of bread costs 30 crowns.",
    ]


def test_one_question_has_one_answer():
    answerer = Answerer([MILL], reader=None)
    assert answerer.answers("Who leads the mill?") == (
        answerer.answer("Who leads the mill?"),
    )


def test_no_more_questions_are_answered_than_the_limit():
    assert (
        len(Answerer([MILL], reader=None).answers("Who bakes? " * 9)) == MAX_QUESTIONS
    )


def test_what_is_no_text_has_no_questions():
    with pytest.raises(TypeError, match="a question is a text, not int"):
        Answerer([MILL], reader=None).answers(3)
