import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from bot.conversation import Conversation
from bot.library import Library
from bot.settings import SEED_ARTICLE
from retrieval import Answerer, load_article, loading
from retrieval import reader as readers
from retrieval.loading import sandbox

# Tests time nothing: the machines are noisy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


UNCONTAINED = (
    "from retrieval.loading import worker; worker.contain = list; worker.main()"
)
MODEL = Path(readers.__file__).parent / "model"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    """No setting of the developer's, and no `.env`, reaches a test.

    Tests are of words alone, which are the same with every model; those of the reader
    take the fixture `reader`, or delete BOT_READER.
    """
    for name in list(os.environ):
        if name.startswith("BOT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_READER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def _words_alone():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.answering.default_reader", lambda: None)
        yield


@pytest.fixture(scope="session")
def reader():
    """The reader that comes with the package."""
    return readers.load_reader(MODEL)


@pytest.fixture(scope="session", autouse=True)
def _end_parsing():
    """Let the processes that read tell what they covered, and end by themselves.

    They may write no file otherwise; see `tests/retrieval/loading/test_containment.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "WORK", UNCONTAINED)
        counting = {k: v for k, v in os.environ.items() if k.startswith("COV")}
        patch.setattr(sandbox, "ENVIRONMENT", {**sandbox.ENVIRONMENT, **counting})
        yield
        sandbox.END_SECONDS = 60
        loading._SANDBOX.close()
        loading._STRANGERS.close()


@pytest.fixture(scope="session")
def article():
    return load_article(SEED_ARTICLE)


@pytest.fixture(scope="session")
def answerer(article):
    return Answerer([article])


def library_of(articles, **options):
    return Library(articles, partial(Answerer, **options))


@pytest.fixture
def conversation(article):
    return Conversation(library_of([article]))
