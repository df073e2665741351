"""Markdown to content, by markdown-it-py: the text as it is shown, without marks.

`dialects` turns the marks of site generators into CommonMark before it is parsed.
"""

from collections.abc import Iterator, Sequence

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from retrieval.loading.content import (
    Block,
    Content,
    lines_of,
    one_line,
    row_block,
)
from retrieval.loading.parsers.equations import tex_equation
from retrieval.loading.parsers.markdown.dialects import LABEL, to_commonmark
from retrieval.loading.parsers.markdown.front_matter import field, split_front_matter
from retrieval.loading.parsers.markdown.pieces import HtmlPieces
from retrieval.loading.parsers.nested_lists import list_label
from retrieval.loading.parsers.text import decode

MAX_VALUE_CHARACTERS = 100  # of a variable; longer ones could repeat without end

_LINE_BREAK = regex.compile(r"<br\b", regex.I)
_DELETION = regex.compile(r"<(?P<end>/?)(?:del|s|strike)\b", regex.I)
_TASK = regex.compile(r"\[([ xX])\](?=\s)")
_NESTED_LISTS = tuple(
    ["paragraph_close", f"{kind}_list_open", "list_item_open", "paragraph_open"]
    for kind in ("bullet", "ordered")
)
_CAPTION = regex.compile(r"^:\s+")  # the mark of a caption in Pandoc


def parse(data: bytes, charset: str = "") -> Content:
    """Parse CommonMark with tables, notes, definitions, front matter and dialects.

    Raises:
        UnreadableError: The data is not text.
    """
    text = decode(data, charset).removeprefix("\ufeff").replace("\r\n", "\n")
    fields, text = split_front_matter(text)
    values = {str(key): field(fields, key) or "" for key in fields}
    variables = {
        key: value
        for key, value in values.items()
        if len(value) <= MAX_VALUE_CHARACTERS
    }
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(amsmath_plugin)
    # "$5 to $10" is no formula.
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    return Content(
        list(_blocks(parser.parse(to_commonmark(text, variables)))),
        title=field(fields, "title"),
        author=field(fields, "author") or field(fields, "authors"),
        date=field(fields, "date"),
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    level = 0
    depth = 0  # of nested lists
    marks: list[str] = []  # what stands before the next item's text: label, number
    labels: list[str] = []  # of open lists: the text of the item that it is part of
    label = ""  # of the list that comes next
    row: list[str] | None = None  # the cells of a table's row
    html = HtmlPieces()
    is_term = False  # whether the text is a term of a definition list
    for n, token in enumerate(tokens):
        is_html = token.type == "html_block" or (
            # Indented HTML, and the label of a tab that is indented deeper.
            token.type == "code_block"
            and (html.is_in_row or token.content.startswith(LABEL))
        )
        if is_html:
            yield from html.blocks_of(token.content, continues=depth > 0)
        if is_html or html.is_hidden:
            continue
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
                yield from html.end_row()
            case "heading_close":
                level = 0
            case "bullet_list_open" | "ordered_list_open":
                labels.append(label)
                label = ""
            case "bullet_list_close" | "ordered_list_close":
                labels.pop()
            case "list_item_open":
                depth += 1
                marks = [labels[-1]]
                marks += [f"{token.info}{token.markup} "] if token.info else []
            case "list_item_close":
                depth -= 1
            case "dt_open":
                is_term = True
            case "dt_close":
                is_term = False
            case "tr_open":
                row = []
            case "tr_close" if row:
                yield from row_block(row)
                row = None
            case "inline":
                words = one_line(_inline_text(token.children or []))
                if row is not None:
                    row.append(words)
                elif html.is_in_row:
                    html.handle_data(f" {words} ")
                elif is_term:
                    html.lead = words
                elif words:
                    lead = "" if level else html.take_lead()
                    words = _TASK.sub(_box, _CAPTION.sub("", words), 1)
                    words = "".join([*marks, lead, words])
                    marks = []
                    if depth and _is_before_list(tokens[n + 1 : n + 5]):
                        label = list_label(words)
                    if not label:
                        yield Block(words, level, continues=depth > 0)
            case "math_block" | "math_block_label" | "amsmath":
                yield Block(tex_equation(token.content), continues=depth > 0)
            case "fence" if token.info.strip() == "math":
                yield Block(tex_equation(token.content), continues=depth > 0)
            case "fence" | "code_block" if token.content.strip():
                yield Block(lines_of(token.content), continues=depth > 0)
    yield from html.end_row()


def _is_before_list(following: Sequence[Token]) -> bool:
    """Return whether the tokens after a paragraph begin a list within its item."""
    return [token.type for token in following] in _NESTED_LISTS


def _box(match: regex.Match[str]) -> str:
    """Return the box of a task as it is shown, open or ticked."""
    is_first = match.start() == 0
    return match[0] if not is_first else "☐" if match[1] == " " else "☑"


def _inline_text(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens: of images the description, no deleted text."""
    shown = []
    n_deletions = 0  # open ones
    for token in tokens:
        deletion = token.type == "html_inline" and _DELETION.match(token.content)
        if deletion:
            n_deletions = max(0, n_deletions + (-1 if deletion["end"] else 1))
        if token.type in ("s_open", "s_close"):
            n_deletions += token.nesting
        if n_deletions:
            continue
        if token.type == "image":
            shown.append(_inline_text(token.children or []))
        elif token.type in ("softbreak", "hardbreak") or (
            token.type == "html_inline" and _LINE_BREAK.match(token.content)
        ):
            shown.append(" ")
        elif token.type == "math_inline":
            shown.append(tex_equation(token.content))
        elif token.type in ("text", "code_inline"):
            shown.append(token.content)
    return "".join(shown)
