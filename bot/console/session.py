"""A conversation whose state is kept in memory, as at a terminal."""

from dataclasses import replace

from bot.articles.catalogue import Catalogue, SamplesMissingError
from bot.chat.conversation import Conversation
from bot.chat.parsing import Command, Question, parse_message
from bot.chat.presentation import Presentation
from bot.chat.replies import Reply
from bot.chat.state import Chat
from retrieval import Answer


class Session:
    """Replies to one message after another.

    Args:
        chat: State to continue from.

    Attributes:
        presentation: Wording and form of the replies.
    """

    def __init__(self, chat: Chat, presentation: Presentation) -> None:
        self.presentation = presentation
        self._chat = chat

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The latest answers, oldest first; each holds its question."""
        return self._chat.turns

    def switch_catalogue(self, catalogue: Catalogue) -> None:
        """Continue with other articles; the choice of one stays while it exists."""
        self._chat = replace(self._chat, catalogue=catalogue)

    def respond(self, text: str) -> Reply:
        """Parse a message and reply to it."""
        return self.reply(parse_message(text))

    def reply(self, message: Command | Question) -> Reply:
        """Answer a question or carry out a command."""
        conversation = Conversation(self._chat, self.presentation)
        try:
            reply = conversation.reply(message)
        except SamplesMissingError as missing:
            missing.catalogue.make_samples(missing.entries)
            reply = conversation.reply(message)
        self._chat = self._chat.apply(reply)
        return reply
