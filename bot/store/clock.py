"""The wall clock, and whether it is safe to delete old rows by it."""

from collections.abc import Callable

DAY = 86_400  # seconds


class Clock:
    """The wall clock, checked against a stopwatch and against Telegram's time.

    Attributes:
        started_at: The time at which this process started, in seconds since 1970.
        stopwatch: Returns the seconds since any fixed moment; nobody can set it back.

    Args:
        wall: Returns the seconds since 1970.
        stopwatch: As above.
    """

    def __init__(
        self, wall: Callable[[], float], stopwatch: Callable[[], float]
    ) -> None:
        self._wall = wall
        self.stopwatch = stopwatch
        self.started_at = wall()
        self._ahead = self.started_at - stopwatch()  # constant unless the clock is set
        self._ahead_of_telegram: float | None = None  # until Telegram has sent its time

    def now(self) -> float:
        """Return the seconds since 1970."""
        return self._wall()

    def compare(self, telegram_time: float) -> None:
        """Note the time at Telegram, in seconds since 1970."""
        self._ahead_of_telegram = self._wall() - telegram_time

    @property
    def has_jumped(self) -> bool:
        """True if the clock was set by over a day, or is that far from Telegram's."""
        jump = self._wall() - self.stopwatch() - self._ahead
        return abs(jump) > DAY or abs(self._ahead_of_telegram or 0.0) > DAY

    @property
    def is_confirmed(self) -> bool:
        """True if Telegram has sent a time, and the clock agrees with it."""
        return self._ahead_of_telegram is not None and not self.has_jumped
