"""The commands for who runs a bot: serve, check, feedback."""

import asyncio
import logging

from rich.console import Console
from telegram.error import InvalidToken, TelegramError

from bot.articles.catalogue import Catalogue
from bot.articles.cluster import AnyWatcher
from bot.commands.checking import check, reader_line
from bot.commands.feedback import run_feedback
from bot.service import ProxyError, WebhookError, run
from bot.settings import TELEGRAM, Settings, SettingsError
from bot.store.errors import StoreError, StoreURLError
from bot.store.store import Store
from bot.store.urls import default_url
from retrieval.reader import Reader
from retrieval.sources import one_printable_line

DONE, FAILED = 0, 2  # exit codes


def serve(
    watcher: AnyWatcher, settings: Settings, token: str, reader: Reader | None
) -> int:
    """Answer in Telegram until stopped; return the exit code.

    Raises:
        SettingsError: The token, a URL or an address is wrong.
    """
    store = _store(settings, token)

    async def run_and_close() -> None:
        try:
            await run(token, settings, store, watcher, reader_line(reader))
        finally:
            await store.close()

    try:
        asyncio.run(run_and_close())
    except InvalidToken:
        raise SettingsError(
            "Telegram does not know this BOT_TOKEN; copy it again from @BotFather"
        ) from None
    except ProxyError as error:
        raise SettingsError(str(error)) from error
    except WebhookError as error:
        raise SettingsError(
            "Telegram does not take BOT_WEBHOOK_URL: "
            f"{one_printable_line(str(error))}; correct it, or unset it to poll"
        ) from None
    except TelegramError as error:
        # Its text may hold the token.
        raise SettingsError(
            f"the Bot API server gave no sense ({type(error).__name__}); "
            "check BOT_TOKEN and BOT_BASE_URL"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"cannot listen for the webhook, the pages or /healthz ({error.strerror}); "
            "choose another address or port"
        ) from error
    return DONE


def list_feedback(
    settings: Settings, token: str, console: Console, *, as_json: bool
) -> int:
    """Print what readers miss; return the exit code.

    Raises:
        SettingsError: The store is not named, or cannot be used.
    """
    if not token and not settings.database_url:
        raise SettingsError(
            "neither BOT_DATABASE_URL nor BOT_TOKEN is set; one of them tells where "
            "the bot keeps its answers"
        )
    store = _store(settings, token)
    logging.disable(logging.CRITICAL)  # the line below says it all
    try:
        asyncio.run(run_feedback(store, console, as_json=as_json))
    except StoreError as error:
        raise SettingsError(f"the store at {store.where} cannot be used") from error
    return DONE


def check_all(
    settings: Settings,
    catalogue: Catalogue,
    token: str,
    reader: Reader | None,
    console: Console,
) -> int:
    """Print what is configured and whether it works; return the exit code.

    Raises:
        SettingsError: The database URL is wrong.
    """
    store = _store(settings, token) if token or settings.database_url else None
    is_well = check(settings, catalogue, token, store, reader, console)
    return DONE if is_well else FAILED


def _store(settings: Settings, token: str) -> Store:
    server = "" if settings.base_url == TELEGRAM else settings.base_url
    url = settings.database_url
    try:
        return Store(url.get_secret_value() if url else default_url(token, server))
    except StoreURLError as error:
        raise SettingsError(str(error)) from error
