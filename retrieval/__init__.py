"""Finds the sentence of an article that answers a question, and cites it."""

from retrieval.answering import Answerer
from retrieval.documents import Article, Passage, Sentence
from retrieval.errors import ArticleError, EmptyArticleError, RetrievalError
from retrieval.loading.articles import load_article
from retrieval.results import Answer, Citation, ScoredPassage

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
