"""Raw marks of Markdown in the sentences that are read from a folder.

    python -m benchmarks.marks FOLDER [--show N]

A mark inside the code of its file, such as an example of Markdown, is text and does not
count. The folder can be a clone of any repository whose pages are Markdown.
"""

import argparse
from collections import Counter
from pathlib import Path

import regex
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from retrieval.errors import RetrievalError
from retrieval.loading.load import load_article

SUFFIXES = (".md", ".mdx", ".markdown", ".qmd")
MARKS = {
    "admonition": r"^(?:!!!|\?\?\?\+?|:{3,}|/{3,})(?=\s|\w|\{|$)|\[![A-Za-z-]+\]"
    r"|\s:{3,}(?=\s|$)",
    "tab": r"={3}!?\+? [\"']",
    "wiki link": r"\[\[[^\[\]]+\]\]",
    "comment": r"%%|\{/\*|\*/\}|<!--|-->",
    "tag": r"\{[{%<]|[}%>]\}",
    "attribute": r"\{:?\s*[#.][\w-]|\{:?\s*[\w-]+=|\{:",
    "element": r"</?[A-Za-z][\w.-]*(?:\s+[\w:@-]+(?:=[^<>]*)?)*\s*/?>",
    "highlight": r"==\w[^=]*==",
    "edit": r"\{(?:--|\+\+|~~|>>|==)",
    "block id": r"\s\^[\w-]+$",
    "box": r"^\[[ xX]\]\s",
    "module": r"^(?:import|export)\s.*[\"'=(]",
    "icon": r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)",
    "emphasis": r"(?<![\w*])\*\*(?=\w)|(?<=\w)\*\*(?![\w*])",
    "role": r"(?<!\w)\{[a-z][\w:-]*\}",
    "citation": r"\[-?@\w",
    "include": r"-{2,}8<-{2,}",
}
_MARKS = {name: regex.compile(pattern) for name, pattern in MARKS.items()}
_FENCE = regex.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<fence>`{3,}|~{3,})[^\n]*\n"
    r"(?P<code>.*?)(?:^[ \t>]*(?P=fence)|\Z)",
    regex.M | regex.S,
)
_SPAN = regex.compile(r"(?<!`)(`+)(?!`)([^\n]+?(?:\n[^\n]+?){0,2})(?<!`)\1(?!`)")


def marks_in(sentence: str, code: set[str]) -> set[str]:
    """Return the names of the raw marks in a sentence.

    Args:
        sentence: The sentence.
        code: The lines and spans of code in its file, each with single blanks.
    """
    for line in sentence.splitlines():
        if any(_squeeze(line) in each for each in code):
            sentence = sentence.replace(line, "")
    for span in sorted(code, key=len, reverse=True):
        sentence = sentence.replace(span, " ")
    return {name for name, mark in _MARKS.items() if mark.search(sentence.strip())}


def code_of(source: str) -> set[str]:
    """Return the lines of fenced code and the spans of code in a Markdown file."""
    fenced = [
        _squeeze(line)
        for m in _FENCE.finditer(source)
        for line in m["code"].splitlines()
    ]
    spans = [
        _squeeze(match[2].replace("\\|", "|"))
        for match in _SPAN.finditer(_FENCE.sub("\n", source))
    ]
    return {each for each in [*fenced, *spans] if any(map(str.isprintable, each))}


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    """Read the files of a folder, and print the share of sentences with marks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="sentences to print")
    args = parser.parse_args()
    if not args.folder.is_dir():
        parser.exit(2, f"{args.folder}: no such folder; check the path\n")
    console = Console(width=120, soft_wrap=True)
    found: Counter[str] = Counter()
    n_files = n_sentences = n_marked = 0
    for path in sorted(args.folder.rglob("*")):
        if path.suffix not in SUFFIXES:
            continue
        try:
            article = load_article(path)
        except RetrievalError:
            continue  # an empty page, such as one of nothing but code of its site
        code = code_of(path.read_text("utf-8", "replace"))
        n_files += 1
        for passage in article.passages:
            for sentence in passage.sentences:
                n_sentences += 1
                marks = marks_in(sentence.text, code)
                found.update(marks)
                n_marked += bool(marks)
                if marks and n_marked <= args.show:
                    names = ", ".join(sorted(marks))
                    console.print(
                        f"{path.name}: {names}: {escape(sentence.text[:300])}"
                    )
    table = Table(title=f"{n_marked} of {n_sentences} sentences in {n_files} files")
    table.add_column("mark")
    table.add_column("sentences", justify="right")
    for name, count in found.most_common():
        table.add_row(name, str(count))
    console.print(table)
    share = n_marked / n_sentences if n_sentences else 0
    console.print(f"sentences with raw marks: {share:.2%}")


if __name__ == "__main__":
    main()
