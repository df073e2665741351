"""A conversation whose state is kept in memory, as at a terminal."""

from dataclasses import replace

from bot.articles.catalogue import Catalogue, SamplesMissingError
from bot.chat.conversation import Conversation
from bot.chat.presentation import Presentation
from bot.chat.replies import Reply
from bot.chat.state import Chat
from retrieval import Answer


class Session:
    """Replies to one message after another.

    Attributes:
        face: How the chat is spoken to.
    """

    def __init__(self, chat: Chat, face: Presentation) -> None:
        """Begin.

        Args:
            chat: What to go on from.
            face: How the chat is spoken to.
        """
        self.face = face
        self._chat = chat

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The last answers, oldest first; each holds its question."""
        return self._chat.turns

    def move_to(self, catalogue: Catalogue) -> None:
        """Go on with the articles as they are now; a choice stays while it is there."""
        self._chat = replace(self._chat, catalogue=catalogue)

    def respond(self, text: str) -> Reply:
        """Answer a question or carry out a command."""
        conversation = Conversation(self._chat, self.face)
        try:
            reply = conversation.respond(text)
        except SamplesMissingError as missing:
            missing.catalogue.make_samples(missing.entry)
            reply = conversation.respond(text)
        self._chat = self._chat.after(reply)
        return reply
