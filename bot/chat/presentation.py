"""How a chat is spoken to."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.wording.texts import ENGLISH, Wording
from retrieval import Citation


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a chat is spoken to.

    Attributes:
        buttons: Whether there are buttons, so that less needs to be said at once.
        uploads: Whether documents and links may be sent.
        brief: Whether to quote one passage only, for others read along.
        several: Whether several articles are asked.
        once: Whether nothing can be said in return.
        page_of: Links to a citation in its article, as the bot shows that; None where
            it does not.
    """

    wording: Wording = ENGLISH
    buttons: bool = False
    brief: bool = False
    uploads: bool = False
    several: bool = False
    once: bool = False
    page_of: Callable[[Citation], str | None] = lambda _: None
