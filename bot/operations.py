"""The commands for who runs a bot: serve, check, feedback."""

import asyncio
import logging
from collections.abc import Sequence

from rich.console import Console
from telegram.error import InvalidToken, TelegramError

from bot.feedback import run_feedback
from bot.library import Entry
from bot.messages import ENGLISH
from bot.rendering import printable
from bot.service import ProxyError, WebhookError, probe_token, run
from bot.settings import TELEGRAM, Settings, SettingsError
from bot.shelf import Shelf
from bot.store import Store, StoreError, StoreURLError, default_url
from retrieval.loading import kept_from
from retrieval.loading.containment import FILES, NETWORK
from retrieval.loading.content import UnreadableError
from retrieval.reader import Reader
from retrieval.sources import one_printable_line

DONE, FAILED = 0, 2  # exit codes
MAX_LISTED = 20  # articles


def serve(shelf: Shelf, settings: Settings, token: str, reader: Reader | None) -> int:
    """Answer in Telegram until stopped; return the exit code.

    Raises:
        SettingsError: The token, a URL or an address is wrong.
    """
    store = _store(settings, token)

    async def run_and_close() -> None:
        try:
            await run(token, settings, store, shelf, reader_line(reader))
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
            f"cannot listen for the webhook or /healthz ({error.strerror}); "
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


def check(
    settings: Settings,
    entries: Sequence[Entry],
    token: str,
    reader: Reader | None,
    console: Console,
) -> int:
    """Print what is configured and whether it works; return the exit code.

    Raises:
        SettingsError: The database URL is wrong.
    """
    lines = [
        f"Article {entry.slug}: {ENGLISH.title_line(entry.article)}, "
        f"language {entry.article.language}, passages {len(entry.article.passages)}, "
        f"from {entry.article.source}"
        for entry in entries[:MAX_LISTED]
    ]
    if len(entries) > MAX_LISTED:
        lines.append(f"… and {len(entries) - MAX_LISTED:,} more articles")
    lines.append(f"Reader: {reader_line(reader)}")
    if settings.allow_uploads:
        lines.append(f"Readers' documents: {_containment_line()}")
    logging.disable(logging.CRITICAL)  # the lines below say it all
    problems = []
    if token or settings.database_url:
        store = _store(settings, token)
        problem = asyncio.run(_probe_store(store))
        lines.append(f"Store: {problem or 'works'}, {store.where}")
        problems.append(problem)
    else:
        lines.append("Store: none; the console keeps its turns in memory")
    if token:
        username, problem = asyncio.run(probe_token(token, settings.base_url))
        lines.append(f"Token: {problem or f'works, the bot is @{username}'}")
        problems.append(problem)
    else:
        lines.append("Token: not set; the console works, Telegram needs BOT_TOKEN")
    console.print(printable("\n".join(lines)), soft_wrap=True)
    return FAILED if any(problems) else DONE


def reader_line(reader: Reader | None) -> str:
    """Say which reader answers."""
    if reader is None:
        return "none, answers come from words alone"
    does = "meaning and a judge" if reader.judges else "meaning, without a judge"
    return f"{reader.name}, {does}, languages {', '.join(sorted(reader.languages))}"


def _containment_line() -> str:
    """Say what a document that means harm is kept from."""
    try:
        reach = {FILES: "your files", NETWORK: "the network"}
        kept = kept_from()
    except UnreadableError as error:
        return f"cannot be read, {error}"
    open_ = [words for name, words in reach.items() if name not in kept]
    if open_:
        return (
            f"read apart, but this system cannot keep them from {' and '.join(open_)}"
        )
    return "read apart, without your files and the network"


async def _probe_store(store: Store) -> str:
    try:
        await store.probe()
    except StoreError as error:
        return f"cannot be used ({error})"
    finally:
        await store.close()
    return ""


def _store(settings: Settings, token: str) -> Store:
    server = "" if settings.base_url == TELEGRAM else settings.base_url
    url = settings.database_url
    try:
        return Store(url.get_secret_value() if url else default_url(token, server))
    except StoreURLError as error:
        raise SettingsError(str(error)) from error
