import logging
import os
import random

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from bot.settings import SEED_ARTICLE
from retrieval import Answerer, Article, load_article
from retrieval import encoder as readers
from retrieval.loading import load as articles
from retrieval.loading.isolation import process, sandbox
from tests.fork_server import FORK_SERVER
from tests.support import MODEL, catalogue_of, session_of

# Tests time nothing: the machines are noisy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


UNCONTAINED = (
    "from retrieval.loading.isolation import worker; "
    "worker.restrict_process = list; worker.main()"
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    """Remove the developer's settings and `.env` from each test.

    Tests use words alone, whose answers depend on no model. Tests of the encoder use
    the fixture `reader`, or delete BOT_READER.
    """
    for name in list(os.environ):
        if name.startswith("BOT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_READER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _usual_logging():
    """Log again after a test of a command that turns logging off in its process."""
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session", autouse=True)
def _words_alone():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.answering.default_encoder", lambda: None)
        yield


@pytest.fixture(scope="session")
def reader():
    """The encoder that comes with the package."""
    return readers.load_encoder(MODEL)


@pytest.fixture(scope="session", autouse=True)
def _end_parsing():
    """Let the parsing processes write their coverage, and end by themselves.

    Otherwise they may not write files; see `test_landlock.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "WORK", UNCONTAINED)
        counting = {k: v for k, v in os.environ.items() if k.startswith("COV")}
        patch.setattr(process, "ENVIRONMENT", {**process.ENVIRONMENT, **counting})
        yield
        process.END_SECONDS = 60
        articles._SANDBOX.close()
        articles._USER_SANDBOX.close()
        FORK_SERVER.close()


@pytest.fixture(scope="session")
def article():
    return load_article(SEED_ARTICLE)


@pytest.fixture(scope="session")
def answerer(article):
    return Answerer([article])


@pytest.fixture
def conversation(article):
    return session_of(catalogue_of([article]))


@pytest.fixture(scope="session")
def make_article():
    """Return a function that makes an article of made-up words from a seed."""

    syllables = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
    words = [a + b + c for a in syllables for b in syllables[:10] for c in "nrlt"]

    def make(number, language="en", **known):
        chance = random.Random(number)
        passages = []
        for _ in range(1 + number % 4):
            a, b, c, d, e = chance.choices(words, k=5)
            passages.append(
                f"The {a} met a {b} and the {c}. "
                f"{d.title()} {number} saw {e} in {1900 + number}. It left the {a}."
            )
        title = f"On the {chance.choice(words)} of {chance.choice(words)}"
        text = "\n\n".join(passages)
        return Article.from_text(text, title=title, language=language, **known)

    return make


# Modules whose tests share a bot or a browser.
WHOLE = {
    "test_addressing.py",
    "test_browser.py",
    "test_buttons.py",
    "test_telegram_features.py",
    "test_inline.py",
    "test_questions.py",
}


class OneClusterScheduling(LoadScopeScheduling):
    """Sends all tests of the cluster to one worker, so that there is one cluster.

    It does so with the modules in `WHOLE`, too.
    """

    def _split_scope(self, nodeid):
        if nodeid.startswith("tests/opensearch/"):
            return "opensearch"
        path = nodeid.partition("::")[0]
        return path if path.rpartition("/")[2] in WHOLE else nodeid


def pytest_xdist_auto_num_workers():
    """Return one more than there are processors, as tests also wait."""
    return 1 + (os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config, log):
    return OneClusterScheduling(config, log)
