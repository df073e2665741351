"""A check of the bot's token with Telegram."""

from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.telegram.proxies import ProxyError, translate_proxy_errors


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """The bot of a token, and its webhook.

    Attributes:
        username: The bot's name, or "" with a problem.
        problem: What is wrong with the token, or "".
        webhook: The webhook's URL, or "".
        webhook_error: Telegram's last error with the webhook, or "".
        waiting: The number of updates that wait at Telegram.
    """

    username: str = ""
    problem: str = ""
    webhook: str = ""
    webhook_error: str = ""
    waiting: int = 0


async def check_token(token: str, base_url: str) -> TokenStatus:
    """Ask Telegram once for the bot of a token, and for its webhook."""
    try:
        with translate_proxy_errors():
            bot = Bot(token, base_url=base_url)
        async with bot:
            webhook = await bot.get_webhook_info()
            return TokenStatus(
                bot.username,
                webhook=webhook.url,
                webhook_error=webhook.last_error_message or "",
                waiting=webhook.pending_update_count,
            )
    except ProxyError as error:
        return TokenStatus(problem=str(error))
    except InvalidToken:
        return TokenStatus(
            problem="Telegram does not know it; copy it again from @BotFather"
        )
    except TelegramError as error:
        return TokenStatus(
            problem=f"not checked, Telegram cannot be reached ({type(error).__name__})"
        )
