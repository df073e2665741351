"""The Telegram application: each update goes to its handler."""

import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.chat.context import ChatContexts
from bot.chat.conversation import is_too_long
from bot.chat.delivery import Delivery
from bot.chat.parsing import Command, Question
from bot.chat.service import ChatService
from bot.chat.transport import IncomingMessage
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.access import Access
from bot.telegram.addressing import (
    is_private,
    joins,
    read_message,
    take_link,
)
from bot.telegram.admins import Admins
from bot.telegram.admission import Admitted
from bot.telegram.buttons import Buttons
from bot.telegram.documents import Add, downloading, fetching, pasting, recorded
from bot.telegram.inbox import Inbox, Processor
from bot.telegram.incoming import incoming_message
from bot.telegram.inline import InlineQueries
from bot.telegram.metrics import Metrics
from bot.telegram.pacing import ChatRateLimiter
from bot.telegram.polling import PollingBot
from bot.telegram.rate_limit import Verdict
from bot.telegram.recordings import recording_of
from bot.wording.texts import wording

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MESSAGE_REACTION,
]
CONNECTIONS = 256  # more than the rate limiter ever lets run at once
MAX_ALBUMS = 1_000  # albums whose refusal is remembered

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Request = Callable[[int], BaseRequest]


class Handlers:
    """Handles each kind of update.

    Args:
        bot: Telegram's client.
        contexts: Return the form of replies.
        delivery: Sends texts in the bot's own words.
        service: Answers messages, and takes documents.
        buttons: Handles presses of buttons.
        inline: Handles inline queries.
        access: Decides which chats and users are answered.
        store: Moves the data of a chat that gets another id.
        admins: Serves operators.
    """

    def __init__(
        self,
        bot: PollingBot,
        contexts: ChatContexts,
        delivery: Delivery,
        service: ChatService,
        buttons: Buttons,
        inline: InlineQueries,
        access: Access,
        store: Store,
        admins: Admins,
    ) -> None:
        self._bot = bot
        self._contexts = contexts
        self._delivery = delivery
        self._service = service
        self._buttons = buttons
        self._inline = inline
        self._access = access
        self._store = store
        self._admins = admins
        self._albums: deque[str] = deque(maxlen=MAX_ALBUMS)

    def add_to(self, application: App) -> None:
        """Register the handlers with an application."""
        application.add_handler(TypeHandler(Admitted, self.handle))
        application.add_error_handler(self.error_handler)

    async def handle(self, admitted: Admitted, _: Context) -> None:
        """Handle an update by its kind."""
        update, verdict = admitted
        message = update.effective_message
        if update.callback_query:
            if await self._admins.press(update.callback_query):
                return
            await self._buttons.press(update.callback_query, verdict)
        elif update.inline_query:
            await self._inline.answer(update.inline_query, verdict, self._bot.bot)
        elif update.message_reaction:
            await self._buttons.react(update.message_reaction, verdict)
        elif message and message.migrate_to_chat_id:
            await self.migrate(message, message.migrate_to_chat_id)
        elif message and joins(message, self._bot.bot):
            await self.introduce(message, verdict)
        elif message and not filters.StatusUpdate.ALL.check_update(update):
            await self.respond(message, verdict, is_edited=update.message is None)

    async def respond(
        self, message: Message, verdict: Verdict, *, is_edited: bool
    ) -> None:
        """Answer a message, or edit the answer to an edited one."""
        me = self._bot.bot
        incoming = self._incoming(message)
        parsed = read_message(message, me)
        heard = ""
        recording = recording_of(message) if incoming.presentation.voice else None
        if recording and not isinstance(parsed, Command):
            if not await self._admits(incoming, verdict):
                return
            heard = await self._service.hear(incoming, recorded(recording)) or ""
            if heard:
                parsed = read_message(message, me, heard)
                if parsed is None:  # in a group, talk that asks nothing
                    return
            elif not (isinstance(parsed, Question) and parsed.text):
                return  # the user was told why
        if is_edited:
            if isinstance(parsed, Question) and await self._admits(incoming, verdict):
                await self._service.respond(incoming, parsed)
            return
        # Photos are no documents unless some may be sent: then they are only talk.
        photo = message.photo[-1:] if incoming.presentation.uploads else ()
        document = message.document or next(iter(photo), None)
        if recording:
            document = None
        if parsed is None and document and is_private(message):
            parsed = Question("")
        if parsed is None:
            await self._decline(incoming, message, verdict)
            return
        if not await self._admits(incoming, verdict):
            return
        if (
            isinstance(parsed, Command)
            and not document
            and await self._admins.carry_out(message, parsed)
        ):
            return
        add: Add | None = None
        if document:
            add = downloading(document, incoming.location)
        elif isinstance(parsed, Question):
            link, text = take_link(parsed.text)
            if link:
                add = fetching(link, incoming.location)
                parsed = replace(parsed, text=text)
            elif incoming.presentation.uploads and is_too_long(text) and not heard:
                add = pasting(text, incoming.location)
                parsed = Question("")
        if add:
            await self._service.upload(incoming, add, parsed)
        else:
            await self._service.respond(incoming, parsed)

    async def introduce(self, message: Message, verdict: Verdict) -> None:
        """Say how to ask in a group that the bot was added to."""
        incoming, me = self._incoming(message), self._bot.bot
        if await self._admits(incoming, verdict):
            introduce = (
                incoming.presentation.wording.joined
                if me.can_read_all_group_messages
                else incoming.presentation.wording.joined_privately
            )
            text = introduce(self._contexts.catalogue.articles, me.username or "")
            await self._delivery.send_text(incoming, text)

    async def migrate(self, message: Message, new_chat_id: int) -> None:
        """Move the stored data of a group that has become a supergroup."""
        with contextlib.suppress(StoreError):
            await self._store.move(message.chat_id, new_chat_id)

    async def error_handler(self, update: object, context: Context) -> None:
        """Log an error, and apologise to the user if the bot is at fault."""
        error = context.error
        if isinstance(error, Forbidden):
            logger.info("A user has blocked the bot: %s", error)
            return
        logger.error("A message could not be answered", exc_info=error)
        ours = not isinstance(error, TelegramError) or isinstance(error, BadRequest)
        message = update.update.message if isinstance(update, Admitted) else None
        if ours and message:
            incoming = self._incoming(message)
            with contextlib.suppress(TelegramError):
                await self._delivery.send_text(
                    incoming, incoming.presentation.wording.sorry()
                )

    def _incoming(self, message: Message) -> IncomingMessage:
        """Return a message in the service's form, with its sender's language."""
        user = message.from_user
        presentation = self._contexts.presentation(
            wording(user.language_code if user else None),
            is_private=is_private(message),
        )
        return incoming_message(message, presentation)

    async def _decline(
        self, incoming: IncomingMessage, message: Message, verdict: Verdict
    ) -> None:
        """Reply to a message without text; once for an album."""
        album = message.media_group_id
        if not is_private(message) or album in self._albums:
            return
        if album:
            self._albums.append(album)
        if await self._admits(incoming, verdict):
            presentation = incoming.presentation
            text_only = presentation.wording.text_only(uploads=presentation.uploads)
            await self._delivery.send_text(incoming, text_only)

    async def _admits(self, incoming: IncomingMessage, verdict: Verdict) -> bool:
        """Return whether to answer a message; if not, say why."""
        refusal = self._access.refusal(
            incoming.location.chat_id, verdict, incoming.presentation.wording
        )
        if refusal:
            await self._delivery.send_text(incoming, refusal)
        return not refusal


