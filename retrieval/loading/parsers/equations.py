"""Formulas as text, from MathML, from the markup of Word and from TeX."""

from contextlib import suppress
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from retrieval.loading.content import one_line
from retrieval.loading.parsers.superscripts import to_superscript

_TEX = LatexNodes2Text(math_mode="text")
_SKIPPED = ("annotation", "annotation-xml", "rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr")


def equation(element: Any) -> str:
    """Return a formula as one line of text.

    Args:
        element: An element of lxml, in MathML or Office Math.

    >>> formula = "<math><msup><mi>r</mi><mn>2</mn></msup><mo>=</mo><mn>4</mn></math>"
    >>> from lxml import etree
    >>> equation(etree.fromstring(formula))
    'r²=4'
    """
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
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


def tex_equation(formula: str) -> str:
    r"""Return a formula in TeX as one line of text; unchanged if it is not TeX.

    >>> tex_equation(r"d = \frac{n}{r} \le 3\,\mathrm{km}"), tex_equation(r"\frac{")
    ('d = n/r ≤3 km', '\\frac{')
    """
    with suppress(LatexWalkerError, RecursionError):
        return one_line(_TEX.latex_to_text(formula, tolerant_parsing=False))
    return one_line(formula)
