"""Which updates are admitted: so many of one person, and fewer of another bot."""

from telegram import Update

from bot.telegram.addressing import is_of_a_bot, sender_of
from bot.telegram.rate_limit import RateLimit, Verdict

BOT_PER_MINUTE = 5  # commands of one bot, for two could order each other for ever


class Admission:
    """Counts updates by sender."""

    def __init__(self, per_minute: int) -> None:
        """Admit `per_minute` of one person, wherever they write."""
        self._people = RateLimit(per_minute)
        self._bots = RateLimit(min(per_minute, BOT_PER_MINUTE))

    def __call__(self, update: Update) -> Verdict:
        """Count an update, and say what becomes of it."""
        message = update.message or update.edited_message
        if message is None or not is_of_a_bot(message):
            return self._people.ask(sender_of(update))
        verdict = self._bots.ask(sender_of(update))
        return Verdict.ADMIT if verdict is Verdict.ADMIT else Verdict.IGNORE
