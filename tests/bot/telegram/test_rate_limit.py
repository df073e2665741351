import pytest

from bot.telegram import rate_limit
from bot.telegram.rate_limit import RateLimit, Verdict

ADMIT, REJECT, REJECT_SILENTLY = Verdict.ADMIT, Verdict.REJECT, Verdict.REJECT_SILENTLY


@pytest.fixture
def three(clock):
    return RateLimit(3, clock)


def test_one_too_many_is_told_once_and_then_ignored(three):
    verdicts = [three.check("ann") for _ in range(6)]
    assert verdicts == [ADMIT, ADMIT, ADMIT, REJECT, REJECT_SILENTLY, REJECT_SILENTLY]


def test_people_are_counted_apart(three):
    for _ in range(4):
        three.check("ann")
    assert three.check("bob") is ADMIT


def test_who_waits_is_admitted_again_and_may_be_told_again(three, clock):
    for _ in range(5):
        three.check("ann")
    clock.now += 60
    assert [three.check("ann") for _ in range(5)] == [
        ADMIT,
        ADMIT,
        ADMIT,
        REJECT,
        REJECT_SILENTLY,
    ]


def test_the_window_slides(three, clock):
    for _ in range(3):
        three.check("ann")
        clock.now += 25
    assert three.check("ann") is ADMIT
    assert three.check("ann") is REJECT


def test_one_who_never_stops_is_told_at_most_once_a_minute(three, clock):
    told = 0
    for _ in range(600):
        told += three.check("ann") is REJECT
        clock.now += 1
    assert 1 <= told <= 10


def test_the_memory_is_bounded(three, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_PEOPLE", 2)
    for person in ("ann", "ann", "ann", "bob", "cid"):
        three.check(person)
    assert three.check("ann") is ADMIT  # forgotten, for others came since
