"""Replies out: sent as messages of Telegram, or in the place of earlier ones.

A chat may have become another by then, and a topic may be gone: what was asked is
answered where it can be.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.chat.replies import Reply
from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.telegram.addressing import location_of
from bot.telegram.html import render_keyboard, render_telegram

logger = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_TOPIC = ("thread not found", "topic_closed", "topic_deleted")  # as Telegram says

Move = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a reply is now.

    Attributes:
        message_ids: The messages that hold it, in order.
    """

    place: ChatLocation
    message_ids: tuple[int, ...]


class Outbox:
    """Sends replies to messages, also if these are gone by then."""

    def __init__(self, move: Move) -> None:
        """Take what is called when a chat has become another, with both ids."""
        self._move = move

    async def replace(
        self, message: Message, message_ids: Sequence[int], reply: Reply
    ) -> Sent:
        """Send a reply to a message in place of others sent before, if there are any.

        Raises:
            TelegramError: Telegram refused it, or could not be reached for long.
        """
        place = location_of(message)
        parts = render_telegram(reply)
        held: list[int] = []
        left = list(message_ids)
        for number, html in enumerate(parts, 1):
            carries = reply if number == len(parts) else Reply(reply.parts)
            while left:
                message_id = left.pop(0)
                if await _edit(message, message_id, html, carries):
                    held.append(message_id)
                    break
            else:
                place, sent = await self._send(message, place, html, carries)
                held.append(sent)
        for message_id in left:
            with suppress(BadRequest):
                await message.get_bot().delete_message(message.chat_id, message_id)
        return Sent(place, tuple(held))

    async def _send(
        self, message: Message, place: ChatLocation, html: str, reply: Reply
    ) -> tuple[ChatLocation, int]:
        """Send to a place, or to where it has gone; return that and the message."""
        # The numbers of messages are others in a chat that has become another.
        target = (
            ReplyParameters(message.message_id, allow_sending_without_reply=True)
            if place.chat_id == message.chat_id
            else None
        )
        try:
            sent = await message.get_bot().send_message(
                place.chat_id,
                html,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                message_thread_id=place.thread_id or None,
                reply_markup=render_keyboard(reply),
                reply_parameters=target,
            )
        except ChatMigrated as error:
            new = error.new_chat_id
            logger.info("A group has become a supergroup; it is answered there")
            with suppress(StoreError):
                await self._move(message.chat_id, new)
            return await self._send(message, ChatLocation(new), html, reply)
        except BadRequest as error:
            said = error.message.casefold()
            if not (place.thread_id and any(words in said for words in _NO_TOPIC)):
                raise
            logger.info("A topic is gone or closed; it is answered outside of it")
            return await self._send(message, replace(place, thread_id=0), html, reply)
        return place, sent.message_id


async def _edit(message: Message, message_id: int, html: str, reply: Reply) -> bool:
    """Edit a message of ours in a message's chat; False if that is gone."""
    try:
        await message.get_bot().edit_message_text(
            html,
            chat_id=message.chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=render_keyboard(reply),
        )
    except ChatMigrated:
        return False
    except BadRequest as error:
        return "not modified" in error.message
    return True
