"""Telegram: updates in, the conversation's replies out."""

import asyncio
import contextlib
import logging
import signal
from collections import defaultdict
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from telegram import Bot, BotCommand, LinkPreviewOptions, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackContext,
    MessageHandler,
    Updater,
    filters,
)
from telegram.request import HTTPXRequest
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    stop_never,
    wait_random_exponential,
)

from bot import messages
from bot.conversation import Conversation, Line, Reply
from bot.rendering import render_telegram
from bot.store import MemoryStore
from retrieval import Answerer

logger = logging.getLogger(__name__)

MAX_CONCURRENT_UPDATES = 1_024  # waiting for Telegram, not computing
RETRY_SECONDS = 300  # an answer outlives an outage of this length
MAX_WAIT_SECONDS = 5  # between two tries, so that the bot is soon back
RATE_LIMIT_RETRIES = 10  # each waits as long as Telegram says
CANCEL_SECONDS = 0.5  # for a cancelled task to let go
_UNKNOWN_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
STOP_SECONDS = 3.5  # to finish what is under way; service managers kill after some 10

App = Application[Any, Any, Any, Any, Any, Any]


class _ServerError(NetworkError):
    """A 5xx reply of the Bot API server."""


class RetryingRequest(HTTPXRequest):
    """Repeats a request on dropped connections and 5xx replies, with backoff.

    Polling is repeated for ever, any other call for `RETRY_SECONDS`. HTTP 429 is
    left to the rate limiter, which makes the other calls wait too.
    """

    def __init__(self, refused: asyncio.Event, **options: Any) -> None:
        """Take the options of `HTTPXRequest`.

        Args:
            refused: Set when Telegram does not know the token; polling alone would
                end without a word.
            options: Those of `HTTPXRequest`.
        """
        super().__init__(**options)
        self._refused = refused

    async def do_request(
        self, url: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Send a request; see `telegram.request.BaseRequest.do_request`.

        Raises:
            NetworkError: The server could not be reached in time.
        """
        method = url.rpartition("/")[2]
        for_ever = method in {"getUpdates", "getMe", "deleteWebhook"}
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(NetworkError),
            wait=wait_random_exponential(multiplier=0.5, max=MAX_WAIT_SECONDS),
            stop=stop_never if for_ever else stop_after_delay(RETRY_SECONDS),
            before_sleep=_log_retry(method),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                code, payload = await super().do_request(url, *args, **kwargs)
                if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise _ServerError(f"HTTP {code}")
        if code in _UNKNOWN_TOKEN:
            self._refused.set()
        return code, payload


def _log_retry(method: str) -> Any:
    def log(state: RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        logger.warning(
            "%s failed, trying again (%s; try %d)", method, error, state.attempt_number
        )

    return log


class ChatOrder(BaseUpdateProcessor):
    """Processes chats concurrently, and each chat's updates in order."""

    def __init__(self) -> None:
        """Start with no chat waiting."""
        super().__init__(MAX_CONCURRENT_UPDATES)
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[int, int] = defaultdict(int)

    async def do_process_update(
        self, update: object, coroutine: Awaitable[Any]
    ) -> None:
        """Process an update once those before it in its chat are done."""
        chat = update.effective_chat if isinstance(update, Update) else None
        key = chat.id if chat else 0
        self._waiting[key] += 1
        try:
            async with self._locks[key]:  # asyncio.Lock is fair: first in, first out
                await coroutine
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]

    async def initialize(self) -> None:
        """Do nothing; there is nothing to allocate."""

    async def shutdown(self) -> None:
        """Do nothing; there is nothing to free."""


