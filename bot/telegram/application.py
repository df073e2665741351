"""The Telegram application: which update goes where."""

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Collection
from typing import Any

from telegram import Message, Update, User
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.articles.catalogue import Catalogue
from bot.articles.uploads import Uploads
from bot.chat.conversation import is_question, split_command
from bot.chat.presentation import Presentation
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.access import Access
from bot.telegram.addressing import (
    addressed_text,
    is_private,
    question_in_reply,
    take_link,
)
from bot.telegram.buttons import Buttons
from bot.telegram.chats import Chats
from bot.telegram.delivery import Delivery
from bot.telegram.documents import Documents
from bot.telegram.inbox import Inbox, Processor
from bot.telegram.inline import InlineQueries
from bot.telegram.metrics import Metrics
from bot.telegram.pacing import ChatRateLimiter
from bot.telegram.polling import PollingBot
from bot.telegram.questions import Questions
from bot.web.links import PageLinks

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
]
CONNECTIONS = 256  # more than are ever under way at what the rate limiter lets out
MAX_ALBUMS = 1_000  # whose refusal is remembered

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Request = Callable[[int], BaseRequest]


class Handlers:
    """What is done with each kind of update."""

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        store: Store,
        inbox: Inbox,
        allowed_chats: Collection[int],
        uploads: Uploads | None,
        pages: PageLinks | None,
        metrics: Metrics,
    ) -> None:
        """Take what the answers come from.

        Args:
            catalogue: Returns what is asked, as it is now.
            store: Where turns last.
            inbox: Where updates wait.
            allowed_chats: The chats that are answered; if empty, all are.
            uploads: What readers send; None takes nothing.
            pages: Links to the articles' pages; None where they have none.
            metrics: Count what becomes of each message.
        """
        self._store = store
        self._access = Access(allowed_chats, inbox.is_over)
        self._chats = Chats(catalogue, store, inbox.trying, uploads, pages)
        self._delivery = Delivery(store, uploads)
        self._questions = Questions(self._chats, self._delivery, store, metrics)
        self._documents = uploads and Documents(
            uploads, self._questions, self._delivery, metrics
        )
        self._buttons = Buttons(self._chats, self._delivery, store, self._access)
        self._inline = InlineQueries(self._chats, self._access)
        self._albums: deque[str] = deque(maxlen=MAX_ALBUMS)

    def add_to(self, application: App) -> None:
        """Handle the updates of an application."""
        service = filters.StatusUpdate
        application.add_handlers(
            [
                MessageHandler(service.MIGRATE, self.move),
                MessageHandler(
                    filters.UpdateType.MESSAGES & ~service.ALL, self.respond
                ),
                CallbackQueryHandler(self.press),
                InlineQueryHandler(self.offer),
            ]
        )
        application.add_error_handler(self.error_handler)

    async def respond(self, update: Update, context: Context) -> None:
        """Answer a message, or edit the answer to an edited one."""
        if message := update.effective_message:
            await self._respond(update, message, context.bot.bot)

    async def _respond(self, update: Update, message: Message, me: User) -> None:
        face = self._chats.face(message)
        text = addressed_text(message, me)
        document = message.document if face.uploads else None
        if document and self._documents and not update.edited_message:
            if await self._admits(update, message, face):
                await self._documents.read(message, document, text or "", face)
            return
        if text is None:
            await self._decline(update, message, face)
            return
        command, words = split_command(text)
        is_asked = is_question(command)
        if update.edited_message and not is_asked:
            return
        if is_asked and not words:
            text = words = question_in_reply(message, me) or text
        link = None
        if is_asked and face.uploads and not update.edited_message:
            link, words = take_link(words)
        if not await self._admits(update, message, face):
            return
        if link and self._documents:
            await self._documents.read(message, link, words, face)
        else:
            await self._questions.say(message, text, face)

    async def move(self, update: Update, _: Context) -> None:
        """Keep what is stored of a group that has become another."""
        message = update.effective_message
        with contextlib.suppress(StoreError):
            if message and (new := message.migrate_to_chat_id):
                await self._store.move(message.chat_id, new)

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button says."""
        if query := update.callback_query:
            await self._buttons.press(query, update.update_id)

    async def offer(self, update: Update, context: Context) -> None:
        """Answer an inline query."""
        if query := update.inline_query:
            await self._inline.offer(query, update.update_id, context.bot.bot)

    async def error_handler(self, update: object, context: Context) -> None:
        """Log what went wrong; say sorry if it was our own fault."""
        error = context.error
        if isinstance(error, Forbidden):
            logger.info("A reader has blocked the bot: %s", error)
            return
        logger.error("A message could not be answered", exc_info=error)
        ours = not isinstance(error, TelegramError) or isinstance(error, BadRequest)
        message = update.message if isinstance(update, Update) else None
        if ours and message:
            face = self._chats.face(message)
            with contextlib.suppress(TelegramError):
                await self._delivery.tell(message, face.wording.sorry(), face)

    async def _decline(
        self, update: Update, message: Message, face: Presentation
    ) -> None:
        """Answer what is no text; of an album, once."""
        album = message.media_group_id
        if not is_private(message) or update.edited_message or album in self._albums:
            return
        if album:
            self._albums.append(album)
        if await self._admits(update, message, face):
            text_only = face.wording.text_only(uploads=face.uploads)
            await self._delivery.tell(message, text_only, face)

    async def _admits(
        self, update: Update, message: Message, face: Presentation
    ) -> bool:
        """Tell whether to answer a message; if not, say so."""
        refusal = self._access.refusal(message.chat_id, update.update_id, face.wording)
        if refusal:
            await self._delivery.tell(message, refusal, face)
        return not refusal


def build_application(bot: PollingBot, handlers: Handlers, inbox: Inbox) -> App:
    """Build the Telegram application; nothing is sent before it runs.

    Args:
        bot: What speaks to Telegram.
        handlers: What is done with each update.
        inbox: Where updates wait.
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
    """Build what speaks to Telegram.

    Args:
        settings: Where the server is, and how fast it may be sent to.
        token: The bot's token.
        request: Makes the connection for a number of requests at once.
        metrics: Count the chats that have to wait.
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
    """Return where a Bot API server keeps files.

    >>> _file_url("https://api.telegram.org/bot")
    'https://api.telegram.org/file/bot'
    """
    server, slash, bot = base_url.rpartition("/")
    return f"{server}/file{slash}{bot}"
