"""The operator's file of answers given by hand and of synonyms, in TOML.

```toml
[[answers]]
question = ["How much is a ticket?", "What is the price?"]
article = "museum.md"
quote = "Admission is 5 pounds."

[[synonyms]]
words = ["ticket", "admission"]
article = "museum.md"
```

A question may be a single text. Without an article, synonyms count for all articles.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from bot.articles.slugs import is_upload, slug_of
from retrieval import Article
from retrieval.index.protocol import PassageIndex
from retrieval.sources import printable_line
from retrieval.steering import PinnedAnswer, Steering, SynonymGroup, locate_quote

SHOWN_CHARACTERS = 60  # of a question, in a line about its entry
_KINDS = {"tuple_type": "a list", "string_type": "a text", "model_type": "a table"}


class AnswersFileError(Exception):
    """The file cannot be used; the message is one line that says what to do."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class AnswerEntry(BaseModel):
    """Questions with the quote that answers them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
    article: Text
    quote: Text


class SynonymEntry(BaseModel):
    """Words that count as one, in all articles or in one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Annotated[tuple[Text, ...], Field(min_length=2)]
    article: Text | None = None


class AnswersFile(BaseModel):
    """The content of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: tuple[AnswerEntry, ...] = ()
    synonyms: tuple[SynonymEntry, ...] = ()


class ResolvedAnswers(NamedTuple):
    """The entries that fit the articles, and a line for each other entry."""

    steering: Steering
    problems: tuple[str, ...]


def load_answers_file(path: Path) -> AnswersFile:
    """Read the file.

    Raises:
        AnswersFileError: It is missing, unreadable, no TOML, or has other entries.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        return AnswersFile.model_validate(content)
    except OSError as error:
        raise AnswersFileError(
            f"{path} cannot be read ({error.strerror}); check BOT_ANSWERS"
        ) from error
    except UnicodeDecodeError as error:
        raise AnswersFileError(f"{path} is not UTF-8; convert it") from error
    except tomllib.TOMLDecodeError as error:
        problem = printable_line(str(error))
        raise AnswersFileError(f"{path} is not TOML ({problem}); correct it") from error
    except RecursionError as error:
        raise AnswersFileError(f"{path} is nested too deep; correct it") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = _place(first["loc"])
        raise AnswersFileError(
            f"{path}: {place} {_problem(first['type'])}; correct it"
        ) from error


def resolve(answers: AnswersFile, index: PassageIndex) -> ResolvedAnswers:
    """Look up the entries' articles and quotes.

    Entries for other articles than a chat's own document do not concern its index.
    """
    loaded = index.loaded_articles
    if loaded and all(map(is_upload, loaded)):
        common = (s for s in answers.synonyms if s.article is None)
        return ResolvedAnswers(Steering((), tuple(_synonyms(common))), ())
    names = _Names(index)
    pinned: list[PinnedAnswer] = []
    groups: list[SynonymGroup] = []
    problems: list[str] = []
    for number, entry in enumerate(answers.answers, 1):
        shown = printable_line(entry.question[0])[:SHOWN_CHARACTERS]
        line = f"answers, entry {number} (“{shown}”)"
        named = names.find(entry.article)
        if named is None:
            problems.append(f"{line}: there is no article “{entry.article}”")
        elif locate_quote(named.article, entry.quote) is None:
            problems.append(
                f"{line}: the quote does not stand in one passage of “{entry.article}”"
            )
        else:
            pinned.append(PinnedAnswer(entry.question, named.key, entry.quote))
    for number, group in enumerate(answers.synonyms, 1):
        named = names.find(group.article) if group.article else None
        if group.article and named is None:
            line = f"synonyms, entry {number} (“{group.words[0]}”)"
            problems.append(f"{line}: there is no article “{group.article}”")
        else:
            groups.append(SynonymGroup(group.words, named.key if named else None))
    lines = tuple(f"{printable_line(problem)}; it is left out" for problem in problems)
    return ResolvedAnswers(Steering(tuple(pinned), tuple(groups)), lines)


class _Named(NamedTuple):
    key: str
    article: Article


@dataclass(frozen=True, slots=True)
class _Names:
    """Finds articles by slug, file name, path, link or title."""

    index: PassageIndex

    def find(self, name: str) -> _Named | None:
        """Return the article of a name with its key, or None."""
        slug = slug_of(name, otherwise="")
        keys = [key for key in (name, slug) if key]
        for key, article in self.index.articles(keys).items():
            return _Named(key, article)
        for key, article in self.index.loaded_articles.items():
            source = article.source or ""
            if name in (source, article.title) or (slug and slug_of(source) == slug):
                return _Named(key, article)
        return None


def _synonyms(entries: Iterable[SynonymEntry]) -> Iterator[SynonymGroup]:
    return (SynonymGroup(entry.words) for entry in entries)


def _place(location: tuple[int | str, ...]) -> str:
    """Return the place of a value in the file.

    >>> _place(("answers", 2, "quote"))
    'answers, entry 3, quote'
    """
    names = (
        f"entry {part + 1}" if isinstance(part, int) else part for part in location
    )
    return ", ".join(names)


def _problem(kind: str) -> str:
    """Return in plain words what is wrong with a value."""
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not known"
        case "too_short" | "string_too_short":
            return "holds too little"
    return f"is not {_KINDS.get(kind, 'what is expected')}"
