"""The `telegram` command: answer until stopped, and say in one line what went wrong."""

import asyncio

from telegram.error import InvalidToken, TelegramError

from bot.articles.watcher import Watcher
from bot.commands.checking import reader_line
from bot.commands.stores import open_store
from bot.service import WebhookError, run
from bot.settings import Settings, SettingsError
from bot.telegram.proxies import ProxyError
from retrieval.encoder import Reader
from retrieval.sources import printable_line


def serve(
    watcher: Watcher, settings: Settings, token: str, reader: Reader | None
) -> None:
    """Answer in Telegram until stopped.

    Raises:
        SettingsError: The token, a URL or an address is wrong.
    """
    store = open_store(settings, token)

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
            f"{printable_line(str(error))}; correct it, or unset it to poll"
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
