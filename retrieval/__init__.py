"""Finds the sentence of an article that answers a question, and cites it.

Read `answering` first; then, in the order of a question's way, `query`, `index`,
`ranking` and `results`, with `encoder` beside them. An article comes from `loading` and
is a value of `documents`; `text` is below all. Nothing of the bot comes in.
"""

from typing import TYPE_CHECKING

from retrieval.documents.values import Article, Passage, Sentence
from retrieval.errors import ArticleError, EmptyArticleError, RetrievalError
from retrieval.loading.load import load_article
from retrieval.results import Answer, Citation, ScoredPassage

if TYPE_CHECKING:
    from retrieval.answering import Answerer

__all__ = [
    "Answer",
    "Answerer",
    "Article",
    "ArticleError",
    "Citation",
    "EmptyArticleError",
    "Passage",
    "RetrievalError",
    "ScoredPassage",
    "Sentence",
    "load_article",
]


def __getattr__(name: str) -> object:
    """Import what answers when it is first asked for: processes that read need none."""
    if name != "Answerer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from retrieval.answering import Answerer

    return Answerer
