"""The conversation on given streams."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console

from bot.chat.conversation import split_command
from bot.chat.replies import Line, Reply
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

    On a line that has been begun, Ctrl-C drops the line alone.

    Args:
        session: What answers.
        stdin: The reader's lines.
        console: Where the replies go.
        before_each: Called before each line is answered.
    """
    how_to_quit = Reply((Line(session.face.wording.how_to_quit()),))
    show(console, session.respond("/start"))
    if stdin.isatty():
        show(console, how_to_quit)
    try:
        for line in _lines(stdin, console):
            if line.strip().casefold() in QUITTING:
                break
            if line.strip():
                before_each()
                show(console, session.respond(line))
            if split_command(line)[0] == "/help":
                show(console, how_to_quit)
    except KeyboardInterrupt:
        console.print()


def show(console: Console, reply: Reply) -> None:
    """Print a reply, wrapped at a terminal alone."""
    console.print(ConsoleReply(reply), soft_wrap=not console.is_terminal)


def _lines(stdin: TextIO, console: Console) -> Iterator[str]:
    if not stdin.isatty():
        yield from stdin
        return
    # Importing readline gives input() line editing and history. Windows has no such
    # module, and a terminal that needs none.
    begun: Callable[[], str] = str
    with contextlib.suppress(ImportError):
        import readline

        begun = readline.get_line_buffer
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            console.print()  # the shell's own prompt begins a line
            return
        except KeyboardInterrupt:
            if not begun():
                raise
            console.print()
        else:
            yield line
