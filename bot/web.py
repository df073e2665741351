"""An HTTP server that nobody can bring to a stop by what they send or leave unsent."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import Application, HTTPError, RequestHandler

MAX_BODY_BYTES = 1_000_000  # of a request; Telegram's updates are a few kilobytes
MAX_HEADER_BYTES = 16_384
MAX_CONNECTIONS = 256  # Telegram opens 100 at most
IDLE_SECONDS = 10  # that a connection may say nothing


def serve(
    listen: str, port: int, routes: Sequence[tuple[str, type[RequestHandler], Any]]
) -> HTTPServer:
    """Serve on an address.

    Args:
        listen: The address.
        port: The port.
        routes: Patterns of paths, with their handlers and what these are given.

    Raises:
        OSError: The address cannot be listened on.
    """
    server = _BoundedServer(
        Application(routes, log_function=lambda _: None),
        max_body_size=MAX_BODY_BYTES,
        max_header_size=MAX_HEADER_BYTES,
        idle_connection_timeout=IDLE_SECONDS,
        body_timeout=IDLE_SECONDS,
    )
    server.listen(port, listen)
    return server


class Handler(RequestHandler):
    """Answers requests; what it refuses is not logged, lest a flood fills the disk."""

    def log_exception(self, *error: Any) -> None:
        """Log an error, unless it is the refusal of a request."""
        if not isinstance(error[1], HTTPError):
            super().log_exception(*error)


class _BoundedServer(HTTPServer):
    """Holds so many connections; a further one ends that which is open longest."""

    def initialize(self, *args: Any, **options: Any) -> None:
        super().initialize(*args, **options)
        self._open: OrderedDict[IOStream, None] = OrderedDict()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        for each in [each for each in self._open if each.closed()]:
            del self._open[each]
        if len(self._open) >= MAX_CONNECTIONS:
            self._open.popitem(last=False)[0].close()
        self._open[stream] = None
        super().handle_stream(stream, address)
