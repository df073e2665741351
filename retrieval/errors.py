"""Errors that a caller of `retrieval` can meet.

```
RetrievalError
├── ArticleError              path, problem: an article that cannot be read
│   ├── EmptyArticleError     it was read, and there is nothing to quote
│   └── PageGoneError             the server says that there is no such page
├── IndexUrlError             an address of an index that is none
├── IndexUnavailableError            a cluster that cannot be asked now
├── QuestionSetError          path, problem: a question set that cannot be read
└── ReaderError               path, problem: a model that cannot be used
```

A question without an answer is not an error: it is an `Answer` whose `found`
is false.
"""

from typing import Self

from retrieval.sources import printable_line, shown


class RetrievalError(Exception):
    """Base of every error that this package raises on purpose."""


class _SourceError(RetrievalError):
    """Something that was named cannot be used.

    Attributes:
        path: What was named, as the caller named it.
        problem: One clause that says what is wrong and what to do.
    """

    def __init__(self, path: str, problem: str) -> None:
        """Say of what it is that something is wrong, in one line without secrets."""
        super().__init__(f"{shown(path)}: {printable_line(problem)}")
        self.path = path
        self.problem = problem

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Let it pass between processes."""
        return type(self), (self.path, self.problem)


class ArticleError(_SourceError):
    """An article cannot be read."""


class EmptyArticleError(ArticleError):
    """An article was read, and holds no sentence that could be quoted."""


class PageGoneError(ArticleError):
    """The server that a link leads to says that there is no such page."""


class IndexUrlError(RetrievalError):
    """What was given as the address of an index is none."""


class IndexUnavailableError(RetrievalError):
    """The cluster that holds the index cannot be asked now; later it may be."""


class QuestionSetError(_SourceError):
    """A question set cannot be read."""


class ReaderError(_SourceError):
    """A reader's model cannot be used; `path` is its folder."""
