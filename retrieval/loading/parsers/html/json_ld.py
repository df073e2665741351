"""JSON-LD of a page, which is for search engines: article texts, FAQs.

A page may hold texts there alone that its scripts show.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any

import regex

from retrieval.loading.content import one_line

MAX_DEPTH = 20  # of JSON-LD
_BREAK = regex.compile(r"</?(?:br|div|h[1-6]|li|ol|p|tr|ul)\b[^>]{0,200}>", regex.I)
_TAG = regex.compile(r"<[^>]{1,200}>")


def article_body(tree: Any) -> str:
    """Return the longest article text in the JSON-LD of a page; "" for none."""
    bodies = (each.get("articleBody") for each in _objects(tree))
    texts = [_text(body) for body in bodies if isinstance(body, str)]
    return max(texts, key=len, default="")


def questions(tree: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the questions in the JSON-LD of a page, each with its answer's lines."""
    for each in _objects(tree):
        answer = each.get("acceptedAnswer")
        if isinstance(answer, list) and answer:
            answer = answer[0]
        text = answer.get("text") if isinstance(answer, dict) else None
        question = each.get("name")
        if isinstance(question, str) and isinstance(text, str):
            lines = [line for line in map(one_line, _text(text).splitlines()) if line]
            if lines and (words := one_line(_text(question))):
                yield words, lines


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of the JSON-LD of a page, the inner ones after the outer."""
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json":
            with suppress(ValueError, RecursionError):
                yield from _inner_objects(json.loads(script.text or ""))


def _inner_objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _inner_objects(each, depth + 1)


def _text(markup: str) -> str:
    r"""Return a text without tags, with the lines that they make.

    >>> _text("Call <b>Ida</b> &amp; Bo:<br>0555")
    'Call Ida & Bo:\n0555'
    """
    return unescape(_TAG.sub("", _BREAK.sub("\n", markup)))
