"""Evaluates an `Answerer` on a question set, article by article.

Every question is put to its own article. Every answerable one is also put to the next
article of the file (after the last, the first), which does not answer it. This gives
three groups of outcomes, own, other and impossible, which `measures` turns into
numbers. Then answerable questions are put to half of the articles at once: to the half
with their own article, and to the other. Where a set gives the kinds of its questions,
the outcomes of each kind are counted, with the follow-ups of its dialogs.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from retrieval.answering import MIN_CONFIDENCE, Answerer
from retrieval.documents.values import Article
from retrieval.encoder import Embedder
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
    token_f1,
)
from retrieval.evaluation.question_sets import (
    LabelledArticle,
    LabelledQuestion,
    QuestionSet,
)
from retrieval.results import Answer, Citation

RANKED = 10  # citations below this rank count as no hit in the MRR
MIN_HALVED = 4  # articles; with fewer, a half is a single one
CONFIDENT = 0.8  # an answer of at least this confidence is called sure
FOLLOW_UP = "follow-up"  # the kind of a dialog's questions after the first


@dataclass(frozen=True, slots=True)
class MultiArticleResult:
    """Results of answerable questions put to many articles at once.

    Attributes:
        articles: Number of articles asked at once; half of the set, rounded up.
        article_hit_at_1: Share of questions whose first citation is of their article.
        hit_at_1: Share of questions whose first citation is a hit.
        auroc: AUROC of the confidence, own half against the other.
        found_own: Share of questions found in the half with their article.
        found_other: Share of questions found in the other half.
    """

    articles: int
    article_hit_at_1: float | None
    hit_at_1: float | None
    auroc: float | None
    found_own: float | None
    found_other: float | None


@dataclass(frozen=True, slots=True)
class QuestionTypeResult:
    """Counts of the questions of one kind; right, wrong and refused add up.

    Attributes:
        name: Name of the kind, as the question set gives it.
        right: Number answered by a hit, or refused where the article does not answer.
        wrong: Number answered by anything else.
        refused: Number refused although the article answers.
        first: Number whose first-ranked sentence is a hit, answered or not; None where
            no question of the kind is answerable.
        confident: Number answered with a confidence of `CONFIDENT` or more.
        confident_right: Number of confident answers that are right.
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
class LanguageResult:
    """Counts of the questions about articles in one language.

    Attributes:
        language: ISO 639-1 code of the articles.
        answerable: Number of answerable questions, follow-ups included.
        right: Number of them answered by a hit.
        first: Number of them whose first-ranked sentence is a hit, answered or not.
        unanswerable: Number of questions that the article does not answer.
        refused: Number of these that are refused.
        confident: Number answered with a confidence of `CONFIDENT` or more.
        confident_right: Number of confident answers that are right.
        kinds: Results by kind; empty where the set gives no kinds.
    """

    language: str
    answerable: int
    right: int
    first: int
    unanswerable: int
    refused: int
    confident: int
    confident_right: int
    kinds: tuple[QuestionTypeResult, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results of one question set.

    A hit is a citation that holds the start of any gold answer. The first citation is
    the answer's; the other ranks are those of `Answerer.rank`. Shares are in [0, 1];
    None where the set has nothing to measure.

    Attributes:
        name: Name of the question set.
        articles: Number of articles; likewise questions, answerable and impossible.
        hit_at_1: Share of answerable questions whose first citation is a hit.
        hit_at_3: Share of answerable questions with a hit among the first three.
        mrr: Mean of 1 / rank of the first hit, down to rank `RANKED`.
        passage_hit_at_1: Share of answerable questions whose first citation is in a
            passage with a gold answer.
        mean_characters: Mean length of the first citation, in characters.
        answer_f1: Mean token F1 of the answers in first citations that are hits,
            where the set gives the answer itself; 0 where the citation has none.
        auroc_other: AUROC of the confidence, own against other article.
        auroc_impossible: AUROC of the confidence, answerable against impossible.
        found_own: Share found of answerable questions put to their own article.
        found_other: Share found of answerable questions put to another article.
        found_impossible: Share found of impossible questions.
        calibration: Calibration of answerable questions, each put once to its own
            article and once to another; None where the file has a single article.
        calibration_own: Calibration of answerable questions put to their own article.
        calibration_own_and_impossible: Calibration of all questions put to their own
            article; None where no question is impossible.
        risk_coverage: Risk-coverage curve of answerable questions put to their own
            article.
        among: Results from many articles; None where the set has too few to be halved.
        kinds: Results by kind, of questions put to their own article and of follow-ups;
            empty where the set gives no kinds.
        languages: Results of these questions by the language of their article.
        median_milliseconds: Median time of one answer from the own article.
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
    answer_f1: float | None
    auroc_other: float | None
    auroc_impossible: float | None
    found_own: float | None
    found_other: float | None
    found_impossible: float | None
    calibration: Calibration | None
    calibration_own: Calibration | None
    calibration_own_and_impossible: Calibration | None
    risk_coverage: tuple[RiskPoint, ...]
    among: MultiArticleResult | None
    kinds: tuple[QuestionTypeResult, ...]
    languages: tuple[LanguageResult, ...]
    median_milliseconds: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Outcome of one question put to one article or several.

    Attributes:
        kind: How the question was asked.
        language: Language of the question's own article.
        is_answerable: Whether the question's own article answers it.
        characters: Length of the first citation, None where there is none.
        article_hit: Whether the first citation is of the question's own article.
        hit: Whether the first citation answers.
        passage_hit: Whether the first citation's passage answers.
        answer_f1: Token F1 of the answer in the first citation; None where it is no
            hit, or where the answer itself is not known.
    """

    kind: str
    language: str
    is_answerable: bool
    confidence: float
    found: bool
    characters: int | None
    article_hit: bool
    hit: bool
    passage_hit: bool
    answer_f1: float | None
    milliseconds: float


def evaluate(
    question_set: QuestionSet,
    *,
    min_confidence: float = MIN_CONFIDENCE,
    reader: Embedder | Literal["default"] | None = "default",
    progress: Callable[[], None] = lambda: None,
    build: Callable[[Sequence[Article]], Answerer] | None = None,
) -> Evaluation:
    """Measure how well a question set is answered.

    Args:
        question_set: Articles with their questions.
        min_confidence: The confidence from which an answer counts as found.
        reader: The encoder, see `Answerer`.
        progress: Called after each question of the set, and once more after each
            answerable one, if there are enough articles to be halved.
        build: Makes an answerer; by default an `Answerer` with the options above.
    """
    shared = EmbeddingCache(reader) if isinstance(reader, Embedder) else reader
    build = build or partial(Answerer, min_confidence=min_confidence, reader=shared)
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
        answer_f1=mean([o.answer_f1 for o in own if o.answer_f1 is not None]),
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
        among=_ask_halves(question_set.articles, build, progress),
        kinds=tuple(_results_by_kind(own + impossible + followed)),
        languages=tuple(_results_by_language(own + impossible + followed)),
        median_milliseconds=statistics.median(
            outcome.milliseconds for outcome in own + impossible
        ),
    )


def n_steps(question_set: QuestionSet) -> int:
    """Return the number of times that `evaluate` calls `progress`."""
    answerable = sum(bool(q.answer_starts) for q in question_set.questions)
    once_more = answerable if len(question_set.articles) >= MIN_HALVED else 0
    return len(question_set.questions) + once_more


def _ask_halves(
    labelled: Sequence[LabelledArticle],
    build: Callable[[Sequence[Article]], Answerer],
    progress: Callable[[], None],
) -> MultiArticleResult | None:
    """Put every answerable question to both halves of the articles."""
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
    return MultiArticleResult(
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
    """Ask the dialogs; yield the outcomes of all but their first questions."""
    for dialog in labelled.dialogs:
        history: list[Answer] = []
        for turn in dialog:
            answer = answerer.answer(turn.question, history)
            if history:
                asked = replace(turn, kind=FOLLOW_UP)
                yield _outcome(answer, asked, labelled.article, 0.0)
            history.append(answer)


def _results_by_kind(outcomes: Sequence[_Outcome]) -> Iterator[QuestionTypeResult]:
    for name in dict.fromkeys(outcome.kind for outcome in outcomes if outcome.kind):
        mine = [outcome for outcome in outcomes if outcome.kind == name]
        right = sum(o.hit if o.found else not o.is_answerable for o in mine)
        refused = sum(o.is_answerable and not o.found for o in mine)
        sure = [o for o in mine if o.found and o.confidence >= CONFIDENT]
        has_answers = any(o.is_answerable for o in mine)
        yield QuestionTypeResult(
            name=name,
            questions=len(mine),
            right=right,
            wrong=len(mine) - right - refused,
            refused=refused,
            first=sum(o.hit for o in mine) if has_answers else None,
            confident=len(sure),
            confident_right=sum(o.hit for o in sure),
        )


def _results_by_language(outcomes: Sequence[_Outcome]) -> Iterator[LanguageResult]:
    for language in sorted({outcome.language for outcome in outcomes}):
        mine = [outcome for outcome in outcomes if outcome.language == language]
        answerable = [outcome for outcome in mine if outcome.is_answerable]
        unanswerable = [outcome for outcome in mine if not outcome.is_answerable]
        sure = [o for o in mine if o.found and o.confidence >= CONFIDENT]
        yield LanguageResult(
            language=language,
            answerable=len(answerable),
            right=sum(o.hit and o.found for o in answerable),
            first=sum(o.hit for o in answerable),
            unanswerable=len(unanswerable),
            refused=sum(not o.found for o in unanswerable),
            confident=len(sure),
            confident_right=sum(o.hit for o in sure),
            kinds=tuple(_results_by_kind(mine)),
        )


def _outcome(
    answer: Answer, question: LabelledQuestion, article: Article, milliseconds: float
) -> _Outcome:
    first = answer.citations[0] if answer.citations else None
    right = first is not None and first.article is article
    hit = first is not None and right and question.answered_in(first.start, first.end)
    return _Outcome(
        kind=question.kind,
        language=article.language,
        is_answerable=bool(question.answer_starts),
        confidence=answer.confidence,
        found=answer.found,
        characters=None if first is None else first.end - first.start,
        article_hit=right,
        hit=hit,
        passage_hit=first is not None
        and right
        and question.answered_in(first.passage.start, first.passage.end),
        answer_f1=_answer_f1(first, question) if first is not None and hit else None,
        milliseconds=milliseconds,
    )


def _answer_f1(citation: Citation, question: LabelledQuestion) -> float | None:
    """Return the token F1 of a citation's answer against the nearest gold answer."""
    if not question.answer_spans:
        return None
    start, end = citation.answer or (0, 0)
    answer = citation.quote[start:end]
    text = citation.article.text
    return max(token_f1(answer, text[slice(*gold)]) for gold in question.answer_spans)


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
