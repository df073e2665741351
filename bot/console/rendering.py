"""Replies as text of a console, and answers as JSON."""

import json
import re

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from bot.chat.replies import (
    Attribution,
    Heading,
    Part,
    Quote,
    Reply,
    ReplyText,
    Style,
)
from retrieval import Answer, Citation

# Control characters, which command a terminal, and those that change the direction
# of the text after them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_QUOTE_INDENT = 2  # columns, at a terminal and in a pipe alike
_STYLES = {
    Style.PLAIN: "",
    Style.MATCH: "bold",
    Style.MARKED: "bold",
    Style.GAP: "dim",
}


class ConsoleReply:
    """A reply that `rich` can print: quotations indented, matched words bold.

    Args:
        reply: The reply.
    """

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """Yield the reply's parts; a pipe gets plain lines, unwrapped."""
        before: Part | None = None
        for part in self._reply.parts:
            if before and not isinstance(before, Heading | Quote):
                yield Text()
            match part:
                case Quote():
                    text = _quote_text(part, plain=console.color_system is None)
                case Heading(words):
                    text = Text(printable(words), style="bold")
                case Attribution(words, url):
                    text = Text(printable(words), style="italic")
                    if url and isinstance(before, Quote) and before.expandable:
                        text.append(f"\n{url}", "not italic")  # /source shows the link
                case ReplyText(words):
                    text = Text(printable(words))
            if isinstance(part, ReplyText | Heading):
                yield text
            elif console.is_terminal:
                yield Padding(text, (0, 0, 0, _QUOTE_INDENT))
            else:
                for line in text.split("\n"):
                    yield Text(" " * _QUOTE_INDENT) + line
            before = part
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
    """Return a text without characters that would command a terminal."""
    return _CONTROL.sub("", text)


def to_json(value: object) -> str:
    r"""Return a value as JSON without characters that would command a terminal.

    >>> print(to_json({"é": "tea\x9b\u202e"}))
    {"é": "tea\u009b\u202e"}
    """
    text = json.dumps(value, ensure_ascii=False)
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def render_json(answer: Answer) -> str:
    """Render an answer as one JSON object."""
    return to_json(
        {
            "question": answer.question,
            "found": answer.found,
            "confidence": answer.confidence,
            "citations": [_citation_json(citation) for citation in answer.citations],
        }
    )


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "quote": citation.quote,
        "answer": list(citation.answer) if citation.answer else None,
        "title": citation.article.title,
        "source": citation.article.source,
        "section": citation.passage.section,
        "page": citation.passage.page,
        "recognition": citation.passage.recognition,
        "passage": citation.passage.number,
        "start": citation.start,
        "end": citation.end,
        "score": citation.probability,
        "highlights": [list(pair) for pair in citation.highlights],
        "rows": [
            list(zip(row.columns, row.cells, strict=True)) for row in citation.rows
        ],
        "url": citation.url,
    }
