"""A chat, or one topic of a forum."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLocation:
    """The chat, or the topic of a forum, that a conversation takes place in.

    Attributes:
        chat_id: Telegram's number of the chat.
        thread_id: Telegram's number of the topic; 0 outside forums.
    """

    chat_id: int
    thread_id: int = 0
