"""Markdown to content, by markdown-it-py: what a reader sees, without the marks."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import regex
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from retrieval.loading.content import Block, Content, lines_of, one_line

_FRONT_MATTER = regex.compile(
    r"\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<said>.*?)^(?P=mark)[ \t]*(?:\n|\Z)",
    regex.M | regex.S,
)
_UNSHOWN = regex.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>", regex.S | regex.I)
_HTML_HEADING = regex.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", regex.S | regex.I)
_LINE_BREAK = regex.compile(r"<br\b", regex.I)
_TAG = regex.compile(r"<[^>]*>")


def read_markdown(text: str) -> Content:
    """Read CommonMark, tables and footnotes, after a front matter in YAML or TOML."""
    said, text = _split_front_matter(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Content(
        list(_blocks(parser.use(footnote_plugin).parse(text))),
        title=_said(said, "title"),
        author=_said(said, "author") or _said(said, "authors"),
        date=_said(said, "date"),
    )


class _WithoutAliases(yaml.SafeLoader):
    """Refuses aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def _split_front_matter(text: str) -> tuple[dict[Any, Any], str]:
    """Return what is said about the text, and the text.

    What stands between two lines but is no list of fields is text, too; what only looks
    like one is left out, and says nothing.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        said = (
            tomllib.loads(match["said"])
            if match["mark"] == "+++"
            else yaml.load(match["said"], _WithoutAliases)  # a SafeLoader
        )
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError):
        said = {}
    return (said, text[match.end() :]) if isinstance(said, dict) else ({}, text)


def _said(matter: dict[Any, Any], key: str) -> str | None:
    value = matter.get(key)
    several = value if isinstance(value, list) else [value]
    named = [
        one.isoformat()[:10] if isinstance(one, date) else str(one)
        for one in several
        if isinstance(one, str | int | date)
    ]
    return one_line(", ".join(named)) or None


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    items = 0  # how deep in lists
    numbers: list[str] = []  # of the items that have not begun yet
    row: list[str] | None = None  # the cells of a table's row
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                items += 1
                numbers = [f"{token.info}{token.markup} "] if token.info else []
            case "list_item_close":
                items -= 1
            case "tr_open":
                row = []
            case "tr_close" if row:
                if any(row):
                    yield Block(one_line(" | ".join(row)), joined=True)
                row = None
            case "inline":
                words = one_line(_shown(token.children or []))
                if row is not None:
                    row.append(words)
                elif words:
                    yield Block("".join([*numbers, words]), level, joined=items > 0)
                    numbers = []
            case "fence" | "code_block" if token.content.strip():
                yield Block(lines_of(token.content), joined=items > 0)
            case "html_block":
                yield from _html_blocks(token.content, joined=items > 0)


def _html_blocks(html: str, *, joined: bool) -> Iterator[Block]:
    """Yield the headings of a piece of HTML, and what stands between them."""
    pieces = iter(_HTML_HEADING.split(_UNSHOWN.sub(" ", html)))
    for between in pieces:
        if words := one_line(_TAG.sub(" ", between)):
            yield Block(words, joined=joined)
        level = next(pieces, None)
        if level and (words := one_line(_TAG.sub(" ", next(pieces)))):
            yield Block(words, int(level))


def _shown(tokens: Sequence[Token]) -> str:
    """Return what is shown of a line's tokens; an image shows its description.

    What is struck out is not.
    """
    shown = []
    struck = 0
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            struck += token.nesting
        if struck:
            continue
        if token.type == "image":
            shown.append(_shown(token.children or []))
        elif token.type in ("softbreak", "hardbreak") or (
            token.type == "html_inline" and _LINE_BREAK.match(token.content)
        ):
            shown.append(" ")
        elif token.type in ("text", "code_inline"):
            shown.append(token.content)
    return "".join(shown)
