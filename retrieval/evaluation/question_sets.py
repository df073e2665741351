"""Question sets: questions with known answers, in two file formats.

SQuAD 1.1 and 2.0: one entry of `data` is one article, its contexts joined by a blank
line. The article does not answer a question that is marked `is_impossible`, or that has
no answer.

Users' questions: one file of questions beside the document that it names as `file`,
with its `language`. `q` is a question, `gold` a piece of a sentence that answers it, a
list of such pieces, or null where the document does not answer, `kind` how it was
asked, `answer` the answer itself, a part of the piece; `dialogs` are lists of
questions, each a follow-up of those before it. A folder of such files is one set.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import regex

from retrieval.documents.values import Article
from retrieval.errors import ArticleError, QuestionSetError
from retrieval.index.protocol import PassageIndex
from retrieval.loading.load import load_article
from retrieval.steering import Steering, locate_quote

Value = TypeVar("Value")

_BLANK_LINE = "\n\n"
_JSON_TYPES = {dict: "object", list: "list", str: "string", int: "whole number"}
_REMEDY = "correct it, or name another file"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the offsets of its answers.

    Attributes:
        answer_starts: Start of each gold answer, in characters into the article's
            text; empty where the article does not answer.
        kind: How it was asked ("paraphrased"); empty where the file does not say.
        answer_spans: The (start, end) of each answer itself, in characters into the
            article's text; empty where the file gives sentences alone.
    """

    question: str
    answer_starts: tuple[int, ...]
    kind: str = ""
    answer_spans: tuple[tuple[int, int], ...] = ()

    def answered_in(self, start: int, end: int) -> bool:
        """Return whether a span of the article's text holds the start of an answer.

        >>> LabelledQuestion("Who pours?", (4, 90)).answered_in(0, 10)
        True
        """
        return any(start <= answer < end for answer in self.answer_starts)

    def rank_of_hit(self, spans: Iterable[tuple[int, int]]) -> int | None:
        """Return the rank of the first span that answers, None where none does.

        >>> LabelledQuestion("Who pours?", (4,)).rank_of_hit([(10, 20), (0, 10)])
        2
        """
        hits = (n for n, span in enumerate(spans, 1) if self.answered_in(*span))
        return next(hits, None)


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article with questions about it.

    Attributes:
        dialogs: Lists of questions, each but the first a follow-up of those before.
        split: The split ("train", "dev", "test") that the file names; empty where it
            names none.
    """

    article: Article
    questions: tuple[LabelledQuestion, ...]
    dialogs: tuple[tuple[LabelledQuestion, ...], ...] = ()
    split: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Articles with questions about them, of one file or folder.

    Attributes:
        name: The file's name without ".json".
        articles: In the file's order; at least one of them has a question.
    """

    name: str
    articles: tuple[LabelledArticle, ...]

    @property
    def questions(self) -> tuple[LabelledQuestion, ...]:
        """All questions, in the file's order."""
        return tuple(
            question for labelled in self.articles for question in labelled.questions
        )


def load_question_set(path: str | Path, *, language: str | None = None) -> QuestionSet:
    """Read a file of questions, or a folder of users' questions.

    Args:
        path: JSON in UTF-8, or a folder of such files.
        language: ISO 639-1 code of the articles; None detects each article's.

    Raises:
        QuestionSetError: A file is missing, unreadable, or in neither format; an
            answer is outside its context or not in its document; there is no question,
            or no file in the folder.
    """
    name = str(path)
    files = sorted(Path(path).glob("*.json")) if Path(path).is_dir() else [Path(path)]
    if not files:
        raise QuestionSetError(name, "no file in it ends in .json; name another folder")
    articles = tuple(
        labelled for file in files for labelled in _load_articles(str(file), language)
    )
    title = Path(path).resolve().name.removesuffix(".json")
    question_set = QuestionSet(title, articles)
    if not question_set.questions:
        raise QuestionSetError(name, "there is no question in it; name another file")
    return question_set


def pinned_question_set(
    path: str, steering: Steering, index: PassageIndex
) -> QuestionSet:
    """Return the questions of pinned answers as a question set.

    Args:
        path: The file that the pinned answers come from.
        steering: The pinned answers, whose quotes stand in their articles.
        index: The index of these articles.

    Raises:
        QuestionSetError: There is no pinned answer.
    """
    articles = index.articles({pin.key for pin in steering.pinned})
    questions: dict[str, list[LabelledQuestion]] = {}
    for pin in steering.pinned:
        place = locate_quote(articles[pin.key], pin.quote)
        starts = (place.quote_start,) if place else ()
        of_article = questions.setdefault(pin.key, [])
        of_article += [LabelledQuestion(text, starts) for text in pin.questions]
    if not questions:
        raise QuestionSetError(path, "no answer in it fits the articles; correct it")
    return QuestionSet(
        Path(path).stem,
        tuple(
            LabelledArticle(articles[key], tuple(own)) for key, own in questions.items()
        ),
    )


def _load_articles(name: str, language: str | None) -> list[LabelledArticle]:
    root = _Node(name, "", _load_json(name))
    if root.optional("questions", list) is not None:
        return [_from_user_questions(root, language)]
    return [_from_squad(entry, language) for entry in root.items("data")]


