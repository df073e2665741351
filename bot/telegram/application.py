"""Telegram: updates in, the conversation's replies out."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any

from telegram import (
    CallbackQuery,
    Document,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    Message,
    Update,
)
from telegram.constants import ChatType
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

from bot.articles.catalogue import Entry, Joined, Library
from bot.articles.uploads import Uploads, for_readers, is_upload, take_link
from bot.background import Arguments, Result, in_background
from bot.chat.composing import Face, source_reply
from bot.chat.conversation import Conversation, split_command
from bot.chat.desk import Desk
from bot.chat.listing import list_reply
from bot.chat.replies import Action, Choice, Forget, Line, Reply
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.places import Place
from bot.store.store import Store
from bot.store.turns import Turn
from bot.telegram import inline
from bot.telegram.addressing import asked_in_reply, replied_message, text_for
from bot.telegram.callbacks import Press, decode
from bot.telegram.metrics import Metrics, Outcome
from bot.telegram.sending import Outbox, Sent, place_of
from bot.telegram.updates import Inbox, Processor
from bot.web.links import PageLinks
from bot.wording.texts import Wording, wording
from retrieval import Answer, ArticleError, Citation
from retrieval.errors import IndexAwayError

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
WAITED_AT_ONCE = 16  # the same where a cluster does most of the work
NAMING = ("/articles", "/article", "/start")  # commands about what a chat has sent
MAX_ALBUMS = 1_000  # whose refusal is remembered

NOT_FETCHED = "Telegram did not hand it over; send it again"

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Request = Callable[[int], BaseRequest]


class Handlers:
    """What is done with each kind of update."""

    def __init__(
        self,
        library: Callable[[], Library],
        store: Store,
        is_over: Callable[[int], bool],
        allowed_chats: Collection[int],
        uploads: Uploads | None = None,
        pages: PageLinks | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Take what the answers come from.

        Args:
            library: Returns what is asked, as it is now.
            store: Where turns last.
            is_over: Tells, once, whether an update is one too many of a person's.
            allowed_chats: The chats that are answered; if empty, all are.
            uploads: What readers send; None takes nothing.
            pages: Links to the articles' pages; None where they have none.
            metrics: Count what becomes of each message; None counts for nobody.
        """
        self._library = library
        self._pages = pages
        self._metrics = metrics or Metrics()
        self._uploads = uploads
        self._store = store
        self._is_over = is_over
        self._allowed_chats = allowed_chats
        self._outbox = Outbox(store.move)
        at_once = WAITED_AT_ONCE if library().is_remote else ANSWERED_AT_ONCE
        self._answering = asyncio.Semaphore(at_once)
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
        application.add_error_handler(self.apologise)

    async def respond(self, update: Update, context: Context) -> None:
        """Answer a message, or edit the answer to an edited one."""
        message = update.effective_message
        assert message is not None
        face = self._face(message)
        me = context.bot.bot
        text = text_for(message, me)
        document = message.document if face.uploads else None
        if document and not update.edited_message:
            if await self._admitted(update, message):
                await self._upload(message, document, text or "", face)
            return
        if text is None:
            await self._decline(update, message, face)
            return
        command, words = split_command(text)
        is_question = command in ("", "/ask")
        if update.edited_message and not is_question:
            return
        if is_question and not words:
            text = words = asked_in_reply(message, me) or text
        link = None
        if is_question and face.uploads and not update.edited_message:
            link, words = take_link(words)
        if not await self._admitted(update, message):
            return
        if link:
            await self._upload(message, link, words, face)
        else:
            await self._say(message, text, face)

    async def move(self, update: Update, _: Context) -> None:
        """Keep what is stored of a group that has become another."""
        message = update.effective_message
        assert message is not None
        with contextlib.suppress(StoreError):
            if new := message.migrate_to_chat_id:
                await self._store.move(message.chat_id, new)

    async def press(self, update: Update, _: Context) -> None:
        """Do what a button says; whatever comes of it, the person gets a toast."""
        query = update.callback_query
        assert query is not None
        spoken = wording(query.from_user.language_code)
        try:
            toast = await self._pressed(query, spoken, update.update_id)
        except StoreError:
            toast = spoken.store_away()
        except IndexAwayError:
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

    async def offer(self, update: Update, context: Context) -> None:
        """Answer an inline query with the best citations."""
        query = update.inline_query
        assert query is not None
        spoken = wording(query.from_user.language_code)
        library = self._library()
        label = ""
        results: list[InlineQueryResultArticle] = []
        if not self._is_allowed(query.from_user.id):
            label = spoken.not_allowed()
        elif self._is_over(update.update_id):
            label = spoken.too_many()
        elif question := query.query.strip():
            face = Face(spoken, several=library.count != 1, page_of=self._page_of)
            try:
                results = await self._aside(
                    inline.citations, library.answerer, question, face
                )
            except IndexAwayError:
                label = spoken.index_away()
            else:
                label = "" if results else spoken.not_found(several=face.several)
        else:
            label = spoken.ask_in_private()
            with contextlib.suppress(IndexAwayError):
                results = [
                    await self._looked_up(
                        inline.usage, library.articles, context.bot.bot, spoken
                    )
                ]
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

    async def _say(self, message: Message, text: str, face: Face) -> None:
        """Answer a question or carry out a command, however it was brought."""
        try:
            await self._say_or_do(message, text, face)
        except IndexAwayError:
            await self._tell(message, face.wording.index_away(), face)

    async def _say_or_do(self, message: Message, text: str, face: Face) -> None:
        command, _ = split_command(text)
        if command in ("", "/ask"):
            await self._ask(message, text, face)
        elif command == "/source":
            await self._deliver(message, await self._source(message, face), face)
        else:
            desk = await self._desk(message, own=command in NAMING)
            reply = await self._aside(desk.respond, text, (), face)
            await self._deliver(message, reply, face)

    async def _ask(self, message: Message, text: str, face: Face) -> None:
        """Answer what is asked or said, and count what becomes of it."""
        started = time.perf_counter()
        outcome: Outcome | None = Outcome.FAILED
        try:
            outcome = await self._answer(message, text, face)
        finally:
            if outcome:
                self._metrics.answered(outcome, time.perf_counter() - started)

    async def _answer(self, message: Message, text: str, face: Face) -> Outcome | None:
        """Answer what is asked or said; None if that was done before."""
        place = place_of(message)
        edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
        earlier: Turn | None = None
        history: Sequence[Answer] = ()
        with contextlib.suppress(StoreError):
            earlier, history = await self._store.turns.recall(place, message.message_id)
        if earlier and earlier.edited_at > edited_at:
            return None  # it came late: what it has become since is answered
        desk = await self._desk(message, own=False)
        reply = await self._aside(desk.respond, text, history, face)
        if (
            earlier
            and reply.answer
            and earlier.answer.question == reply.answer.question
        ):
            return None  # answered before the bot was stopped, or edited to the same
        replaced = earlier.message_ids if earlier and reply.answer else ()
        sent = await self._deliver(message, reply, face, replaced)
        if reply.answer is None:
            return Outcome.TALK
        with contextlib.suppress(StoreError):
            await self._store.turns.save(
                sent.place,
                message.message_id,
                reply.answer,
                sent.message_ids,
                earlier,
                edited_at=edited_at,
                is_private=is_upload(desk.chosen),
            )
        return Outcome.FOUND if reply.answer.found else Outcome.NOT_FOUND

    async def _deliver(
        self,
        message: Message,
        reply: Reply,
        face: Face,
        replaced: Sequence[int] = (),
    ) -> Sent:
        """Do what a reply says is done, then send it; nothing is sent elsewhere.

        Args:
            message: That it replies to.
            reply: Says, with its answer apart, so if its effect cannot be had.
            face: How the chat is spoken to.
            replaced: Messages that it takes the place of.
        """
        try:
            await self._carry_out(message, reply)
        except StoreError:
            if reply.answer is None:
                wording = face.wording
                is_forget = isinstance(reply.effect, Forget)
                problem = wording.not_forgotten() if is_forget else wording.not_chosen()
                reply = Reply((Line(problem),))
        return await self._outbox.replace(message, replaced, reply)

    async def _carry_out(self, message: Message, reply: Reply) -> None:
        """Do what a reply says is done."""
        match reply.effect:
            case Forget():
                await self._store.forget(message.chat_id)
                if self._uploads:
                    self._uploads.forget(message.chat_id)
            case Choice(slug):
                await self._store.choices.choose(place_of(message), slug)

    async def _tell(self, message: Message, text: str, face: Face) -> None:
        await self._deliver(message, Reply((Line(text),)), face)

    async def _decline(self, update: Update, message: Message, face: Face) -> None:
        """Answer what is no text; of an album, once."""
        album = message.media_group_id
        if not _is_private(message) or update.edited_message or album in self._albums:
            return
        if album:
            self._albums.append(album)
        if await self._admitted(update, message):
            text_only = face.wording.text_only(uploads=face.uploads)
            await self._tell(message, text_only, face)

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
        place, wording = place_of(message), face.wording
        if isinstance(sent, Document) and (
            (sent.file_size or 0) > limits.megabytes * 1024**2
        ):
            await self._tell(message, wording.upload_too_large(limits.megabytes), face)
            return
        try:
            async with self._uploads.slots:
                entry = await self._read(place, sent)
        except ArticleError as error:
            self._metrics.unread()
            problem = wording.upload_refused(for_readers(error.problem))
            await self._tell(message, problem, face)
        except TelegramError as error:
            logger.warning("A document could not be fetched: %s", error)
            await self._tell(message, wording.upload_refused(NOT_FETCHED), face)
        except StoreError:
            await self._tell(message, wording.store_away(), face)
        else:
            read = wording.upload_read(entry.article, limits.hours)
            await self._tell(message, read, face)
            if question:
                await self._say(message, question, face)

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
        if library.count == 1 and self._uploads is None:
            return desk
        try:
            chosen = await self._store.choices.chosen(place_of(message))
            entries = (
                await self._uploads.entries(message.chat_id)
                if self._uploads and (own or is_upload(chosen))
                else ()
            )
            desk = Desk(library, chosen, tuple(entries))
        except StoreError:
            return Desk(library, is_unsure=True)
        entry = await self._looked_up(desk.find, desk.chosen)
        if entry and not library.has_indexed(entry):
            await in_background(library.index_own, entry)  # others need not wait
        return desk

    async def _source(self, message: Message, face: Face) -> Reply:
        place = place_of(message)
        target = replied_message(message)
        try:
            if target is None:
                if self._store.turns.has_lost(place):
                    return Reply((Line(face.wording.not_kept()),))
                turn = await self._store.turns.last(place)
            else:
                turn = await self._store.turns.of_message(
                    message.chat_id, target.message_id
                )
                if turn is None:
                    return Reply((Line(face.wording.not_remembered()),))
        except StoreError:
            return Reply((Line(face.wording.store_away()),))
        turns = [turn.answer] if turn else []
        conversation = Conversation(self._library(), turns, face)
        return await self._looked_up(conversation.respond, "/source")

    async def _pressed(
        self, query: CallbackQuery, spoken: Wording, update_id: int
    ) -> str:
        """Do what a button says; return the toast, or ""."""
        message = query.message
        press = decode(query.data)
        if message is None or press is None:
            return spoken.out_of_date()
        if not self._is_allowed(message.chat.id):
            return spoken.not_allowed()
        if self._is_over(update_id):
            return spoken.too_many()
        if press.action in (Action.LIST, Action.CHOOSE):
            if not isinstance(message, Message) or not message.is_accessible:
                return spoken.out_of_date()
            return await self._browse(message, press, self._face(message, spoken))
        if press.action is Action.ASK:
            if not isinstance(message, Message):
                return spoken.out_of_date()
            return await self._ask_sample(message, press, self._face(message, spoken))
        turn = await self._store.turns.of_message(message.chat.id, message.message_id)
        if turn is None:
            return spoken.out_of_date()
        if press.action in (Action.RIGHT, Action.WRONG):
            is_right = press.action is Action.RIGHT
            new = await self._store.feedback.rate(
                turn, query.from_user.id, is_right=is_right
            )
            return spoken.thanks() if new else spoken.thanked_before()
        assert isinstance(message, Message)  # python-telegram-bot makes no other
        if press.action is not Action.SOURCE and not message.is_accessible:
            return spoken.out_of_date()  # too old for Telegram to let us edit it
        face = self._face(message, spoken)
        if press.action is Action.MEANT:
            return await self._ask_meant(message, turn, face)
        try:
            return await self._show(message, turn, press, face)
        except IndexError:
            return spoken.out_of_date()

    async def _browse(self, message: Message, press: Press, face: Face) -> str:
        """Show a page of the articles, or choose one; return the toast, or ""."""
        desk = await self._desk(message, own=True)
        entry = await self._looked_up(desk.find, press.slug)
        if press.action is Action.LIST:
            entries = Joined(desk.own, desk.library.entries)
            chosen = await self._looked_up(desk.find, desk.chosen)
            reply = await self._looked_up(list_reply, entries, chosen, face, press.view)
        elif press.slug and entry is None:
            return face.wording.no_such_article(press.slug)
        else:
            conversation = await self._looked_up(desk.conversation, (), face)
            reply = await self._aside(conversation.choose, entry)
            if reply.effect is None:  # the list stays as it is
                return face.wording.index_away()
        await self._carry_out(message, reply)
        await self._outbox.replace(message, [message.message_id], reply)
        return ""

    async def _ask_sample(self, message: Message, press: Press, face: Face) -> str:
        """Answer a sample question; return the toast, or ""."""
        desk = await self._desk(message, own=True)
        conversation = await self._looked_up(desk.conversation, (), face)
        reply = await self._aside(conversation.ask_sample, press.view)
        if reply is None:
            return face.wording.out_of_date()
        if reply.answer is None:
            return face.wording.index_away()
        sent = await self._deliver(message, reply, face)
        with contextlib.suppress(StoreError):
            # Nobody has written the question: the answer stands for it.
            await self._store.turns.save(
                sent.place,
                sent.message_ids[0],
                reply.answer,
                sent.message_ids,
                is_private=is_upload(desk.chosen),
            )
        return ""

    async def _ask_meant(self, message: Message, turn: Turn, face: Face) -> str:
        """Answer what may have been meant, instead; return the toast, or ""."""
        if not turn.answer.meant:
            return face.wording.out_of_date()
        desk = await self._desk(message, own=False)
        _, history = await self._store.turns.recall(place_of(message), turn.question_id)
        conversation = await self._looked_up(desk.conversation, history, face)
        reply = await self._aside(conversation.ask_aloud, turn.answer.meant_question)
        if reply.answer is None:
            return face.wording.index_away()
        sent = await self._deliver(message, reply, face, turn.message_ids)
        await self._store.turns.save(
            sent.place,
            turn.question_id,
            reply.answer,
            sent.message_ids,
            turn,
            edited_at=turn.edited_at,
            is_private=is_upload(desk.chosen),
        )
        return ""

    async def _show(
        self, message: Message, turn: Turn, press: Press, face: Face
    ) -> str:
        """Show a view or its source; return the toast, or ""."""
        if press.action is Action.SHOW:
            desk = await self._desk(message, own=False)
            conversation = await self._looked_up(desk.conversation, [turn.answer], face)
            reply = await self._looked_up(conversation.show, press.view)
            await self._deliver(message, reply, face, [message.message_id])
            return ""
        reply = await self._looked_up(source_reply, turn.answer, face, press.view)
        if not await self._store.turns.claim_source(turn, press.view):
            return face.wording.shown_before()
        try:
            await self._deliver(message, reply, face)
        except TelegramError:
            await self._store.turns.release_source(turn)
            raise
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

    async def _looked_up(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call what looks into the library; beside the event loop if that may wait."""
        if self._library().is_remote:
            return await in_background(function, *args, **kwargs)
        return function(*args, **kwargs)

    async def _admitted(self, update: Update, message: Message) -> bool:
        """Tell whether to answer a message; if not, say so."""
        face = self._face(message)
        is_over = self._is_over(update.update_id)
        if not self._is_allowed(message.chat_id):
            await self._tell(message, face.wording.not_allowed(), face)
            return False
        if is_over:
            await self._tell(message, face.wording.too_many(), face)
        return not is_over

    def _face(self, message: Message, spoken: Wording | None = None) -> Face:
        return Face(
            spoken or _wording(message),
            buttons=True,
            brief=not _is_private(message),
            uploads=self._uploads is not None and _is_private(message),
            several=self._library().count != 1,
            page_of=self._page_of,
        )

    def _page_of(self, citation: Citation) -> str | None:
        if self._pages is None:
            return None
        try:
            return self._pages.of(citation, self._library())
        except IndexAwayError:  # the answer stands without its page
            return None

    def _is_allowed(self, chat_id: int) -> bool:
        return not self._allowed_chats or chat_id in self._allowed_chats

    async def apologise(self, update: object, context: Context) -> None:
        """Log what went wrong; say sorry if it was our own fault."""
        error = context.error
        if isinstance(error, Forbidden):
            logger.info("A reader has blocked the bot: %s", error)
            return
        logger.error("A message could not be answered", exc_info=error)
        ours = not isinstance(error, TelegramError) or isinstance(error, BadRequest)
        message = update.message if isinstance(update, Update) else None
        if ours and message:
            face = self._face(message)
            with contextlib.suppress(TelegramError):
                await self._tell(message, face.wording.sorry(), face)


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
        .concurrent_updates(Processor(inbox))
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
