"""Admission: rate limits on the updates of users and of other bots."""

from typing import NamedTuple

from telegram import Update

from bot.telegram.addressing import is_of_a_bot, sender_of
from bot.telegram.rate_limit import RateLimit, Verdict

BOT_PER_MINUTE = 5  # commands of one bot; two bots could go on for ever


class Admitted(NamedTuple):
    """An update with the verdict on it."""

    update: Update
    verdict: Verdict


class Admission:
    """Counts updates by sender.

    Args:
        per_minute: The number of updates of one user that are admitted in a minute,
            in all chats together.
    """

    def __init__(self, per_minute: int) -> None:
        self._people = RateLimit(per_minute)
        self._bots = RateLimit(min(per_minute, BOT_PER_MINUTE))

    def __call__(self, update: Update) -> Verdict:
        """Count an update, and return the verdict on it."""
        message = update.message or update.edited_message
        if message is None or not is_of_a_bot(message):
            return self._people.check(sender_of(update))
        verdict = self._bots.check(sender_of(update))
        return Verdict.ADMIT if verdict is Verdict.ADMIT else Verdict.REJECT_SILENTLY
