"""The bot's profile in Telegram: commands and descriptions, in each language."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.wording.texts import LANGUAGES, Wording, wording

logger = logging.getLogger(__name__)

Update = Callable[[Bot, Wording, str | None], Awaitable[None]]


async def update_profile(bot: Bot) -> None:
    """Bring the profile to what the wording says; set only what differs.

    People whose language has no wording see the English one. A failure is logged, and
    leaves the rest of its part of the profile as it is.
    """
    for part, update in _PARTS.items():
        try:
            for language in LANGUAGES:
                code = None if language == "en" else language
                await update(bot, wording(language), code)
        except TelegramError as error:
            logger.warning("The %s could not be set: %s", part, error)


async def _update_commands(bot: Bot, spoken: Wording, code: str | None) -> None:
    commands = tuple(BotCommand(*pair) for pair in spoken.commands())
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)


async def _update_description(bot: Bot, spoken: Wording, code: str | None) -> None:
    text = spoken.description()
    if (await bot.get_my_description(language_code=code)).description != text:
        await bot.set_my_description(text, language_code=code)


async def _update_short_description(
    bot: Bot, spoken: Wording, code: str | None
) -> None:
    text = spoken.short_description()
    held = await bot.get_my_short_description(language_code=code)
    if held.short_description != text:
        await bot.set_my_short_description(text, language_code=code)


_PARTS: dict[str, Update] = {
    "command menu": _update_commands,
    "description": _update_description,
    "short description": _update_short_description,
}
