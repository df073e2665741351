"""An index in a cluster gives the answers of an index in memory."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import benchmarks
from retrieval import Answerer, load_article
from retrieval.errors import IndexUnavailableError
from retrieval.index.memory import MemoryIndex
from retrieval.index.opensearch.client import Cluster
from retrieval.index.opensearch.search import OpenSearchIndex
from retrieval.index.opensearch.sync import sync
from retrieval.index.protocol import PassageId

READERS = Path(benchmarks.__file__).parent / "readers"


@dataclass(frozen=True)
class Size:
    """The number of articles, questions and changes that are compared."""

    articles: int
    questions: int
    changes: int


FEW, MANY = Size(200, 16, 40), Size(1_000, 500, 200)
N_ASKED_AMID_A_KILL = 2_000


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(FEW, id="few"),
        pytest.param(MANY, id="many", marks=pytest.mark.slow),
    ],
)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def documents():
    paths = sorted(p for p in READERS.iterdir() if p.suffix != ".json")
    return {path.stem: load_article(path) for path in paths}


@pytest.fixture(scope="module")
def questions(size):
    """Questions about the documents, and about the made-up articles."""
    asked = []
    for path in sorted(READERS.glob("*.json")):
        asked += _questions_in(json.loads(path.read_text()))
    made = [f"Who saw the {word} in {year}?" for word in ("bacen", "zudit", "lofor")
            for year in range(1900, 1940)]  # fmt: skip
    forms = ["What is the second step?", "What does NHT stand for?", "item 3", "?"]
    chosen = random.Random(1).sample(asked, MANY.questions - 104) + made[:100]
    step = len(chosen) // (size.questions - 4)
    return chosen[::step][: size.questions - 4] + forms


def _questions_in(value):
    if isinstance(value, dict):
        found = [value["q"]] if "q" in value else []
        return found + [q for each in value.values() for q in _questions_in(each)]
    if isinstance(value, list):
        return [question for each in value for question in _questions_in(each)]
    return []


@pytest.fixture(scope="module")
def articles(documents, make_article, size):
    made = {f"made-{n:04}": make_article(n) for n in range(size.articles)}
    return dict(list((documents | made).items())[: size.articles])


@pytest.fixture(scope="module")
def address(nodes, size):
    return f"http://{nodes.hosts}/same-{size.articles}"


@pytest.fixture(scope="module")
def indexed(address, articles):
    cluster = Cluster(address, seconds=30)
    sync(cluster, articles.items())
    return cluster


def told(answer):
    """Return an answer without scores and corrections, which may differ."""
    return replace(
        answer,
        confidence=0,
        citations=tuple(replace(c, probability=0) for c in answer.citations),
        more_citations=tuple(replace(c, probability=0) for c in answer.more_citations),
        corrections=(),  # only what is in memory knows all words
    )


def scores(answer):
    cited = (*answer.citations, *answer.more_citations)
    return [answer.confidence, *(citation.probability for citation in cited)]


def assert_same(one, other):
    assert told(one) == told(other)
    assert scores(one) == pytest.approx(scores(other), abs=1e-9, rel=0)


def assert_all_same(memory, cluster, questions, scopes):
    for n, question in enumerate(questions):
        assert_same(cluster.answer(question), memory.answer(question))
        if n % 10:
            continue
        one, other = cluster.retrieve(question), memory.retrieve(question)
        assert [(p.article, p.passage) for p in one] == [
            (p.article, p.passage) for p in other
        ]
        assert [p.score for p in one] == pytest.approx(
            [p.score for p in other], abs=1e-9, rel=0
        )
        scope = scopes[n % len(scopes)]
        found = cluster.answer(question, scope=scope)
        assert_same(found, memory.answer(question, scope=scope))


def test_questions_are_answered_as_in_memory_and_after_changes_too(
    indexed, articles, documents, questions, make_article, size
):
    assert len(articles) == size.articles
    assert len(questions) == size.questions
    memory = MemoryIndex(articles)
    cluster = Answerer(OpenSearchIndex(indexed), reader=None)
    scopes = [*list(documents)[:20], "made-0007"]
    assert_all_same(Answerer(memory, reader=None), cluster, questions, scopes)
    chance = random.Random(2)
    changed = dict(articles)
    for n in range(size.changes):
        key = chance.choice(sorted(changed))
        if chance.random() < 0.3 and key not in scopes:
            del changed[key]
            memory = memory.with_changes({}, [key])
        else:
            changed[key] = make_article(2_000 + n)
            memory = memory.with_changes({key: changed[key]}, [])
    sync(indexed, changed.items())
    cluster = Answerer(OpenSearchIndex(indexed), reader=None)
    assert_all_same(Answerer(memory, reader=None), cluster, questions, scopes)
    sync(indexed, articles.items())


def test_passages_are_found_by_their_ids(indexed, articles):
    memory, cluster = MemoryIndex(articles), OpenSearchIndex(indexed)
    ids = [
        PassageId("made-0003", 2),
        PassageId("made-0003", 99),
        PassageId("nowhere", 1),
    ]
    assert cluster.passages(ids) == memory.passages(ids)
    assert cluster.languages == memory.languages
    assert cluster.language("made-0003") == "en"
    with pytest.raises(KeyError):
        Answerer(cluster, reader=None).answer("bee", scope="nowhere")


@pytest.mark.slow  # it starts both nodes again
@pytest.mark.parametrize(
    "size", [pytest.param(MANY, id="many")], indirect=True, scope="module"
)
@pytest.mark.usefixtures("indexed")
def test_a_node_that_is_killed_and_both_that_are_away(
    nodes, address, articles, questions, monkeypatch
):
    """No limit is set on the time until one node works alone: machines differ."""
    memory = Answerer(MemoryIndex(articles), reader=None)
    cluster = Answerer(OpenSearchIndex(Cluster(address)), reader=None)
    monkeypatch.setattr("retrieval.index.opensearch.client.RETRY_FOR_SECONDS", 120)
    few = questions[-104:]
    expected = {question: memory.answer(question) for question in few}
    asked = threading.Semaphore(0)

    def ask(question):
        try:
            return question, cluster.answer(question)
        finally:
            asked.release()

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask, q) for q in (few * 20)[:N_ASKED_AMID_A_KILL]]
        for _ in range(N_ASKED_AMID_A_KILL // 4):
            asked.acquire()
        nodes.nodes[0].kill()
        try:
            for each in answers:
                question, answer = each.result()
                assert_same(answer, expected[question])
        finally:
            pool.shutdown(cancel_futures=True)  # of a failure nobody waits for the rest
    assert len(answers) == N_ASKED_AMID_A_KILL
    nodes.nodes[1].kill()
    monkeypatch.setattr("retrieval.index.opensearch.client.RETRY_FOR_SECONDS", 1)
    with pytest.raises(IndexUnavailableError) as away:
        cluster.answer(few[0])
    assert str(away.value) == "the index cannot be reached now"
    for node in nodes.nodes:
        node.start()
    nodes.wait()
    monkeypatch.setattr("retrieval.index.opensearch.client.RETRY_FOR_SECONDS", 120)
    assert_same(cluster.answer(few[0]), expected[few[0]])
