"""Delivery of replies: applies effects, sends replies, stores answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from bot.articles.slugs import is_upload
from bot.articles.uploads import Uploads
from bot.chat.replies import Choose, Forget, Reply, ReplyText
from bot.chat.state import Chat
from bot.chat.transport import (
    TYPING_SECONDS,
    IncomingMessage,
    Sender,
    SentReply,
)
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.turn_store import Turn

QUICK_SECONDS = 0.5  # of work on a reply, of which the chat shows nothing


class Delivery:
    """Delivers replies to the chats that they belong to.

    Args:
        sender: Sends replies on the platform.
        store: The store of effects and answers.
        uploads: Documents that users have sent, or None.
    """

    def __init__(self, sender: Sender, store: Store, uploads: Uploads | None) -> None:
        self._sender = sender
        self._store = store
        self._uploads = uploads

    async def deliver(
        self, message: IncomingMessage, reply: Reply, replaced: Sequence[int] = ()
    ) -> SentReply:
        """Apply a reply's effect, then send it.

        If the effect fails, a reply that says so is sent instead, unless the reply has
        an answer.

        Args:
            message: The message that is replied to.
            reply: The reply.
            replaced: The numbers of messages that it replaces.

        Raises:
            Exception: The sender could not send it.
        """
        wording = message.presentation.wording
        try:
            if not await self.apply_effect(message, reply):
                reply = Reply((ReplyText(wording.forgotten_soon()),))
        except StoreError:
            if reply.answer is None:
                is_forget = isinstance(reply.effect, Forget)
                problem = wording.not_forgotten() if is_forget else wording.not_chosen()
                reply = Reply((ReplyText(problem),))
        return await self.send(message, reply, replaced)

    async def deliver_answer(
        self,
        message: IncomingMessage,
        reply: Reply,
        chat: Chat,
        replaced: Turn | None = None,
        *,
        question_id: int | None = None,
        edited_at: int = 0,
    ) -> None:
        """Deliver a reply, and store its answer, if it has one, as a turn.

        Args:
            message: The message that is replied to.
            reply: The reply.
            chat: The state of the chat that it was answered from.
            replaced: The turn that it replaces.
            question_id: The number of the message that asked; None if nobody wrote the
                question, so that the answer's number is used.
            edited_at: When the question was last edited; see `Turn`.

        Raises:
            Exception: The sender could not send it.
        """
        before = replaced.message_ids if replaced else ()
        sent = await self.deliver(message, reply, before)
        if reply.answer:
            with suppress(StoreError):
                await self._store.turns.save(
                    sent.location,
                    question_id or sent.message_ids[0],
                    reply.answer,
                    sent.message_ids,
                    replaced,
                    edited_at=edited_at,
                    is_own=is_upload(chat.chosen),
                )

    async def apply_effect(self, message: IncomingMessage, reply: Reply) -> bool:
        """Apply the effect of a reply.

        Returns:
            False if the rest of the effect is applied later; see `Store.forget`.

        Raises:
            StoreError: The store cannot be used.
        """
        location = message.location
        match reply.effect:
            case Forget():
                if self._uploads:
                    self._uploads.forget(location.chat_id)
                return await self._store.forget(location.chat_id)
            case Choose(slug):
                await self._store.choices.choose(location, slug)
        return True

    async def send(
        self, message: IncomingMessage, reply: Reply, replaced: Sequence[int] = ()
    ) -> SentReply:
        """Send a reply without its effect; see `deliver`."""
        return await self._sender.send_or_edit(message, reply, replaced)

    @asynccontextmanager
    async def typing(self, message: IncomingMessage) -> AsyncIterator[None]:
        """Return a context for work on a reply, which shows that it is slow.

        After `QUICK_SECONDS`, the chat shows that a reply is being made.
        """

        async def show() -> None:
            await asyncio.sleep(QUICK_SECONDS)
            while True:
                await self._sender.show_typing(message.location)
                await asyncio.sleep(TYPING_SECONDS)

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()

    async def send_text(self, message: IncomingMessage, text: str) -> None:
        """Send a text in the bot's own words."""
        await self.send(message, Reply((ReplyText(text),)))
