"""The catalogue of a cluster, with a stub as its index."""

import asyncio
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

import bot
from bot.articles.catalogue import SamplesMissingError
from bot.articles.cluster import ClusterCatalogue, ClusterWatcher
from retrieval import Answerer, Article
from retrieval.errors import IndexUnavailableError
from retrieval.index.memory import MemoryIndex
from tests.support import console_text as text
from tests.support import session_of

ROOT = Path(bot.__file__).parent.parent


class StubIndex(MemoryIndex):
    """The part of an index that the catalogue uses; it can be unavailable."""

    is_away = False

    def _check(self):
        if self.is_away:
            raise IndexUnavailableError("the index cannot be reached now")

    @property
    def n_articles(self):
        self._check()
        return len(self.loaded_articles)

    @property
    def last_count(self):
        return len(self.loaded_articles)

    def articles(self, keys):
        self._check()
        return super().articles(keys)

    def search(self, *args, **kwargs):
        self._check()
        return super().search(*args, **kwargs)

    def keys(self, first, count):
        self._check()
        return sorted(self.loaded_articles)[first : first + count]

    def find_by_title(self, words, count):
        names = sorted(self.loaded_articles)
        found = [(n, key) for n, key in enumerate(names)
                 if all(word in key for word in words)]  # fmt: skip
        return found[:count]

    def ping(self):
        self._check()


def article(name, make):
    text = f"The {name}\n\nThe {name} make {make} for all of us."
    return Article.from_text(text, source=f"{name}.txt", language="en")


@pytest.fixture
def index():
    made = {"bees": "honey", "cows": "milk", "dogs": "noise"}
    return StubIndex({name: article(name, make) for name, make in made.items()})


@pytest.fixture
def catalogue(index):
    return ClusterCatalogue(index, partial(Answerer, reader=None))


def test_entries_are_looked_up_when_they_are_needed(catalogue):
    assert catalogue.count == len(catalogue.entries) == len(catalogue.articles) == 3
    assert [entry.slug for entry in catalogue.entries[1:9]] == ["cows", "dogs"]
    assert catalogue.entries[2].slug == "dogs"
    assert catalogue.articles[0].title == "The bees"
    assert catalogue.entries[-1].slug == "dogs"
    with pytest.raises(IndexError):
        catalogue.entries[3]


def test_an_entry_is_found_by_slug_and_by_what_is_left_of_an_article(catalogue):
    bees = catalogue.find("bees")
    assert catalogue.find("ants") is None
    assert catalogue.entry_of(bees.article) == bees
    assert catalogue.entry_of(article("ants", "paths")) is None
    assert [entry.slug for _, entry in catalogue.matching(["dog"])] == ["dogs"]


def test_one_article_can_be_asked_alone_and_when_it_has_just_gone_all_are(catalogue):
    chat = session_of(catalogue, chosen="cows")
    assert "make milk" in text(chat.respond("What do the cows make?"))
    gone = catalogue.find("cows")
    catalogue.index.loaded_articles.pop("cows")
    answer = catalogue.answer("What do the bees make?", (), [gone])
    assert answer.citations[0].quote == "The bees make honey for all of us."


def test_while_the_cluster_is_away_each_reply_is_one_line(catalogue, index):
    chat = session_of(catalogue)
    chat.respond("What do the bees make?")
    index.is_away = True
    for said in ("What do the cows make?", "/articles", "/start", "/articles dogs"):
        assert text(chat.respond(said)).startswith("I cannot look into the articles")
    with pytest.raises(IndexUnavailableError):
        catalogue.ping()
    assert "make honey" in text(chat.respond("/source")), "what was answered is kept"
    index.is_away = False
    assert "make milk" in text(chat.respond("What do the cows make?"))


def test_sample_questions_are_found_anew_after_a_while(catalogue, monkeypatch):
    text = "The mill\n\nThe old mill was built in 1854. Rain fell on the hills.\n\n"
    text += "Bread is sold by Ada Quill at noon.\n\nThe river froze in the winter."
    mill = Article.from_text(text, source="mill.txt", language="en")

    def samples():
        try:
            return catalogue.samples(())
        except SamplesMissingError as missing:
            missing.catalogue.make_samples(missing.entries)
        return catalogue.samples(())

    assert samples() == ()
    catalogue.index = StubIndex({**catalogue.index.loaded_articles, "mill": mill})
    catalogue.answerer = Answerer(catalogue.index, reader=None)
    assert samples() == (), "they are kept"
    now = time.monotonic() + 3_600
    monkeypatch.setattr("bot.articles.cluster.time.monotonic", lambda: now)
    assert samples()


async def test_its_watcher_reads_nothing_and_watches_nothing(catalogue):
    watcher = ClusterWatcher(catalogue)
    watcher.load()
    watcher.warm_up()
    assert watcher.refresh() is False
    watching = asyncio.create_task(watcher.watch(0))
    await asyncio.sleep(0)
    assert not watching.done()
    watching.cancel()


@pytest.mark.parametrize(
    "command", [("ask", "Who?"), ("index", "--article", "a.txt"), ("check",)]
)
def test_without_its_extra_one_line_tells_what_to_install(command):
    code = (
        "import sys; sys.modules['opensearchpy'] = None; "
        f"from bot.cli import run; sys.exit(run({list(command)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "BOT_INDEX_URL": "http://127.0.0.1:9/news"},
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'article-bot[opensearch]'" in done.stderr
