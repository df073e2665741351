"""The report's numbers and groups."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from bot.report.summary import UNSURE_BELOW, is_noise, summarize
from bot.store.feedback_store import AskedQuestion
from retrieval.encoder.cache import EmbeddingCache

DAY = 86_400
ASKED = AskedQuestion(
    turn_id=1,
    chat_id=1,
    asked_at=0,
    question="Who pours?",
    found=False,
    confidence=0.1,
    article="Tea",
    source="tea.txt",
    language="en",
    answer="Ann pours.",
    question_before=None,
    has_words=True,
    wrong=0,
    is_ignored=False,
)


def asked(*questions, **known):
    return [
        replace(ASKED, turn_id=n, question=question, **known)
        for n, question in enumerate(questions, 1)
    ]


def test_two_thousand_questions_are_counted_to_the_last():
    chance = random.Random(7)
    questions = [f"Who is Number {n} Smith?" for n in range(40)]
    many = [
        replace(
            ASKED,
            turn_id=n,
            chat_id=chance.randrange(90),
            asked_at=chance.randrange(30 * DAY),
            question=chance.choice(questions),
            found=chance.random() < 0.6,
            confidence=chance.random(),
            article=chance.choice(["Tea", "Bees", None]),
            wrong=int(chance.random() < 0.1),
        )
        for n in range(2_000)
    ]
    report = summarize(many, None)
    assert report.questions == report.found + report.refused == 2_000
    assert report.refused == sum(not one.found for one in many)
    assert report.chats == len({one.chat_id for one in many})
    refused = Counter(one.question for one in many if not one.found)
    assert {group.question: group.count for group in report.refusals} == refused
    wrong = Counter(one.question for one in many if one.wrong)
    assert {group.question: group.count for group in report.wrong} == wrong
    unsure = [one for one in many if one.found and one.confidence < UNSURE_BELOW]
    assert sum(group.count for group in report.unsure) == len(unsure)
    assert sum(group.count for group in report.most_asked) == 2_000
    assert sum(day.asked for day in report.days) == 2_000
    assert sum(article.asked for article in report.articles) == 2_000
    counts = [group.count for group in report.most_asked]
    assert counts == sorted(counts, reverse=True)


def test_every_day_of_the_span_is_counted_those_without_a_question_too():
    report = summarize(
        [ASKED, replace(ASKED, turn_id=2, asked_at=3 * DAY, found=True)], None
    )
    assert [(day.name, day.found, day.refused) for day in report.days] == [
        ("1970-01-01", 0, 1),
        ("1970-01-02", 0, 0),
        ("1970-01-03", 0, 0),
        ("1970-01-04", 1, 0),
    ]


def test_a_report_on_nothing_is_empty():
    report = summarize([], None)
    assert (report.questions, report.days, report.refusals) == (0, (), ())


def test_spelling_case_and_small_words_do_not_divide_a_group():
    report = summarize(
        asked("What are the prices?", "what are the prices", "The prices?"), None
    )
    (group,) = report.refusals
    assert group.count == 3


def test_questions_of_the_same_words_for_other_things_stay_apart():
    report = summarize(asked("When was it founded?", "Who founded it?"), None)
    assert len(report.refusals) == 2


def test_with_the_encoder_questions_of_the_same_meaning_are_one_group(reader):
    questions = asked(
        "How much is a ticket?",
        "What does a ticket cost?",
        "Who leads the harbour office?",
        "Who is the head of the harbour office?",
        "Who wrote Hamlet?",
        "Who wrote Faust?",
        "When does the museum open?",
        "When does the museum close?",
    )
    report = summarize(questions, EmbeddingCache(reader))
    groups = {frozenset(group.wordings) for group in report.refusals}
    assert frozenset(["How much is a ticket?", "What does a ticket cost?"]) in groups
    for different in ("Hamlet", "Faust", "open", "close"):
        assert [1 for group in groups if different in str(group)] == [1]
        (group,) = (group for group in groups if different in str(group))
        assert len(group) == 1


@pytest.mark.parametrize("text", ["?", "^", "Hello!", "thanks, bye", "👍", "…"])
def test_what_asks_nothing_is_noise(text):
    assert is_noise(replace(ASKED, question=text))
    assert summarize(asked(text), None).questions == 0


def test_a_question_without_a_word_to_look_up_is_noise():
    assert is_noise(replace(ASKED, question="do you?", has_words=False))


def test_what_an_operator_ignores_is_counted_but_not_listed():
    report = summarize(
        [*asked("Who pours?"), replace(ASKED, turn_id=9, is_ignored=True)], None
    )
    assert (report.refused, report.refusals) == (2, ())


def test_a_group_shows_its_most_frequent_wording_and_its_newest_question():
    report = summarize(
        [
            replace(ASKED, turn_id=1, asked_at=5, question="the prices"),
            replace(ASKED, turn_id=2, asked_at=9, question="Prices?"),
            replace(ASKED, turn_id=3, asked_at=7, question="the prices"),
        ],
        None,
    )
    (group,) = report.refusals
    assert group.question == "the prices"
    assert group.last.turn_id == 2
    assert group.wordings == ("Prices?", "the prices")
