"""GET /healthz, for whoever watches over the process."""

import time
from typing import Any

from tornado.httpserver import HTTPServer

from bot.store import Store, StoreError
from bot.updates import Inbox
from bot.web import Handler, serve


def serve_health(
    listen: str, port: int, store: Store, inbox: Inbox, reader: str
) -> HTTPServer:
    """Serve on an address of its own.

    The status is 200 as long as the process answers: without its store the bot still
    does, and restarting it would not help.

    Raises:
        OSError: The address cannot be listened on.
    """
    given = {"store": store, "inbox": inbox, "reader": reader}
    return serve(listen, port, [("/healthz", _Health, given)])


class _Health(Handler):
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
