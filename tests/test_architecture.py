import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RETRIEVAL_MAY_IMPORT = {
    "retrieval",
    "babel",
    "chardet",
    "docx",
    "httpx",
    "lxml",
    "markdown_it",
    "mdit_py_plugins",
    "numpy",
    "onnxruntime",
    "opencc",
    "puremagic",
    "opensearchpy",
    "py3langid",
    "pypdfium2",
    "rank_bm25",
    "rapidfuzz",
    "regex",
    "sentencex",
    "Stemmer",
    "stopwordsiso",
    "tokenizers",
    "trafilatura",
    "yaml",
    *sys.stdlib_module_names,
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_retrieval_knows_nothing_of_the_bot_its_settings_or_telegram():
    files = list((ROOT / "retrieval").rglob("*.py"))
    assert files
    for path in files:
        roots = {name.partition(".")[0] for name in imports(path)}
        assert roots <= RETRIEVAL_MAY_IMPORT, path
        assert "environ" not in path.read_text()


def test_only_the_scorer_knows_rank_bm25():
    for folder in ("retrieval", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            assert ("rank_bm25" in imports(path)) == (path.name == "scorer.py")


def test_evidence_knows_no_index():
    looks = {"evidence", "confidence", "understanding", "model", "gathering"}
    parts = {"entries", "statistics", "scorer"}
    for name in looks:
        known = set(imports(ROOT / "retrieval" / f"{name}.py"))
        indexes = {each for each in known if each.startswith("retrieval.index")}
        assert indexes <= {f"retrieval.index.{part}" for part in parts}, name


def test_only_plots_imports_matplotlib_and_only_when_it_draws():
    for path in (ROOT / "bot").glob("*.py"):
        roots = {name.partition(".")[0] for name in imports(path)}
        assert ("matplotlib" in roots) == (path.name == "plots.py")
    done = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "matplotlib" not in done.stdout.split()


TRANSPORTS = {"telegram", "rich", "tornado", "pydantic_settings", "sqlalchemy"}


def roots(name):
    return {n.partition(".")[0] for n in imports(ROOT / "bot" / f"{name}.py")}


def test_the_conversation_knows_no_transport():
    core = "conversation composing messages replies samples callbacks quota snapshots"
    for name in core.split():
        assert not roots(name) & TRANSPORTS, name


def test_only_the_store_knows_the_database():
    for path in (ROOT / "bot").glob("*.py"):
        knows = bool(roots(path.stem) & {"sqlalchemy", "alembic"})
        assert knows == (path.stem in {"store", "schema"}), path
    assert "telegram" not in roots("store")


def test_asking_at_a_terminal_waits_for_no_database():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert not {"sqlalchemy", "alembic", "telegram.ext"} & set(done.stdout.split())
