"""Puts the questions of a question set to an `Answerer`, article by article.

Every question is put to its own article. Every answerable one is also put to
another, the next in the file (the first follows the last), which does not answer
it. Three groups of outcomes come of it: own, other and impossible; `measures`
turns them into numbers. Then answerable questions are put to half of the articles at
once: the half that holds their own, and the one that does not. Where a set tells how
its questions were asked, each kind is counted, and the follow-ups of its dialogs.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from retrieval.answering import MIN_CONFIDENCE, Answerer
from retrieval.documents.values import Article
from retrieval.encoder import Reader
from retrieval.encoder.cache import EmbeddingCache
from retrieval.evaluation.measures import (
    Calibration,
    RiskPoint,
    auroc,
    calibration,
    hit_at,
    mean,
    mean_reciprocal_rank,
    risk_coverage,
)
from retrieval.evaluation.questions import (
    LabelledArticle,
    LabelledQuestion,
    QuestionSet,
)
from retrieval.results import Answer

RANKED = 10  # citations below this rank count as no hit in the MRR
MIN_HALVED = 4  # articles, so that each half has several
CONFIDENT = 0.8  # from where on an answer is called sure
FOLLOW_UP = "follow-up"  # the kind of a dialog's questions after the first


@dataclass(frozen=True, slots=True)
class Among:
    """How well answerable questions were answered from many articles at once.

    Attributes:
        articles: How many were asked at once; half of the set, rounded up.
        article_hit_at_1: Share of questions whose first citation is of their article.
        hit_at_1: Share of them whose first citation is a hit.
        auroc: AUROC of the confidence, own half against the other.
        found_own: Share found by the half that holds their article.
        found_other: Share found by the other half.
    """

    articles: int
    article_hit_at_1: float | None
    hit_at_1: float | None
    auroc: float | None
    found_own: float | None
    found_other: float | None


@dataclass(frozen=True, slots=True)
class Kind:
    """What came of the questions of one kind; the counts add up.

    Attributes:
        right: Answered by a hit; or refused, where the article does not answer.
        wrong: Answered by anything else.
        refused: Refused although the article answers.
        first: How often what was ranked first is a hit, answered or not; None where
            no question of the kind is answerable.
        confident: How many were answered with a confidence of `CONFIDENT` or more.
        confident_right: How many of these were right.
    """

    name: str
    questions: int
    right: int
    wrong: int
    refused: int
    first: int | None
    confident: int
    confident_right: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the questions of one set were answered.

    A hit is a citation that holds the start of any gold answer. The first citation
    is the one of the answer; the ranks below are those of `Answerer.rank`. Shares
    are in [0, 1]; None stands where the set has nothing to measure.

    Attributes:
        name: The question set's.
        hit_at_1: Share of answerable questions whose first citation is a hit.
        hit_at_3: Share of them with a hit among the first three.
        mrr: Mean of 1 / rank of the first hit, down to rank `RANKED`.
        passage_hit_at_1: As `hit_at_1`, of the passage the citation stands in.
        mean_characters: Mean length of the first citation, where there is one.
        auroc_other: AUROC of the confidence, own against other article.
        auroc_impossible: AUROC of the confidence, answerable against impossible.
        found_own: Share found of answerable questions put to their own article.
        found_other: Share found of the same put to another article.
        found_impossible: Share found of impossible questions.
        calibration: Of every answerable question put once to its own article and
            once to another; None where the file has one article alone.
        calibration_own: Of answerable questions put to their own article.
        calibration_own_and_impossible: Of all questions put to their own article;
            None where none is impossible.
        risk_coverage: Of answerable questions put to their own article.
        among: Of answerable questions put to many articles; None where the set has
            too few to be halved.
        kinds: Of the questions put to their own article, and of follow-ups; empty
            where the set tells no kinds.
        median_milliseconds: Time of one answer, from the question's own article.
    """

    name: str
    articles: int
    questions: int
    answerable: int
    impossible: int
    hit_at_1: float | None
    hit_at_3: float | None
    mrr: float | None
    passage_hit_at_1: float | None
    mean_characters: float | None
    auroc_other: float | None
    auroc_impossible: float | None
    found_own: float | None
    found_other: float | None
    found_impossible: float | None
    calibration: Calibration | None
    calibration_own: Calibration | None
    calibration_own_and_impossible: Calibration | None
    risk_coverage: tuple[RiskPoint, ...]
    among: Among | None
    kinds: tuple[Kind, ...]
    median_milliseconds: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one question put to one article.

    Attributes:
        kind: How it was asked.
        is_answerable: Whether its own article answers it.
        characters: Length of the first citation, None where there is none.
        article_hit: Whether that citation is of the question's article.
        hit: Whether that citation answers.
        passage_hit: Whether its passage does.
    """

    kind: str
    is_answerable: bool
    confidence: float
    found: bool
    characters: int | None
    article_hit: bool
    hit: bool
    passage_hit: bool
    milliseconds: float


def evaluate(
    question_set: QuestionSet,
    *,
    min_confidence: float = MIN_CONFIDENCE,
    reader: Reader | Literal["default"] | None = "default",
    progress: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Measure how well a question set is answered.

    Args:
        question_set: What to ask of which article.
        min_confidence: The confidence from which an answer counts as found.
        reader: As `Answerer` takes it.
        progress: Called after each question of the set, and once more after each
            answerable one, if there are articles enough to put it to many.
    """
    shared = EmbeddingCache(reader) if isinstance(reader, Reader) else reader
    build = partial(Answerer, min_confidence=min_confidence, reader=shared)
    answerers = [build([labelled.article]) for labelled in question_set.articles]
    own: list[_Outcome] = []
    other: list[_Outcome] = []
    impossible: list[_Outcome] = []
    ranks: list[int | None] = []
    followed: list[_Outcome] = []
    for n, labelled in enumerate(question_set.articles):
        answerer, next_answerer = answerers[n], answerers[(n + 1) % len(answerers)]
        for question in labelled.questions:
            outcome = _ask(answerer, question, labelled.article)
            if question.answer_starts:
                own.append(outcome)
                ranks.append(_rank_of_hit(answerer, question))
                if next_answerer is not answerer:
                    other.append(_ask(next_answerer, question, labelled.article))
            else:
                impossible.append(outcome)
            progress()
        followed += _follow_ups(answerer, labelled)
    return Evaluation(
        name=question_set.name,
        articles=len(question_set.articles),
        questions=len(own) + len(impossible),
        answerable=len(own),
        impossible=len(impossible),
        hit_at_1=mean([outcome.hit for outcome in own]),
        hit_at_3=hit_at(3, ranks),
        mrr=mean_reciprocal_rank(ranks),
        passage_hit_at_1=mean([outcome.passage_hit for outcome in own]),
        mean_characters=mean([o.characters for o in own if o.characters is not None]),
        auroc_other=auroc(_confidences(own), _confidences(other)),
        auroc_impossible=auroc(_confidences(own), _confidences(impossible)),
        found_own=mean([outcome.found for outcome in own]),
        found_other=mean([outcome.found for outcome in other]),
        found_impossible=mean([outcome.found for outcome in impossible]),
        calibration=_calibration(own + other) if other else None,
        calibration_own=_calibration(own),
        calibration_own_and_impossible=(
            _calibration(own + impossible) if impossible else None
        ),
        risk_coverage=_risk_coverage(own),
        among=_among(question_set.articles, build, progress),
        kinds=tuple(_kinds(own + impossible + followed)),
        median_milliseconds=statistics.median(
            outcome.milliseconds for outcome in own + impossible
        ),
    )


