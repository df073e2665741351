"""The chat service's view of a platform: messages in, a sender out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.presentation import Presentation
from bot.chat.replies import Reply
from bot.store.chat_location import ChatLocation

TYPING_SECONDS = 4  # platforms show it a little longer


class HandOverError(Exception):
    """The platform did not hand over a file; the message says what to do."""


class TooLargeError(Exception):
    """A document or a recording is larger than it may be.

    Attributes:
        megabytes: The limit.
    """

    def __init__(self, megabytes: float) -> None:
        super().__init__(f"it is larger than {megabytes:g} MB")
        self.megabytes = megabytes


@dataclass(frozen=True, slots=True)
class MessageId:
    """The id of a message: its location and its number there."""

    location: ChatLocation
    number: int


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A user's message, or one of the bot's whose button was pressed.

    Attributes:
        id: Where it is.
        presentation: The form of replies to it.
        edited_at: Unix time in seconds when it was last edited; 0 if it was not.
        replied_to: The number of the message that it replies to, or None.
        person_id: The id of its sender, or None.
        is_editable: Whether the bot may edit it, if it is one of the bot's.
    """

    id: MessageId
    presentation: Presentation
    edited_at: int = 0
    replied_to: int | None = None
    person_id: int | None = None
    is_editable: bool = True

    @property
    def location(self) -> ChatLocation:
        """The chat, or a topic in it."""
        return self.id.location


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of speech that a message brings.

    Attributes:
        seconds: How long it is, as the platform tells; 0 if it does not.
        fetch: Fetches the media file. It may raise `HandOverError` where the platform
            does not hand it over, and `TooLargeError`.
    """

    seconds: float
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply that was sent.

    Attributes:
        location: The chat, which may have become another meanwhile.
        message_ids: The numbers of the messages that make it up, in order.
    """

    location: ChatLocation
    message_ids: tuple[int, ...]


class Sender(Protocol):
    """Sends replies on a platform."""

    async def show_typing(self, location: ChatLocation) -> None:
        """Show for `TYPING_SECONDS` that a reply is being made; ignore failures."""

    async def send_or_edit(
        self, message: IncomingMessage, reply: Reply, replaced: Sequence[int] = ()
    ) -> SentReply:
        """Send a reply to a message, in place of earlier messages if there are any.

        Args:
            message: The message that is replied to.
            reply: The reply.
            replaced: The numbers of messages that are edited, or deleted.

        Raises:
            Exception: The platform refused it, or could not be reached for long.
        """