def build_application(
    token: str, base_url: str, answerer: Answerer, refused: asyncio.Event
) -> App:
    """Build the Telegram application; nothing is sent before it runs.

    Args:
        token: The bot's token.
        base_url: The Bot API server that the token is appended to.
        answerer: Answers the questions.
        refused: Set when Telegram does not know the token.
    """
    store = MemoryStore()
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(base_url)
        .request(RetryingRequest(refused))
        .get_updates_request(RetryingRequest(refused, connection_pool_size=1))
        .rate_limiter(AIORateLimiter(max_retries=RATE_LIMIT_RETRIES))
        .concurrent_updates(ChatOrder())
        .build()
    )

    async def respond(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        message = update.effective_message
        assert message is not None
        assert message.text is not None
        if _is_for_another_bot(message.text, application.bot.username):
            return
        conversation = Conversation(answerer, store.turns(message.chat_id))
        reply = conversation.respond(message.text)
        await _send(update, reply)
        store.save(message.chat_id, conversation.turns)

    async def decline(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        await _send(update, Reply((Line(messages.TEXT_ONLY),)))

    new = filters.UpdateType.MESSAGE
    application.add_handler(MessageHandler(filters.TEXT & new, respond))
    # Groups are full of pictures that are not meant for the bot.
    application.add_handler(
        MessageHandler(
            filters.ChatType.PRIVATE & new & ~filters.StatusUpdate.ALL, decline
        )
    )
    application.add_error_handler(_apologise)
    return application


async def run(token: str, base_url: str, answerer: Answerer) -> None:
    """Answer until SIGTERM or SIGINT; then finish what is under way.

    Raises:
        InvalidToken: Telegram does not know the token.
    """
    stop = asyncio.Event()
    refused = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has only Ctrl-C
            loop.add_signal_handler(number, stop.set)
    application = build_application(token, base_url, answerer, refused)
    serving = asyncio.create_task(_serve(application, stop))
    await _first_of(serving, stop.wait(), refused.wait())
    if refused.is_set():
        await _cancel(serving)
        raise InvalidToken
    _, late = await asyncio.wait((serving,), timeout=STOP_SECONDS)
    if late:
        await _cancel(serving)
        logger.warning("Stopped while Telegram could not be reached")
        return
    serving.result()


async def _serve(application: App, stop: asyncio.Event) -> None:
    updater = application.updater
    assert updater is not None
    starting = asyncio.create_task(_start(application, updater))
    await _first_of(starting, stop.wait())
    if not starting.done():
        await _cancel(starting)
        return
    starting.result()
    menu = asyncio.create_task(_set_menu(application))
    logger.info("Answering as @%s", application.bot.username)
    await stop.wait()
    await _cancel(menu)
    await updater.stop()
    await application.stop()
    await application.shutdown()


async def _start(application: App, updater: Updater) -> None:
    await application.initialize()
    await application.start()
    await updater.start_polling(
        allowed_updates=[Update.MESSAGE], error_callback=_log_polling_error
    )


async def _first_of(*events: Awaitable[Any]) -> None:
    """Wait for the first of several; leave tasks running, drop the others."""
    tasks = [asyncio.ensure_future(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, event in zip(tasks, events, strict=True):
        if task is not event:
            task.cancel()


async def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task; what it raises is taken note of, so that asyncio logs nothing."""
    task.cancel()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(
            asyncio.gather(task, return_exceptions=True), CANCEL_SECONDS
        )


async def _set_menu(application: App) -> None:
    commands = [BotCommand(name, text) for name, text in messages.COMMANDS.items()]
    try:
        await application.bot.set_my_commands(commands)
    except TelegramError as error:
        logger.warning("The command menu could not be set: %s", error)


def _log_polling_error(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        logger.error(
            "Another program is fetching this bot's messages with the same token; "
            "stop it, for only one can"
        )
    else:
        logger.warning("Fetching messages failed, trying again: %s", error)


def _is_for_another_bot(text: str, username: str) -> bool:
    command, _, addressee = (text.split() or [""])[0].partition("@")
    return (
        command.startswith("/")
        and bool(addressee)
        and addressee.casefold() != username.casefold()
    )


async def _send(update: Update, reply: Reply) -> None:
    """Send a reply to the message that asked, also if that is gone by then."""
    message = update.effective_message
    assert message is not None
    for html in render_telegram(reply):
        await message.reply_text(
            html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_parameters=ReplyParameters(
                message.message_id, allow_sending_without_reply=True
            ),
        )


async def _apologise(
    update: object, context: CallbackContext[Any, Any, Any, Any]
) -> None:
    """Log what went wrong; say sorry if it was our own fault."""
    error = context.error
    if isinstance(error, Forbidden):
        logger.info("A reader has blocked the bot: %s", error)
        return
    logger.error("A message could not be answered", exc_info=error)
    ours = not isinstance(error, TelegramError) or isinstance(error, BadRequest)
    if ours and isinstance(update, Update) and update.effective_message:
        with contextlib.suppress(TelegramError):
            await _send(update, Reply((Line(messages.SORRY),)))


async def probe_token(token: str, base_url: str) -> tuple[str, str]:
    """Ask Telegram, once, who the token belongs to.

    Returns:
        The bot's user name and "", or "" and what is wrong.
    """
    try:
        async with Bot(token, base_url=base_url) as bot:
            return bot.username, ""
    except InvalidToken:
        return "", "Telegram does not know it; copy it again from @BotFather"
    except TelegramError as error:
        return "", f"not checked, Telegram cannot be reached ({type(error).__name__})"
