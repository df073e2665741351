"""Formulas in a line: MathML of pages, and the markup of Word."""

from typing import Any

from lxml import etree

from retrieval.loading.parsers.superscripts import raised

_UNREAD = ("annotation", "annotation-xml", "rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr")


def equation(element: Any) -> str:
    """Return a formula as text.

    >>> formula = "<math><msup><mi>r</mi><mn>2</mn></msup><mo>=</mo><mn>4</mn></math>"
    >>> equation(etree.fromstring(formula))
    'r²=4'
    """
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    if not name or name in _UNREAD:
        return ""
    parts = [part for child in element if (part := equation(child))]
    match name, len(parts):
        case "msup" | "sSup", 2:
            return parts[0] + raised(parts[1])
        case "msubsup" | "sSubSup", 3:
            return parts[0] + parts[1] + raised(parts[2])
        case "mfrac" | "f", 2:
            return "/".join(part if part.isalnum() else f"({part})" for part in parts)
        case "msqrt" | "rad", _:
            return f"√({''.join(parts)})"
        case "mtd" | "mtr", _:
            return f"{''.join(parts)} "
    own = " ".join((element.text or "").split())
    return own + "".join(parts)