def _load_json(name: str) -> object:
    try:
        text = Path(name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise QuestionSetError(name, "no such file; check the path") from error
    except PermissionError as error:
        raise QuestionSetError(name, "not readable; check its permissions") from error
    except UnicodeDecodeError as error:
        raise QuestionSetError(name, "this is not UTF-8; convert it") from error
    except (OSError, ValueError) as error:
        problem = f"cannot be read ({error}); check the path"
        raise QuestionSetError(name, problem) from error
    try:
        value: object = json.loads(text)
    except RecursionError as error:
        raise QuestionSetError(name, f"nested too deep; {_REMEDY}") from error
    except ValueError as error:
        problem = f"this is not JSON ({error}); {_REMEDY}"
        raise QuestionSetError(name, problem) from error
    return value


@dataclass(frozen=True, slots=True)
class _Node:
    """A value in a JSON file.

    Attributes:
        path: The file.
        place: Path of the value in it, "data[0].paragraphs[2]"; "" at the top.
    """

    path: str
    place: str
    value: object

    def get(self, key: str, kind: type[Value]) -> Value:
        """Return a member of an object.

        Raises:
            QuestionSetError: The member is missing, or of another type.
        """
        if not isinstance(self.value, dict):
            raise self.error(f"{self.place or 'the whole'} is no {_JSON_TYPES[dict]}")
        if key not in self.value:
            raise self.error(f"{self._member(key)} is missing")
        value = self.value[key]
        if type(value) is not kind:  # True is an int elsewhere, not in JSON
            raise self.error(f"{self._member(key)} is no {_JSON_TYPES[kind]}")
        return value

    def optional(self, key: str, kind: type[Value]) -> Value | None:
        """Return a member; None if it is missing, or of another type."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, kind) else None

    def items(self, key: str) -> "Iterator[_Node]":
        """Yield the items of a list that is a member of an object."""
        for n, item in enumerate(self.get(key, list)):
            yield _Node(self.path, f"{self._member(key)}[{n}]", item)

    def error(self, problem: str) -> QuestionSetError:
        """Return an error about the value."""
        return QuestionSetError(self.path, f"{problem}; {_REMEDY}")

    def _member(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def _from_squad(entry: _Node, language: str | None) -> LabelledArticle:
    contexts: list[str] = []
    questions: list[LabelledQuestion] = []
    offset = 0
    for paragraph in entry.items("paragraphs"):
        context = paragraph.get("context", str)
        contexts.append(context)
        for entry_question in paragraph.items("qas"):
            spans = [
                (offset + start, offset + end)
                for start, end in _answer_spans(entry_question, context)
            ]
            questions.append(
                LabelledQuestion(
                    entry_question.get("question", str),
                    tuple(dict.fromkeys(start for start, _ in spans)),
                    answer_spans=tuple(
                        dict.fromkeys(
                            (start, end) for start, end in spans if end > start
                        )
                    ),
                )
            )
        offset += len(context) + len(_BLANK_LINE)
    title = entry.optional("title", str)
    article = Article.from_text(
        _BLANK_LINE.join(contexts),
        title=title and title.replace("_", " "),  # as Wikipedia's links write it
        language=language,
    )
    return LabelledArticle(article, tuple(questions))


def _answer_spans(question: _Node, context: str) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of the gold answers, in characters into the context.

    An answer without its text is empty.
    """
    if question.optional("is_impossible", bool):
        return
    for answer in question.items("answers"):
        start = answer.get("answer_start", int)
        if not 0 <= start < len(context):
            raise answer.error(
                f"{answer.place}.answer_start is {start}, outside its context of "
                f"{len(context)} characters"
            )
        text = answer.optional("text", str) or ""
        yield start, min(start + len(text), len(context))


def _from_user_questions(root: _Node, language: str | None) -> LabelledArticle:
    document = Path(root.path).parent / root.get("file", str)
    language = language or root.optional("language", str)
    try:
        article = load_article(document, language=language)
    except ArticleError as error:
        raise QuestionSetError(root.path, f"its document {error}") from error
    words = _Words(article.text)
    questions = (_labelled_question(entry, words) for entry in root.items("questions"))
    dialogs = root.optional("dialogs", list) or []
    turns = (
        tuple(
            _labelled_question(_Node(root.path, f"dialogs[{n}][{m}]", turn), words)
            for m, turn in enumerate(dialog if isinstance(dialog, list) else [dialog])
        )
        for n, dialog in enumerate(dialogs)
    )
    split = root.optional("split", str) or ""
    return LabelledArticle(article, tuple(questions), tuple(turns), split)


def _labelled_question(entry: _Node, words: "_Words") -> LabelledQuestion:
    piece = entry.optional("gold", str)
    pieces = [piece] if piece is not None else entry.optional("gold", list) or []
    starts: list[int] = []
    spans: list[tuple[int, int]] = []
    answer = entry.optional("answer", str)
    for text in pieces:
        found = words.find(text) if isinstance(text, str) else None
        if found is None:
            raise entry.error(f"{entry.place}.gold stands nowhere: {text!r}")
        starts.append(found)
        begin = words.text.find(answer, found, found + 2 * len(text)) if answer else -1
        if begin >= 0:
            spans.append((begin, begin + len(answer or "")))
    return LabelledQuestion(
        entry.get("q", str),
        tuple(starts),
        entry.optional("kind", str) or "",
        tuple(dict.fromkeys(spans)),
    )


class _Words:
    """A document's words, without the markup between them, to find pieces in.

    Attributes:
        text: The document's text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] = []
        self._text = " "
        self._letter_starts: list[int] = []
        self._letters = ""
        for match in _WORD.finditer(text):
            self._starts += [match.start()] * (len(match[0]) + 1)
            self._text += f"{match[0]} "
            self._letter_starts += range(*match.span())
            self._letters += match[0]

    def find(self, piece: str) -> int | None:
        """Return the start of a piece, in characters into the document's text.

        A piece that does not end at a word's end, as in text without blanks, is looked
        up letter by letter. None if the document does not hold it.
        """
        words = _WORD.findall(piece)
        place = self._text.find(f" {' '.join(words)} ")
        if place >= 0:
            return self._starts[place]
        place = self._letters.find("".join(words)) if words else -1
        return None if place < 0 else self._letter_starts[place]