def build_application(bot: PollingBot, handlers: Handlers, inbox: Inbox) -> App:
    """Build the Telegram application; nothing is sent before it runs.

    Args:
        bot: Telegram's client.
        handlers: Handlers of updates.
        inbox: The queue of updates.
    """
    application = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .concurrent_updates(Processor(inbox))
        .update_queue(inbox)
        .build()
    )
    handlers.add_to(application)
    return application


def build_bot(
    settings: Settings, token: str, request: Request, metrics: Metrics
) -> PollingBot:
    """Build Telegram's client.

    Args:
        settings: The server's address, and the rate of messages.
        token: The bot's token.
        request: Builds a pool of connections of a given size.
        metrics: Counters of the process.
    """
    return PollingBot(
        token,
        base_url=settings.base_url,
        base_file_url=_file_url(settings.base_url),
        request=request(CONNECTIONS),
        get_updates_request=request(1),
        rate_limiter=ChatRateLimiter(settings.messages_per_second, metrics),
    )


def _file_url(base_url: str) -> str:
    """Return the URL of the files on a Bot API server.

    >>> _file_url("https://api.telegram.org/bot")
    'https://api.telegram.org/file/bot'
    """
    server, slash, bot = base_url.rpartition("/")
    return f"{server}/file{slash}{bot}"
