"""Where turns last: in memory, bounded."""

from collections import OrderedDict

from retrieval import Answer

MAX_CHATS = 10_000  # bounds the memory; the chat idle longest goes first


class MemoryStore:
    """The turns of each chat, until the process ends or newer chats need the room."""

    def __init__(self, max_chats: int = MAX_CHATS) -> None:
        """Keep at most `max_chats` chats."""
        self._max_chats = max_chats
        self._turns: OrderedDict[int, tuple[Answer, ...]] = OrderedDict()

    def turns(self, chat_id: int) -> tuple[Answer, ...]:
        """Return a chat's turns, oldest first."""
        return self._turns.get(chat_id, ())

    def save(self, chat_id: int, turns: tuple[Answer, ...]) -> None:
        """Replace a chat's turns."""
        self._turns[chat_id] = turns
        self._turns.move_to_end(chat_id)
        while len(self._turns) > self._max_chats:
            self._turns.popitem(last=False)
