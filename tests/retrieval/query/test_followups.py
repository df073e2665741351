"""Dialogues about the seed article: each turn with words of the quote, or None."""

from dataclasses import replace

import pytest

from retrieval import Answerer, Article
from retrieval.query.followups import (
    CITATION_WEIGHT,
    QUESTION_WEIGHT,
    is_followup,
    resolve_context,
)
from retrieval.text.analysis import Analyzer

DIALOGUES = {
    "what the office is, and since when": [
        ("Who leads the Economic Cooperation Office?", "Pak Kyong-jin, who leads"),
        ("When was it established?", "The office was established last year"),
        ("and when did its services start?", "in January"),
    ],
    "from the office to who leads it": [
        ("When was the office established?", "The office was established last year"),
        ("and who leads it?", "Pak Kyong-jin, who leads"),
        ("What did he say about treatment?", "special treatment"),
    ],
    "what else the professor said": [
        ("Who is Kim Yong-hyun?", "a professor of North Korea studies"),
        ("What did he say about Kim Jong-un?", "Kim Jong-un has been pushing"),
    ],
    "who publishes the magazine": [
        ("What is Joguk?", "monthly magazine"),
        ("Who publishes it?", "published by the pro-Pyongyang"),
    ],
    "the sanctions": [
        ("Why is the country under sanctions?", "third nuclear test"),
        ("When were they imposed?", "in February last year"),
        ("What do they penalise?", "trade, banking and travel"),
    ],
    "a reason that is not given": [
        ("Who is Pak Kyong-jin?", "Pak Kyong-jin, who leads"),
        ("Why?", None),
    ],
    "what about another": [
        ("What did the professor say?", "a professor of North Korea studies"),
        ("What about Kim Jong-un?", "Kim Jong-un has been pushing"),
    ],
    "a follow-up to what the article does not say": [
        ("What is the capital of France?", None),
        ("and its population?", None),
    ],
    "a new question is not bent: the magazine after the office": [
        ("Who leads the office?", "Pak Kyong-jin, who leads"),
        ("What is Joguk?", "monthly magazine"),
    ],
    "a new question is not bent: the website after the sanctions": [
        ("Why is the country under sanctions?", "third nuclear test"),
        ("Who runs the website Minjoktongsin?", "operated by a U.S.-based Korean"),
    ],
}


@pytest.mark.parametrize("turns", DIALOGUES.values(), ids=DIALOGUES)
def test_a_dialogue_about_the_seed_article(answerer, turns):
    history = []
    for question, words in turns:
        answer = answerer.answer(question, history)
        assert answer.found == (words is not None), question
        if words is not None:
            assert words in answer.citations[0].quote, question
        history.append(answer)


@pytest.mark.parametrize("question", ["What is Joguk?", "Who runs Minjoktongsin?"])
def test_a_question_that_stands_alone_is_answered_as_if_nothing_was_before(
    answerer, question
):
    history = [answerer.answer("Who leads the office?")]
    assert answerer.answer(question, history) == answerer.answer(question)


def test_a_follow_up_to_nothing_is_treated_as_it_stands(answerer):
    answer = answerer.answer("When was it established?")
    assert "The office was established last year" in answer.citations[0].quote


def test_without_the_turn_before_the_answer_would_be_another():
    bees = "Bees live in hives. They eat nectar in spring."
    cows = "Cows live in stables. They eat grass in spring."
    answerer = Answerer([Article.from_text(f"{cows}\n\n{bees}", language="en")])
    history = [answerer.answer("Where do bees live?")]
    answer = answerer.answer("What do they eat in spring?", history)
    assert "nectar" in answer.citations[0].quote
    history = [answerer.answer("Where do cows live?")]
    answer = answerer.answer("What do they eat in spring?", history)
    assert "grass" in answer.citations[0].quote


def test_a_year_of_the_turn_before_does_not_contradict_the_answer():
    article = Article.from_text(
        "The bridge was opened in 1921.\n\nAfter a flood it was closed in 1940.",
        language="en",
    )
    answerer = Answerer([article])
    history = [answerer.answer("Which bridge was opened in 1921?")]
    answer = answerer.answer("When was it closed?", history)
    assert answer.found
    assert "1940" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "When was it established?"),
        ("en", "and who leads it?"),
        ("en", "...and who leads the office?"),
        ("en", "What about treatment?"),
        ("en", "Why?"),
        ("en", "How many people work there?"),
        ("en", "how often?"),
        ("en", "after how long?"),
        ("en", "in which year?"),
        ("en", "what with?"),
        ("en", "how much of that does the state pay?"),
        ("en", "in what year was that?"),
        ("en", "how much is a plastic one?"),
        ("en", "is there a pharmacy too?"),
        ("de", "Wann wurde es gegründet?"),
        ("de", "Und wer leitet das Amt?"),
        ("es", "¿Y quién la dirige?"),
        ("ru", "А кто его возглавляет?"),
        ("zh", "它是什么时候成立的？"),
        ("ja", "それはいつですか"),
    ],
)
def test_a_question_with_an_anaphor_or_an_opener_depends(language, question):
    assert is_followup(question, [Analyzer(language)])


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What is Joguk?"),
        ("en", "Where did Kim Yong-hyun say that he teaches?"),
        ("en", "How many zones are there in Pyongyang?"),
        ("en", "What does this article say about Seoul?"),
        ("en", "what is joguk"),
        ("en", "What happens?"),
        ("en", "Which office said that investors are welcome?"),
        ("de", "Wie viele Länder gibt es in Europa?"),
        ("und", "it and it"),
    ],
)
def test_a_question_that_names_what_it_is_about_does_not_depend(language, question):
    assert not is_followup(question, [Analyzer(language)])


