"""Markdown to content, by markdown-it-py: the text as it is shown, without marks."""

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
from retrieval.loading.parsers.text import decode

_FRONT_MATTER = regex.compile(
    r"\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<fields>.*?)^(?P=mark)[ \t]*(?:\n|\Z)",
    regex.M | regex.S,
)
_UNSHOWN = regex.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>", regex.S | regex.I)
_HTML_HEADING = regex.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", regex.S | regex.I)
_LINE_BREAK = regex.compile(r"<br\b", regex.I)
_TAG = regex.compile(r"<[^>]*>")


def parse(data: bytes, charset: str = "") -> Content:
    """Parse CommonMark with tables, footnotes and a front matter in YAML or TOML.

    Raises:
        UnreadableError: The data is not text.
    """
    text = decode(data, charset).removeprefix("\ufeff").replace("\r\n", "\n")
    fields, text = _split_front_matter(text)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Content(
        list(_blocks(parser.use(footnote_plugin).parse(text))),
        title=_field(fields, "title"),
        author=_field(fields, "author") or _field(fields, "authors"),
        date=_field(fields, "date"),
    )


class _WithoutAliases(yaml.SafeLoader):
    """A YAML loader without aliases: a few lines of them can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def _split_front_matter(text: str) -> tuple[dict[Any, Any], str]:
    """Split the fields of a front matter from the text.

    A front matter that cannot be parsed is dropped. If its value is not a mapping, it
    is part of the text, between two rules.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        fields = (
            tomllib.loads(match["fields"])
            if match["mark"] == "+++"
            else yaml.load(match["fields"], _WithoutAliases)  # a SafeLoader
        )
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError):
        fields = {}
    return (fields, text[match.end() :]) if isinstance(fields, dict) else ({}, text)


def _field(fields: dict[Any, Any], key: str) -> str | None:
    value = fields.get(key)
    values = value if isinstance(value, list) else [value]
    texts = [
        each.isoformat()[:10] if isinstance(each, date) else str(each)
        for each in values
        if isinstance(each, str | int | date)
    ]
    return one_line(", ".join(texts)) or None


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    depth = 0  # of nested lists
    numbers: list[str] = []  # of the item whose text comes next
    row: list[str] | None = None  # the cells of a table's row
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                depth += 1
                numbers = [f"{token.info}{token.markup} "] if token.info else []
            case "list_item_close":
                depth -= 1
            case "tr_open":
                row = []
            case "tr_close" if row:
                if any(row):
                    yield Block(one_line(" | ".join(row)), continues=True)
                row = None
            case "inline":
                words = one_line(_inline_text(token.children or []))
                if row is not None:
                    row.append(words)
                elif words:
                    yield Block("".join([*numbers, words]), level, continues=depth > 0)
                    numbers = []
            case "fence" | "code_block" if token.content.strip():
                yield Block(lines_of(token.content), continues=depth > 0)
            case "html_block":
                yield from _html_blocks(token.content, continues=depth > 0)


def _html_blocks(html: str, *, continues: bool) -> Iterator[Block]:
    """Yield the headings of a piece of HTML, and the text between them."""
    pieces = iter(_HTML_HEADING.split(_UNSHOWN.sub(" ", html)))
    for between in pieces:
        if words := one_line(_TAG.sub(" ", between)):
            yield Block(words, continues=continues)
        level = next(pieces, None)
        if level and (words := one_line(_TAG.sub(" ", next(pieces)))):
            yield Block(words, int(level))


def _inline_text(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens: of images the description, no deleted text."""
    shown = []
    n_deletions = 0  # open ones
    for token in tokens:
        if token.type in ("s_open", "s_close"):
            n_deletions += token.nesting
        if n_deletions:
            continue
        if token.type == "image":
            shown.append(_inline_text(token.children or []))
        elif token.type in ("softbreak", "hardbreak") or (
            token.type == "html_inline" and _LINE_BREAK.match(token.content)
        ):
            shown.append(" ")
        elif token.type in ("text", "code_inline"):
            shown.append(token.content)
    return "".join(shown)
