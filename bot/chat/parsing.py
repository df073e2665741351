"""Parsing of messages: each is a command or a question."""

from dataclasses import dataclass

ASK = "/ask"


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        name: The name with its slash, in lower case, without the bot's name.
        argument: The rest of the message.
    """

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, or any other text; the command `/ask` is left out."""

    text: str


def parse_message(text: str) -> Command | Question:
    """Parse a message.

    >>> parse_message("/Ask@article_bot Who leads?")
    Question(text='Who leads?')
    >>> parse_message("Who leads?")
    Question(text='Who leads?')
    >>> parse_message("/article bees")
    Command(name='/article', argument='bees')
    """
    text = text.strip()
    if not text.startswith("/"):
        return Question(text)
    command, *rest = text.split(maxsplit=1)
    name = command.partition("@")[0].casefold()
    argument = rest[0] if rest else ""
    return Question(argument) if name == ASK else Command(name, argument)
