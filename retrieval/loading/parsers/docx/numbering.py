"""Numbering of lists in Word documents, which store rules instead of numbers."""

from collections.abc import Iterator
from typing import Any

import regex
from docx.opc.constants import RELATIONSHIP_TYPE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACEHOLDER = regex.compile(r"%([1-9])")
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l"}
_ROMAN |= {40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}


class Numbering:
    """A counter of the items in a document's lists.

    Args:
        document: A document of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[int, str, str]] = {}
        self._lists: dict[str, str] = {}  # by number of a list, its kind
        self._counts: dict[str, list[int]] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}  # by kind and style
        self._styles = _numbered_styles(document.styles.element)
        for part in document.part.rels.values():
            if part.reltype == RELATIONSHIP_TYPE.NUMBERING:
                self._read_definitions(part.target_part.element)

    def next(self, paragraph: Any) -> str | None:
        """Return the number shown at a paragraph and count on.

        Args:
            paragraph: An element of lxml.

        Returns:
            "" for an item with a bullet; None for a paragraph that is no item.
        """
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        given = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        style_name = "" if style is None else style.get(f"{W}val", "")
        if given is None:
            given = self._styles.get(style_name)
        if given is None:
            return None
        number = value(given, "numId")
        if number in ("", "0"):
            return None
        kind = self._lists.get(number, "")
        level = _number(
            value(given, "ilvl"), self._level_of_style.get((kind, style_name), 0)
        )
        _, form, text = self._levels.get((kind, level), (1, "bullet", ""))
        counts = self._counts.setdefault(kind, [])
        while len(counts) <= level:
            first = self._levels.get((kind, len(counts)), (1, "", ""))[0]
            counts.append(first - 1)
        counts[level] += 1
        del counts[level + 1 :]
        if form in ("bullet", "none"):
            return ""
        return _PLACEHOLDER.sub(lambda m: self._format(kind, int(m[1]), counts), text)

    def _format(self, kind: str, level: int, counts: list[int]) -> str:
        """Return the count of a level, from 1, in the letters or digits of its kind."""
        if level > len(counts):
            return ""
        form = self._levels.get((kind, level - 1), (1, "decimal", ""))[1]
        return _format_number(counts[level - 1], form)

    def _read_definitions(self, numbering: Any) -> None:
        for kind in numbering.iter(f"{W}abstractNum"):
            for level in kind.iter(f"{W}lvl"):
                key = (
                    kind.get(f"{W}abstractNumId"),
                    _number(level.get(f"{W}ilvl"), 0),
                )
                self._levels[key] = (
                    _number(value(level, "start"), 1),
                    value(level, "numFmt"),
                    value(level, "lvlText"),
                )
                if style := value(level, "pStyle"):
                    self._level_of_style[key[0], style] = key[1]
        for each in numbering.iter(f"{W}num"):
            number = each.get(f"{W}numId")
            kind = value(each, "abstractNumId")
            overrides = list(each.iter(f"{W}lvlOverride"))
            if overrides:
                kind = self._override(kind, f"{kind}/{number}", overrides)
            self._lists[number] = kind

    def _override(self, kind: str, new_kind: str, overrides: list[Any]) -> str:
        """Add a kind of list that overrides the start of another; return its name."""
        levels = {key[1]: v for key, v in self._levels.items() if key[0] == kind}
        for override in overrides:
            level = _number(override.get(f"{W}ilvl"), 0)
            start, form, text = levels.get(level, (1, "decimal", "%1."))
            start = _number(value(override, "startOverride"), start)
            levels[level] = (start, form, text)
        self._levels |= {(new_kind, level): v for level, v in levels.items()}
        self._level_of_style |= {
            (new_kind, style): level
            for (of, style), level in self._level_of_style.items()
            if of == kind
        }
        return new_kind


def _numbered_styles(styles: Any) -> dict[str, Any]:
    """Return the numbering of each style that has one, its own or an inherited one."""
    found = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    numbered = {}
    for identifier in found:
        for style in with_bases(found, identifier):
            numbering = style.find(f"{W}pPr/{W}numPr")
            if numbering is not None:
                numbered[identifier] = numbering
                break
    return numbered


def with_bases(styles: dict[str, Any], identifier: str) -> Iterator[Any]:
    """Yield a style and those that it is based on, its own first."""
    seen = set()
    while identifier in styles and identifier not in seen:  # else: in a circle
        seen.add(identifier)
        yield styles[identifier]
        identifier = value(styles[identifier], "basedOn")


def _format_number(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter" if 0 < number <= 26:
            letter = chr(ord("a") + number - 1)
            return letter.upper() if form == "upperLetter" else letter
        case "lowerRoman" | "upperRoman" if 0 < number < 4_000:
            roman = ""
            for value, letters in _ROMAN.items():
                roman += letters * (number // value)
                number %= value
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02}"
    return str(number)


def value(parent: Any, name: str) -> str:
    """Return the value of an element's child; "" if there is none."""
    child = parent.find(W + name)
    value: str | None = None if child is None else child.get(f"{W}val")
    return value or ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default
