"""Callback data: a button in the 64 bytes that Telegram returns with a press.

The data says only what to do. Telegram says on which message of which chat, so forged
data cannot do more than a button can.
"""

import re

from bot.chat.replies import Action, Button, ButtonPress

VERSION = 1  # of the format; presses with another version are out of date
_CODES = {
    Action.SHOW_VIEW: "p",
    Action.SOURCE: "s",
    Action.RIGHT: "r",
    Action.WRONG: "w",
    Action.LIST: "l",
    Action.CHOOSE: "c",
    Action.ACCEPT_CORRECTION: "m",
    Action.ASK: "q",
    Action.FORGET: "f",
}
_ACTIONS = {code: action for action, code in _CODES.items()}
_DATA = re.compile(
    rf"{VERSION}:([{''.join(_ACTIONS)}]):(\d{{1,4}})(?::([\w-]{{1,50}}))?", re.ASCII
)


def encode(button: Button) -> str:
    """Return the callback data of a button, at most 64 bytes.

    >>> encode(Button("Source", Action.SOURCE, 2))
    '1:s:2'
    >>> encode(Button("Bees", Action.CHOOSE, slug="bees"))
    '1:c:0:bees'
    """
    slug = f":{button.slug}" if button.slug else ""
    return f"{VERSION}:{_CODES[button.action]}:{button.view}{slug}"


def decode(data: object) -> ButtonPress | None:
    """Return the press that callback data stands for; None for other data.

    >>> decode("1:s:2")
    ButtonPress(action=<Action.SOURCE: 2>, view=2, slug='')
    """
    match = _DATA.fullmatch(data) if isinstance(data, str) else None
    if match is None or (match[3] and _ACTIONS[match[1]] is not Action.CHOOSE):
        return None
    return ButtonPress(_ACTIONS[match[1]], int(match[2]), match[3] or "")
