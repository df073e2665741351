"""Dependencies between packages, besides the layers in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
RETRIEVAL_MAY_IMPORT = {
    "retrieval",
    "babel",
    "chardet",
    "docutils",
    "docx",
    "httpx",
    "lxml",
    "markdown_it",
    "mdit_py_plugins",
    "numkong",
    "numpy",
    "onnxruntime",
    "pylatexenc",
    "opencc",
    "openpyxl",
    "puremagic",
    "opensearchpy",
    "py3langid",
    "PIL",
    "pypdfium2",
    "rank_bm25",
    "rapidfuzz",
    "regex",
    "sentencex",
    "spellchecker",
    "Stemmer",
    "striprtf",
    "stopwordsiso",
    "tesserocr",
    "tokenizers",
    "trafilatura",
    "yaml",
    *sys.stdlib_module_names,
}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(
        "bot", "retrieval", include_external_packages=True, cache_dir=None
    )


def importers(graph, package):
    return graph.find_modules_that_directly_import(package)


def rooms(modules):
    return {".".join(module.split(".")[:2]) for module in modules}


def test_the_layers_are_kept():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "0 broken" in done.stdout
    assert done.returncode == 0, done.stdout


def test_retrieval_knows_nothing_of_the_bot_its_settings_or_telegram(graph):
    known = {
        imported.partition(".")[0]
        for module in graph.modules
        if module.partition(".")[0] == "retrieval"
        for imported in graph.find_modules_directly_imported_by(module)
    }
    assert {"rank_bm25", "numpy"} <= known <= RETRIEVAL_MAY_IMPORT
    for path in (ROOT / "retrieval").rglob("*"):
        is_text = path.suffix in {".json", ".md", ".py", ".toml", ".txt"}
        if is_text and path.name != "tokenizer.json":  # which has words of any kind
            text = path.read_text()
            assert "BOT_" not in text, path
            assert not re.search(r"\b(?:environ|getenv)\b", text), path


def test_only_the_scorer_knows_rank_bm25(graph):
    assert importers(graph, "rank_bm25") == {"retrieval.index.scorer"}


def test_only_the_store_knows_the_database(graph):
    for package in ("sqlalchemy", "alembic"):
        assert rooms(importers(graph, package)) <= {"bot.store"}, package
    assert "bot.store" in rooms(importers(graph, "sqlalchemy"))


def test_only_the_bot_of_telegram_and_what_starts_it_know_telegram(graph):
    knowing = {"bot.telegram", "bot.service", "bot.commands"}
    assert rooms(importers(graph, "telegram")) == knowing


def test_only_plots_imports_matplotlib_and_only_when_it_draws(graph):
    assert importers(graph, "matplotlib") == {"bot.commands.plots"}
    assert "matplotlib" not in loaded_by_the_command_line()


def test_asking_at_a_terminal_waits_for_no_database():
    away = {"sqlalchemy", "alembic", "telegram.ext", "tornado"}
    assert not away & loaded_by_the_command_line()


def loaded_by_the_command_line():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())
