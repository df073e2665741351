"""Cleanup of a page before trafilatura extracts its text.

Hidden and deleted parts and the furniture of the page go; formulas, definitions and
captions become text; elements whose text trafilatura would lose get another form.
"""

from typing import Any

from lxml import etree

from retrieval.loading.parsers.html.boilerplate import remove_boilerplate
from retrieval.loading.parsers.html.inline import (
    keep_boxes,
    keep_lines,
    render_captions,
    render_definitions,
    render_disclosures,
    render_formulas,
    render_inline,
    render_list_numbers,
)
from retrieval.loading.parsers.html.paragraphs import (
    keep_leads_and_links,
    mend_paragraphs,
)
from retrieval.loading.parsers.html.tables import fill_tables, undo_layout_tables


def clean(tree: Any) -> None:
    """Reduce a page's tree, in place, to the text that a person reads on it."""
    etree.strip_tags(tree, etree.Comment)
    render_formulas(tree)
    remove_boilerplate(tree)
    render_inline(tree)
    render_definitions(tree)
    render_list_numbers(tree)
    render_captions(tree)
    render_disclosures(tree)
    keep_boxes(tree)
    keep_lines(tree)
    undo_layout_tables(tree)
    fill_tables(tree)
    mend_paragraphs(tree)
    keep_leads_and_links(tree)
