"""Front matter of a Markdown file: YAML, TOML, or the title block of Pandoc."""

import tomllib
from datetime import date
from typing import Any

import regex
import yaml

from retrieval.loading.content import one_line

_FRONT_MATTER = regex.compile(
    r"\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<fields>.*?)^(?P=mark)[ \t]*(?:\n|\Z)",
    regex.M | regex.S,
)
# A title, and below it lines with the authors and the date.
_TITLE_BLOCK = regex.compile(r"\A%[ \t]+(?P<fields>\S.*\n(?:%.*\n|[ \t]+\S.*\n){0,9})")


class _WithoutAliases(yaml.SafeLoader):
    """A YAML loader without aliases: a few lines of them can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def split_front_matter(text: str) -> tuple[dict[Any, Any], str]:
    """Split the fields of a front matter from the text.

    A front matter that cannot be parsed is dropped. If its value is not a mapping, it
    is part of the text, between two rules.
    """
    if block := _TITLE_BLOCK.match(text):
        return _title_block(block["fields"]), text[block.end() :]
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


def _title_block(lines: str) -> dict[Any, Any]:
    """Return the fields of Pandoc's title block, given without its first mark."""
    values = [one_line(value) for value in regex.split(r"^%", lines, flags=regex.M)]
    return dict(zip(("title", "author", "date"), values, strict=False))


def field(fields: dict[Any, Any], key: str) -> str | None:
    """Return a field as one line, of a list all values; None if there is none.

    >>> field({"authors": [{"name": "Ann Ito", "title": "Cook"}, "Bo"]}, "authors")
    'Ann Ito, Bo'
    """
    value = fields.get(key)
    values = value if isinstance(value, list) else [value]
    named = [each.get("name") if isinstance(each, dict) else each for each in values]
    texts = [
        each.isoformat()[:10] if isinstance(each, date) else str(each)
        for each in named
        if isinstance(each, str | int | date)
    ]
    return one_line(", ".join(texts)) or None
