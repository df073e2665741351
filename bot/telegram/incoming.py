"""Conversion of Telegram's messages to the chat service's."""

from telegram import Message

from bot.chat.presentation import Presentation
from bot.chat.transport import IncomingMessage, MessageId
from bot.telegram.addressing import location_of, replied_message


def incoming_message(message: Message, presentation: Presentation) -> IncomingMessage:
    """Return a message of Telegram in the chat service's form."""
    target = replied_message(message)
    return IncomingMessage(
        MessageId(location_of(message), message.message_id),
        presentation,
        int(message.edit_date.timestamp()) if message.edit_date else 0,
        target.message_id if target else None,
        message.from_user.id if message.from_user else None,
        message.is_accessible,
    )
