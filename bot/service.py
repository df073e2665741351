"""The bot as a service in Telegram: start, polling or webhook, orderly stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from telegram.error import InvalidToken, TelegramError

from bot.articles.uploads import MAX_CHARACTERS, UploadLimits, Uploads
from bot.articles.watcher import Watcher
from bot.chat.buttons import ButtonService
from bot.chat.context import ChatContexts
from bot.chat.delivery import Delivery
from bot.chat.service import ChatService
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.access import Access
from bot.telegram.admins import Admins
from bot.telegram.admission import Admission
from bot.telegram.application import (
    ALLOWED_UPDATES,
    App,
    Handlers,
    build_application,
    build_bot,
)
from bot.telegram.buttons import Buttons
from bot.telegram.health import health_routes
from bot.telegram.inbox import Inbox
from bot.telegram.inline import InlineQueries
from bot.telegram.metrics import Metrics
from bot.telegram.polling import Poller, PollingBot
from bot.telegram.profile import update_profile
from bot.telegram.proxies import translate_proxy_errors
from bot.telegram.request import RetryingRequest
from bot.telegram.sending import Outbox
from bot.telegram.webhook import webhook_routes
from bot.voice.transcriber import Transcriber
from bot.web.page_links import PageLinks
from bot.web.pages import page_routes
from bot.web.server import WebServer
from retrieval.encoder.cache import EmbeddingCache
from retrieval.loading.load import read_article
from retrieval.loading.trust import Trust
from retrieval.loading.web.fetching import fetch
from retrieval.sources import split_link

logger = logging.getLogger(__name__)

CANCEL_SECONDS = 0.5  # for a cancelled task to let go
STOP_SECONDS = 2.5  # to finish work; service managers kill after about 10
TAKE_OVER_SECONDS = 10  # between two looks for updates of a dead process
PRUNE_SECONDS = 3_600
LOG_SECONDS = 5  # between two tries to empty the log of a store that is being read
NOTES_SECONDS = 5  # between two looks for problems that operators are told of
FAILED_SECONDS = 10  # between work in the background that failed and the next try


class WebhookError(Exception):
    """Telegram refuses the webhook; the message is its reason."""


class _Web:
    """The servers of the process, one for each address."""

    def __init__(self) -> None:
        self._servers: dict[tuple[str, int], WebServer] = {}

    def at(self, listen: str, port: int) -> WebServer:
        """Return the server of an address.

        Raises:
            OSError: The address cannot be listened on.
        """
        if (listen, port) not in self._servers:
            self._servers[listen, port] = WebServer(listen, port)
        return self._servers[listen, port]

    def stop(self) -> None:
        """Stop accepting connections on every address."""
        for server in self._servers.values():
            server.stop()


async def run_telegram(
    token: str,
    settings: Settings,
    store: Store,
    watcher: Watcher,
    encoder: str,
    embeddings: EmbeddingCache | None,
    transcriber: Transcriber | None = None,
) -> None:
    """Answer until SIGTERM or SIGINT, then finish the updates under way.

    Updates that cannot be finished in time wait in the store for the next start.

    Args:
        token: The bot's token.
        settings: The settings.
        store: Where updates, turns and choices are stored.
        watcher: Keeps the articles up to date.
        encoder: A description of the encoder, for `/healthz`.
        embeddings: Group questions for operators; None groups them by words.
        transcriber: Turns recordings into text; None if they are not heard.

    Raises:
        InvalidToken: Telegram does not know the token.
        WebhookError: Telegram refuses the webhook.
        ProxyError: A proxy cannot be used.
        OSError: An address cannot be listened on.
    """
    stop = asyncio.Event()
    refused = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has only Ctrl-C
            loop.add_signal_handler(number, stop.set)
    metrics = Metrics()
    inbox = Inbox(store, Admission(settings.questions_per_minute), metrics)
    metrics.register_gauges(
        waiting=lambda: inbox.pending,
        articles=lambda: watcher.catalogue.count,
        store_works=lambda: store.database.is_available,
    )
    pages = PageLinks(settings.public_url, token) if settings.public_url else None
    request = partial(_request, refused, metrics, store.clock.compare)
    telegram = build_bot(settings, token, request, metrics)
    poller = Poller(telegram, inbox, metrics, ALLOWED_UPDATES)
    admins = Admins(telegram, store, settings.admins, embeddings)

    def load_failed(problem: str) -> None:
        metrics.load_failed()
        admins.notes.add(problem)

    watcher.on_load_failure = load_failed
    handlers = _build_handlers(
        telegram, settings, store, inbox, watcher, pages, metrics, admins, transcriber
    )
    application = build_application(telegram, handlers, inbox)
    web = _Web()
    if settings.health_port:
        told = health_routes(
            store,
            inbox,
            metrics,
            encoder,
            watcher.catalogue.ping,
            lambda: watcher.catalogue.answerer.n_missing_articles,
            None if settings.webhook_url else poller,
            transcriber,
        )
        web.at(settings.health_listen, settings.health_port).add(told)
    if pages:
        routes = page_routes(lambda: watcher.catalogue, pages)
        web.at(settings.webhook_listen, settings.webhook_port).add(routes)
    serving = asyncio.create_task(
        _serve(application, settings, store, inbox, poller, watcher, web, admins, stop)
    )
    await _wait_first(serving, stop.wait(), refused.wait())
    await inbox.give_back_tries()
    if refused.is_set():
        await _cancel(serving)
        raise InvalidToken
    _, late = await asyncio.wait((serving,), timeout=STOP_SECONDS)
    if late:
        await _cancel(serving)
        logger.warning(
            "Stopped while Telegram could not be reached; questions that are "
            "not answered yet will be answered at the next start"
        )
        return
    serving.result()


def _build_handlers(
    telegram: PollingBot,
    settings: Settings,
    store: Store,
    inbox: Inbox,
    watcher: Watcher,
    pages: PageLinks | None,
    metrics: Metrics,
    admins: Admins,
    transcriber: Transcriber | None,
) -> Handlers:
    """Compose the chat service and its face in Telegram."""
    uploads = _uploads(settings, store)
    contexts = ChatContexts(
        lambda: watcher.catalogue,
        store,
        inbox.trying,
        uploads,
        pages.for_citation if pages else None,
        retention_days=settings.retention_days,
        contact=settings.contact,
        voice=transcriber is not None,
        own_words=settings.own_words,
    )
    delivery = Delivery(Outbox(telegram, store.move), store, uploads)
    allowed = settings.allowed_chats
    access = Access(allowed | settings.admins if allowed else allowed)
    return Handlers(
        telegram,
        contexts,
        delivery,
        ChatService(contexts, delivery, store, uploads, metrics, transcriber),
        Buttons(ButtonService(contexts, delivery, store), contexts, access),
        InlineQueries(contexts, access),
        access,
        store,
        admins,
    )


async def _serve(
    application: App,
    settings: Settings,
    store: Store,
    inbox: Inbox,
    poller: Poller,
    watcher: Watcher,
    web: _Web,
    admins: Admins,
    stop: asyncio.Event,
) -> None:
    starting = asyncio.create_task(_start(application, settings, store, inbox, web))
    await _wait_first(starting, stop.wait())
    if not starting.done():
        await _cancel(starting)
        return
    starting.result()
    refreshing = partial(watcher.watch, settings.refresh_minutes * 60)
    taking_over = partial(inbox.take_over, application.bot)
    tasks = [
        asyncio.create_task(update_profile(application.bot)),
        asyncio.create_task(_repeat(refreshing, 0)),
        asyncio.create_task(_repeat(taking_over, TAKE_OVER_SECONDS)),
        asyncio.create_task(_repeat(partial(_prune, store, settings), PRUNE_SECONDS)),
        asyncio.create_task(_repeat(store.database.truncate_wal_again, LOG_SECONDS)),
        asyncio.create_task(_repeat(admins.send_notes, NOTES_SECONDS)),
    ]
    if settings.webhook_url is None:
        tasks.append(asyncio.create_task(_repeat(poller.run, 0)))
    logger.info("Answering as @%s", application.bot.username)
    await stop.wait()
    for task in tasks:
        await _cancel(task)
    if settings.webhook_url is None:
        await poller.confirm()
    web.stop()
    await application.stop()
    await application.shutdown()


async def _start(
    application: App, settings: Settings, store: Store, inbox: Inbox, web: _Web
) -> None:
    await application.initialize()
    await _prune(store, settings)  # now that Telegram has told its time
    await application.start()
    bot = application.bot
    await inbox.take_over(bot, starting=True)
    if settings.webhook_url is None:
        await bot.delete_webhook()
        return
    path = settings.webhook_path
    if path is None:
        path = split_link(settings.webhook_url)[1]
    secret = settings.webhook_secret_token
    routes = webhook_routes(path, secret, bot, inbox)
    web.at(settings.webhook_listen, settings.webhook_port).add(routes)
    try:
        await bot.set_webhook(
            settings.webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
        )
    except TelegramError as error:
        raise WebhookError(error.message) from error


async def _repeat(act: Callable[[], Awaitable[Any]], seconds: float) -> None:
    """Wait and call a function, again and again; errors are logged.

    Args:
        act: The function.
        seconds: The wait before each call.
    """
    while True:
        await asyncio.sleep(seconds)
        try:
            await act()
        except Exception:  # without it, updates would seem to be left by a dead process
            logger.exception("A background task failed; it goes on")
            await asyncio.sleep(FAILED_SECONDS)


async def _prune(store: Store, settings: Settings) -> None:
    with contextlib.suppress(StoreError):
        await store.prune(settings.retention_days, settings.upload_hours)


def _uploads(settings: Settings, store: Store) -> Uploads | None:
    if not settings.allow_uploads:
        return None
    limits = UploadLimits(
        settings.upload_megabytes, settings.uploads_per_chat, settings.upload_hours
    )
    read = partial(
        read_article,
        language=settings.language,
        seconds=settings.reading_seconds,
        max_characters=MAX_CHARACTERS,
        trust=Trust.USER,
    )
    fetching = partial(
        fetch,
        allow_private=settings.allow_private_urls,
        max_bytes=int(settings.upload_megabytes * 1024**2),
    )
    return Uploads(store, limits, read, fetching)


async def _wait_first(*events: Awaitable[Any]) -> None:
    """Wait for the first of several events; tasks go on, other events are cancelled."""
    tasks = [asyncio.ensure_future(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, event in zip(tasks, events, strict=True):
        if task is not event:
            task.cancel()


async def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and retrieve its error so that asyncio logs none."""
    task.cancel()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(
            asyncio.gather(task, return_exceptions=True), CANCEL_SECONDS
        )


def _request(
    refused: asyncio.Event,
    metrics: Metrics,
    told_time: Callable[[float], None],
    size: int,
) -> RetryingRequest:
    with translate_proxy_errors():
        return RetryingRequest(refused, metrics, told_time, connection_pool_size=size)
