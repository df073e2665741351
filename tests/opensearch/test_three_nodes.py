"""Three nodes, each of which may lead: killing one loses no answer."""

import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval import Answerer
from retrieval.index.memory import MemoryIndex
from retrieval.index.opensearch.client import Cluster
from retrieval.index.opensearch.search import OpenSearchIndex
from retrieval.index.opensearch.sync import sync
from tests.opensearch.nodes import LocalCluster, can_run, lay_out

ASKED = 2_000
AT_ONCE = 4


@pytest.fixture(scope="module")
def three_nodes():
    if not can_run():
        pytest.skip("needs Java 17 and Maven (Debian: openjdk-17-jre-headless maven)")
    folder = Path(tempfile.mkdtemp(prefix="opensearch-"))
    quick = ("-XX:TieredStopAtLevel=1",)
    nodes = LocalCluster(lay_out(folder), folder / "nodes", 3, options=quick)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow  # it starts three nodes, and two of them again
def test_follower_and_leader_are_killed_and_no_answer_is_lost(
    three_nodes, make_article, monkeypatch
):
    """No limit is set on the time until a leader is elected: machines differ."""
    monkeypatch.setattr("retrieval.index.opensearch.client.RETRY_FOR_SECONDS", 120)
    articles = {f"a{n:03}": make_article(n) for n in range(100)}
    cluster = Cluster(f"http://{three_nodes.hosts}/three", seconds=30)
    sync(cluster, articles.items())
    memory = Answerer(MemoryIndex(articles), reader=None)
    there = Answerer(OpenSearchIndex(cluster), reader=None)
    questions = [f"What was seen in {1900 + n}?" for n in range(100)]
    expected = {question: quotes(memory.answer(question)) for question in questions}
    answered = threading.Semaphore(0)

    def ask(question):
        try:
            return question, quotes(there.answer(question))
        finally:
            answered.release()

    for kills_leader in (False, True):
        leader = three_nodes.leader()
        victim = next(
            node for node in three_nodes.nodes if (node is leader) == kills_leader
        )
        with ThreadPoolExecutor(AT_ONCE) as pool:
            repeated = questions * (ASKED // 2 // len(questions))
            answers = [pool.submit(ask, question) for question in repeated]
            for _ in range(ASKED // 8):
                answered.acquire()
            victim.kill()
            assert not all(each.done() for each in answers)
            results = [each.result() for each in answers]
        assert len(results) == ASKED // 2
        assert all(found == expected[question] for question, found in results)
        if not kills_leader:  # two nodes could not elect a leader of one
            victim.start()
            three_nodes.wait()
        while answered.acquire(blocking=False):
            pass


def quotes(answer):
    return answer.found, [citation.quote for citation in answer.citations]