def n_steps(question_set: QuestionSet) -> int:
    """Return how often `evaluate` calls `progress`."""
    answerable = sum(bool(q.answer_starts) for q in question_set.questions)
    once_more = answerable if len(question_set.articles) >= MIN_HALVED else 0
    return len(question_set.questions) + once_more


def _among(
    labelled: Sequence[LabelledArticle],
    build: Callable[[Sequence[Article]], Answerer],
    progress: Callable[[], None],
) -> Among | None:
    """Put every answerable question to the half that holds its article, and not."""
    if len(labelled) < MIN_HALVED:
        return None
    middle = -(-len(labelled) // 2)
    halves = labelled[:middle], labelled[middle:]
    answerers = [build([one.article for one in half]) for half in halves]
    own: list[_Outcome] = []
    other: list[_Outcome] = []
    for half, mine, theirs in zip(halves, answerers, reversed(answerers), strict=True):
        for one in half:
            for question in one.questions:
                if question.answer_starts:
                    own.append(_ask(mine, question, one.article))
                    other.append(_ask(theirs, question, one.article))
                    progress()
    return Among(
        articles=middle,
        article_hit_at_1=mean([outcome.article_hit for outcome in own]),
        hit_at_1=mean([outcome.hit for outcome in own]),
        auroc=auroc(_confidences(own), _confidences(other)),
        found_own=mean([outcome.found for outcome in own]),
        found_other=mean([outcome.found for outcome in other]),
    )


def _ask(answerer: Answerer, question: LabelledQuestion, article: Article) -> _Outcome:
    """Ask a question that was written about an article."""
    begin = time.perf_counter()
    answer = answerer.answer(question.question)
    milliseconds = (time.perf_counter() - begin) * 1000
    return _outcome(answer, question, article, milliseconds)


def _follow_ups(answerer: Answerer, labelled: LabelledArticle) -> Iterator[_Outcome]:
    """Lead the dialogs; their first questions are no follow-ups."""
    for dialog in labelled.dialogs:
        history: list[Answer] = []
        for turn in dialog:
            answer = answerer.answer(turn.question, history)
            if history:
                asked = replace(turn, kind=FOLLOW_UP)
                yield _outcome(answer, asked, labelled.article, 0.0)
            history.append(answer)


def _kinds(outcomes: Sequence[_Outcome]) -> Iterator[Kind]:
    for name in dict.fromkeys(outcome.kind for outcome in outcomes if outcome.kind):
        mine = [outcome for outcome in outcomes if outcome.kind == name]
        right = sum(o.hit if o.found else not o.is_answerable for o in mine)
        refused = sum(o.is_answerable and not o.found for o in mine)
        sure = [o for o in mine if o.found and o.confidence >= CONFIDENT]
        has_answers = any(o.is_answerable for o in mine)
        yield Kind(
            name=name,
            questions=len(mine),
            right=right,
            wrong=len(mine) - right - refused,
            refused=refused,
            first=sum(o.hit for o in mine) if has_answers else None,
            confident=len(sure),
            confident_right=sum(o.hit for o in sure),
        )


def _outcome(
    answer: Answer, question: LabelledQuestion, article: Article, milliseconds: float
) -> _Outcome:
    first = answer.citations[0] if answer.citations else None
    right = first is not None and first.article is article
    return _Outcome(
        kind=question.kind,
        is_answerable=bool(question.answer_starts),
        confidence=answer.confidence,
        found=answer.found,
        characters=None if first is None else first.end - first.start,
        article_hit=right,
        hit=first is not None
        and right
        and question.answered_in(first.start, first.end),
        passage_hit=first is not None
        and right
        and question.answered_in(first.passage.start, first.passage.end),
        milliseconds=milliseconds,
    )


def _rank_of_hit(answerer: Answerer, question: LabelledQuestion) -> int | None:
    ranked = answerer.rank(question.question, RANKED)
    return question.rank_of_hit((citation.start, citation.end) for citation in ranked)


def _confidences(outcomes: Iterable[_Outcome]) -> list[float]:
    return [outcome.confidence for outcome in outcomes]


def _hits(outcomes: Iterable[_Outcome]) -> list[bool]:
    return [outcome.hit for outcome in outcomes]


def _calibration(outcomes: list[_Outcome]) -> Calibration | None:
    return calibration(_confidences(outcomes), _hits(outcomes))


def _risk_coverage(outcomes: list[_Outcome]) -> tuple[RiskPoint, ...]:
    cited = [outcome for outcome in outcomes if outcome.characters is not None]
    return risk_coverage(_confidences(cited), _hits(cited), n_questions=len(outcomes))
