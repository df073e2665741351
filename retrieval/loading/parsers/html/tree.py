"""Kinds of elements in a page's tree, and functions that remove or replace them."""

from collections.abc import Iterable
from typing import Any

import regex
from lxml import html

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form "
    "header hr li main nav ol p pre section table ul".split()
) | frozenset(HEADINGS)
NO_DISPLAY = regex.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|"
    r"text-decoration(?:-line)?\s*:[^;]*line-through",
    regex.I,
)
SENTENCE_END = regex.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")


def drop(elements: Iterable[Any]) -> None:
    """Remove elements from their tree, but not the text after them."""
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def replace_element(element: Any, words: str) -> None:
    """Replace an element by text."""
    text = html.Element("span")
    text.text = words
    element.addprevious(text)
    element.drop_tree()
