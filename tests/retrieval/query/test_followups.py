"""Dialogues about the seed article: each turn with words of the quote, or None."""

import pytest

from retrieval import Answerer, Article
from retrieval.query.followups import (
    CITATION_WEIGHT,
    NO_CONTEXT,
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
    "why, with no word to look up": [
        ("Who is Pak Kyong-jin?", "Pak Kyong-jin, who leads"),
        ("Why?", "Pak Kyong-jin, who leads"),
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
    assert resolve_context("What is Joguk?", [first, second], analyzers) == NO_CONTEXT
