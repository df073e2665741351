"""A conversation that reads lines from one stream and writes to another."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console

from bot.chat.parsing import Command, parse_message
from bot.chat.replies import Reply, ReplyText
from bot.console.rendering import ConsoleReply
from bot.console.session import Session
from bot.wording.texts import PROMPT, QUIT

QUITTING = (QUIT, "/exit", "quit", "exit")


def run_console(
    session: Session,
    stdin: TextIO,
    console: Console,
    before_each: Callable[[], None] = lambda: None,
) -> None:
    """Greet, then answer line by line until /quit, the end of input or Ctrl-C.

    While a line is being typed, Ctrl-C discards only that line.

    Args:
        session: Replies to each line.
        stdin: The user's lines.
        console: Output for the replies.
        before_each: Called before each line is answered.
    """
    how_to_quit = Reply((ReplyText(session.presentation.wording.how_to_quit()),))
    show(console, session.reply(Command("/start")))
    if stdin.isatty():
        show(console, how_to_quit)
    try:
        for line in _lines(stdin, console):
            if line.strip().casefold() in QUITTING:
                break
            if not line.strip():
                continue
            before_each()
            message = parse_message(line)
            show(console, session.reply(message))
            if isinstance(message, Command) and message.name == "/help":
                show(console, how_to_quit)
    except KeyboardInterrupt:
        console.print()


def show(console: Console, reply: Reply) -> None:
    """Print a reply; long lines are wrapped at a terminal only."""
    console.print(ConsoleReply(reply), soft_wrap=not console.is_terminal)


def _lines(stdin: TextIO, console: Console) -> Iterator[str]:
    if not stdin.isatty():
        yield from stdin
        return
    # Importing readline gives input() line editing and history. Windows has no such
    # module; its terminal edits lines itself.
    typed: Callable[[], str] = str
    with contextlib.suppress(ImportError):
        import readline

        typed = readline.get_line_buffer
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            console.print()  # so that the shell's prompt starts on a new line
            return
        except KeyboardInterrupt:
            if not typed():
                raise
            console.print()
        else:
            yield line
