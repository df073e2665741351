"""Handling of a cluster's answers and errors."""

import logging

import pytest
from opensearchpy import ConnectionError as Unreachable
from opensearchpy import SerializationError, TransportError

from retrieval.errors import IndexUnavailableError
from retrieval.index.opensearch import client as clusters
from retrieval.index.opensearch.client import Cluster, require_all_shards, require_found

SHARDS = {"total": 3, "successful": 3, "failed": 0}
PASSWORD = "hush-hush"


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setattr(clusters, "RETRY_DELAY_SECONDS", 0)
    return Cluster(f"http://ann:{PASSWORD}@127.0.0.1:9/news")


@pytest.fixture
def impatient(cluster, monkeypatch):
    monkeypatch.setattr(clusters, "RETRY_FOR_SECONDS", -1)
    return cluster


def failing(*errors):
    """Return a request that raises these errors in turn, and then succeeds."""
    left = list(errors)

    def request(_):
        if left:
            raise left.pop(0)
        return "done"

    return request


def test_what_a_node_does_not_do_is_asked_for_again(cluster):
    away = Unreachable("N/A", "refused", OSError())
    assert cluster.retry(failing(away, TransportError(503, "no_master", {}))) == "done"


def test_an_answer_of_not_all_shards_is_none(cluster):
    partial = [SHARDS | {"successful": 2}, SHARDS]
    assert cluster.retry(lambda _: require_all_shards({"_shards": partial.pop(0)})) == {
        "_shards": SHARDS
    }
    late = [True, False]
    assert cluster.retry(
        lambda _: require_all_shards({"_shards": SHARDS, "timed_out": late.pop(0)})
    ) == {"_shards": SHARDS, "timed_out": False}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "refuses the user or the password"),
        (403, "refuses the user or the password"),
        (404, "run: article-bot index"),
        (400, "cannot be searched now (HTTP status 400)"),
        (503, "cannot be searched now (HTTP status 503)"),
        ("N/A", "cannot be reached now"),
    ],
)
def test_what_cannot_be_had_is_said_without_what_the_cluster_said(
    impatient, status, said
):
    error = TransportError(status, PASSWORD, {"info": PASSWORD})
    with pytest.raises(IndexUnavailableError) as away:
        impatient.retry(failing(error, error))
    assert said in str(away.value)
    assert PASSWORD not in str(away.value)


def test_a_document_of_a_shard_that_is_away_is_not_taken_for_one_that_is_not_there(
    cluster,
):
    away = {"_id": "a", "error": {"type": "no_shard_available_action_exception"}}
    answers = [{"docs": [away]}, {"docs": [{"_id": "a", "found": False}]}]
    assert (
        cluster.retry(lambda _: require_found(answers.pop(0)))["docs"][0]["found"]
        is False
    )
    gone = {"docs": [{"_id": "a", "error": {"type": "index_not_found_exception"}}]}
    with pytest.raises(IndexUnavailableError, match="run: article-bot index"):
        cluster.retry(lambda _: require_found(gone))


def test_what_gives_no_sense_is_an_index_that_is_away(impatient):
    with pytest.raises(IndexUnavailableError):
        impatient.retry(failing(SerializationError("<html>", ValueError())))


def test_a_ping_asks_once(cluster, monkeypatch):
    asked = []

    def search(**_):
        asked.append("once")
        raise Unreachable("N/A", "refused", OSError())

    monkeypatch.setattr(cluster._probe, "search", search)
    with pytest.raises(IndexUnavailableError):
        cluster.ping()
    assert asked == ["once"]


def test_an_error_within_an_answer_is_one():
    found = {"error": {"type": "index_not_found_exception"}, "status": 404}
    with pytest.raises(TransportError) as error:
        require_all_shards(found)
    assert error.value.status_code == 404


def test_nothing_that_is_asked_and_no_address_is_logged(impatient, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(IndexUnavailableError):
        impatient.retry(
            lambda client: client.search(body={"query": "Zanzibar"}, index="news"),
        )
    assert PASSWORD not in caplog.text
    assert "Zanzibar" not in caplog.text
