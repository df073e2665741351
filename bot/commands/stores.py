"""The store of a bot, as the settings name it."""

from bot.settings import TELEGRAM, Settings, SettingsError
from bot.store.errors import StoreURLError
from bot.store.store import Store
from bot.store.urls import default_url


def open_store(settings: Settings, token: str) -> Store:
    """Return the store, of which nothing is opened before it is used.

    Args:
        settings: Name the database, or where the bot's server is.
        token: The bot's, which names the file otherwise.

    Raises:
        SettingsError: The database URL is wrong.
    """
    server = "" if settings.base_url == TELEGRAM else settings.base_url
    url = settings.database_url
    try:
        return Store(url.get_secret_value() if url else default_url(token, server))
    except StoreURLError as error:
        raise SettingsError(str(error)) from error
