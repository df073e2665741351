"""Formulas as text, from MathML and from the markup of Word."""

from typing import Any

from lxml import etree

from retrieval.loading.parsers.superscripts import to_superscript

_SKIPPED = ("annotation", "annotation-xml", "rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr")


def equation(element: Any) -> str:
    """Return a formula as one line of text.

    Args:
        element: An element of lxml, in MathML or Office Math.

    >>> formula = "<math><msup><mi>r</mi><mn>2</mn></msup><mo>=</mo><mn>4</mn></math>"
    >>> equation(etree.fromstring(formula))
    'r²=4'
    """
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    if not name or name in _SKIPPED:
        return ""
    parts = [part for child in element if (part := equation(child))]
    match name, len(parts):
        case "msup" | "sSup", 2:
            return parts[0] + to_superscript(parts[1])
        case "msubsup" | "sSubSup", 3:
            return parts[0] + parts[1] + to_superscript(parts[2])
        case "mfrac" | "f", 2:
            return "/".join(part if part.isalnum() else f"({part})" for part in parts)
        case "msqrt" | "rad", _:
            return f"√({''.join(parts)})"
        case "mtd" | "mtr", _:
            return f"{''.join(parts)} "
    own = " ".join((element.text or "").split())
    return own + "".join(parts)
