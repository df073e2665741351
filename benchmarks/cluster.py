"""Indexing rate and answer latency with the index in a local OpenSearch cluster.

Two nodes on loopback, three shards, one replica. The articles are made as in `scaling`,
one after the other, so that they take no memory here.
"""

import argparse
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.scaling import make
from retrieval import Answerer, Article
from retrieval.evaluation.question_sets import load_question_set
from retrieval.index.opensearch.client import INDEXING_SECONDS, Cluster
from retrieval.index.opensearch.search import OpenSearchIndex
from retrieval.index.opensearch.sync import sync
from tests.opensearch.nodes import LocalCluster, lay_out

AT_ONCE = (1, 16)
QUESTIONS = 1_000


def main() -> None:
    """Start the nodes, index, ask, and print rates and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="+", type=Path, metavar="QUESTIONS.json")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--heap", default="1g", help="of each node, as Java writes it")
    options = parser.parse_args()
    sets = [load_question_set(path, language="en") for path in options.questions]
    texts = [labelled.article.text for known in sets for labelled in known.articles]
    asked = [question.question for known in sets for question in known.questions]
    folder = Path(tempfile.mkdtemp(prefix="opensearch-"))
    nodes = LocalCluster(lay_out(folder), folder / "nodes", heap=options.heap)
    try:
        nodes.start()
        url = f"http://{nodes.hosts}/benchmark"
        console = Console()
        console.print(_indexed(url, texts, options.articles))
        data = sum(_megabytes(node / "data") for node in (folder / "nodes").iterdir())
        console.print(f"On disk, with replicas: {data:,.0f} MB; heap {options.heap}")
        console.print(_answered(url, random.Random(0).choices(asked, k=QUESTIONS)))
    finally:
        nodes.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _indexed(url: str, texts: Sequence[str], count: int) -> str:
    cluster = Cluster(url, seconds=INDEXING_SECONDS)

    def articles() -> Iterator[tuple[str, Article]]:
        numbers = track(range(count), console=Console(stderr=True))
        for n, text in zip(numbers, make(texts, count), strict=True):
            source = f"a{n:07}"
            yield source, Article.from_text(text, language="en", source=source)

    started = time.perf_counter()
    changes = sync(cluster, articles())
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    sync(cluster, ((f"a{n:07}", None) for n in range(count)))
    return (
        f"{changes.written:,} articles in {seconds:,.0f} s, "
        f"{changes.written / seconds:,.0f} a second; "
        f"to find that none changed: {time.perf_counter() - started:.1f} s"
    )


def _answered(url: str, asked: Sequence[str]) -> Table:
    answerer = Answerer(OpenSearchIndex(Cluster(url)), reader=None)
    for question in asked[:100]:
        answerer.answer(question)

    def seconds(question: str) -> float:
        started = time.perf_counter()
        answerer.answer(question)
        return time.perf_counter() - started

    table = Table("at once", "answers a second", "p50 ms", "p95 ms")
    for count in AT_ONCE:
        started = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            times = list(pool.map(seconds, asked))
        rate = len(asked) / (time.perf_counter() - started)
        cuts = [1_000 * cut for cut in quantiles(times, n=20)]
        table.add_row(f"{count}", f"{rate:.0f}", f"{cuts[9]:.0f}", f"{cuts[18]:.0f}")
    return table


def _megabytes(folder: Path) -> float:
    """Return the size of a folder on disk, in MB."""
    used = subprocess.run(
        ["du", "-sk", folder], capture_output=True, text=True, check=True
    )
    return int(used.stdout.split()[0]) / 1024


if __name__ == "__main__":
    main()
