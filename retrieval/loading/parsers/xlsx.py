"""XLSX to content, by openpyxl: each visible sheet's tables, as Excel shows them."""

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import regex
from openpyxl import load_workbook

from retrieval.loading.content import Block, Content, metadata_author, metadata_title
from retrieval.loading.parsers.archives import open_archive
from retrieval.loading.parsers.sheets import sheet_blocks

_DECIMALS = regex.compile(r"0\.(0+)")


def parse(data: bytes, _: str = "") -> Content:
    """Parse the values of a workbook; formulas have those that were saved.

    Raises:
        UnreadableError: The file unpacks to too much data, or has too many cells.
    """
    open_archive(data).close()
    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
    blocks: list[Block] = []
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file declares may be wrong, or huge
        rows = ([_shown(cell) for cell in row] for row in sheet.rows)
        if found := list(sheet_blocks(rows)):
            blocks += [Block(sheet.title, 1)] if len(sheets) > 1 else []
            blocks += found
    return Content(
        blocks,
        title=metadata_title(book.properties.title),
        author=metadata_author(book.properties.creator),
    )


def _shown(cell: Any) -> str:
    """Return a cell's value as text, with the decimals of its number format."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case int() | float():
            return _number(value, cell.number_format)
    return str(value)


def _number(value: float, form: str) -> str:
    """Return a number as its format shows it.

    >>> _number(0.125, "0.0%"), _number(1234.5, "#,##0.00"), _number(2.0, "General")
    ('12.5%', '1,234.50', '2')
    """
    percent = "%" if "%" in form else ""
    if percent:
        value *= 100
    comma = "," if "#,##" in form else ""
    decimals = _DECIMALS.search(form)
    if decimals:
        return f"{value:{comma}.{len(decimals[1])}f}{percent}"
    is_whole = value == int(value)
    return f"{int(value):{comma}}{percent}" if is_whole else f"{value:.10g}{percent}"
