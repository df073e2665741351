"""Where a conversation is held."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLocation:
    """Where a conversation is held: a chat, or one topic of a forum."""

    chat_id: int
    thread_id: int = 0
