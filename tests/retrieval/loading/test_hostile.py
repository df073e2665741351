"""Hostile files: each costs one line of output, little time and little memory."""

import contextlib
import os
import threading

import pytest

from retrieval import ArticleError
from retrieval.loading import load as articles
from retrieval.loading.isolation.sandbox import Sandbox
from retrieval.loading.load import read_article
from tests.fork_server import FORK_SERVER
from tests.retrieval.loading.hostile_files import HOSTILE
from tests.retrieval.loading.sample_files import FILES

MAX_SECONDS = 10  # of the processor, as machines are noisy
MAX_KILOBYTES = 500 * 1024

# They take as long as the limit lets them, or nearly.
SLOW = {"attributes", "many paragraphs", "one long sentence"}

CODE = """
import sys
from retrieval import ArticleError, load_article
try:
    print("read", len(load_article(sys.argv[1], seconds=6).text))
except ArticleError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name
        for name in HOSTILE
    ],
)
def test_a_hostile_file_costs_one_line_little_time_and_little_memory(tmp_path, name):
    """Its process and the children are measured; a file may also be parsed."""
    path = tmp_path / "article"
    path.write_bytes(HOSTILE[name])
    # Coverage would be measured as well.
    env = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    done = FORK_SERVER.run(str(path), code=CODE, env=env)
    assert done.kilobytes < MAX_KILOBYTES
    assert done.seconds < MAX_SECONDS
    assert done.returncode == 0, done.stderr
    output = f"{done.stdout}{done.stderr}".strip()
    assert output
    assert output.count("\n") == 0, output
    assert "root:" not in output


def test_thirty_hostile_files_are_tried():
    assert len(HOSTILE) >= 30


@pytest.fixture
def _own_sandbox(monkeypatch):
    """Use a sandbox of its own: killing a process of the shared one loses coverage."""
    monkeypatch.setattr(articles, "_SANDBOX", Sandbox())


@pytest.mark.usefixtures("_own_sandbox")
def test_a_file_that_takes_its_time_does_not_hold_up_the_next():
    ended = []

    def read(data, name):
        with contextlib.suppress(ArticleError):
            read_article(data, name, seconds=8)
        ended.append(name)

    slow = threading.Thread(
        target=read, args=(HOSTILE["pdf of a million texts"], "slow")
    )
    slow.start()
    read(FILES["bees.md"], "quick")
    slow.join()
    assert ended == ["quick", "slow"]


@pytest.mark.usefixtures("_own_sandbox")
def test_what_a_stranger_sends_as_plain_text_is_limited_in_time_too():
    with pytest.raises(ArticleError, match="reading it takes over"):
        read_article(b"A. %)" * 200_000, "a.txt", language="ca", seconds=0.5)
    assert read_article(FILES["bees.txt"], "a.txt").title == "Bees"


@pytest.mark.usefixtures("_own_sandbox")
def test_names_from_a_file_are_cut_for_every_citation_shows_them():
    article = read_article(HOSTILE["endless title"], "a.md", seconds=60)
    assert article.title == "x" * 199 + "…"
