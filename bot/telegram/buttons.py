"""Buttons under replies, and what comes of pressing them."""

import logging

from telegram import CallbackQuery, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.conversation import Conversation
from bot.chat.listing import list_reply
from bot.chat.presentation import Presentation
from bot.chat.replies import Action
from bot.chat.reply_builder import source_reply
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.turns import Turn
from bot.telegram.access import Access
from bot.telegram.addressing import location_of
from bot.telegram.callbacks import Press, decode
from bot.telegram.chats import Chats
from bot.telegram.delivery import Delivery
from bot.wording.texts import Wording, wording
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)


class Buttons:
    """Carries out presses."""

    def __init__(
        self, chats: Chats, delivery: Delivery, store: Store, access: Access
    ) -> None:
        """Take what answers, sends, keeps and refuses."""
        self._chats = chats
        self._delivery = delivery
        self._store = store
        self._access = access

    async def press(self, query: CallbackQuery, update_id: int) -> None:
        """Do what a button says; whatever comes of it, the person gets a toast."""
        spoken = wording(query.from_user.language_code)
        try:
            toast = await self._pressed(query, spoken, update_id)
        except StoreError:
            toast = spoken.store_away()
        except IndexUnavailableError as error:
            logger.warning("A press could not be carried out: %s", error)
            toast = spoken.index_away()
        except Forbidden as error:
            logger.info("A press led to nothing: %s", error)
            toast = spoken.sorry()
        except Exception:  # a button that goes on turning tells nobody anything
            logger.exception("A press could not be carried out")
            toast = spoken.sorry()
        try:
            await query.answer(toast or None)
        except BadRequest as error:  # too old for a toast
            logger.info("A press could not be answered: %s", error)

    async def _pressed(
        self, query: CallbackQuery, spoken: Wording, update_id: int
    ) -> str:
        """Do what a button says; return the toast, or ""."""
        message, press = query.message, decode(query.data)
        if not isinstance(message, Message) or press is None:
            return spoken.out_of_date()
        if refusal := self._access.refusal(message.chat.id, update_id, spoken):
            return refusal
        face = self._chats.face(message, spoken)
        if press.action in (Action.LIST, Action.CHOOSE):
            return await self._browse(message, press, face)
        if press.action is Action.ASK:
            return await self._ask_sample(message, press, face)
        turn = await self._store.turns.of_message(message.chat.id, message.message_id)
        if turn is None:
            return spoken.out_of_date()
        match press.action:
            case Action.RIGHT | Action.WRONG:
                is_right = press.action is Action.RIGHT
                return await self._rate(turn, query.from_user.id, spoken, is_right)
            case Action.SOURCE:
                return await self._show_source(message, turn, press, face)
            case Action.MEANT:
                return await self._ask_corrected(message, turn, face)
            case _:
                return await self._show(message, turn, press, face)

    async def _rate(
        self, turn: Turn, person_id: int, spoken: Wording, is_right: bool
    ) -> str:
        """Keep what a person says of an answer; return the toast."""
        is_new = await self._store.feedback.rate(turn, person_id, is_right=is_right)
        return spoken.thanks() if is_new else spoken.thanked_before()

    async def _browse(self, message: Message, press: Press, face: Presentation) -> str:
        """Show a page of the articles, or choose one; return the toast, or ""."""
        if not message.is_accessible:
            return face.wording.out_of_date()
        chat = await self._chats.state(message, own=True)
        entry = await self._chats.look_up(chat.find, press.slug)
        if press.action is Action.LIST:
            chosen = await self._chats.look_up(chat.find, chat.chosen)
            reply = await self._chats.look_up(
                list_reply, chat.entries, chosen, face, press.view
            )
        elif press.slug and entry is None:
            return face.wording.no_such_article(press.slug)
        else:
            reply = await self._chats.compute(Conversation(chat, face).choose, entry)
        await self._delivery.carry_out(message, reply)
        await self._delivery.send(message, reply, [message.message_id])
        return ""

    async def _ask_sample(
        self, message: Message, press: Press, face: Presentation
    ) -> str:
        """Answer a sample question; return the toast, or ""."""
        chat = await self._chats.state(message, own=True)
        conversation = Conversation(chat, face)
        reply = await self._chats.compute(conversation.ask_sample, press.view)
        if reply is None:
            return face.wording.out_of_date()
        await self._delivery.answer(message, reply, chat, face, None)
        return ""

    async def _ask_corrected(
        self, message: Message, turn: Turn, face: Presentation
    ) -> str:
        """Answer what may have been meant, instead; return the toast, or ""."""
        if not (turn.answer.meant and message.is_accessible):
            return face.wording.out_of_date()
        _, history = await self._store.turns.recall(
            location_of(message), turn.question_id
        )
        chat = await self._chats.state(message, own=False, turns=history)
        reply = await self._chats.compute(
            Conversation(chat, face).ask_and_echo, turn.answer.meant_question
        )
        await self._delivery.answer(
            message,
            reply,
            chat,
            face,
            turn,
            question_id=turn.question_id,
            edited_at=turn.edited_at,
        )
        return ""

    async def _show(
        self, message: Message, turn: Turn, press: Press, face: Presentation
    ) -> str:
        """Turn an answer to another view; return the toast, or ""."""
        if not message.is_accessible:
            return face.wording.out_of_date()  # too old for Telegram to let us edit it
        turns = (turn.answer,)
        chat = await self._chats.state(message, own=False, turns=turns)
        try:
            reply = await self._chats.look_up(Conversation(chat, face).show, press.view)
        except IndexError:
            return face.wording.out_of_date()
        await self._delivery.deliver(message, reply, face, [message.message_id])
        return ""

    async def _show_source(
        self, message: Message, turn: Turn, press: Press, face: Presentation
    ) -> str:
        """Show the source of a view, once; return the toast, or ""."""
        try:
            reply = await self._chats.look_up(
                source_reply, turn.answer, face, press.view
            )
        except IndexError:
            return face.wording.out_of_date()
        if not await self._store.turns.claim_source(turn, press.view):
            return face.wording.shown_before()
        try:
            await self._delivery.deliver(message, reply, face)
        except TelegramError:
            await self._store.turns.release_source(turn)
            raise
        return ""
