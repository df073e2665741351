"""What one chat is answered from, with what it chose and what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.articles.catalogue import Entry, Library
from bot.chat.composing import Face
from bot.chat.conversation import Conversation
from bot.chat.replies import Reply
from retrieval import Answer


@dataclass(frozen=True, slots=True)
class Desk:
    """What a chat is answered from.

    Attributes:
        library: What every chat can ask.
        chosen: The slug that the chat chose; None asks the whole library.
        own: What the chat itself has sent, as far as it is needed.
        is_unsure: Whether it may have chosen another article, which nobody can look up.
    """

    library: Library
    chosen: str | None = None
    own: tuple[Entry, ...] = ()
    is_unsure: bool = False

    def find(self, slug: str | None) -> Entry | None:
        """Return the entry of a slug, if there is one that this chat may ask."""
        return self.library.find(slug, self.own)

    def conversation(self, turns: Sequence[Answer], face: Face) -> Conversation:
        """Go on with the chat's conversation from earlier answers, oldest first."""
        return Conversation(
            self.library,
            turns,
            face,
            chosen=self.chosen,
            own=self.own,
            is_unsure=self.is_unsure,
        )

    def respond(self, text: str, turns: Sequence[Answer], face: Face) -> Reply:
        """Answer a question or carry out a command, after earlier answers."""
        return self.conversation(turns, face).respond(text)
