"""What tests of the store share."""

import pytest

from bot.store.places import Place

HERE = Place(7)
LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"


@pytest.fixture
def answer(answerer):
    return answerer.answer


def quotes(answer):
    return [c.quote for c in answer.citations + answer.further]
