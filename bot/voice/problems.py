"""Reasons why a recording gives no text, as values that both processes know."""

from enum import StrEnum


class Problem(StrEnum):
    """A reason why a recording gives no text."""

    TOO_LONG = "too_long"
    DAMAGED = "damaged"  # or no recording at all
    NOTHING_HEARD = "nothing_heard"
    NOT_UNDERSTOOD = "not_understood"  # unclear, or in a language the model lacks
    UNAVAILABLE = "unavailable"  # the process cannot be started, or takes too long


class RecordingError(Exception):
    """A recording gives no text.

    Attributes:
        problem: The reason.
        language: The only language that the model knows, as an ISO 639-1 code; "" if
            it knows many.
    """

    def __init__(self, problem: Problem, language: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.language = language
