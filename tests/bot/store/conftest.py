"""Fixtures of the tests of the store."""

import pytest

from bot.store.chat_location import ChatLocation

HERE = ChatLocation(7)


@pytest.fixture
def answer(answerer):
    return answerer.answer


def quotes(answer):
    return [c.quote for c in answer.citations + answer.more_citations]
