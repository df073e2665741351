"""A rate limit on the updates of a user in a minute."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

WINDOW_SECONDS = 60
MAX_PEOPLE = 10_000  # bounds the memory; the longest idle user goes first


class Verdict(Enum):
    """The verdict on an update."""

    ADMIT = auto()
    REJECT = auto()  # with a reply that says so
    REJECT_SILENTLY = auto()  # within a minute after `REJECT`


@dataclass(slots=True)
class _Recent:
    admitted: deque[float] = field(default_factory=deque)  # times, oldest first
    rejected_at: float | None = None  # time of the last `REJECT`


class RateLimit:
    """Admits a number of updates per user in a sliding window of a minute.

    Args:
        per_minute: The number of updates of one user that are admitted in a minute.
        clock: Returns the time in seconds.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._people: OrderedDict[Hashable, _Recent] = OrderedDict()

    def check(self, person: Hashable) -> Verdict:
        """Return the verdict on an update of a user, and count it if it is admitted."""
        now = self._clock()
        recent = self._people.setdefault(person, _Recent())
        self._people.move_to_end(person)
        if len(self._people) > MAX_PEOPLE:
            self._people.popitem(last=False)
        admitted = recent.admitted
        while admitted and admitted[0] <= now - WINDOW_SECONDS:
            admitted.popleft()
        if len(admitted) < self._per_minute:
            admitted.append(now)
            return Verdict.ADMIT
        if recent.rejected_at is not None and now < recent.rejected_at + WINDOW_SECONDS:
            return Verdict.REJECT_SILENTLY
        recent.rejected_at = now
        return Verdict.REJECT
