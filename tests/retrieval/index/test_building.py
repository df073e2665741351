import io
import pickle
import sys

import numpy as np
import pytest

from retrieval import Article
from retrieval.index import building
from retrieval.index.building import build_batches, serve

TABLE = "| Town | Inhabitants |\n|---|---|\n| Riverton | 1,200 |\n"


@pytest.fixture
def articles():
    texts = [
        f"Bridge {n} was built in 19{n}0. It has a Toll Booth (TB)." for n in "123"
    ]
    made = [Article.from_text(text, language="en") for text in [*texts, TABLE]]
    return {f"{n}": article for n, article in enumerate(made)}


@pytest.fixture
def several_workers(monkeypatch):
    monkeypatch.setattr(building, "BATCH", 1)
    monkeypatch.setattr(building, "MIN_CHARACTERS_FOR_WORKERS", 0)
    monkeypatch.setattr(building, "_n_cores", lambda: 2)


def as_lists(columns):
    """Return columns as values that can be compared."""

    def plain(value):
        if isinstance(value, np.ndarray):
            return (value.dtype.str, value.tolist())
        return tuple(map(plain, value)) if isinstance(value, tuple) else value

    return [
        {name: plain(getattr(each, name)) for name in each.__dataclass_fields__}
        for each in columns
    ]


def alone(articles):
    return [build_batches({key: article})[0] for key, article in articles.items()]


@pytest.mark.usefixtures("several_workers")
def test_workers_build_what_this_process_would_in_the_same_order(articles, monkeypatch):
    monkeypatch.setattr(building, "_exchange", spy := Spy(building._exchange))
    shown = []

    def progress(items, *, description):
        for key, _ in items:
            yield key
            shown.append((description, key))

    built = build_batches(articles, progress)
    assert len(spy.workers) == 4
    assert None not in spy.workers
    assert shown == [("Indexing", key) for key in articles]
    monkeypatch.setattr(building, "_n_cores", lambda: 1)
    assert as_lists(built) == as_lists(build_batches(articles))


class Spy:
    def __init__(self, function):
        self.function = function
        self.workers = []

    def __call__(self, worker, batch):
        self.workers.append(worker)
        return self.function(worker, batch)


@pytest.mark.usefixtures("several_workers")
@pytest.mark.parametrize(
    ("name", "value"),
    [("WORK", "sys.exit(1)"), ("WORK", "print(1, file=results)")],
    ids=["dies", "answers nonsense"],
)
def test_what_a_worker_loses_is_built_here(articles, monkeypatch, name, value):
    monkeypatch.setattr(building, name, value)
    assert as_lists(build_batches(articles)) == as_lists(alone(articles))


@pytest.mark.usefixtures("several_workers")
def test_where_no_process_can_be_started_all_is_built_here(articles, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert as_lists(build_batches(articles)) == as_lists(alone(articles))


@pytest.mark.usefixtures("several_workers")
def test_a_worker_that_does_not_end_is_killed(articles, monkeypatch):
    monkeypatch.setattr(building, "END_SECONDS", 0.1)
    work = "import time; results.close(); sys.stdin.buffer.read(); time.sleep(600)"
    monkeypatch.setattr(building, "WORK", work)
    assert as_lists(build_batches(articles)) == as_lists(alone(articles))


def test_the_work_of_a_worker_is_one_answer_for_each_batch(articles):
    batches = [list(articles.items())[:1], list(articles.items())[1:]]
    results = io.BytesIO()
    serve(io.BytesIO(b"".join(map(pickle.dumps, batches))), results)
    results.seek(0)
    answered = [pickle.load(results) for _ in batches]
    assert as_lists(answered) == as_lists([*map(building._build, batches)])


def test_a_few_articles_are_built_without_workers(articles, monkeypatch):
    monkeypatch.setattr(building, "_start", lambda: pytest.fail("a worker started"))
    assert len(build_batches(articles)) == 1
    assert build_batches({}) == []
