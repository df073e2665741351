"""Who is answered: chats that the operator has listed, and nobody without end."""

from collections.abc import Callable, Collection

from bot.wording.texts import Wording


class Access:
    """Refuses updates."""

    def __init__(
        self, allowed_chats: Collection[int], is_over: Callable[[int], bool]
    ) -> None:
        """Take the rules.

        Args:
            allowed_chats: The chats that are answered; if empty, all are.
            is_over: Tells, once, whether an update is one too many of a person's.
        """
        self._allowed_chats = allowed_chats
        self._is_over = is_over

    def refusal(self, chat_id: int, update_id: int, wording: Wording) -> str | None:
        """Say why an update is not answered; None if it is."""
        is_over = self._is_over(update_id)
        if self._allowed_chats and chat_id not in self._allowed_chats:
            return wording.not_allowed()
        return wording.too_many() if is_over else None
