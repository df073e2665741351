"""An HTTP server with limits against floods, slow clients and large requests."""

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
IDLE_SECONDS = 10  # a silent connection is closed after

# A pattern of paths, the handler and its arguments.
Route = tuple[str, type[RequestHandler], Any]


class WebServer:
    """Serves the routes that are added to it, on one address.

    Args:
        listen: Address to listen on.
        port: Port to listen on.

    Raises:
        OSError: The address cannot be listened on.
    """

    def __init__(self, listen: str, port: int) -> None:
        self._application = Application(
            log_function=lambda _: None, default_handler_class=_NotFoundHandler
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
        """Add routes; they are served at once."""
        self._application.add_handlers(".*$", list(routes))

    def stop(self) -> None:
        """Accept no more connections."""
        self._server.stop()


class Handler(RequestHandler):
    """Base of all handlers; refusals are not logged, so that floods fill no disk."""

    def trust(self) -> None:
        """Exempt the request's connection from `MAX_CONNECTIONS`."""
        stream = self.request.connection.stream  # type: ignore[union-attr]
        self.settings["trust"](stream)

    def set_default_headers(self) -> None:
        """Remove the header that names the server software."""
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        """Send the status and its name, without details of the error."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"{status_code} {responses.get(status_code, 'Error')}\n")

    def log_exception(self, *error: Any) -> None:
        """Log an error, unless it is a refused request."""
        if not isinstance(error[1], HTTPError):
            super().log_exception(*error)


class _NotFoundHandler(Handler):
    """Answers paths without a route."""

    def prepare(self) -> None:
        raise HTTPError(404)


class _BoundedServer(HTTPServer):
    """Limits the number of untrusted connections; a new one closes the oldest."""

    def initialize(self, *args: Any, **options: Any) -> None:
        super().initialize(*args, **options)
        self._open: OrderedDict[IOStream, None] = OrderedDict()

    def trust(self, stream: IOStream) -> None:
        """Exempt a connection, whose client has authenticated, from the limit."""
        self._open.pop(stream, None)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        for each in [each for each in self._open if each.closed()]:
            del self._open[each]
        if len(self._open) >= MAX_CONNECTIONS:
            self._open.popitem(last=False)[0].close()
        self._open[stream] = None
        super().handle_stream(stream, address)
