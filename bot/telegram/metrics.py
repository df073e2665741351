"""Metrics of the process for Prometheus; they hold no text and no chat."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.chat.service import Outcome

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Words alone take a millisecond, the encoder tens of them, Telegram up to seconds.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

# The time of each counter's creation is of no use.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counters since the start of the process, and gauges."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "article_bot_questions",
            "Messages that asked or said something, by what became of them",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in Outcome:
            self._questions.labels(outcome)
        self._seconds = Histogram(
            "article_bot_answer_seconds",
            "Time from taking up such a message to the end of sending",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._retried = Counter(
            "article_bot_requests_retried",
            "Requests to Telegram that were sent again",
            registry=self._registry,
        )
        self._given_up = Counter(
            "article_bot_requests_given_up",
            "Requests to Telegram that failed in the end",
            registry=self._registry,
        )
        self._load_failed = Counter(
            "article_bot_reading_failures",
            "Articles and users' documents that could not be read",
            registry=self._registry,
        )
        self._dropped = Counter(
            "article_bot_updates_dropped",
            "Updates that could not be parsed",
            registry=self._registry,
        )
        self._polls_failed = Counter(
            "article_bot_polls_failed",
            "Polls for updates that failed",
            registry=self._registry,
        )
        self._paused = Counter(
            "article_bot_chats_paused",
            "Times that Telegram made a chat wait (HTTP 429)",
            registry=self._registry,
        )

    def answered(self, outcome: Outcome, seconds: float) -> None:
        """Count a message with its outcome and the time that it took."""
        self._questions.labels(outcome).inc()
        self._seconds.observe(seconds)

    def retried(self) -> None:
        """Count a request that is sent again."""
        self._retried.inc()

    def given_up(self) -> None:
        """Count a request that failed in the end."""
        self._given_up.inc()

    def load_failed(self) -> None:
        """Count an article or a document that could not be read."""
        self._load_failed.inc()

    def dropped(self) -> None:
        """Count an update that could not be parsed."""
        self._dropped.inc()

    def poll_failed(self) -> None:
        """Count a poll for updates that failed."""
        self._polls_failed.inc()

    def paused(self) -> None:
        """Count a chat that Telegram makes wait."""
        self._paused.inc()

    def register_gauges(
        self,
        *,
        waiting: Callable[[], int],
        articles: Callable[[], int],
        store_works: Callable[[], bool],
    ) -> None:
        """Add gauges, whose values are read when they are exposed.

        Args:
            waiting: Returns the number of updates that wait or are under way.
            articles: Returns the number of articles in the catalogue.
            store_works: Returns whether the last use of the store succeeded.
        """
        for name, text, value in (
            ("updates_waiting", "Updates that wait or are under way", waiting),
            ("articles", "Articles that can be asked, indexed in memory", articles),
            ("store_up", "1 if the last use of the store succeeded", store_works),
        ):
            gauge = Gauge(f"article_bot_{name}", text, registry=self._registry)
            gauge.set_function(value)

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)
