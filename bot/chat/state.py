"""The state of a chat: its articles, and the latest answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.articles.catalogue import Catalogue
from bot.articles.entries import CatalogueEntry, ChainedEntries
from bot.articles.slugs import UPLOADS
from bot.chat.replies import Choose, Forget, Reply
from retrieval import Answer, Article

MAX_TURNS = 20  # answers that a chat remembers in memory


@dataclass(frozen=True, slots=True)
class Chat:
    """The state of a chat.

    Attributes:
        catalogue: The articles that every chat can ask.
        turns: The last answers, with their questions, oldest first.
        chosen: The slug of the chosen article, or `UPLOADS`; None for all articles.
        uploads: Documents that the chat has sent, if they are loaded.
        choice_unknown: Whether the store could not say which article is chosen.
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
        """Return the state without the last turn, whose question was mistyped."""
        return replace(self, turns=self.turns[:-1])

    @property
    def entries(self) -> Sequence[CatalogueEntry]:
        """All articles that this chat can ask, its uploads first."""
        return ChainedEntries(self.uploads, self.catalogue.entries)

    def find_chosen(self) -> tuple[CatalogueEntry, ...]:
        """The chosen article or uploads; empty for all articles, or if it is gone."""
        if self.chosen == UPLOADS:
            return self.uploads
        entry = self.find(self.chosen)
        return (entry,) if entry else ()

    def find(self, slug: str | None) -> CatalogueEntry | None:
        """Return the entry of a slug that this chat can ask, or None."""
        own = (entry for entry in self.uploads if entry.slug == slug)
        return next(own, None) or (self.catalogue.find(slug) if slug else None)

    def entry_of(self, article: Article) -> CatalogueEntry | None:
        """Return the entry of an article that this chat can ask, or None.

        The given article may be a stored one that holds a single passage.
        """
        named = (article.source, article.title)
        own = (e for e in self.uploads if (e.article.source, e.article.title) == named)
        return next(own, None) or self.catalogue.entry_of(article)

    def apply(self, reply: Reply) -> "Chat":
        """Return the state after a reply: its effect applied, its answers added."""
        if isinstance(reply.effect, Forget):
            return replace(self, turns=())
        chat, last, answer = self, self.last, reply.answer
        if isinstance(reply.effect, Choose):
            chat = replace(chat, chosen=reply.effect.slug)
        if answer is None:
            return chat
        if last and last.corrections and last.corrected_question == answer.question:
            chat = chat.without_last_turn()
        others = (each for each in reply.answers if each is not answer)
        return replace(chat, turns=(*chat.turns, *others, answer)[-MAX_TURNS:])
