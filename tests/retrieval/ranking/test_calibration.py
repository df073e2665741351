"""Floors of the confidence, on documents that nothing was trained or fitted on."""

from pathlib import Path

import pytest

from benchmarks.splits import TEST, split_name
from retrieval.answering import MIN_CONFIDENCE, Answerer
from retrieval.evaluation.question_sets import load_question_set

QUESTIONS = Path(__file__).parents[3] / "benchmarks" / "user_questions"
# Measured: 86 % of 160 answers at 0.8 or more, 65 % of all. The floors are two standard
# errors below.
SURE_FLOOR, ANSWERED_FLOOR = 0.80, 0.60


@pytest.mark.slow
def test_a_confidence_of_four_fifths_is_right_most_of_the_time(reader):
    sure, answered = [], []
    for path in sorted(QUESTIONS.glob("en-*.json")):
        (labelled,) = load_question_set(path).articles
        if split_name(labelled) != TEST:
            continue
        answerer = Answerer([labelled.article], reader=reader)
        for question in labelled.questions:
            answer = answerer.answer(question.question)
            assert 0 <= answer.confidence <= 1
            if answer.confidence < MIN_CONFIDENCE:
                continue
            cited = answer.citations[0]
            is_right = question.answered_in(cited.start, cited.end)
            answered.append(is_right)
            if answer.confidence >= 0.8:
                sure.append(is_right)
    assert len(sure) > 100
    assert sum(sure) / len(sure) >= SURE_FLOOR
    assert sum(answered) / len(answered) >= ANSWERED_FLOOR
