"""Who is answered, and who is told why not."""

import pytest

from bot.telegram.access import Access
from bot.wording.texts import ENGLISH, wording

LISTED, OTHER = -5, 7


@pytest.mark.parametrize(
    ("allowed", "chat", "over", "expected"),
    [
        ((), OTHER, (), None),
        ((LISTED,), LISTED, (), None),
        ((LISTED,), OTHER, (), ENGLISH.not_allowed()),
        ((), OTHER, (1,), ENGLISH.too_many()),
        ((LISTED,), OTHER, (1,), ENGLISH.not_allowed()),
    ],
    ids=["all", "listed", "another", "too fast", "another, too fast"],
)
def test_a_chat_is_answered_or_told_why_not(allowed, chat, over, expected):
    access = Access(allowed, lambda update: update in over)
    assert access.refusal(chat, 1, ENGLISH) == expected
    if expected is None:
        assert access.refusal(chat, 2, ENGLISH) is None


def test_why_not_is_told_in_the_own_language():
    refusal = Access((LISTED,), lambda _: False).refusal(OTHER, 1, wording("ko"))
    assert refusal == wording("ko").not_allowed() != ENGLISH.not_allowed()


def test_each_update_is_looked_at_once_lest_one_be_remembered_for_ever():
    looked_at = []
    access = Access((LISTED,), lambda update: looked_at.append(update) or False)
    access.refusal(OTHER, 1, ENGLISH)
    assert looked_at == [1]
