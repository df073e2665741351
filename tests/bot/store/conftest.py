"""What tests of the store share."""

import pytest

from bot.store.chat_location import ChatLocation

HERE = ChatLocation(7)
LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"


@pytest.fixture
def answer(answerer):
    return answerer.answer


def quotes(answer):
    return [c.quote for c in answer.citations + answer.further]
