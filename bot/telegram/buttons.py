"""Presses of buttons in Telegram, answered with a toast; and reactions."""

import contextlib
import logging

from telegram import CallbackQuery, Message, MessageReactionUpdated
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.buttons import ButtonService
from bot.chat.context import ChatContexts
from bot.chat.replies import Action, ButtonPress
from bot.chat.transport import IncomingMessage, MessageId
from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.telegram.access import Access
from bot.telegram.addressing import is_private
from bot.telegram.callbacks import decode
from bot.telegram.incoming import incoming_message
from bot.telegram.rate_limit import Verdict
from bot.telegram.reactions import rating_of
from bot.wording.texts import Wording, wording
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)


class Buttons:
    """Passes presses of buttons to the service.

    Args:
        service: Responds to presses.
        contexts: Return the form of replies.
        access: Decides which chats and users are answered.
    """

    def __init__(
        self, service: ButtonService, contexts: ChatContexts, access: Access
    ) -> None:
        self._service = service
        self._contexts = contexts
        self._access = access

    async def press(self, query: CallbackQuery, verdict: Verdict) -> None:
        """Respond to a press; the user always gets a toast, even after an error."""
        spoken = wording(query.from_user.language_code)
        try:
            toast = await self._press(query, spoken, verdict)
        except StoreError:
            toast = spoken.store_away()
        except IndexUnavailableError as error:
            logger.warning("A press could not be carried out: %s", error)
            toast = spoken.index_away()
        except Forbidden as error:
            logger.info("Telegram refused the reply to a press: %s", error)
            toast = spoken.sorry()
        except Exception:  # otherwise the button would show progress for ever
            logger.exception("A press could not be carried out")
            toast = spoken.sorry()
        try:
            await query.answer(toast or None)
        except BadRequest as error:  # too old for a toast
            logger.info("A press could not be answered: %s", error)

    async def _press(
        self, query: CallbackQuery, spoken: Wording, verdict: Verdict
    ) -> str:
        message, press = query.message, decode(query.data)
        if not isinstance(message, Message) or press is None:
            return spoken.out_of_date()
        if refusal := self._access.refusal(message.chat.id, verdict, spoken):
            return refusal
        if press.action is Action.FORGET and not is_private(message):
            try:
                if not await _is_administrator(message, query.from_user.id):
                    return spoken.administrators_only()
            except TelegramError as error:
                logger.warning("An administrator could not be looked up: %s", error)
                return spoken.sorry()
        presentation = self._contexts.presentation(
            spoken, is_private=is_private(message)
        )
        return await self._service.press(
            incoming_message(message, presentation), press, query.from_user.id
        )

    async def react(self, reaction: MessageReactionUpdated, verdict: Verdict) -> None:
        """Rate an answer by a reaction, as a press of its button does."""
        action = rating_of(reaction)
        spoken = wording(reaction.user.language_code if reaction.user else None)
        chat_id = reaction.chat.id
        refusal = self._access.refusal(chat_id, verdict, spoken)
        if action is None or reaction.user is None or refusal:
            return
        presentation = self._contexts.presentation(
            spoken, is_private=reaction.chat.type == ChatType.PRIVATE
        )
        message_id = MessageId(ChatLocation(chat_id), reaction.message_id)
        rated = IncomingMessage(message_id, presentation)
        with contextlib.suppress(StoreError):
            await self._service.press(rated, ButtonPress(action), reaction.user.id)


async def _is_administrator(message: Message, person_id: int) -> bool:
    """Return whether a person administers the group of a message.

    Raises:
        TelegramError: Telegram does not say.
    """
    member = await message.chat.get_member(person_id)
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
