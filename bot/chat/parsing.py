"""Parsing of messages: each is a command or a question."""

from dataclasses import dataclass

from bot.chat.intents import points_at_reply

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
    """A question, or any other text; the command `/ask` is left out.

    Attributes:
        text: The question.
        about: The text that it replies to: the message of a person, or a piece of any
            message that it quotes; or "".
        heard: What was heard of it in a recording, which the reply begins with; or "".
    """

    text: str
    about: str = ""
    heard: str = ""


def parse_message(text: str, *, about: str = "") -> Command | Question:
    """Parse a message with what it replies to.

    A message that only points at what it replies to asks that: "answer this", "?".

    Args:
        text: The message, without a mention of the bot.
        about: The text that it replies to; see `Question`.

    >>> parse_message("/Ask@article_bot Who leads?")
    Question(text='Who leads?', about='', heard='')
    >>> parse_message("please answer this", about="Who leads?")
    Question(text='Who leads?', about='', heard='')
    >>> parse_message("/article bees")
    Command(name='/article', argument='bees')
    """
    text = text.strip()
    if text.startswith("/"):
        command, *rest = text.split(maxsplit=1)
        name = command.partition("@")[0].casefold()
        text = rest[0] if rest else ""
        if name != ASK:
            return Command(name, text)
    if about and (not any(map(str.isalnum, text)) or points_at_reply(text)):
        return Question(about)
    return Question(text, about)