def test_terms_of_turns_further_back_count_less(answerer):
    first = answerer.answer("Who leads the office?")
    second = answerer.answer("When was it established?", [first])
    analyzers = [Analyzer("en")]
    taken_over = resolve_context("and why?", [first, second], analyzers)
    taken = {t.term: w for t, w in taken_over.terms}
    assert taken["establish"] == QUESTION_WEIGHT
    assert taken["swing"] == CITATION_WEIGHT
    assert taken["lead"] == QUESTION_WEIGHT**2
    assert taken_over.questions == (first.question, second.question)
    alone = resolve_context("What is Joguk?", [first, second], analyzers)
    assert (alone.terms, alone.questions, alone.quoted) == ((), (), ())


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (
            "What was the turnover in 2019?",
            "And in 2021?",
            "What was the turnover in 2021?",
        ),
        ("What was the turnover?", "and in 2021?", "What was the turnover in 2021?"),
        ("How fast is it in high gear?", "and in low?", "How fast is it in low gear?"),
        (
            "What does a seat for a guest cost?",
            "And for a pupil?",
            "What does a seat for a pupil cost?",
        ),
        (
            "When was the mill built?",
            "And what about the barn?",
            "When was the barn built?",
        ),
        ("How much did North Quay bid?", "and Selby?", "How much did Selby bid?"),
        ("When was he born?", "And she?", "When was she born?"),
        ("When may I swim?", "and garden?", "and garden?"),
        ("Who dug the well?", "And who paid for it?", "And who paid for it?"),
        ("Who dug the well?", "And that one?", "And that one?"),
    ],
)
def test_an_ellipsis_is_read_into_the_question_before(
    answerer, before, question, whole
):
    turn = replace(answerer.answer("Who leads the office?"), question=before)
    assert resolve_context(question, [turn], [Analyzer("en")]).whole == whole


@pytest.mark.parametrize(
    ("language", "before", "question", "whole"),
    [
        ("de", "Was kostet eine Karte für Gäste?", "Und für Kinder?", "Kinder"),
        ("fr", "Quel était le bénéfice en 2020 ?", "Et en 2022 ?", "en 2022"),
        ("es", "¿Cuánto cuesta una entrada para adultos?", "¿Y para niños?", "niños"),
        ("ru", "Сколько стоит билет для взрослых?", "А для детей?", "для детей"),
        ("ko", "2020년 이익은 얼마인가요?", "그럼 2022년은?", "2022"),
    ],
)
def test_an_ellipsis_in_another_language_is_completed(
    answerer, language, before, question, whole
):
    turn = replace(answerer.answer("Who leads the office?"), question=before)
    read = resolve_context(question, [turn], [Analyzer(language)]).whole
    assert whole in read
    assert read != question
    assert "2020" not in read


CLOCK = """\
The clock of Ulvang

The clock was made by J. Berge and his sister Anna Berge in 1811.

Berge was born in 1770 in Moss. He died in 1840.

Anna Berge was born in 1775. She painted the dial in blue. She died in 1852.

The hands were replaced, because frost had bent them. The mayor praised the work.

A ride to the top costs 12 crowns for guests. A ride for a pupil costs 5 crowns.

The yard is paved.
"""


@pytest.mark.parametrize(
    "turns",
    [
        [("What does a ride for guests cost?", "12"), ("And for goats?", None)],
        [("What does a ride for guests cost?", "12"), ("And for a pupil?", "5 crowns")],
        [("What did Anna Berge paint?", "dial"), ("Why?", None)],
        [("What did Anna Berge paint?", "dial"), ("How?", None)],
        [("Were the hands replaced?", "replaced"), ("Why?", "frost")],
    ],
    ids=lambda turns: turns[-1][0] + str(turns[-1][1]),
)
def test_what_was_quoted_is_quoted_again_only_if_it_has_what_is_asked(turns):
    answerer = Answerer([Article.from_text(CLOCK, language="en")])
    history = []
    for question, words in turns:
        answer = answerer.answer(question, history)
        assert answer.found == (words is not None), question
        if words is not None:
            assert words in answer.citations[0].quote, question
        history.append(answer)


def test_something_else_is_never_what_was_quoted():
    article = Article.from_text(
        "Ola Moe said that the pier is old.\n\nThe crane was sold in May.\n\n"
        "Ola Moe said that the pier will be painted.",
        language="en",
    )
    answerer = Answerer([article])
    first = answerer.answer("What did Ola Moe say?")
    other = answerer.answer("What else did Ola Moe say?", [first])
    assert {"old" in first.citations[0].quote, "old" in other.citations[0].quote} == {
        True,
        False,
    }
    assert "Ola Moe" in other.citations[0].quote


def test_a_title_is_quoted_only_where_there_is_nothing_else():
    article = Article.from_text(CLOCK, language="en")
    answerer = Answerer([article])
    assert answerer.answer("The clock of Ulvang").citations[0].quote != article.title
