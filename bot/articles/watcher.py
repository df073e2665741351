"""The interface of watchers, which keep a catalogue up to date."""

from collections.abc import Callable
from typing import Protocol

from bot.articles.catalogue import Catalogue
from retrieval.progress import Progress, no_progress


class Watcher(Protocol):
    """Loads a catalogue, and keeps it up to date.

    Attributes:
        on_load_failure: Called for each source that cannot be loaded, with one line
            that says why, while `watch` runs; it may be called in another thread.
    """

    on_load_failure: Callable[[str], None]

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""

    def load(self, progress: Progress = no_progress) -> None:
        """Load all articles for the first time.

        Args:
            progress: Shows how many are done.
        """

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Embed the catalogue, so that no question has to wait for it.

        Args:
            progress: Shows how many are done.
        """

    def refresh(self) -> bool:
        """Load changed sources again; return whether the catalogue has changed."""

    async def watch(self, seconds: float) -> None:
        """Keep the catalogue up to date until cancelled.

        Args:
            seconds: Interval between checks for changes that went unnoticed.
        """
