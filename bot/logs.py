"""Logging without secrets and without needless tracebacks."""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

REDACTED = "[secret]"


class SafeFormatter(logging.Formatter):
    """Redacts secrets, and logs expected errors in one line.

    The libraries log request URLs, which contain the token, at several levels;
    redacting the formatted line covers all of them, tracebacks included. A failed call
    to Telegram or a refused request is not a bug, so its traceback is left out.

    Args:
        secrets: Strings that no line may contain, also URL-quoted, and of a token the
            part after its colon alone.
        as_json: Whether each record is a JSON object on one line.
        describe: Returns the text of an error that is an argument of a record.
    """

    def __init__(
        self,
        secrets: Iterable[str],
        *,
        as_json: bool = False,
        describe: Callable[[Exception], str] = str,
    ) -> None:
        self._as_json = as_json
        self._describe = describe
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
        """Format a record as one line, with a traceback for an unexpected error."""
        args = record.args
        if isinstance(args, tuple):
            record = logging.makeLogRecord(record.__dict__)
            record.args = tuple(map(self._described, args))
        error = record.exc_info[1] if record.exc_info else None
        if _is_expected(error):
            record = logging.makeLogRecord(record.__dict__)
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {error})"
            record.args = record.exc_info = record.exc_text = None
        if not self._as_json:
            return self._redacted(super().format(record))
        fields = {name: self._redacted(value) for name, value in self._fields(record)}
        return json.dumps(fields, ensure_ascii=False)

    def _described(self, argument: object) -> object:
        if isinstance(argument, Exception):
            return self._describe(argument)
        return argument

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def _fields(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        yield "time", self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        yield "level", record.levelname
        yield "logger", record.name
        yield "message", record.getMessage()
        if record.exc_info:
            yield "traceback", self.formatException(record.exc_info)


def _is_expected(error: BaseException | None) -> bool:
    """Return whether an error is Telegram's or a refused request.

    Their modules are not imported here, since the console needs neither.
    """
    classes = (("telegram.error", "TelegramError"), ("tornado.web", "HTTPError"))
    return any(
        isinstance(error, getattr(sys.modules[module], name))
        for module, name in classes
        if module in sys.modules
    )


def configure_logging(
    level: str,
    secrets: Iterable[str] = (),
    *,
    as_json: bool = False,
    describe: Callable[[Exception], str] = str,
) -> None:
    """Configure logging to standard error; to be called once, by `cli`.

    Args:
        level: Name of the least severe level that is logged.
        secrets: Strings that no line may contain; see `SafeFormatter`.
        as_json: Whether each record is a JSON object on one line.
        describe: Returns the text of an error that is an argument of a record.
    """
    logging.raiseExceptions = False  # a failed write would print the bare arguments
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(secrets, as_json=as_json, describe=describe))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # matplotlib logs its caches, alembic each start.
    library_level = logging.NOTSET if level == "DEBUG" else logging.WARNING
    for name in ("matplotlib", "alembic"):
        logging.getLogger(name).setLevel(library_level)
    # At DEBUG these log every row, every call with its text and every link with its
    # query: the questions of users, and credentials in links.
    for name in ("aiosqlite", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if level == "DEBUG":
        logging.getLogger("telegram").setLevel(logging.INFO)
