"""Presses of buttons in Telegram: decoded, admitted, answered with a toast."""

import logging

from telegram import CallbackQuery, Message
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.chat.buttons import ButtonService
from bot.chat.context import ChatContexts
from bot.chat.replies import Action
from bot.store.errors import StoreError
from bot.telegram.access import Access
from bot.telegram.addressing import is_private
from bot.telegram.callbacks import decode
from bot.telegram.incoming import incoming_message
from bot.telegram.rate_limit import Verdict
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
        is_shared = press.action is Action.FORGET and not is_private(message)
        if is_shared and not await _is_administrator(message, query.from_user.id):
            return spoken.administrators_only()
        presentation = self._contexts.presentation(
            spoken, is_private=is_private(message)
        )
        return await self._service.press(
            incoming_message(message, presentation), press, query.from_user.id
        )


async def _is_administrator(message: Message, person_id: int) -> bool:
    """Return whether a person administers the group of a message."""
    member = await message.chat.get_member(person_id)
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
