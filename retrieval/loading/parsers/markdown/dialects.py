"""Dialects of Markdown as CommonMark, before it is parsed.

Site generators and note programs add marks of their own. What their readers see stays,
in CommonMark or HTML; what they do not see, such as comments and imports, is left out.
The label of a tab becomes an element `<dt>`, which the parser puts before what it
labels. Code is set aside first, so that no rule changes it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import regex

Replacement = str | Callable[[regex.Match[str]], str]

LABEL = "<dt>"  # begins the label of a tab

_CODE_MARK = "\0"  # CommonMark replaces it, so that it is free
_LIST_MARKS = r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*+"
_FENCE = regex.compile(
    rf"^(?P<prefix>[ \t>]*+{_LIST_MARKS})(?P<fence>`{{3,}}+|~{{3,}}+|:{{3,}}+(?=\{{))"
    r"(?P<info>[^\n`]*+)\n(?P<body>(?:(?![ \t>]*+(?P=fence)[`~:]*+[ \t]*$).*+\n?+)*+)"
    r"(?:[ \t>]*+(?P=fence)[`~:]*+[ \t]*(?:\n|\Z)|\Z)",
    regex.M,
)
_CODE_SPAN = regex.compile(r"(?<!`)(`{1,4})(?!`)([^`\n]++(?:\n[^`\n]++){0,3})\1(?!`)")
_FORMULA = regex.compile(
    r"\$\$[^$\0]{1,2000}\$\$"
    r"|(?<![\\$\w])\$(?![\s$])[^$\n\0]{1,300}(?<![\s\\])\$(?![\d$])"
)
_RAW = regex.compile(  # templates that are shown as they are
    r"\{%-?\s*raw\s*-?%\}(.{0,5000}?)\{%-?\s*endraw\s*-?%\}", regex.S
)
_STORED = regex.compile(rf"^(?P<prefix>[ \t>]*+{_LIST_MARKS})\0(\d+)\0$", regex.M)
_STORED_SPAN = regex.compile(r"\0(\d+)\0")
# Directives of MyST. Those of prose are read; those without text are left out; the
# others hold code.
_DIRECTIVE = regex.compile(r"\s*\{(?P<name>[\w:-]+)\}[ \t]*(?P<title>.*)")
_PROSE = frozenset(
    "admonition attention caution card danger deprecated dropdown epigraph error hint "
    "important margin note pull-quote seealso sidebar tab-item tip topic versionadded "
    "versionchanged warning aside figure".split()
)
_SILENT = frozenset(
    "contents bibliography image include literalinclude tableofcontents toctree".split()
)
_OPTION = regex.compile(r"(?:[ \t>]*:[\w-]+:.*\n)+")
_BLOCK = regex.compile(
    r"^(?P<indent>[ \t>]*+)(?:(?:!!!|\?\?\?)\+?[ \t]+(?:[\w-]+[ \t]*)*"
    r"|(?P<tab>={3})[!+]{0,2}[ \t]*(?=[\"']))"
    r"(?:(?P<quote>[\"'])(?P<title>.*)(?P=quote))?(?:[ \t]*\{[^{}\n]*\})?[ \t]*$"
)
_TITLE = r"(?:title|label|caption|summary|header)"
_TITLED = regex.compile(rf"\b{_TITLE}=(?:\"([^\"\n]*)\"|'([^'\n]*)')")
_SHOWN = regex.compile(
    r"\b(?:caption|content|text|title|label)=(?:\"([^\"\n]*)\"|'([^'\n]*)')"
)
_POSITIONAL = regex.compile(
    r"^(?:tab|tabitem|notice|details|expand|callout)\s.*?\"([^\"\n]+)\"", regex.I
)
_TAB = regex.compile(r"^(?:TabItem|Tab|tabitem|tab)\b")
# A variable of a page, in Jekyll, Hugo, VuePress and MyST.
_VARIABLE = regex.compile(
    r"\{\{-?(?:[<%]\s*param\s+[\"']?|\s*(?:(?:page|meta|\$?frontmatter|\.Params)\.)?)"
    r"(\w+)[\"']?\s*[%>-]?\}\}"
)
_QUOTED = r"\"[^\"\n]*+\"|'[^'\n]*+'"
_BRACED = r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}"
_ATTRIBUTE = rf"(?:[#.][\w:-]+|-|(?:data-)?[\w-]+=(?:{_QUOTED}|[^\s{{}}\"']++))"


def to_commonmark(
    text: str, variables: Mapping[str, str] = MappingProxyType({})
) -> str:
    r"""Return a text in CommonMark with tables and notes, as its readers see it.

    Args:
        text: Markdown in any dialect, without front matter.
        variables: Values of the front matter, which templates show by their names.

    >>> to_commonmark("The [[River Orle|Orle]] is long. ^length")
    'The Orle is long.'
    >>> to_commonmark('!!! note "Low water"\n    The boat stops.')
    '\nLow water\n\nThe boat stops.'
    """
    code: list[str] = []

    def store(content: str) -> str:
        code.append(content)
        return f"{_CODE_MARK}{len(code) - 1}{_CODE_MARK}"

    def fence(match: regex.Match[str]) -> str:
        directive = _DIRECTIVE.fullmatch(match["info"])
        name = directive["name"] if directive else ""
        prefix, body = match["prefix"], match["body"]
        if name in _SILENT:
            return "\n"
        if directive and name in _PROSE:
            # The body keeps its own marks; a figure's title is its file.
            title = "" if name == "figure" else directive["title"]
            if name == "tab-item":
                title = f"{LABEL}{title}</dt>"
            inner = _OPTION.sub("", body, 1) if _OPTION.match(body) else body
            return f"{prefix}{title}\n\n{_FENCE.sub(fence, inner)}\n\n"
        if match["fence"].startswith(":"):
            return match[0]
        margin = len(prefix)
        lines = [line[_margin(line, margin) :] for line in body.split("\n")]
        fenced = "\n".join([match["fence"] + match["info"], *lines])
        return f"{prefix}{store(fenced + match['fence'])}\n"

    text = text.replace(_CODE_MARK, "\ufffd")
    text = _FENCE.sub(fence, text)
    text = _RAW.sub(lambda match: store(match[1]), text)
    text = _CODE_SPAN.sub(lambda match: store(match[0]), _ROLE.sub(r"\1", text))
    text = _FORMULA.sub(lambda match: store(match[0]), text)
    text = _VARIABLE.sub(lambda match: variables.get(match[1]) or match[0], text)
    text = _flatten_blocks(text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)

    def restore(match: regex.Match[str]) -> str:
        first, *others = code[int(match[2])].split("\n")
        margin = regex.sub(r"[^>\s]", " ", match["prefix"])
        return "\n".join([match["prefix"] + first, *(margin + o for o in others)])

    text = _STORED.sub(restore, text)
    return _STORED_SPAN.sub(lambda match: code[int(match[1])], text)


def _margin(line: str, width: int) -> int:
    """Return how many characters of a line's margin are within a width."""
    return min(width, len(line) - len(line.lstrip(" \t>")))


