"""Logging without secrets and without needless tracebacks."""

import logging
import sys
from collections.abc import Iterable
from urllib.parse import quote

from telegram.error import TelegramError
from tornado.web import HTTPError

REDACTED = "[secret]"


class SafeFormatter(logging.Formatter):
    """Replaces secrets wherever they stand, and tells outages in one line.

    The libraries below us log request URLs, which hold the token, at several
    levels; redacting the finished line covers all of them, tracebacks included.
    A failed call to Telegram is no bug of ours, nor a request that we refuse: their
    tracebacks say nothing.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take the secrets to hide; each is hidden URL-quoted and in part too."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        forms = {
            form
            for secret in secrets
            for part in (secret, secret.rpartition(":")[2])
            for form in (part, quote(part, safe=""))
            if len(form) > 3  # shorter ones would blank ordinary words
        }
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Format a record as one line, or more for an unforeseen error."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, TelegramError | HTTPError):
            record = logging.makeLogRecord(record.__dict__)
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {error})"
            record.args = record.exc_info = record.exc_text = None
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, REDACTED)
        return line


def configure_logging(level: str, secrets: Iterable[str] = ()) -> None:
    """Log to standard error; once, by `cli`."""
    logging.raiseExceptions = False  # a failed write would print the bare arguments
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # httpx logs a line per request, matplotlib what it caches, alembic each start.
    theirs = logging.NOTSET if level == "DEBUG" else logging.WARNING
    for name in ("httpx", "matplotlib", "alembic"):
        logging.getLogger(name).setLevel(theirs)
    # At DEBUG these log every row and every call with its text: what people asked.
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    if level == "DEBUG":
        logging.getLogger("telegram").setLevel(logging.INFO)
