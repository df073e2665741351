"""Errors that `retrieval` raises.

```
RetrievalError
├── ArticleError              path, problem: an article that cannot be read
│   ├── EmptyArticleError     it was read, and there is nothing to quote
│   └── PageGoneError         its server says that there is no such page
├── IndexUrlError             the URL of an index is malformed
├── IndexUnavailableError     a cluster does not answer
├── QuestionSetError          path, problem: a question set that cannot be read
└── EncoderError              path, problem: a model that cannot be used
```

Some errors carry a `code`, from which a program can tell its users what to do.

A question without an answer is not an error: it is an `Answer` whose `found`
is false.
"""

from enum import Enum
from typing import Self

from retrieval.sources import display_name, printable_line


class ErrorCode(Enum):
    """Causes of errors that the operator of a program can remove.

    Attributes:
        INDEX_ACCESS_DENIED: The cluster refuses the user or the password.
        INDEX_URL_MALFORMED: The URL of the index cannot be parsed.
        PARSER_MISSING: The library that parses the format is not installed.
        PRIVATE_ADDRESS: A link leads to a private address, which is not allowed.
    """

    INDEX_ACCESS_DENIED = "index_access_denied"
    INDEX_URL_MALFORMED = "index_url_malformed"
    PARSER_MISSING = "parser_missing"
    PRIVATE_ADDRESS = "private_address"


class RetrievalError(Exception):
    """Base of every error that this package raises on purpose.

    Attributes:
        code: Cause of the error, if it is one of `ErrorCode`.
    """

    def __init__(self, message: str, code: ErrorCode | None = None) -> None:
        super().__init__(message)
        self.code = code


class _SourceError(RetrievalError):
    """A file, folder or link cannot be used.

    The message is one printable line without credentials.

    Attributes:
        path: The path or link, as the caller gave it.
        problem: One clause that says what is wrong and what to do.
    """

    def __init__(self, path: str, problem: str, code: ErrorCode | None = None) -> None:
        super().__init__(f"{display_name(path)}: {printable_line(problem)}", code)
        self.path = path
        self.problem = problem

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, ErrorCode | None]]:
        """Return what makes the error again when it is unpickled in another process."""
        return type(self), (self.path, self.problem, self.code)


class ArticleError(_SourceError):
    """An article cannot be read."""


class EmptyArticleError(ArticleError):
    """An article was read, but it has no sentence to quote."""


class PageGoneError(ArticleError):
    """The server of a link says that there is no such page."""


class IndexUrlError(RetrievalError):
    """The URL of an index is malformed."""


class IndexUnavailableError(RetrievalError):
    """The cluster that holds the index does not answer now, but may do later."""


class QuestionSetError(_SourceError):
    """A question set cannot be read."""


class EncoderError(_SourceError):
    """The model of an encoder cannot be used; `path` is its folder."""
