import shutil
import tempfile
from itertools import count
from pathlib import Path

import pytest

from retrieval.index.opensearch.client import Cluster
from tests.opensearch.nodes import LocalCluster, can_run, lay_out

_NAMES = count(1)
WRONG = "Ww4-hushhush"  # a password that must not be logged; the nodes need none


@pytest.fixture(scope="session")
def nodes():
    """A cluster of two nodes, removed after the tests."""
    if not can_run():
        pytest.skip("needs Java 17 and Maven (Debian: openjdk-17-jre-headless maven)")
    folder = Path(tempfile.mkdtemp(prefix="opensearch-"))
    # They start sooner if little is compiled.
    quick = ("-XX:TieredStopAtLevel=1",)
    nodes = LocalCluster(lay_out(folder), folder / "nodes", options=quick)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def index_url(nodes):
    """The URL of an index that does not exist yet."""
    return f"http://reader:{WRONG}@{nodes.hosts}/tests-{next(_NAMES)}"


@pytest.fixture
def cluster(index_url):
    return Cluster(index_url, seconds=30)
