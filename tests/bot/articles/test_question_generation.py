"""Questions are generated from sentences that state facts."""

import pytest

from bot.articles.question_generation import generate_questions


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The bridge was opened in May 1931 by the mayor.",
            "When was the bridge opened?",
        ),
        ("A crossing takes 25 minutes.", "How long does a crossing take?"),
        (
            "A crossing takes two hours to book.",
            "How long does a crossing take to book?",
        ),
        ("The old ferry sank in 1911.", "When did the old ferry sink?"),
        ("The hall seats 120 people.", "How many people does the hall seat?"),
        ("The works employed 40 people.", None),
        ("The clubs have 90 members.", "How many members do the clubs have?"),
        ("A ticket costs £4.", "How much does a ticket cost?"),
        ("The repairs cost 90 pounds.", "How much do the repairs cost?"),
        ("The repair cost 90 pounds.", "How much did the repair cost?"),
        ("The crane weighs 17 tonnes.", "How much does the crane weigh?"),
        ("The quay is 90 metres long.", "How long is the quay?"),
        ("The office is open from Monday to Friday.", "When is the office open?"),
        ("The tower is located in Brae.", "Where is the tower located?"),
        ("The bell was held in March.", "When was the bell held?"),
        ("A volcano is an opening in the crust.", "What is a volcano?"),
        ("Brae Museum is a house of ships.", "What is Brae Museum?"),
        ("The Torvald C15 is a heater.", "What is the Torvald C15?"),
        ("We met Ada Quill, the owner of it.", "Who is Ada Quill?"),
        ("“Yes,” said Ada Quill.", "What did Ada Quill say?"),
        ("“Yes,” said Ada St. Quill.", None),
        ("“Yes,” said Ada Quill on Monday.", "What did Ada Quill say?"),
        # What is no fact about a noun is not asked for.
        ("It was built in 1854.", None),
        ("Ada is a teacher.", None),
        ("The main reason is a lack of money.", None),
        ("The oldest is a boat.", None),
        ("When it was closed in 1900, people wept.", None),
        ("The mill, which was shut, was sold in 1900.", None),
        ("The owner is a teacher of music.", None),
        ("We met Dr Ada Quill, the owner.", None),
        ("Ada van Quill is a captain.", None),
    ],
)
def test_a_question_is_formed_from_what_a_sentence_tells(sentence, question):
    asked = [one.question for one in generate_questions(sentence, "en")]
    assert asked == [question] if question else asked == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("한빛교는 1968년에 개통됐다.", "한빛교는 언제 개통됐습니까?"),
        ("도서관은 언덕에 위치한다.", "도서관은 어디에 있습니까?"),
        ("이수진 교수는 늦었다고 말했다.", "이수진 교수는 무엇이라고 말했습니까?"),
        ("김민 시장은 늦었다고 밝혔다.", "김민 시장은 무엇이라고 말했습니까?"),
        ("장서는 모두 12만 권이다.", None),
        ("그래서 갔다.", None),
    ],
)
def test_korean_questions_have_the_particles_that_their_nouns_take(sentence, question):
    asked = [one.question for one in generate_questions(sentence, "ko")]
    assert asked == ([question] if question else [])


def test_no_question_is_formed_in_a_language_without_rules():
    assert list(generate_questions("Die Mühle wurde 1854 gebaut.", "de")) == []
