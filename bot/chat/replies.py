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
    """A text in the bot's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the bot's own words, or a title."""

    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """The source of the quotations above it.

    Attributes:
        text: The title, or what else names the source.
        url: A link that opens the page at the quotation, or None.
    """

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation of the article, which can be split between sentences.

    Attributes:
        sentences: The pieces of each sentence.
        expandable: Whether the quotation is long and may be shown folded.
    """

    sentences: tuple[tuple[StyledText, ...], ...]
    expandable: bool = False


Part = ReplyText | Heading | Attribution | Quote


class Action(Enum):
    """The action of a button."""

    SHOW_VIEW = auto()  # shows another view of the answer in its place
    SOURCE = auto()
    RIGHT = auto()
    WRONG = auto()
    LIST = auto()  # shows a page of the articles
    CHOOSE = auto()  # narrows the chat to an article, or widens it to all
    ACCEPT_CORRECTION = auto()  # asks the question with its words corrected
    ASK = auto()  # asks a sample question
    FORGET = auto()  # deletes what is stored of the chat


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply.

    Attributes:
        label: The text on the button.
        action: What a press does.
        view: A number, whose meaning depends on the action. Under an answer, its view:
            0 is the answer itself, each other view is one more passage. Under the list
            of articles, the page, from 0. For `Action.ASK`, the id of the sample
            question.
        slug: The article to choose; "" for all articles.
        url: A page that the button opens, instead of its action; or None.
        is_app: Whether the page opens inside Telegram, as it can in private chats.
    """

    label: str
    action: Action
    view: int = 0
    slug: str = ""
    url: str | None = None
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of a button, with the button's attributes."""

    action: Action
    view: int = 0
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """An effect: everything that is stored of the chat is deleted."""


@dataclass(frozen=True, slots=True)
class Choose:
    """An effect: the chat is answered from one article from now on, or from all.

    Attributes:
        slug: The article; None for all articles.
    """

    slug: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: parts in order, with buttons and an effect.

    Attributes:
        parts: The parts, in order.
        answer: The answer that the reply shows, or None. Of several, the last one that
            is found: the conversation goes on from it.
        buttons: Rows of buttons under the reply.
        effect: An effect that the reply announces, or None. It has to be applied
            before the reply is sent.
        answers: All answers of a reply to several questions, in order; else empty.
    """

    parts: tuple[Part, ...]
    answer: Answer | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    effect: Forget | Choose | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineResult:
    """A citation in a list to choose from.

    Attributes:
        title: The first line of the list entry: the quotation.
        description: The second line: the source.
        reply: The reply that is sent when the entry is chosen.
    """

    title: str
    description: str
    reply: Reply
