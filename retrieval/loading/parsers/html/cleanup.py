"""A page as a person sees it: lxml's tree without what is hidden, and with what is not.

What is hidden, deleted or stands around the text on every page goes; formulas, terms
and captions become text; what trafilatura would lose for its form gets another.
"""

from typing import Any

from lxml import etree

from retrieval.loading.parsers.html.boilerplate import remove_boilerplate
from retrieval.loading.parsers.html.inline import (
    render_definitions,
    render_inline,
    write_captions,
    write_formulas,
    write_numbers,
)
from retrieval.loading.parsers.html.paragraphs import (
    keep_leads_and_links,
    mend_paragraphs,
)
from retrieval.loading.parsers.html.tables import fill_tables, undo_layout_tables


def show(tree: Any) -> None:
    """Turn a page's tree into what a person reads of it, in place."""
    etree.strip_tags(tree, etree.Comment)
    write_formulas(tree)
    remove_boilerplate(tree)
    render_inline(tree)
    render_definitions(tree)
    write_numbers(tree)
    write_captions(tree)
    undo_layout_tables(tree)
    fill_tables(tree)
    mend_paragraphs(tree)
    keep_leads_and_links(tree)
