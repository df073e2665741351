"""How much one person may ask."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum, auto

WINDOW_SECONDS = 60
MAX_PEOPLE = 10_000  # bounds the memory; whoever was idle longest goes first


class Verdict(Enum):
    """What becomes of a message."""

    ADMIT = auto()
    TELL = auto()  # refuse, and say so
    IGNORE = auto()  # refuse in silence: it was said within the minute


@dataclass(slots=True)
class _Recent:
    admitted: deque[float] = field(default_factory=deque)  # times, oldest first
    told: float | None = None  # when it was last refused in words


class RateLimit:
    """Admits so many per person and minute, in a window that slides."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Admit `per_minute`; `clock` gives seconds."""
        self._per_minute = per_minute
        self._clock = clock
        self._people: OrderedDict[Hashable, _Recent] = OrderedDict()

    def ask(self, person: Hashable) -> Verdict:
        """Count one more of a person's, if it is admitted."""
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
        if recent.told is not None and now < recent.told + WINDOW_SECONDS:
            return Verdict.IGNORE
        recent.told = now
        return Verdict.TELL
