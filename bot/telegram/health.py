"""Routes GET /healthz and /metrics, for monitoring."""

import time
from collections.abc import Callable
from typing import Any

from bot.background import in_background
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.telegram.inbox import Inbox
from bot.telegram.metrics import CONTENT_TYPE, Metrics
from bot.telegram.polling import Poller
from bot.voice.transcriber import Transcriber
from bot.web.server import Handler, Route
from retrieval.errors import IndexUnavailableError


def health_routes(
    store: Store,
    inbox: Inbox,
    metrics: Metrics,
    encoder: str,
    ping_index: Callable[[], None],
    count_missing: Callable[[], int],
    poller: Poller | None,
    transcriber: Transcriber | None,
) -> list[Route]:
    """Return the routes that expose the health of the process.

    The HTTP status is always 200: the bot runs on without its store, and without the
    cluster that holds its index, and a restart would not help.

    Args:
        store: Its database is pinged.
        inbox: Knows when the last update came.
        metrics: What `/metrics` exposes.
        encoder: A description of the encoder.
        ping_index: Raises `IndexUnavailableError` if the index cannot be reached.
        count_missing: Returns the number of articles that are not embedded yet.
        poller: Fetches updates; None with a webhook.
        transcriber: Turns recordings into text; None if they are not heard.
    """
    given = {
        "store": store,
        "inbox": inbox,
        "encoder": encoder,
        "ping_index": ping_index,
        "count_missing": count_missing,
        "poller": poller,
        "transcriber": transcriber,
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
        encoder: str,
        ping_index: Callable[[], None],
        count_missing: Callable[[], int],
        poller: Poller | None,
        transcriber: Transcriber | None,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._encoder = encoder
        self._ping_index = ping_index
        self._count_missing = count_missing
        self._poller = poller
        self._transcriber = transcriber

    async def get(self) -> None:
        report: dict[str, Any] = {"status": "ok", "process": "ok", "store": "ok"}
        report |= {"index": "ok", "reader": self._encoder}
        report["articles_to_embed"] = self._count_missing()
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
        if self._transcriber:
            report["voice"] = "ok"
            if not self._transcriber.is_available:
                report |= {"status": "degraded", "voice": "unavailable"}
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
