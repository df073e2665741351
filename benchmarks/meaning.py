"""Meaning among many articles: memory, time, and questions in other words.

The articles that are asked are those of question sets; around them stand articles that
`scaling.make` varies. Embedding a quarter of a million sentences takes an hour, so only
`EMBEDDED` of those around are embedded: each of the others gets the embedding of one of
these, with noise. They are real in number, length and distribution, not in content.
"""

import argparse
import gc
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.scaling import make, resident_megabytes
from retrieval import Answerer, Article
from retrieval.documents.tables import sentence_texts
from retrieval.encoder import Reranker, default_encoder
from retrieval.encoder.protocol import EmbeddingMatrix, WindowScores
from retrieval.encoder.windows import Window
from retrieval.evaluation.question_sets import LabelledQuestion, load_question_set
from retrieval.index.protocol import PassageId
from retrieval.ranking.semantic_search import NEAREST

SIZES = (100, 1_000, 10_000)
EMBEDDED = 2_000  # sentences around those asked that the encoder embeds itself
NOISE = 0.6  # length of the noise that is added to an embedding of length 1
K = 5

Asked = tuple[Article, LabelledQuestion]


class NoisyEncoder:
    """An encoder that invents the embeddings of some texts.

    Args:
        encoder: Embeds all others, and reranks.
        invented: The texts whose embeddings are invented.
        around: Sentences whose embeddings these get, with noise.
    """

    def __init__(
        self, encoder: Reranker, invented: Iterable[str], around: Sequence[str]
    ) -> None:
        self.name, self.fingerprint = encoder.name, f"{encoder.fingerprint} with noise"
        self.dimension, self.languages = encoder.dimension, encoder.languages
        self._encoder = encoder
        self._invented = frozenset(invented)
        self._around = encoder.embed(around)

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return embeddings, most of them invented."""
        rows = [
            self._invent(text)
            if text in self._invented
            else self._encoder.embed([text])[0]
            for text in texts
        ]
        return np.array(rows, dtype=np.float32)

    def score(self, question: str, windows: Sequence[Window]) -> list[WindowScores]:
        """Return the scores of each window's sentences."""
        return self._encoder.score(question, windows)

    def _invent(self, text: str) -> EmbeddingMatrix:
        chance = np.random.default_rng(zlib.crc32(text.encode()))
        row = self._around[chance.integers(len(self._around))]
        noise = chance.standard_normal(self.dimension) / np.sqrt(self.dimension)
        moved: EmbeddingMatrix = row + NOISE * noise.astype(np.float32)
        return moved / np.linalg.norm(moved)


def main() -> None:
    """Measure each size; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("asked", type=Path, help="a folder of questions by kind")
    parser.add_argument("around", nargs="+", type=Path, metavar="QUESTIONS.json")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--kind", default="paraphrased")
    options = parser.parse_args()
    encoder = default_encoder()
    assert isinstance(encoder, Reranker)
    labelled = load_question_set(options.asked, language="en").articles
    sets = [load_question_set(path, language="en") for path in options.around]
    texts = [one.article.text for known in sets for one in known.articles]
    columns = ("articles", "sentences", "found by", f"hit@{K} %", "answer ms")
    table = Table(*columns, "as exact %", "search ms", "MB")
    for column in table.columns:
        column.justify = "right"
    console = Console(stderr=True)
    asked = [
        (one.article, question)
        for one in labelled
        for question in one.questions
        if question.kind == options.kind and question.answer_starts
    ]
    for size in options.sizes:
        around = [Article.from_text(text, language="en") for text in make(texts, size)]
        sentences = [text for article in around for text in sentence_texts(article)]
        distinct = sentences[:: max(len(sentences) // EMBEDDED, 1)]
        known = {text for one in labelled for text in sentence_texts(one.article)}
        started = time.process_time()
        noisy = NoisyEncoder(encoder, set(sentences) - known, distinct)
        seconds = time.process_time() - started
        console.print(f"{len(distinct) / seconds:.0f} sentences a second are embedded")
        articles = [*(one.article for one in labelled), *around]
        for name, reader in (("words", None), ("meaning", noisy)):
            answerer = Answerer(articles, reader=reader)
            gc.collect()
            before = resident_megabytes()
            answerer.warm_up()
            gc.collect()
            megabytes = resident_megabytes() - before
            table.add_row(
                f"{len(articles):,}",
                f"{len(sentences) + len(known):,}",
                name,
                *_measure(answerer, asked),
                *(_compare(answerer, noisy, asked) if reader else ("–", "–")),
                f"{megabytes:.0f}" if reader else "–",
            )
    Console().print(table)


def _measure(answerer: Answerer, asked: Sequence[Asked]) -> tuple[str, str]:
    """Return the share of hits, and the median ms of an answer."""
    hits, times = [], []
    for article, question in asked:
        text = question.question
        times.append(_milliseconds(partial(answerer.answer, text)))
        hits.append(
            any(
                citation.article is article
                and question.answered_in(citation.start, citation.end)
                for citation in answerer.rank(text, K)
            )
        )
    return f"{100 * sum(hits) / len(hits):.1f}", f"{median(times):.1f}"


def _compare(
    answerer: Answerer, noisy: NoisyEncoder, asked: Sequence[Asked]
) -> tuple[str, str]:
    """Return how often the search finds what float32 does, and its median ms."""
    semantic = answerer._scorer._semantic
    assert semantic is not None
    rows, passages = [], []
    for key, article in answerer.index.loaded_articles.items():
        rows.append(noisy.embed(sentence_texts(article)))
        for passage in article.passages:
            passages += [PassageId(key, passage.number)] * len(passage.sentences)
    exact = np.concatenate(rows)
    same, times = [], []
    for _, question in asked:
        (vector,) = noisy.embed([question.question])
        nearest = np.argsort(-(exact @ vector), kind="stable")[:NEAREST]
        found = set(semantic.search(vector))
        same.append(len(found & {passages[n] for n in nearest}) / len(found))
        times.append(_milliseconds(partial(semantic.search, vector)))
    return f"{100 * sum(same) / len(same):.1f}", f"{median(times):.1f}"


def _milliseconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call in ms, of all threads."""
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1_000


if __name__ == "__main__":
    main()
