"""Renders replies as Telegram's HTML and keyboards; pure."""

from collections.abc import Iterable, Iterator
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.constants import MessageLimit

from bot.chat.replies import (
    Attribution,
    Button,
    Heading,
    Part,
    Quote,
    Reply,
    ReplyText,
    Style,
    StyledText,
)
from bot.telegram.callbacks import encode

MAX_MESSAGES = 5  # of one reply, so that no reply floods a chat
LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)  # UTF-16 units, after entities
UNFOLDED = 600  # UTF-16 units of a quotation; longer ones fill a phone's screen
_TAGS = {Style.MATCH: "b", Style.MARKED: "b"}


def render_telegram(reply: Reply) -> list[str]:
    """Render a reply as HTML messages, none longer than `LIMIT`.

    A part of the reply stays in one message if it fits. A longer quotation is split
    between sentences, a longer sentence between words. A reply of more than
    `MAX_MESSAGES` is cut off, and ends with a message "…".
    """
    messages: list[str] = []
    parts: list[str] = []
    length = 0
    for html, size, glue in _telegram_parts(reply.parts):
        separator = glue if parts else ""
        if parts and length + len(separator) + size > LIMIT:
            messages.append("".join(parts))
            if len(messages) == MAX_MESSAGES:
                return [*messages, "…"]
            parts, length, separator = [], 0, ""
        parts += [separator, html]
        length += len(separator) + size
    messages.append("".join(parts))
    return messages


def render_keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """Render a reply's buttons, if it has any."""
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [[_button(button) for button in row] for row in reply.buttons]
    )


def _button(button: Button) -> InlineKeyboardButton:
    if button.url is None:
        return InlineKeyboardButton(button.label, callback_data=encode(button))
    if button.is_app:
        return InlineKeyboardButton(button.label, web_app=WebAppInfo(button.url))
    return InlineKeyboardButton(button.label, url=button.url)


def _telegram_parts(parts: Iterable[Part]) -> Iterator[tuple[str, int, str]]:
    """Yield (HTML, length in UTF-16 units, separator before it) for each piece."""
    before: Part | None = None
    for part in parts:
        glue = "\n" if isinstance(before, Quote | Heading) else "\n\n"
        match part:
            case Quote(sentences, expandable):
                for spans in _pack(sentences):
                    html = "".join(map(_span_html, spans))
                    size = sum(_utf16(span.text) for span in spans)
                    is_folded = expandable or size > UNFOLDED
                    tag = "<blockquote expandable>" if is_folded else "<blockquote>"
                    yield f"{tag}{html}</blockquote>", size, glue
            case Heading(text):
                for piece in _cut(text):
                    yield f"<b>{escape(piece)}</b>", _utf16(piece), glue
            case Attribution(text, url):
                for piece in _cut(text):
                    html = f"<i>{escape(piece)}</i>"
                    if url:
                        html = f'<a href="{escape(url)}">{html}</a>'
                    yield html, _utf16(piece), glue
            case ReplyText(text):
                for piece in _cut(text):
                    yield escape(piece), _utf16(piece), glue
        before = part


def _span_html(span: StyledText) -> str:
    tag = _TAGS.get(span.style)
    text = escape(span.text)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _pack(sentences: Iterable[tuple[StyledText, ...]]) -> Iterator[list[StyledText]]:
    """Yield lists of spans that each fit into one message."""
    packed: list[StyledText] = []
    length = 0
    for sentence in sentences:
        size = sum(_utf16(span.text) for span in sentence)
        if packed and length + 1 + size > LIMIT:
            yield packed
            packed, length = [], 0
        if packed:
            packed.append(StyledText(" "))
            length += 1
        if size <= LIMIT:
            packed += sentence
            length += size
            continue
        pieces = [StyledText(cut, s.style) for s in sentence for cut in _cut(s.text)]
        for piece in pieces:
            size = _utf16(piece.text)
            if packed and length + size > LIMIT:
                yield packed
                packed, length = [], 0
            packed.append(piece)
            length += size
    if packed:
        yield packed


def _cut(text: str) -> Iterator[str]:
    """Cut a text into pieces of at most `LIMIT` UTF-16 units, at blanks if possible."""
    start, units = 0, 0
    for end, character in enumerate(text):
        units += _utf16(character)
        if units > LIMIT:
            blank = text.rfind(" ", start + 1, end)
            cut = blank + 1 if blank > 0 else end
            yield text[start:cut]
            start, units = cut, _utf16(text[cut : end + 1])
    yield text[start:]


def _utf16(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
