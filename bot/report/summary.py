"""Summary of the questions that were asked: groups, and counts by day and article."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.chat.intents import small_talk
from bot.store.feedback_store import AskedQuestion
from retrieval.encoder.cache import EmbeddingCache
from retrieval.matching import group_questions

UNSURE_BELOW = 0.5  # an answer of this confidence is as often wrong as right
NO_ARTICLE = "—"  # where nothing was cited
_ENDING = "?!. ？！。"


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that mean the same.

    Attributes:
        question: The most frequent wording.
        asked: The questions, the newest first.
    """

    question: str
    asked: tuple[AskedQuestion, ...]

    @property
    def count(self) -> int:
        """The number of times that it was asked."""
        return len(self.asked)

    @property
    def last(self) -> AskedQuestion:
        """The question that was asked last."""
        return self.asked[0]

    @property
    def wordings(self) -> tuple[str, ...]:
        """All wordings, the newest first."""
        return tuple(dict.fromkeys(asked.question for asked in self.asked))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The numbers of answers and refusals of a day or an article.

    Attributes:
        name: A day in ISO 8601, or an article.
        found: The number of answers.
        refused: The number of refusals.
    """

    name: str
    found: int
    refused: int

    @property
    def asked(self) -> int:
        """The number of questions."""
        return self.found + self.refused


@dataclass(frozen=True, slots=True)
class Report:
    """A report on the questions of a span of time.

    In each list of groups, the most frequent come first.

    Attributes:
        questions: The number of questions, without noise.
        found: The number of answers.
        refused: The number of refusals.
        chats: The number of chats that asked.
        wrong: Questions whose answers were called wrong.
        refusals: Refused questions, but for those that an operator ignores.
        unsure: Questions that were answered with a low confidence.
        most_asked: Questions that were asked at least twice.
        days: Outcomes by day in UTC, every day from the first to the last.
        articles: Outcomes by article, the one with most questions first.
    """

    questions: int
    found: int
    refused: int
    chats: int
    wrong: tuple[QuestionGroup, ...]
    refusals: tuple[QuestionGroup, ...]
    unsure: tuple[QuestionGroup, ...]
    most_asked: tuple[QuestionGroup, ...]
    days: tuple[Outcomes, ...]
    articles: tuple[Outcomes, ...]


class Totals(NamedTuple):
    """The numbers of questions, answers and refusals, and of the chats that asked."""

    questions: int
    found: int
    refused: int
    chats: int


def summarize(
    asked: Iterable[AskedQuestion], embeddings: EmbeddingCache | None
) -> Report:
    """Return the report on questions.

    Args:
        asked: The questions; noise among them is left out.
        embeddings: Group questions by meaning; None groups them by words.
    """
    questions = [one for one in asked if not is_noise(one)]
    groups = group_asked(questions, embeddings)
    return Report(
        **count_questions(questions)._asdict(),
        wrong=_selected(groups, lambda one: one.wrong > 0),
        refusals=tuple(unanswered(questions, embeddings)),
        unsure=_selected(
            groups, lambda one: one.found and one.confidence < UNSURE_BELOW
        ),
        most_asked=tuple(group for group in groups if group.count > 1),
        days=_by_day(questions),
        articles=_by_article(questions),
    )


def count_questions(asked: Iterable[AskedQuestion]) -> Totals:
    """Count questions; noise among them is left out."""
    questions = [one for one in asked if not is_noise(one)]
    found = sum(one.found for one in questions)
    chats = len({one.chat_id for one in questions})
    return Totals(len(questions), found, len(questions) - found, chats)


def unanswered(
    asked: Iterable[AskedQuestion], embeddings: EmbeddingCache | None
) -> list[QuestionGroup]:
    """Group refused questions, but for noise and groups that an operator ignores."""
    refused = [one for one in asked if not one.found and not is_noise(one)]
    groups = group_asked(refused, embeddings)
    return [g for g in groups if not any(one.is_ignored for one in g.asked)]


def is_noise(asked: AskedQuestion) -> bool:
    """Return whether a question says nothing about what the articles lack.

    That is a greeting, say, or a message with no word to look up, such as "?".
    """
    if not any(map(str.isalnum, asked.question)) or not asked.has_words:
        return True
    return small_talk(asked.question) is not None


def group_asked(
    asked: Sequence[AskedQuestion], embeddings: EmbeddingCache | None
) -> list[QuestionGroup]:
    """Group questions that mean the same, the most frequent group first."""
    by_key: dict[str, list[AskedQuestion]] = {}
    for one in asked:
        key = one.question.casefold().rstrip(_ENDING) or one.question
        by_key.setdefault(key, []).append(one)
    same = sorted(by_key.values(), key=lambda group: (-len(group), group[0].question))
    languages = sorted({one.language for one in asked if one.language}) or ["en"]
    wordings = [_most_frequent(group) for group in same]
    return _sorted(
        _group([one for n in numbers for one in same[n]])
        for numbers in group_questions(wordings, languages, embeddings)
    )


def day_of(time: float) -> date:
    """Return the day in UTC of a time in seconds since 1970."""
    return datetime.fromtimestamp(time, UTC).date()


def _selected(
    groups: Iterable[QuestionGroup], condition: Callable[[AskedQuestion], bool]
) -> tuple[QuestionGroup, ...]:
    """Return the groups with only the questions of a condition, without empty ones."""
    selected = ([one for one in group.asked if condition(one)] for group in groups)
    return tuple(_sorted(_group(asked) for asked in selected if asked))


def _group(asked: Iterable[AskedQuestion]) -> QuestionGroup:
    ordered = sorted(asked, key=lambda one: (-one.asked_at, -one.turn_id))
    return QuestionGroup(_most_frequent(ordered), tuple(ordered))


def _sorted(groups: Iterable[QuestionGroup]) -> list[QuestionGroup]:
    return sorted(groups, key=lambda group: (-group.count, group.question.casefold()))


def _most_frequent(asked: Sequence[AskedQuestion]) -> str:
    return Counter(one.question for one in asked).most_common(1)[0][0]


def _by_day(asked: Sequence[AskedQuestion]) -> tuple[Outcomes, ...]:
    if not asked:
        return ()
    days = [day_of(one.asked_at) for one in asked]
    first, last = min(days), max(days)
    every = (first + timedelta(n) for n in range((last - first).days + 1))
    counts = Counter((day, one.found) for day, one in zip(days, asked, strict=True))
    return tuple(
        Outcomes(day.isoformat(), counts[day, True], counts[day, False])
        for day in every
    )


def _by_article(asked: Sequence[AskedQuestion]) -> tuple[Outcomes, ...]:
    counts = Counter((one.article or NO_ARTICLE, one.found) for one in asked)
    outcomes = (
        Outcomes(name, counts[name, True], counts[name, False])
        for name in dict.fromkeys(name for name, _ in counts)
    )
    return tuple(sorted(outcomes, key=lambda one: (-one.asked, one.name.casefold())))
