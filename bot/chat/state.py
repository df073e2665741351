"""The state of a chat: its articles, and the latest answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.articles.catalogue import Catalogue
from bot.articles.entries import CatalogueEntry, ChainedEntries
from bot.chat.replies import Choose, Forget, Reply
from retrieval import Answer

MAX_TURNS = 20  # kept of a chat in memory, the oldest forgotten first


@dataclass(frozen=True, slots=True)
class Chat:
    """The state of a chat.

    Attributes:
        catalogue: What every chat can ask.
        turns: The last answers, oldest first; each holds its question.
        chosen: The slug of the article that is asked alone; None asks all.
        uploads: What the chat itself has sent, as far as it is needed.
        choice_unknown: Whether it may have chosen an article that cannot be looked up.
    """

    catalogue: Catalogue
    turns: tuple[Answer, ...] = ()
    chosen: str | None = None
    uploads: tuple[CatalogueEntry, ...] = ()
    choice_unknown: bool = False

    @property
    def last(self) -> Answer | None:
        """The last answer, if there is one."""
        return self.turns[-1] if self.turns else None

    def without_last_turn(self) -> "Chat":
        """Return the state without the last turn: what was mistyped is no context."""
        return replace(self, turns=self.turns[:-1])

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """All that this chat may ask, its own first."""
        return ChainedEntries(self.uploads, self.catalogue.entries)

    def find(self, slug: str | None) -> CatalogueEntry | None:
        """Return the entry of a slug, if there is one that this chat may ask."""
        own = (entry for entry in self.uploads if entry.slug == slug)
        return next(own, None) or (self.catalogue.find(slug) if slug else None)

    def apply(self, reply: Reply) -> "Chat":
        """Return the state after a reply: what it says is done, and its answer."""
        if isinstance(reply.effect, Forget):
            return replace(self, turns=())
        chat, last, answer = self, self.last, reply.answer
        if isinstance(reply.effect, Choose):
            chat = replace(chat, chosen=reply.effect.slug)
        if answer is None:
            return chat
        if last and last.corrections and last.corrected_question == answer.question:
            chat = chat.without_last_turn()
        return replace(chat, turns=(*chat.turns, answer)[-MAX_TURNS:])