def _flatten_blocks(text: str) -> str:
    """Return a text whose indented admonitions and tabs are paragraphs."""
    margins: list[tuple[int, int]] = []  # of open blocks: its width, what is cut off
    lines = []
    for line in text.split("\n"):
        width = len(line) - len(line.lstrip(" \t>"))
        blank = not line.strip(" \t>")
        while margins and not blank and width <= margins[-1][0]:
            margins.pop()
        cut = margins[-1][1] if margins else 0
        outer = line[: max(0, width - cut)] if not blank else line
        if match := _BLOCK.match(line):
            margins.append((width, cut + 4))
            title = match["title"] or ""
            title = f"{LABEL}{title}</dt>" if match["tab"] and title else title
            lines += [outer.rstrip(" "), outer + title, outer.rstrip(" ")]
        else:
            lines.append(outer + line[width:] if not blank else line)
    return "\n".join(lines)


def _title(match: regex.Match[str]) -> str:
    """Return the title of a container; "" for none."""
    titled = _TITLED.search(match["rest"])
    words = (titled[1] or titled[2] or "") if titled else match["rest"].strip(" []")
    words = "" if words.startswith("{") else words.partition("{")[0]
    return f"{match['indent']}{words}\n\n{match['indent'].rstrip(' ')}"


def _element(match: regex.Match[str]) -> str:
    """Return the label of a component; a space in a line for the tag without one."""
    titled = _TITLED.search(match[0])
    words = (titled[1] or titled[2] or "") if titled else ""
    if not words:
        return ""
    return _label(words) if _TAB.match(match["name"]) else f"\n\n{words}\n\n"


