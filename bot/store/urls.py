"""Database URLs: the default file of a bot, and the parser of a given URL."""

from hashlib import sha256

from platformdirs import user_data_path
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.store.errors import StoreURLError

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def default_url(token: str, server: str = "") -> str:
    """Return the URL of a bot's SQLite file in the platform's data folder.

    Each bot has its own file. A bot with the same number on another Bot API server is
    another bot, with other chats and messages.

    Args:
        token: The bot's token; the file is named after its public part.
        server: URL of the Bot API server; empty for Telegram's own.
    """
    bot = token.partition(":")[0]
    name = f"bot-{bot}" if bot.isdecimal() else "bot"
    if server:
        name += f"-{sha256(server.encode()).hexdigest()[:8]}"
    path = user_data_path("article-bot", appauthor=False) / f"{name}.sqlite3"
    return f"sqlite+aiosqlite:///{path}"


def parse_database_url(url: str) -> URL:
    """Parse a database URL, and add the driver to it.

    Args:
        url: `sqlite:///file` or `postgresql://user:password@host/database`.

    Raises:
        StoreURLError: The URL is malformed, or of another kind of database.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as error:
        raise StoreURLError(
            "BOT_DATABASE_URL is wrong: it is not a database URL; write "
            "postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE"
        ) from error
    if backend not in _DRIVERS:
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: {backend} is not supported; write "
            "postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///FILE"
        )
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreURLError(
            "BOT_DATABASE_URL is wrong: what is kept in memory is lost at each stop; "
            "write sqlite:///FILE"
        )
    if backend == "postgresql":
        parsed = _with_ssl(parsed)
    return parsed.set(drivername=_DRIVERS[backend])


def _with_ssl(url: URL) -> URL:
    """Translate libpq's common option `sslmode`; refuse unknown options."""
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    if mode:
        query["ssl"] = mode
    unknown = query.keys() - {"ssl", "host", "port", "user", "password"}
    if unknown:
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: its option {min(unknown)} is not known here; "
            "leave it out, or write sslmode"
        )
    if query.get("ssl") not in (None, *_SSL_MODES):
        raise StoreURLError(
            f"BOT_DATABASE_URL is wrong: sslmode is one of {', '.join(_SSL_MODES)}"
        )
    return url.set(query=query)
