"""An HTTP server that nobody can bring to a stop by what they send or leave unsent."""

from collections import OrderedDict
from collections.abc import Sequence
from http.client import responses
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import Application, HTTPError, RequestHandler

MAX_BODY_BYTES = 1_000_000  # of a request; Telegram's updates are a few kilobytes
MAX_HEADER_BYTES = 16_384
MAX_CONNECTIONS = 256  # Telegram opens 100 at most
IDLE_SECONDS = 10  # that a connection may say nothing


Route = tuple[
    str, type[RequestHandler], Any
]  # a pattern of paths, handler, its options


class WebServer:
    """Serves on an address what is added to it, before or after it starts."""

    def __init__(self, listen: str, port: int) -> None:
        """Listen on an address.

        Raises:
            OSError: The address cannot be listened on.
        """
        self._application = Application(
            log_function=lambda _: None, default_handler_class=_Nothing
        )
        self._server = _BoundedServer(
            self._application,
            max_body_size=MAX_BODY_BYTES,
            max_header_size=MAX_HEADER_BYTES,
            idle_connection_timeout=IDLE_SECONDS,
            body_timeout=IDLE_SECONDS,
        )
        self._application.settings["trust"] = self._server.trust
        self._server.listen(port, listen)

    def add(self, routes: Sequence[Route]) -> None:
        """Serve further paths."""
        self._application.add_handlers(".*$", list(routes))

    def stop(self) -> None:
        """Take no more connections."""
        self._server.stop()


class Handler(RequestHandler):
    """Answers requests; what it refuses is not logged, lest a flood fills the disk."""

    def trust(self) -> None:
        """Keep this connection open, however many others come."""
        stream = self.request.connection.stream  # type: ignore[union-attr]
        self.settings["trust"](stream)

    def set_default_headers(self) -> None:
        """Keep to ourselves what serves."""
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        """Name an error, and nothing of how it came about."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"{status_code} {responses.get(status_code, 'Error')}\n")

    def log_exception(self, *error: Any) -> None:
        """Log an error, unless it is the refusal of a request."""
        if not isinstance(error[1], HTTPError):
            super().log_exception(*error)


class _Nothing(Handler):
    """Answers what nobody serves."""

    def prepare(self) -> None:
        raise HTTPError(404)


class _BoundedServer(HTTPServer):
    """Holds so many connections of strangers; a further one ends the oldest of them."""

    def initialize(self, *args: Any, **options: Any) -> None:
        super().initialize(*args, **options)
        self._open: OrderedDict[IOStream, None] = OrderedDict()

    def trust(self, stream: IOStream) -> None:
        """Count a connection no more: its other end has said who it is."""
        self._open.pop(stream, None)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        for each in [each for each in self._open if each.closed()]:
            del self._open[each]
        if len(self._open) >= MAX_CONNECTIONS:
            self._open.popitem(last=False)[0].close()
        self._open[stream] = None
        super().handle_stream(stream, address)
