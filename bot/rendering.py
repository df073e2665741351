"""`Reply` to Telegram HTML, to console text, `Answer` to JSON; pure."""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.constants import MessageLimit

from bot.callbacks import encode
from bot.replies import (
    Attribution,
    Block,
    Button,
    Heading,
    Line,
    Quote,
    Reply,
    Span,
    Style,
)
from retrieval import Answer, Citation

MAX_MESSAGES = 5  # of one reply, so that nobody's floods a chat
LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)  # UTF-16 units, after entities
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_QUOTE_INDENT = 2  # columns, set off at a terminal and in a pipe alike
_TAGS = {Style.MATCH: "b", Style.MARKED: "b"}
_STYLES = {
    Style.PLAIN: "",
    Style.MATCH: "bold",
    Style.MARKED: "bold",
    Style.GAP: "dim",
}


def render_telegram(reply: Reply) -> list[str]:
    """Render a reply as HTML messages, none longer than `LIMIT`.

    Blocks stay together as far as they fit; a longer quotation is split between
    sentences, a longer sentence between words. What would take more than
    `MAX_MESSAGES` is left out; "…" in a message of its own says so.
    """
    messages: list[str] = []
    parts: list[str] = []
    length = 0
    for html, size, glue in _telegram_parts(reply.blocks):
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


def _telegram_parts(blocks: Iterable[Block]) -> Iterator[tuple[str, int, str]]:
    """Yield (html, length in UTF-16 units, what separates it from the one before)."""
    before: Block | None = None
    for block in blocks:
        glue = "\n" if isinstance(before, Quote | Heading) else "\n\n"
        match block:
            case Quote(sentences, expandable):
                tag = "<blockquote expandable>" if expandable else "<blockquote>"
                for spans in _pack(sentences):
                    html = "".join(map(_span_html, spans))
                    size = sum(_utf16(span.text) for span in spans)
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
            case Line(text):
                for piece in _cut(text):
                    yield escape(piece), _utf16(piece), glue
        before = block


def _span_html(span: Span) -> str:
    tag = _TAGS.get(span.style)
    text = escape(span.text)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _pack(sentences: Iterable[tuple[Span, ...]]) -> Iterator[list[Span]]:
    """Pack sentences into lists of spans that fit one message each."""
    packed: list[Span] = []
    length = 0
    for sentence in sentences:
        size = sum(_utf16(span.text) for span in sentence)
        if packed and length + 1 + size > LIMIT:
            yield packed
            packed, length = [], 0
        if packed:
            packed.append(Span(" "))
            length += 1
        if size <= LIMIT:
            packed += sentence
            length += size
            continue
        pieces = [Span(cut, s.style) for s in sentence for cut in _cut(s.text)]
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
    """Cut a text into pieces of at most `LIMIT` UTF-16 units, at blanks if it can."""
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


class ConsoleReply:
    """A reply as rich shows it: quotations set off, matched words bold."""

    def __init__(self, reply: Reply) -> None:
        """Wrap a reply for `rich.console.Console.print`."""
        self._reply = reply

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """Yield the reply's blocks; a pipe gets unwrapped plain lines."""
        before: Block | None = None
        for block in self._reply.blocks:
            if before and not isinstance(before, Heading | Quote):
                yield Text()
            match block:
                case Quote():
                    text = _quote_text(block, plain=console.color_system is None)
                case Heading(words):
                    text = Text(printable(words), style="bold")
                case Attribution(words, url):
                    text = Text(printable(words), style="italic")
                    if url and isinstance(before, Quote) and before.expandable:
                        text.append(f"\n{url}", "not italic")  # under a source alone
                case Line(words):
                    text = Text(printable(words))
            if isinstance(block, Line | Heading):
                yield text
            elif console.is_terminal:
                yield Padding(text, (0, 0, 0, _QUOTE_INDENT))
            else:
                for line in text.split("\n"):
                    yield Text(" " * _QUOTE_INDENT) + line
            before = block
        yield Text()


def _quote_text(quote: Quote, *, plain: bool) -> Text:
    """Join a quotation; without colours a marked sentence stands in »«."""
    text = Text()
    for number, sentence in enumerate(quote.sentences):
        if number:
            text.append(" ")
        for span in sentence:
            marked = plain and span.style is Style.MARKED
            words = printable(span.text)
            text.append(f"»{words}«" if marked else words, _STYLES[span.style])
    return text


def printable(text: str) -> str:
    """Leave out what would command a terminal rather than show on it."""
    return _CONTROL.sub("", text)


def render_json(answer: Answer) -> str:
    """Render an answer as one JSON object."""
    return json.dumps(
        {
            "question": answer.question,
            "found": answer.found,
            "confidence": answer.confidence,
            "citations": [_citation_json(citation) for citation in answer.citations],
        },
        ensure_ascii=False,
    )


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "quote": citation.quote,
        "title": citation.article.title,
        "source": citation.article.source,
        "section": citation.passage.section,
        "page": citation.passage.page,
        "passage": citation.passage.number,
        "start": citation.start,
        "end": citation.end,
        "score": citation.score,
        "highlights": [list(pair) for pair in citation.highlights],
        "rows": [
            list(zip(row.columns, row.cells, strict=True)) for row in citation.rows
        ],
        "url": citation.url,
    }
