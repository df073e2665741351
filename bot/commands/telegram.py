"""`article-bot telegram`: answer in Telegram until stopped."""

import argparse
import asyncio

from bot.articles.watcher import Watcher
from bot.background import exit_without_waiting
from bot.commands.arguments import SUCCESS, Subparsers
from bot.commands.components import (
    describe_encoder,
    load_articles,
    make_encoder,
    make_transcriber,
    open_store,
)
from bot.settings import Settings, SettingsError
from bot.voice.transcriber import Transcriber
from retrieval.encoder import Embedder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.sources import printable_line


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command; it has no arguments."""
    parser = subparsers.add_parser("telegram", help="answer in Telegram")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001
    """Answer until stopped.

    Raises:
        SettingsError: The token is missing; or the token, a URL or an address to
            listen on is wrong.
    """
    if not settings.bot_token:
        raise SettingsError(
            "BOT_TOKEN is not set; put the token from @BotFather there or in .env"
        )
    encoder = make_encoder(settings)
    transcriber = make_transcriber(settings)
    watcher = load_articles(settings, None, encoder)
    _serve(watcher, settings, encoder, transcriber)
    return exit_without_waiting(SUCCESS)


def _serve(
    watcher: Watcher,
    settings: Settings,
    encoder: Embedder | None,
    transcriber: Transcriber | None,
) -> None:
    """Run the service, and say in one line what is wrong where it cannot run."""
    # Imported here, for they load Telegram and the database.
    from telegram.error import InvalidToken, TelegramError

    from bot import service
    from bot.telegram.proxies import ProxyError

    store = open_store(settings)

    async def serve_and_close() -> None:
        try:
            await service.run_telegram(
                settings.bot_token,
                settings,
                store,
                watcher,
                describe_encoder(encoder),
                EmbeddingCache(encoder) if encoder else None,
                transcriber,
            )
        finally:
            await store.close()

    try:
        asyncio.run(serve_and_close())
    except InvalidToken:
        raise SettingsError(
            "Telegram does not know this BOT_TOKEN; copy it again from @BotFather"
        ) from None
    except ProxyError as error:
        raise SettingsError(str(error)) from error
    except service.WebhookError as error:
        raise SettingsError(
            "Telegram does not take BOT_WEBHOOK_URL: "
            f"{printable_line(str(error))}; correct it, or unset it to poll"
        ) from None
    except TelegramError as error:
        # Its text may hold the token.
        raise SettingsError(
            f"the Bot API server gave an unexpected reply ({type(error).__name__}); "
            "check BOT_TOKEN and BOT_BASE_URL"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"cannot listen for the webhook, the pages or /healthz ({error.strerror}); "
            "choose another address or port"
        ) from error
