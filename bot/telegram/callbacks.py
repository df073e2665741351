"""What a button sends when it is pressed, and what is made of that.

The data says only what to do; which answer or chat is meant, Telegram says. So a forged
press can do nothing that a button could not.
"""

import re
from dataclasses import dataclass

from bot.chat.replies import Action, Button

VERSION = 1  # of the format below; presses of another one are out of date
_CODES = {
    Action.SHOW: "p",
    Action.SOURCE: "s",
    Action.RIGHT: "r",
    Action.WRONG: "w",
    Action.LIST: "l",
    Action.CHOOSE: "c",
    Action.MEANT: "m",
    Action.ASK: "q",
}
_ACTIONS = {code: action for action, code in _CODES.items()}
_DATA = re.compile(
    rf"{VERSION}:([{''.join(_ACTIONS)}]):(\d{{1,4}})(?::([\w-]{{1,50}}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed."""

    action: Action
    view: int
    slug: str = ""


def encode(button: Button) -> str:
    """Put a button into at most 64 bytes, as Telegram demands.

    >>> encode(Button("Source", Action.SOURCE, 2))
    '1:s:2'
    >>> encode(Button("Bees", Action.CHOOSE, slug="bees"))
    '1:c:0:bees'
    """
    slug = f":{button.slug}" if button.slug else ""
    return f"{VERSION}:{_CODES[button.action]}:{button.view}{slug}"


def decode(data: object) -> Press | None:
    """Read what a button sent; None for what no button of ours sends.

    >>> decode("1:s:2")
    Press(action=<Action.SOURCE: 2>, view=2, slug='')
    """
    match = _DATA.fullmatch(data) if isinstance(data, str) else None
    if match is None or (match[3] and _ACTIONS[match[1]] is not Action.CHOOSE):
        return None
    return Press(_ACTIONS[match[1]], int(match[2]), match[3] or "")
