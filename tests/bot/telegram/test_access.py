"""Access: users who are answered, and users who are refused."""

import pytest

from bot.telegram.access import Access
from bot.telegram.rate_limit import Verdict
from bot.wording.texts import ENGLISH, wording

LISTED, OTHER = -5, 7


@pytest.mark.parametrize(
    ("allowed", "chat", "verdict", "expected"),
    [
        ((), OTHER, Verdict.ADMIT, None),
        ((LISTED,), LISTED, Verdict.ADMIT, None),
        ((LISTED,), OTHER, Verdict.ADMIT, ENGLISH.not_allowed(OTHER)),
        ((), OTHER, Verdict.REJECT, ENGLISH.too_many()),
        ((), OTHER, Verdict.REJECT_SILENTLY, ENGLISH.too_many()),
        ((LISTED,), OTHER, Verdict.REJECT, ENGLISH.not_allowed(OTHER)),
    ],
    ids=["all", "listed", "another", "too fast", "a button too fast", "another, fast"],
)
def test_a_chat_is_answered_or_told_why_not(allowed, chat, verdict, expected):
    assert Access(allowed).refusal(chat, verdict, ENGLISH) == expected


def test_why_not_is_told_in_the_own_language():
    refusal = Access((LISTED,)).refusal(OTHER, Verdict.ADMIT, wording("ko"))
    assert refusal == wording("ko").not_allowed(OTHER) != ENGLISH.not_allowed(OTHER)
