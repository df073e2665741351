"""GET /healthz, for whoever watches over the process."""

import time
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.store import Store, StoreError
from bot.updates import Inbox

MAX_BODY_BYTES = 1_000  # of a request that needs none
IDLE_SECONDS = 10  # that a connection may say nothing


def serve_health(
    listen: str, port: int, store: Store, inbox: Inbox, reader: str
) -> HTTPServer:
    """Serve on an address of its own.

    The status is 200 as long as the process answers: without its store the bot still
    does, and restarting it would not help.

    Raises:
        OSError: The address cannot be listened on.
    """
    application = Application(
        [("/healthz", _Health, {"store": store, "inbox": inbox, "reader": reader})],
        log_function=lambda _: None,
    )
    return application.listen(
        port,
        listen,
        max_body_size=MAX_BODY_BYTES,
        idle_connection_timeout=IDLE_SECONDS,
        body_timeout=IDLE_SECONDS,
    )


class _Health(RequestHandler):
    def initialize(self, store: Store, inbox: Inbox, reader: str) -> None:
        self._store = store
        self._inbox = inbox
        self._reader = reader

    async def get(self) -> None:
        report: dict[str, Any] = {"status": "ok", "process": "ok", "store": "ok"}
        report["reader"] = self._reader
        try:
            await self._store.ping()
        except StoreError:
            report |= {"status": "degraded", "store": "unavailable"}
        at = self._inbox.received_at
        report["last_update_age_seconds"] = (
            None if at is None else round(time.monotonic() - at, 1)
        )
        self.write(report)
