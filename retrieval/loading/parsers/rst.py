"""reStructuredText to content, by docutils: the text as it is shown, without marks."""

from collections.abc import Iterator
from textwrap import dedent

import regex
from docutils import nodes
from docutils.core import publish_doctree

from retrieval.loading.content import Block, Content, lines_of, one_line
from retrieval.loading.parsers.text import decode

_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "line_length_limit": 1_000_000,  # characters; longer ones are refused
    "raw_enabled": False,
    "report_level": 5,
    "syntax_highlight": "none",
}
# Roles and directives that docutils does not know, such as those of Sphinx.
_ROLE = regex.compile(r":[\w:+.-]+:`[~!]?([^`<]*?)(?:\s*<([^`<>]*)>)?`")
_DIRECTIVE = regex.compile(
    r"\.\. +(?P<name>[\w:+.-]+)::[ \t]*(?P<title>.*)\n?"
    r"(?:[ \t]*:[\w-]+:.*\n?)*"  # options
)
_SILENT = frozenset("include index literalinclude raw tabularcolumns toctree".split())
_NOT_SHOWN = (nodes.comment, nodes.substitution_definition, nodes.target, nodes.label)
MAX_LEVEL = 6  # of headings


def parse(data: bytes, charset: str = "") -> Content:
    """Parse a document; files that it names are not read.

    Raises:
        UnreadableError: The data is not text.
    """
    document = _document(decode(data, charset))
    author = next(document.findall(nodes.author), None)
    return Content(
        list(_blocks(document, 1)), author=one_line(author.astext()) if author else None
    )


def _document(text: str) -> nodes.document:
    return publish_doctree(text, settings_overrides=_SETTINGS)


def _blocks(parent: nodes.Element, level: int, lead: str = "") -> Iterator[Block]:
    """Yield the blocks of an element.

    Args:
        parent: The element.
        level: The level of its heading.
        lead: What stands before its first block: a number, a term.
    """
    in_list = isinstance(parent, nodes.list_item | nodes.definition | nodes.field_body)
    is_section = isinstance(parent, nodes.document | nodes.section)
    if lead and parent.children and not isinstance(parent[0], nodes.paragraph):
        yield Block(lead.strip(), continues=in_list)
        lead = ""
    for node in parent.children:
        if isinstance(node, _NOT_SHOWN) or "contents" in node.get("classes", ()):
            continue
        if isinstance(node, nodes.system_message):
            yield from _unknown(node, level)
        elif is_section and isinstance(node, nodes.title | nodes.subtitle):
            depth = level + isinstance(node, nodes.subtitle)
            yield Block(_text(node), min(depth, MAX_LEVEL))
        elif isinstance(node, nodes.section):
            yield from _blocks(node, level + 1)
        elif isinstance(node, nodes.enumerated_list):
            for n, item in enumerate(node.children, node.get("start", 1)):
                yield from _blocks(item, level, f"{n}. ")
        elif isinstance(node, nodes.definition_list_item | nodes.field):
            name, *_, body = node.children
            yield from _blocks(body, level, f"{_text(name)}: ")
        elif isinstance(node, nodes.row):
            cells = [one_line(_text(cell)) for cell in node.children]
            yield Block(" | ".join(cells), continues=True)
        elif isinstance(node, nodes.FixedTextElement):
            yield Block(lines_of(node.astext()), continues=in_list)
        elif isinstance(node, nodes.docinfo):
            for field in node.children:
                if not isinstance(field, nodes.field):
                    name = field.tagname.capitalize()
                    yield Block(f"{name}: {_text(field)}", continues=True)
            fields = [each for each in node if isinstance(each, nodes.field)]
            yield from _blocks(nodes.field_list("", *fields), level)
        elif isinstance(node, nodes.TextElement):
            yield Block(lead + _text(node), continues=in_list)
            lead = ""
        else:
            yield from _blocks(node, level)


def _text(node: nodes.Node) -> str:
    """Return the text of an element as one line."""
    shown = [
        _ROLE.sub(r"\1", child.astext())
        if isinstance(child.parent, nodes.problematic)
        else child.astext()
        for child in node.findall(nodes.Text)
    ]
    return one_line("".join(shown))


def _unknown(message: nodes.system_message, level: int) -> Iterator[Block]:
    """Yield the blocks of a directive that docutils does not know."""
    for node in message.findall(nodes.literal_block):
        source = node.astext()
        directive = _DIRECTIVE.match(source)
        if directive and directive["name"] not in _SILENT:
            body = dedent(source[directive.end() :])
            yield from _blocks(_document(f"{directive['title']}\n\n{body}"), level)
