"""Sending of replies as messages in Telegram, or as edits of earlier messages.

Meanwhile a group may have become a supergroup, or a topic may be gone. The reply then
goes to the supergroup, or outside the topic.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.chat.replies import Reply
from bot.chat.transport import IncomingMessage, SentReply
from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.telegram.html import render_keyboard, render_telegram

logger = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_TOPIC = ("thread not found", "topic_closed", "topic_deleted")  # as Telegram says

Move = Callable[[int, int], Awaitable[None]]


class Outbox:
    """Sends replies to messages, even if these are deleted meanwhile.

    Args:
        bot: Telegram's client.
        move: Called with the old and the new id of a group that has become a
            supergroup.
    """

    def __init__(self, bot: Bot, move: Move) -> None:
        self._bot = bot
        self._move = move

    async def send_or_edit(
        self, message: IncomingMessage, reply: Reply, replaced: Sequence[int] = ()
    ) -> SentReply:
        """Send a reply to a message, in place of earlier messages if there are any.

        Raises:
            TelegramError: Telegram refused the reply, or could not be reached for long.
        """
        location = message.location
        parts = render_telegram(reply)
        sent: list[int] = []
        left = list(replaced)
        for number, html in enumerate(parts, 1):
            carries = reply if number == len(parts) else Reply(reply.parts)
            while left:
                message_id = left.pop(0)
                if await self._edit(message.location, message_id, html, carries):
                    sent.append(message_id)
                    break
            else:
                location, new = await self._send(message, location, html, carries)
                sent.append(new)
        for message_id in left:
            with suppress(BadRequest):
                await self._bot.delete_message(message.location.chat_id, message_id)
        return SentReply(location, tuple(sent))

    async def show_typing(self, location: ChatLocation) -> None:
        """Show "typing …" in a chat for some seconds; failures are ignored."""
        with suppress(TelegramError):
            await self._bot.send_chat_action(
                location.chat_id,
                ChatAction.TYPING,
                message_thread_id=location.thread_id or None,
            )

    async def _send(
        self,
        message: IncomingMessage,
        location: ChatLocation,
        html: str,
        reply: Reply,
    ) -> tuple[ChatLocation, int]:
        """Send a message; return where it went, and its number."""
        # In a supergroup that was a group, messages have other numbers.
        target = (
            ReplyParameters(message.id.number, allow_sending_without_reply=True)
            if location.chat_id == message.location.chat_id
            else None
        )
        try:
            sent = await self._bot.send_message(
                location.chat_id,
                html,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                message_thread_id=location.thread_id or None,
                reply_markup=render_keyboard(reply),
                reply_parameters=target,
            )
        except ChatMigrated as error:
            new = error.new_chat_id
            logger.info("A group has become a supergroup; the answer goes there")
            with suppress(StoreError):
                await self._move(message.location.chat_id, new)
            return await self._send(message, ChatLocation(new), html, reply)
        except BadRequest as error:
            said = error.message.casefold()
            if not (location.thread_id and any(words in said for words in _NO_TOPIC)):
                raise
            logger.info("A topic is gone or closed; the answer goes outside of it")
            outside = replace(location, thread_id=0)
            return await self._send(message, outside, html, reply)
        return location, sent.message_id

    async def _edit(
        self, location: ChatLocation, message_id: int, html: str, reply: Reply
    ) -> bool:
        """Edit a message of the bot; return False if it is gone."""
        try:
            await self._bot.edit_message_text(
                html,
                chat_id=location.chat_id,
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
