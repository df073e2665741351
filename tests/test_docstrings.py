"""First lines of docstrings: plain English that says what a thing is or does."""

import ast
from itertools import chain
from pathlib import Path

import pytest
import regex

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "retrieval", "benchmarks", "docs", "tests")
PATTERNS = {
    "a constructor that takes": r"Takes?\b",
    "a verb of saying for a return value": r"Tells?\b",
    "a clause without its head": r"(What|Where|How|Whether|Which|When|Who|Why)\b",
    "another docstring's words": r"Do (so|the same)\b|The same\b",
    "a word out of use": r".*\b(reckon|lest|nought|whereby|thereof)\b",
    "a home-made phrase": r".*\b(told by|it is none|is none of)\b",
}


def first_lines():
    files = chain.from_iterable((ROOT / name).rglob("*.py") for name in FOLDERS)
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ):
                text = ast.get_docstring(node)
                if text:
                    yield file.relative_to(ROOT), text.splitlines()[0]


@pytest.mark.parametrize("name", PATTERNS)
def test_no_docstring_begins_with(name):
    found = [
        f"{file}: {line}"
        for file, line in first_lines()
        if regex.match(PATTERNS[name], line)
    ]
    assert not found, "\n".join(found)


def test_constructors_are_described_on_their_class():
    files = chain.from_iterable((ROOT / name).rglob("*.py") for name in FOLDERS[:4])
    described = [
        f"{file.relative_to(ROOT)}: {node.lineno}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name == "__init__"
        and ast.get_docstring(node)
    ]
    assert not described, "\n".join(described)
