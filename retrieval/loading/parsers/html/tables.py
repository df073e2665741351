"""Tables of a page: layout tables are undone, data tables completed."""

from copy import deepcopy
from typing import Any

from retrieval.loading.content import one_line
from retrieval.loading.parsers.html.tree import drop

_LINE_NUMBERS = ".//td[@class='linenos' or @class='gutter' or @class='lineno']"
MAX_SPAN = 100  # rows that a cell may span


def undo_layout_tables(tree: Any) -> None:
    """Replace tables that only lay out the page by plain blocks."""
    drop(tree.xpath(_LINE_NUMBERS))
    for table in reversed(list(tree.iter("table"))):
        cells = list(table.iter("td", "th"))
        is_layout = table.get("role") in ("presentation", "none") or any(
            cell.find(".//h1") is not None
            or cell.find(".//h2") is not None
            or cell.find(".//table") is not None
            or cell.find(".//pre") is not None
            or len(cell.findall(".//p")) > 1
            or (cell.find(".//p") is not None and cell.find(".//ul") is not None)
            for cell in cells
        )
        if is_layout and table.find(".//th") is None:
            for part in list(table.iter("tbody", "thead", "tfoot", "tr", "td")):
                if next(part.iterancestors("table")) is not table:
                    continue
                if part.tag == "td":
                    part.tag = "div"
                else:
                    part.drop_tag()
            table.tag = "div"
            for name in ("width", "border", "class"):
                table.attrib.pop(name, None)


def fill_tables(tree: Any) -> None:
    """Repeat a cell in each row that it spans, and write lists in cells as one line."""
    for table in tree.iter("table"):
        _repeat_spanning_cells(table)
    _join_lists_in_cells(tree)


def _repeat_spanning_cells(table: Any) -> None:
    spanning: dict[int, tuple[int, Any]] = {}  # by column: rows to come, and the cell
    for row in table.iter("tr"):
        column = 0
        for cell in list(row.iterchildren("td", "th")):
            while spanning.get(column, (0, None))[0] > 0:
                left, above = spanning[column]
                cell.addprevious(deepcopy(above))
                spanning[column] = (left - 1, above)
                column += 1
            rows = cell.attrib.pop("rowspan", "1")
            if rows.isdecimal() and 1 < int(rows) <= MAX_SPAN:
                spanning[column] = (int(rows) - 1, deepcopy(cell))
            column += 1


def _join_lists_in_cells(tree: Any) -> None:
    for item in tree.xpath(".//td//li|.//th//li"):
        text = item.text or ""
        item.tag = "span"
        if item.getprevious() is not None:
            item.text = f", {text}"
    for part in tree.xpath(".//td//*[self::ul or self::ol]|.//th//*[self::ul]"):
        before = part.getprevious()
        if before is not None or one_line(part.getparent().text):
            part.text = f" {part.text or ''}"
        part.drop_tag()
