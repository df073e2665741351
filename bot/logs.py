"""Logging without secrets and without needless tracebacks."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from urllib.parse import quote

REDACTED = "[secret]"


class SafeFormatter(logging.Formatter):
    """Replaces secrets wherever they stand, and tells outages in one line.

    The libraries below us log request URLs, which hold the token, at several
    levels; redacting the finished line covers all of them, tracebacks included.
    A failed call to Telegram is no bug of ours, nor a request that we refuse: their
    tracebacks say nothing.
    """

    def __init__(self, secrets: Iterable[str], *, as_json: bool = False) -> None:
        """Take the secrets to hide; each is hidden URL-quoted and in part too.

        Args:
            secrets: What no line may hold.
            as_json: Whether each record is one line with a JSON object.
        """
        self._as_json = as_json
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
        if _is_foreseen(error):
            record = logging.makeLogRecord(record.__dict__)
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {error})"
            record.args = record.exc_info = record.exc_text = None
        if not self._as_json:
            return self._redacted(super().format(record))
        told = {name: self._redacted(value) for name, value in self._told(record)}
        return json.dumps(told, ensure_ascii=False)

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def _told(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        yield "time", self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        yield "level", record.levelname
        yield "logger", record.name
        yield "message", record.getMessage()
        if record.exc_info:
            yield "traceback", self.formatException(record.exc_info)


def _is_foreseen(error: BaseException | None) -> bool:
    """Tell whether an error is one of those; the console loads neither catalogue."""
    kinds = (("telegram.error", "TelegramError"), ("tornado.web", "HTTPError"))
    return any(
        isinstance(error, getattr(sys.modules[module], name))
        for module, name in kinds
        if module in sys.modules
    )


def configure_logging(
    level: str, secrets: Iterable[str] = (), *, as_json: bool = False
) -> None:
    """Log to standard error; once, by `cli`."""
    logging.raiseExceptions = False  # a failed write would print the bare arguments
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(secrets, as_json=as_json))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # matplotlib logs what it caches, alembic each start.
    theirs = logging.NOTSET if level == "DEBUG" else logging.WARNING
    for name in ("matplotlib", "alembic"):
        logging.getLogger(name).setLevel(theirs)
    # At DEBUG these log every row, every call with its text, every link with its query:
    # what people asked, and what lets them in elsewhere.
    for name in ("aiosqlite", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if level == "DEBUG":
        logging.getLogger("telegram").setLevel(logging.INFO)
