"""Access: the chats that are answered, and the replies to refused users."""

from collections.abc import Collection

from bot.telegram.rate_limit import Verdict
from bot.wording.texts import Wording


class Access:
    """Decides whether an update is answered.

    Args:
        allowed_chats: Ids of the chats that are answered; if empty, all are.
    """

    def __init__(self, allowed_chats: Collection[int]) -> None:
        self._allowed_chats = allowed_chats

    def refusal(self, chat_id: int, verdict: Verdict, wording: Wording) -> str | None:
        """Return the reason why an update is not answered; None if it is answered."""
        if self._allowed_chats and chat_id not in self._allowed_chats:
            return wording.not_allowed(chat_id)
        return None if verdict is Verdict.ADMIT else wording.too_many()
