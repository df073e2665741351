"""Replies and their parts, as values; each platform renders them in its own form."""

from dataclasses import dataclass
from enum import Enum, auto

from retrieval import Answer


class Style(Enum):
    """The style of a piece of a quotation."""

    PLAIN = auto()
    MATCH = auto()  # a word that the question shares
    MARKED = auto()  # the quoted sentence inside its passage
    GAP = auto()  # left-out sentences; not the article's words


@dataclass(frozen=True, slots=True)
class StyledText:
    """A piece of a quotation in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class ReplyText:
    """Our own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Our own words above a quotation, or a title."""

    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """The source of the quotations above it.

    Attributes:
        url: A link that opens the page there, or None.
    """

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The article's words, sentence by sentence, so that they can be split there.

    Attributes:
        expandable: Whether it may be shown folded, for it is long.
    """

    sentences: tuple[tuple[StyledText, ...], ...]
    expandable: bool = False


Part = ReplyText | Heading | Attribution | Quote


class Action(Enum):
    """The action of a button."""

    SHOW_VIEW = auto()  # turns the answer to another view
    SOURCE = auto()
    RIGHT = auto()
    WRONG = auto()
    LIST = auto()  # shows a page of the articles
    CHOOSE = auto()  # narrows the chat to an article, or widens it to all
    ACCEPT_CORRECTION = auto()  # asks the question with its words corrected
    ASK = auto()  # asks a sample question


@dataclass(frozen=True, slots=True)
class Button:
    """A button.

    Attributes:
        view: Of an answer, the view that it is about: 0 is the answer itself, the
            others are further passages, one each. Of the articles, the page, from 0.
            Of the sample questions, the mark of one.
        slug: The article to choose; "" for all of them.
        url: A page that it opens, instead of doing anything; or None.
        is_app: Whether that opens inside Telegram, which it does in private chats.
    """

    label: str
    action: Action
    view: int = 0
    slug: str = ""
    url: str | None = None
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pressed button; see `Button`."""

    action: Action
    view: int = 0
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """The effect that all that is stored of a chat is deleted."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The effect that a chat is answered from one article, or from all.

    Attributes:
        slug: The article; None for all of them.
    """

    slug: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: parts in their order, with buttons and an effect.

    Attributes:
        answer: The answer behind it, if it answers a question.
        buttons: Rows of buttons under it.
        effect: What it says is done, and whoever sends it has to do first.
    """

    parts: tuple[Part, ...]
    answer: Answer | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    effect: Forget | Choose | None = None


@dataclass(frozen=True, slots=True)
class InlineResult:
    """A citation that can be chosen from a list, and what is sent when it is."""

    title: str
    description: str
    reply: Reply
