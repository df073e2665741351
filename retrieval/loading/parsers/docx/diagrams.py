"""Words of SmartArt and of charts, which Word keeps in parts of their own."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml

from retrieval.loading.content import Block, one_line, row_block

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DIAGRAM = f"{_A}graphicData"
MAX_POINTS = 1_000  # of one chart; more are measurements, and a picture of them


def diagram_blocks(graphic: Any, part: Any) -> Iterator[Block]:
    """Yield the words of a diagram, and a chart's title and values as a table.

    Args:
        graphic: The element `DIAGRAM` of lxml.
        part: The part of python-docx that it stands in.
    """
    for reference in graphic.iter(f"{_D}relIds", f"{_C}chart"):
        relation = part.rels.get(
            reference.get(f"{_R}dm") or reference.get(f"{_R}id") or ""
        )
        if relation is None or relation.is_external:
            continue
        tree = parse_xml(relation.target_part.blob)
        if reference.tag == f"{_C}chart":
            yield from _chart_blocks(tree)
            continue
        for point in tree.iter(f"{_D}pt"):
            for paragraph in point.iterfind(f"{_D}t/{_A}p"):
                if words := _words(paragraph):
                    yield Block(words, continues=True)


def _chart_blocks(chart: Any) -> Iterator[Block]:
    title = chart.find(f".//{_C}title")
    if title is not None and (words := _words(title)):
        yield Block(words)
    series = list(chart.iter(f"{_C}ser"))
    if not series:
        return
    names = [one_line(each.findtext(f"{_C}tx//{_C}v")) for each in series]
    categories = _points(series[0].find(f"{_C}cat"))
    values = [_points(each.find(f"{_C}val")) for each in series]
    if categories and len(categories) * len(series) <= MAX_POINTS:
        yield from row_block(["", *names])
        for place, category in categories.items():
            yield from row_block([category, *(each.get(place, "") for each in values)])


def _points(data: Any) -> dict[str, str]:
    """Return the stored values of a chart's axis or series, by their place."""
    if data is None:
        return {}
    return {
        point.get("idx", ""): one_line(point.findtext(f"{_C}v"))
        for point in data.iter(f"{_C}pt")
    }


def _words(element: Any) -> str:
    return one_line("".join(each.text or "" for each in element.iter(f"{_A}t")))
