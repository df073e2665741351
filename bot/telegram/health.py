"""GET /healthz and /metrics, for whoever watches over the process."""

import time
from collections.abc import Callable
from typing import Any

from bot.background import in_background
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.inbox import Inbox
from bot.telegram.metrics import CONTENT_TYPE, Metrics
from bot.telegram.polling import Poller
from bot.web.server import Handler, Route
from retrieval.errors import IndexUnavailableError


def health_routes(
    store: Store,
    inbox: Inbox,
    metrics: Metrics,
    reader: str,
    ping_index: Callable[[], None],
    poller: Poller | None,
) -> list[Route]:
    """Return the routes that expose the health of the process.

    The status is 200 as long as the process answers: without its store, or the cluster
    that holds its index, the bot still does, and restarting it would not help.
    """
    given = {
        "store": store,
        "inbox": inbox,
        "reader": reader,
        "ping_index": ping_index,
        "poller": poller,
    }
    return [
        ("/healthz", _Health, given),
        ("/metrics", _Metrics, {"metrics": metrics}),
    ]


class _Health(Handler):
    def initialize(
        self,
        store: Store,
        inbox: Inbox,
        reader: str,
        ping_index: Callable[[], None],
        poller: Poller | None,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._reader = reader
        self._ping_index = ping_index
        self._poller = poller

    async def get(self) -> None:
        report: dict[str, Any] = {"status": "ok", "process": "ok", "store": "ok"}
        report |= {"index": "ok", "reader": self._reader}
        try:
            await self._store.database.ping()
        except StoreError:
            report |= {"status": "degraded", "store": "unavailable"}
        try:
            await in_background(self._ping_index)
        except IndexUnavailableError:
            report |= {"status": "degraded", "index": "unavailable"}
        if self._poller:  # a webhook's updates come by themselves
            report["polling"] = "ok"
            if self._poller.is_deaf:
                report |= {"status": "degraded", "polling": "unavailable"}
        at = self._inbox.received_at
        report["last_update_age_seconds"] = (
            None if at is None else round(time.monotonic() - at, 1)
        )
        self.write(report)


class _Metrics(Handler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE)
        self.write(self._metrics.exposition())
