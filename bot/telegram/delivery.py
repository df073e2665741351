"""Replies on their way out: first what they change is changed, then they are sent."""

from collections.abc import Sequence
from contextlib import suppress

from telegram import Message

from bot.articles.slugs import is_upload
from bot.articles.uploads import Uploads
from bot.chat.presentation import Presentation
from bot.chat.replies import Choose, Forget, Line, Reply
from bot.chat.state import Chat
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.turns import Turn
from bot.telegram.addressing import location_of
from bot.telegram.sending import Outbox, Sent


class Delivery:
    """Delivers replies; nothing is sent to a chat elsewhere."""

    def __init__(self, store: Store, uploads: Uploads | None) -> None:
        """Take where the effects of replies are kept."""
        self._store = store
        self._uploads = uploads
        self._outbox = Outbox(store.move)

    async def deliver(
        self,
        message: Message,
        reply: Reply,
        face: Presentation,
        replaced: Sequence[int] = (),
    ) -> Sent:
        """Do what a reply says is done, then send it.

        Args:
            message: That it replies to.
            reply: Says, with its answer apart, so if its effect cannot be had.
            face: How the chat is spoken to.
            replaced: Messages that it takes the place of.

        Raises:
            TelegramError: Telegram refused it, or could not be reached for long.
        """
        try:
            if not await self.carry_out(message, reply):
                reply = Reply((Line(face.wording.forgotten_soon()),))
        except StoreError:
            if reply.answer is None:
                wording = face.wording
                is_forget = isinstance(reply.effect, Forget)
                problem = wording.not_forgotten() if is_forget else wording.not_chosen()
                reply = Reply((Line(problem),))
        return await self.send(message, reply, replaced)

    async def answer(
        self,
        message: Message,
        reply: Reply,
        chat: Chat,
        face: Presentation,
        replaced: Turn | None,
        *,
        question_id: int | None = None,
        edited_at: int = 0,
    ) -> None:
        """Deliver a reply, and keep its answer, if it has one, as a turn.

        Args:
            message: That it replies to.
            reply: What is said.
            chat: What was answered from.
            face: How the chat is spoken to.
            replaced: The turn that it takes the place of.
            question_id: The message that asked; None if nobody has written the
                question, so that the answer stands for it.
            edited_at: When that was edited last; see `Turn`.

        Raises:
            TelegramError: Telegram refused it, or could not be reached for long.
        """
        before = replaced.message_ids if replaced else ()
        sent = await self.deliver(message, reply, face, before)
        if reply.answer:
            with suppress(StoreError):
                await self._store.turns.save(
                    sent.place,
                    question_id or sent.message_ids[0],
                    reply.answer,
                    sent.message_ids,
                    replaced,
                    edited_at=edited_at,
                    is_own=is_upload(chat.chosen),
                )

    async def carry_out(self, message: Message, reply: Reply) -> bool:
        """Do what a reply says is done.

        Returns:
            False if it is done in part, and the rest will be; see `Store.forget`.

        Raises:
            StoreError: The store cannot be used.
        """
        match reply.effect:
            case Forget():
                if self._uploads:
                    self._uploads.forget(message.chat_id)
                return await self._store.forget(message.chat_id)
            case Choose(slug):
                await self._store.choices.choose(location_of(message), slug)
        return True

    async def send(
        self, message: Message, reply: Reply, replaced: Sequence[int]
    ) -> Sent:
        """Send a reply whose effect is carried out; see `deliver`."""
        return await self._outbox.replace(message, replaced, reply)

    async def tell(self, message: Message, text: str, face: Presentation) -> None:
        """Send words of our own."""
        await self.deliver(message, Reply((Line(text),)), face)
