"""Markdown to content, by markdown-it-py: what a reader sees, without the marks."""

from collections.abc import Iterator, Sequence

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from retrieval.loading.content import Block, Content, one_line

_FIELD = regex.compile(r"^(title|author|date|lang)\s*:\s*(['\"]?)(.+?)\2\s*$", regex.M)
_TAG = regex.compile(r"<[^>]*>|<!--.*?-->", regex.S)


def read_markdown(text: str) -> Content:
    """Read CommonMark with tables; the title may stand in a front matter in YAML."""
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    tokens = parser.parse(text)
    said: dict[str, str] = {}
    for token in tokens[:1]:
        if token.type == "front_matter":
            said = {key: value for key, _, value in _FIELD.findall(token.content)}
    return Content(
        list(_blocks(tokens)),
        title=said.get("title"),
        author=said.get("author"),
        date=said.get("date"),
        language=said.get("lang", "")[:2].lower() or None,
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    items = 0  # how deep in lists
    row: list[str] | None = None  # the cells of a table's row
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                items += 1
            case "list_item_close":
                items -= 1
            case "tr_open":
                row = []
            case "tr_close" if row:
                yield Block(" | ".join(row), joined=True)
                row = None
            case "inline" if words := one_line(_shown(token.children or [])):
                if row is None:
                    yield Block(words, level, joined=items > 0)
                else:
                    row.append(words)
            case "fence" | "code_block" if words := one_line(token.content):
                yield Block(words, joined=items > 0)
            case "html_block" if words := one_line(_TAG.sub(" ", token.content)):
                yield Block(words, joined=items > 0)


def _shown(tokens: Sequence[Token]) -> str:
    """Return what is shown of a line's tokens; an image shows its description."""
    shown = []
    for token in tokens:
        if token.type == "image":
            shown.append(_shown(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            shown.append(" ")
        elif token.type in ("text", "code_inline"):
            shown.append(token.content)
    return "".join(shown)
