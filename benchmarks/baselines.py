"""This project and baselines as searchers over the sentences of one article.

All index the sentences that `Article.from_text` finds, once; ties stay in reading
order. The baselines follow their own documentation, and always quote something;
SQLite, and this project from words alone, quote nothing where no word of the question
occurs. The encoder understands English: elsewhere this project answers from words.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval import Answerer, Article, Sentence
from retrieval.encoder import Embedder, default_encoder
from retrieval.text.language import language_for

Span = tuple[int, int]  # characters into the article's text, half-open

_WORD = re.compile(r"\w+")
# The languages that bm25s has stop words for.
_BM25S_STOP_WORDS = frozenset("da de en es fr it ko nl no pt ru sv tr zh".split())


class BaselineError(Exception):
    """A baseline is not installed; the message is one line that says what to do."""


class Searcher(Protocol):
    """Ranks the sentences of one article, given to its constructor."""

    def rank(self, question: str, k: int) -> list[Span]:
        """Return the spans of the best sentences, best first, at most k."""
        ...

    def answer(self, question: str) -> Span | None:
        """Return the span to quote; this call is timed."""
        return next(iter(self.rank(question, 1)), None)


class PlainRecipe(Searcher):
    """rank-bm25 as its README shows it."""

    def __init__(self, article: Article) -> None:
        self._sentences = _sentences(article)
        self._bm25 = BM25Okapi([s.text.split(" ") for s in self._sentences])

    def rank(self, question: str, k: int) -> list[Span]:
        """Score all sentences, and sort them."""
        return _best(self._sentences, self._bm25.get_scores(question.split(" ")), k)


class StemmedRecipe(Searcher):
    """rank-bm25 over lower-cased stems without stop words."""

    def __init__(self, article: Article) -> None:
        language = language_for(article.language)
        self._stop_words = language.stop_words
        self._stemmer = Stemmer.Stemmer(language.stemmer) if language.stemmer else None
        self._sentences = _sentences(article)
        # A corpus without a single term would make rank-bm25 divide by zero.
        self._bm25 = BM25Okapi([self._terms(s.text) or [""] for s in self._sentences])

    def rank(self, question: str, k: int) -> list[Span]:
        """Score all sentences, and sort them."""
        return _best(self._sentences, self._bm25.get_scores(self._terms(question)), k)

    def _terms(self, text: str) -> list[str]:
        words = _WORD.findall(text.lower())
        kept = [word for word in words if word not in self._stop_words]
        return self._stemmer.stemWords(kept) if self._stemmer else kept


class Bm25s(Searcher):
    """bm25s with its own tokenizer, stop words and a stemmer, as its README shows.

    Stop words and stemmer are left out where the language has none.
    """

    def __init__(self, article: Article) -> None:
        import bm25s  # an extra

        code = article.language
        stemmer = language_for(code).stemmer
        self._tokenize = bm25s.tokenize
        self._options = {
            "stopwords": code if code in _BM25S_STOP_WORDS else None,
            "stemmer": Stemmer.Stemmer(stemmer) if stemmer else None,
            "show_progress": False,
            "return_ids": False,
        }
        self._sentences = _sentences(article)
        self._bm25 = bm25s.BM25()
        tokens = self._tokenize([s.text for s in self._sentences], **self._options)
        # Neither can bm25s index a corpus without a single term.
        self._bm25.index([terms or [""] for terms in tokens], show_progress=False)

    def rank(self, question: str, k: int) -> list[Span]:
        """Retrieve the best sentences."""
        positions, _ = self._bm25.retrieve(
            self._tokenize(question, **self._options),
            k=min(k, len(self._sentences)),
            show_progress=False,
        )
        return [_span(self._sentences[n]) for n in positions[0]]


class SqliteFts5(Searcher):
    """SQLite's full-text search; any word of the question may match."""

    def __init__(self, article: Article) -> None:
        self._sentences = _sentences(article)
        self._database = _fts5_table()
        self._database.executemany(
            "INSERT INTO sentences(rowid, text) VALUES (?, ?)",
            ((n, sentence.text) for n, sentence in enumerate(self._sentences)),
        )

    def rank(self, question: str, k: int) -> list[Span]:
        """Select the best matches."""
        query = " OR ".join(f'"{word}"' for word in _WORD.findall(question))
        rows = self._database.execute(
            "SELECT rowid FROM sentences WHERE sentences MATCH ? "
            "ORDER BY bm25(sentences), rowid LIMIT ?",
            (query or '""', k),
        )
        return [_span(self._sentences[n]) for (n,) in rows]


class Cosine(Searcher):
    """The encoder's embeddings alone: sentences by their cosine with the question."""

    def __init__(self, article: Article) -> None:
        self._encoder = _encoder()
        self._sentences = _sentences(article)
        self._embeddings = self._encoder.embed([s.text for s in self._sentences])

    def rank(self, question: str, k: int) -> list[Span]:
        """Sort the sentences by their cosines."""
        cosines = self._embeddings @ self._encoder.embed([question])[0]
        return _best(self._sentences, cosines.astype(np.float64), k)


class ThisProject(Searcher):
    """`retrieval.Answerer`, with the encoder or from words alone."""

    def __init__(self, article: Article, *, with_encoder: bool = True) -> None:
        self._answerer = Answerer(
            [article], reader=_encoder() if with_encoder else None
        )
        self._answerer.warm_up()

    def rank(self, question: str, k: int) -> list[Span]:
        """Rank as `Answerer` does."""
        return [_span(citation) for citation in self._answerer.rank(question, k)]

    def answer(self, question: str) -> Span | None:
        """Answer as the bot does, confidence included."""
        citations = self._answerer.answer(question).citations
        return _span(citations[0]) if citations else None


SEARCHERS: dict[str, Callable[[Article], Searcher]] = {
    "rank-bm25, plain": PlainRecipe,
    "rank-bm25, stemmed": StemmedRecipe,
    "bm25s": Bm25s,
    "SQLite FTS5": SqliteFts5,
    "the encoder's cosine": Cosine,
    "this project, words": partial(ThisProject, with_encoder=False),
    "this project": ThisProject,
}


def check_baselines() -> None:
    """Check that every baseline is installed, before the long work.

    Raises:
        BaselineError: A baseline is missing.
    """
    try:
        import bm25s  # noqa: F401
    except ImportError as error:
        raise BaselineError(
            "bm25s is missing; install it with: pip install -e '.[benchmarks]'"
        ) from error
    _encoder()
    try:
        _fts5_table().close()
    except sqlite3.OperationalError as error:
        raise BaselineError(
            "this Python's SQLite has no FTS5; use a Python that has it"
        ) from error


def _encoder() -> Embedder:
    encoder = default_encoder()
    if encoder is None:
        raise BaselineError(
            "the reader is missing; install it with: pip install -e '.[reader]'"
        )
    return encoder


class _Placed(Protocol):
    """A span of an article's text, such as a sentence or a citation."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def _span(placed: _Placed) -> Span:
    return placed.start, placed.end


def _sentences(article: Article) -> list[Sentence]:
    return [s for passage in article.passages for s in passage.sentences]


def _best(
    sentences: Sequence[Sentence], scores: NDArray[np.float64], k: int
) -> list[Span]:
    order = np.argsort(-scores, kind="stable")[:k]
    return [_span(sentences[n]) for n in order]


def _fts5_table() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE sentences USING fts5(text, tokenize='porter unicode61')"
    )
    return database
