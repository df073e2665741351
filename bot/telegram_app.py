"""Telegram: updates in, the conversation's replies out."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from telegram import (
    CallbackQuery,
    Document,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
    User,
)
from telegram.constants import ChatType, InlineQueryLimit, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.addressing import replied_message, text_for, thread_of
from bot.background import Arguments, Result, in_background
from bot.callbacks import Press, decode
from bot.composing import Face, answer_reply, offers, source_reply
from bot.conversation import Conversation, split_command
from bot.desk import Desk
from bot.library import Entry, Library
from bot.listing import list_reply
from bot.messages import Wording, wording
from bot.quota import Quota, Verdict
from bot.rendering import render_keyboard, render_telegram
from bot.replies import Action, Line, Reply
from bot.settings import Settings
from bot.store import Place, Store, StoreError, Turn
from bot.updates import ChatOrder, Inbox
from bot.uploads import Uploads, for_readers, is_upload, take_link
from retrieval import Answer, Answerer, Article, ArticleError

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)
INLINE_CACHE_SECONDS = 2  # an article may change at any time
RATE_LIMIT_RETRIES = 10  # each waits as long as Telegram says
CONNECTIONS = 256  # more than are ever under way at what the rate limiter lets out
ANSWERED_AT_ONCE = 2  # a reader computes; more at once would be later, all of them
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Request = Callable[[int], BaseRequest]


class Handlers:
    """What is done with each kind of update."""

    def __init__(
        self,
        library: Callable[[], Library],
        store: Store,
        quota: Quota,
        allowed_chats: Collection[int],
        uploads: Uploads | None = None,
    ) -> None:
        """Take what the answers come from.

        Args:
            library: Returns what is asked, as it is now.
            store: Where turns last.
            quota: How much a person may ask.
            allowed_chats: The chats that are answered; if empty, all are.
            uploads: What readers send; None takes nothing.
        """
        self._library = library
        self._uploads = uploads
        self._store = store
        self._quota = quota
        self._allowed_chats = allowed_chats
        self._answering = asyncio.Semaphore(ANSWERED_AT_ONCE)

    def add_to(self, application: App) -> None:
        """Handle the updates of an application."""
        # Groups are full of pictures that are not meant for the bot.
        other = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                MessageHandler(
                    filters.TEXT & filters.UpdateType.MESSAGES, self.respond
                ),
                MessageHandler(other & ~filters.StatusUpdate.ALL, self.decline),
                CallbackQueryHandler(self.press),
                InlineQueryHandler(self.offer),
            ]
        )
        application.add_error_handler(_apologise)

    async def respond(self, update: Update, context: Context) -> None:
        """Answer a message, or edit the answer to an edited one."""
        message = update.effective_message
        assert message is not None
        text = text_for(message, context.bot.bot)
        if text is None:
            return
        face = self._face(message)
        command, words = split_command(text)
        is_question = command in ("", "/ask")
        if update.edited_message and not is_question:
            return
        link = None
        if is_question and face.uploads and not update.edited_message:
            link, words = take_link(words)
        kind = "upload" if link else "ask" if is_question else "command"
        if not await self._admitted(message, kind):
            return
        if link:
            await self._upload(message, link, words, face)
        elif is_question:
            await self._ask(message, text, face)
        elif command == "/source":
            await _send(message, await self._source(message, face))
        else:
            await self._command(message, text, face)

    async def decline(self, update: Update, _: Context) -> None:
        """Answer what is no text."""
        message = update.effective_message
        assert message is not None
        face = self._face(message)
        if self._uploads and message.document:
            if await self._admitted(message, "upload"):
                caption = (message.caption or "").strip()
                await self._upload(message, message.document, caption, face)
        elif await self._admitted(message, "command"):
            text_only = face.wording.text_only(uploads=face.uploads)
            await _send(message, Reply((Line(text_only),)))

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button says; whatever comes of it, the person gets a toast."""
        query = update.callback_query
        assert query is not None
        spoken = wording(query.from_user.language_code)
        try:
            toast = await self._pressed(query, spoken)
        except StoreError:
            toast = spoken.store_away()
        try:
            await query.answer(toast or None)
        except BadRequest as error:  # too old for a toast
            logger.info("A press could not be answered: %s", error)

    async def offer(self, update: Update, context: Context) -> None:
        """Answer an inline query with the best citations."""
        query = update.inline_query
        assert query is not None
        spoken = wording(query.from_user.language_code)
        label = ""
        results: list[InlineQueryResultArticle] = []
        if not self._is_allowed(query.from_user.id):
            label = spoken.not_allowed()
        elif question := query.query.strip():
            results = await self._aside(
                _inline_results, self._library().answerer, question, spoken
            )
            if not results:
                label = spoken.not_found()
        else:
            label = spoken.ask_in_private()
            articles = self._library().answerer.articles
            results = [_inline_help(articles, context.bot.bot, spoken)]
        button = InlineQueryResultsButton(label, start_parameter="inline")
        try:
            await query.answer(
                results,
                cache_time=INLINE_CACHE_SECONDS,
                is_personal=True,  # each is answered in the own language
                button=button if label else None,
            )
        except BadRequest as error:  # the reader may have typed on
            logger.info("An inline query could not be answered: %s", error)

    async def _ask(self, message: Message, text: str, face: Face) -> None:
        place = _place(message)
        earlier: Turn | None = None
        history: Sequence[Answer] = ()
        with contextlib.suppress(StoreError):
            earlier, history = await self._store.recall(place, message.message_id)
        desk = await self._desk(message, own=False)
        reply = await self._aside(desk.conversation(history, face).respond, text)
        if reply.answer is None:
            await _send(message, reply)
            return
        if earlier and earlier.answer.question == reply.answer.question:
            return  # answered before the bot was stopped, or edited to the same
        sent = await _replace(message, earlier.message_ids if earlier else (), reply)
        with contextlib.suppress(StoreError):
            await self._store.save(
                place,
                message.message_id,
                reply.answer,
                sent,
                earlier,
                is_private=is_upload(desk.chosen),
            )
            if reply.choice:
                await self._store.choose(place, reply.choice.slug)

    async def _command(self, message: Message, text: str, face: Face) -> None:
        desk = await self._desk(message, own=True)
        reply = await self._aside(desk.conversation((), face).respond, text)
        try:
            if reply.forget:
                await self._store.forget(message.chat_id)
            if reply.choice:
                await self._store.choose(_place(message), reply.choice.slug)
        except StoreError:
            wording = face.wording
            problem = wording.not_forgotten() if reply.forget else wording.not_chosen()
            reply = Reply((Line(problem),))
        await _send(message, reply)

    async def _upload(
        self, message: Message, sent: Document | str, question: str, face: Face
    ) -> None:
        """Read a document, or what stands behind a link, for its chat alone.

        Args:
            message: That it came with.
            sent: The document or the link.
            question: What is asked about it; may be "".
            face: How the chat is spoken to.
        """
        assert self._uploads is not None
        limits = self._uploads.limits
        place, wording = _place(message), face.wording
        if isinstance(sent, Document) and (
            (sent.file_size or 0) > limits.megabytes * 1024**2
        ):
            too_large = wording.upload_too_large(limits.megabytes)
            await _send(message, Reply((Line(too_large),)))
            return
        try:
            async with self._uploads.slots:
                entry = await self._read(place, sent)
        except ArticleError as error:
            problem = wording.upload_refused(for_readers(error.problem))
            await _send(message, Reply((Line(problem),)))
        except StoreError:
            await _send(message, Reply((Line(wording.store_away()),)))
        else:
            read = wording.upload_read(entry.article, limits.hours)
            await _send(message, Reply((Line(read),)))
            if question:
                await self._ask(message, question, face)

    async def _read(self, place: Place, sent: Document | str) -> Entry:
        assert self._uploads is not None
        if isinstance(sent, str):
            return await self._uploads.add_link(place, sent)
        file = await sent.get_file()
        data = bytes(await file.download_as_bytearray())
        return await self._uploads.add_document(
            place, data, sent.file_name or "document"
        )

    async def _desk(self, message: Message, *, own: bool) -> Desk:
        """Look up what a chat is answered from.

        Args:
            message: Of the chat.
            own: Whether what the chat has sent is needed, whatever it chose.
        """
        library = self._library()
        desk = Desk(library)
        if len(library.entries) == 1 and self._uploads is None:
            return desk
        with contextlib.suppress(StoreError):
            chosen = await self._store.choice(_place(message))
            entries = (
                await self._uploads.entries(message.chat_id)
                if self._uploads and (own or is_upload(chosen))
                else ()
            )
            desk = Desk(library, chosen, tuple(entries))
        if entry := desk.find(desk.chosen):
            # Indexed here the first time, so that other chats need not wait.
            await in_background(library.answerer_of, entry)
        return desk

    async def _source(self, message: Message, face: Face) -> Reply:
        place = _place(message)
        target = replied_message(message)
        try:
            if target is None:
                if self._store.has_lost(place):
                    return Reply((Line(face.wording.not_kept()),))
                turn = await self._store.last_turn(place)
            else:
                turn = await self._store.turn_of_message(
                    message.chat_id, target.message_id
                )
                if turn is None:
                    return Reply((Line(face.wording.not_remembered()),))
        except StoreError:
            return Reply((Line(face.wording.store_away()),))
        turns = [turn.answer] if turn else []
        return Conversation(self._library(), turns, face).respond("/source")

    async def _pressed(self, query: CallbackQuery, spoken: Wording) -> str:
        """Do what a button says; return the toast, or ""."""
        message = query.message
        press = decode(query.data)
        if message is None or press is None:
            return spoken.out_of_date()
        if not self._is_allowed(message.chat.id):
            return spoken.not_allowed()
        person = query.from_user.id
        if self._quota.ask((person, "press")) is not Verdict.ADMIT:
            return spoken.too_many()
        if press.action in (Action.LIST, Action.CHOOSE):
            if not isinstance(message, Message) or not message.is_accessible:
                return spoken.out_of_date()
            return await self._browse(message, press, self._face(message, spoken))
        turn = await self._store.turn_of_message(message.chat.id, message.message_id)
        if turn is None:
            return spoken.out_of_date()
        if press.action in (Action.RIGHT, Action.WRONG):
            is_right = press.action is Action.RIGHT
            new = await self._store.rate(turn, person, is_right=is_right)
            return spoken.thanks() if new else spoken.thanked_before()
        assert isinstance(message, Message)  # python-telegram-bot makes no other
        if press.action is Action.SHOW and not message.is_accessible:
            return spoken.out_of_date()  # too old for Telegram to let us edit it
        face = self._face(message, spoken)
        try:
            return await self._show(message, turn, press, face)
        except IndexError:
            return spoken.out_of_date()

    async def _browse(self, message: Message, press: Press, face: Face) -> str:
        """Show a page of the articles, or choose one; return the toast, or ""."""
        desk = await self._desk(message, own=True)
        entry = desk.find(press.slug)
        if press.action is Action.LIST:
            entries = [*desk.own, *desk.library.entries]
            chosen = desk.find(desk.chosen)
            reply = list_reply(entries, chosen, face, press.view)
        elif press.slug and entry is None:
            return face.wording.no_such_article(press.slug)
        else:
            if entry:
                await in_background(desk.library.answerer_of, entry)
            await self._store.choose(_place(message), entry.slug if entry else None)
            reply = await self._aside(desk.conversation((), face).choose, entry)
        await _replace(message, [message.message_id], reply)
        return ""

    async def _show(
        self, message: Message, turn: Turn, press: Press, face: Face
    ) -> str:
        """Show a view or its source; return the toast, or ""."""
        if press.action is Action.SHOW:
            reply = answer_reply(turn.answer, face, press.view)
            await _replace(message, [message.message_id], reply)
            return ""
        reply = source_reply(turn.answer, face, press.view)
        if not await self._store.claim_source(turn, press.view):
            return face.wording.shown_before()
        await _send(message, reply)
        return ""

    async def _aside(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call what may ask the reader, beside the event loop, few at a time."""
        async with self._answering:
            return await in_background(function, *args, **kwargs)

    async def _admitted(self, message: Message, kind: str) -> bool:
        """Tell whether to answer a message; if not, say so, but not too often."""
        sender = message.sender_chat or message.from_user
        verdict = self._quota.ask((sender and sender.id, kind))
        if verdict is Verdict.IGNORE:
            return False
        spoken = self._face(message).wording
        if not self._is_allowed(message.chat_id):
            await _send(message, Reply((Line(spoken.not_allowed()),)))
            return False
        if verdict is Verdict.TELL:
            await _send(message, Reply((Line(spoken.too_many()),)))
        return verdict is Verdict.ADMIT

    def _face(self, message: Message, spoken: Wording | None = None) -> Face:
        return Face(
            spoken or _wording(message),
            buttons=True,
            brief=not _is_private(message),
            uploads=self._uploads is not None and _is_private(message),
        )

    def _is_allowed(self, chat_id: int) -> bool:
        return not self._allowed_chats or chat_id in self._allowed_chats


def build_application(
    settings: Settings, token: str, handlers: Handlers, inbox: Inbox, request: Request
) -> App:
    """Build the Telegram application; nothing is sent before it runs.

    Args:
        settings: Where the server is, and how fast it may be sent to.
        token: The bot's token.
        handlers: What is done with each update.
        inbox: Where updates wait.
        request: Makes the connection for a number of requests at once.
    """
    limiter = AIORateLimiter(
        overall_max_rate=settings.messages_per_second, max_retries=RATE_LIMIT_RETRIES
    )
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(settings.base_url)
        .base_file_url(_file_url(settings.base_url))
        .request(request(CONNECTIONS))
        .get_updates_request(request(1))
        .rate_limiter(limiter)
        .concurrent_updates(ChatOrder(inbox.finish))
        .update_queue(inbox)
        .build()
    )
    handlers.add_to(application)
    return application


def _file_url(base_url: str) -> str:
    """Return where a Bot API server keeps files.

    >>> _file_url("https://api.telegram.org/bot")
    'https://api.telegram.org/file/bot'
    """
    server, slash, bot = base_url.rpartition("/")
    return f"{server}/file{slash}{bot}"


def _wording(message: Message) -> Wording:
    user = message.from_user
    return wording(user.language_code if user else None)


def _is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


def _place(message: Message) -> Place:
    return Place(message.chat_id, thread_of(message))


async def _send(message: Message, reply: Reply) -> list[int]:
    """Send a reply to a message, also if that is gone by then."""
    return await _replace(message, (), reply)


async def _replace(
    message: Message, message_ids: Sequence[int], reply: Reply
) -> list[int]:
    """Send a reply in place of messages sent before.

    Returns:
        The messages that hold it now, in order.
    """
    parts = render_telegram(reply)
    held: list[int] = []
    left = list(message_ids)
    for number, html in enumerate(parts, 1):
        carries = reply if number == len(parts) else Reply(reply.blocks)
        while left:
            message_id = left.pop(0)
            if await _edit(message, message_id, html, carries):
                held.append(message_id)
                break
        else:
            sent = await message.reply_text(
                html,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=render_keyboard(carries),
                reply_parameters=ReplyParameters(
                    message.message_id, allow_sending_without_reply=True
                ),
            )
            held.append(sent.message_id)
    for message_id in left:
        with contextlib.suppress(BadRequest):
            await message.get_bot().delete_message(message.chat_id, message_id)
    return held


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
    except BadRequest as error:
        return "not modified" in error.message
    return True


def _inline_results(
    answerer: Answerer, question: str, spoken: Wording
) -> list[InlineQueryResultArticle]:
    results: list[InlineQueryResultArticle] = []
    for offer in offers(answerer, question, spoken):
        html, *more = render_telegram(offer.reply)
        if not more:  # a result is one message
            results.append(
                _inline_result(len(results), offer.title, offer.description, html)
            )
    return results[: int(InlineQueryLimit.RESULTS)]


def _inline_help(
    articles: Sequence[Article], me: User, spoken: Wording
) -> InlineQueryResultArticle:
    usage = Reply((Line(spoken.inline_usage(me.username or "")),))
    return _inline_result(
        0,
        spoken.inline_title(articles),
        spoken.inline_description(),
        render_telegram(usage)[0],
    )


def _inline_result(
    number: int, title: str, description: str, html: str
) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        str(number),
        title,
        InputTextMessageContent(html, ParseMode.HTML, link_preview_options=NO_PREVIEW),
        description=description,
    )


async def _apologise(update: object, context: Context) -> None:
    """Log what went wrong; say sorry if it was our own fault."""
    error = context.error
    if isinstance(error, Forbidden):
        logger.info("A reader has blocked the bot: %s", error)
        return
    logger.error("A message could not be answered", exc_info=error)
    ours = not isinstance(error, TelegramError) or isinstance(error, BadRequest)
    message = update.message if isinstance(update, Update) else None
    if ours and message:
        with contextlib.suppress(TelegramError):
            await _send(message, Reply((Line(_wording(message).sorry()),)))
