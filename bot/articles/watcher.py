"""What keeps a catalogue up to date, wherever its articles come from."""

from collections.abc import Callable
from typing import Protocol

from bot.articles.catalogue import Catalogue
from bot.articles.progress import Track, untracked


class Watcher(Protocol):
    """Keeps a catalogue up to date.

    Attributes:
        on_failure: Called for each source that cannot be read again.
    """

    on_failure: Callable[[], None]

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""

    def open(self, track: Track = untracked) -> None:
        """Load everything for the first time.

        Args:
            track: Shows how far that is.
        """

    def prepare(self, track: Track = untracked) -> None:
        """Have what the reader needs to know of the catalogue ready.

        Args:
            track: Shows how far that is.
        """

    def refresh(self) -> bool:
        """Load again what has changed; return whether the catalogue did."""

    async def watch(self, seconds: float) -> None:
        """Keep the catalogue up to date until cancelled.

        Args:
            seconds: Between two looks for what was not noticed.
        """
