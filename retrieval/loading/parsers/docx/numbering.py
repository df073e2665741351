"""The numbers of a Word document's lists, which stand in no paragraph."""

from typing import Any

import regex
from docx.opc.constants import RELATIONSHIP_TYPE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = regex.compile(r"%([1-9])")
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l"}
_ROMAN |= {40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}


class Numbering:
    """Counts the items of a document's lists; elements are lxml's."""

    def __init__(self, document: Any) -> None:
        """Read how the lists of a python-docx document are numbered."""
        self._levels: dict[tuple[str, int], tuple[int, str, str]] = {}
        self._lists: dict[str, str] = {}  # of a list, the kind that it is of
        self._counts: dict[str, list[int]] = {}
        self._styles = {
            style.get(f"{W}styleId"): style.find(f"{W}pPr/{W}numPr")
            for style in document.styles.element.iter(f"{W}style")
        }
        for part in document.part.rels.values():
            if part.reltype == RELATIONSHIP_TYPE.NUMBERING:
                self._read(part.target_part.element)

    def next(self, paragraph: Any) -> str | None:
        """Return the number that an item shows, "" for a bullet; None for no item."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        given = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        if given is None and style is not None:
            given = self._styles.get(style.get(f"{W}val"))
        if given is None:
            return None
        number, level = value(given, "numId"), _number(value(given, "ilvl"), 0)
        if number in ("", "0"):
            return None
        kind = self._lists.get(number, "")
        _, form, text = self._levels.get((kind, level), (1, "bullet", ""))
        counts = self._counts.setdefault(kind, [])
        while len(counts) <= level:
            first = self._levels.get((kind, len(counts)), (1, "", ""))[0]
            counts.append(first - 1)
        counts[level] += 1
        del counts[level + 1 :]
        if form in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda place: self._shown(kind, int(place[1]), counts), text)

    def _shown(self, kind: str, place: int, counts: list[int]) -> str:
        if place > len(counts):
            return ""
        form = self._levels.get((kind, place - 1), (1, "decimal", ""))[1]
        return _written(counts[place - 1], form)

    def _read(self, numbering: Any) -> None:
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
        for each in numbering.iter(f"{W}num"):
            number = each.get(f"{W}numId")
            kind = value(each, "abstractNumId")
            own = f"{kind}/{number}"
            overrides = list(each.iter(f"{W}lvlOverride"))
            self._lists[number] = own if overrides else kind
            if overrides:
                levels = {
                    key[1]: v for key, v in self._levels.items() if key[0] == kind
                }
                for override in overrides:
                    level = _number(override.get(f"{W}ilvl"), 0)
                    start, form, text = levels.get(level, (1, "decimal", "%1."))
                    start = _number(value(override, "startOverride"), start)
                    levels[level] = (start, form, text)
                self._levels |= {(own, level): v for level, v in levels.items()}


def _written(number: int, form: str) -> str:
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
    """Return what an element's child of a name is set to; "" for nothing."""
    child = parent.find(W + name)
    value: str | None = None if child is None else child.get(f"{W}val")
    return value or ""


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