def _shortcode(match: regex.Match[str]) -> str:
    """Return what a shortcode shows, as far as its call says so."""
    call = match["call"].strip(" \n-%>")
    if label := _POSITIONAL.match(call):
        return _label(label[1]) if _TAB.match(call) else f"{label[1]}\n"
    shown = _SHOWN.search(call)
    words = (shown[1] or shown[2] or "") if shown else ""
    return _label(words) if words and _TAB.match(call) else words


def _label(words: str) -> str:
    return f"\n\n{LABEL}{words}</dt>\n\n"


def _link(match: regex.Match[str]) -> str:
    """Return the name of a wiki link; that of its page and section for none."""
    if match["name"]:
        return match["name"]
    return match["page"].strip("#").replace("\\", "").replace("#", " › ")


_ROLE = regex.compile(
    r"\{(?:term|abbr|ref|doc|numref|py:\w+|any|kbd|sub|sup|guilabel|menuselection|"
    r"eq|cite(?::\w)?|download|math)\}`([^`\n]*?)(?:[ ]*<[^<>`\n]*>)?`"
)
# One rule a line: what is matched outside code, and what is shown of it.
_RULES: tuple[tuple[regex.Pattern[str], Replacement], ...] = tuple(
    (regex.compile(pattern, flags), replacement)
    for pattern, replacement, flags in (
        # Comments of Obsidian, MDX, Jekyll, Hugo and Jinja.
        (r"%%.{0,5000}?%%", "", regex.S),
        (r"\{/\*.{0,5000}?\*/\}", "", regex.S),
        (
            r"\{%-?\s*comment\b.{0,5000}?\{%-?\s*endcomment\s*-?%\}",
            "",
            regex.S,
        ),
        (r"\{\{[<%]?\s*/\*.{0,5000}?\*/\s*[>%]?\}\}", "", regex.S),
        (r"\{#(?=\s).{0,2000}?\s#\}", "", regex.S),
        (r"\[//\]: # [(\"'].*$", "", regex.M),
        # Modules of MDX.
        (
            r"^import[ \t][^\n\"'{}]{0,200}+(?:\{[^{}\"']{0,2000}+\}[^\n\"'{}]{0,50}+)?"
            r"(?<=\b(?:from|import)[ \t])(?:\"[^\"\n]++\"|'[^'\n]++');?[ \t]*+$",
            "",
            regex.M,
        ),
        (
            r"^export\s+(?:const|let|default|(?:async\s+)?function)\b[^\n]*[={(;]"
            r"[^\n]*(?:\n[^\n]+)*",
            "",
            regex.M,
        ),
        # Includes, tables of contents and definitions of abbreviations.
        (r"^[ \t>]*+-{2,}8<-{2,}.*$", "", regex.M),
        (
            r"^[ \t>]*+(?:[*+-][ \t]+TOC[ \t]*\n[ \t]*\{:.*\}"
            r"|\[{1,2}_?TOC_?\]{1,2})[ \t]*$",
            "",
            regex.M | regex.I,
        ),
        (r"^\*\[[^\[\]\n]+\]:.*$", "", regex.M),
        # Shortcodes and tags of templates. The value of a variable is unknown.
        (r"\{\{[<%](?P<call>(?:(?!\{\{|\}\}).)*+)(?<=[>%])\}\}", _shortcode, regex.S),
        (r"\{%-?(?P<call>(?:(?!\{%|-?%\}).)*+)-?%\}", _shortcode, regex.S),
        # Containers of Docusaurus, VuePress, Pandoc and PyMdown.
        (r"^(?P<indent>[ \t>]*+)(?::{3,}|/{3,})[ \t]*$", r"\g<indent>", regex.M),
        (
            r"^(?P<indent>[ \t>]*+):{3,}[ \t]*(?:[\w-]+(?=[\s\[{]|$))?(?P<rest>.*)$",
            _title,
            regex.M,
        ),
        (
            r"^(?P<indent>[ \t>]*+)/{3,}[ \t]*[\w-]+(?:[ \t]*\|(?P<rest>.*))?$",
            lambda match: f"{match['indent']}{(match['rest'] or '').strip()}\n",
            regex.M,
        ),
        # Callouts of GitHub and Obsidian.
        (
            r"^(?P<indent>[ \t]*+>[ \t>]*+)\[![\w-]+(?:\|[^\]\n]*)?\][+-]?[ \t]*"
            r"(?P<rest>.*)$",
            r"\g<indent>\g<rest>\n\g<indent>",
            regex.M,
        ),
        # Components of MDX; their names begin with a capital.
        (
            rf"</?(?P<name>[A-Z][\w.]*)(?:\s+(?:[\w:-]++(?:=(?:{_QUOTED}|{_BRACED}))?+"
            rf"|{_BRACED}))*+\s*/?>",
            _element,
            0,
        ),
        (r"(<[a-z]\w*(?:\s[^<>{}]*)?)\s[\w-]+=" + _BRACED, r"\1", 0),
        # Links and embeds of wikis. What is embedded, a file or on a line of its own,
        # is not in the text; a page embedded amid a sentence reads like a link.
        (r"^[ \t>]*+!\[\[[^\[\]\n]+\]\][ \t]*$", "", regex.M),
        (r"!\[\[[^\[\]\n|#]+\.\w{2,4}(?:[|#][^\[\]\n]*)?\]\]", "", 0),
        (r"!(?=\[\[[^\[\]\n]+\]\])", "", 0),
        (
            r"\[\[(?P<page>[^\[\]\n|]+?)(?:\\?\|(?P<name>[^\[\]\n]+))?\]\](?!\()",
            _link,
            0,
        ),
        # Edits of CriticMarkup, and marked words.
        (r"\{(?:--.{0,500}?--|>>.{0,500}?<<)\}", "", regex.S),
        (r"\{\+\+(.{0,500}?)\+\+\}", r"\1", regex.S),
        (r"\{==(.{0,500}?)==\}", r"\1", regex.S),
        (r"\{~~.{0,500}?~>(.{0,500}?)~~\}", r"\1", regex.S),
        (r"(?<![=\w])==(?=[^\s=])([^=\n]+?)(?<=\S)==(?![=\w])", r"\1", 0),
        (r"[ \t]+\^[\w-]+[ \t]*$", "", regex.M),
        (r"^[ \t]*\^[\w-]+[ \t]*$", "", regex.M),
        (
            r"^([ \t>]*+(?:[-*][ \t]+)?\p{L}[\p{L}\p{N} _-]{0,40})::[ \t]",
            r"\1: ",
            regex.M,
        ),
        # Attributes, targets, citations, icons; sub- and superscripts.
        (rf"[ \t]*\{{:?\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}", "", 0),
        (r"\{:\s*\w+\s*\}", "", 0),
        (r"^\([\w:. -]+\)=[ \t]*$", "", regex.M),
        (
            r"[ \t]?\[(?:(?:see|also|cf\.|e\.g\.,?)[ ])*-?@\w[^\[\]\n]{0,300}\]"
            r"(?![(\[])",
            "",
            0,
        ),
        (r"[ \t]?(?<![\w:]):[a-z][a-z0-9_+-]*[a-z0-9]:(?![\w:])", "", 0),
        (r"\{\{[^{}\n]{1,200}\}\}", "…", 0),
        (r"(?<=[\p{L}\d])~([^\s~]{1,20})~(?!~)", r"\1", 0),
    )
)
