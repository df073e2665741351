"""Selection of the quoted spans: a sentence or two, a table row, a list."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.documents.segmentation.blocks import ends_like_a_sentence
from retrieval.documents.tables import split_cells
from retrieval.documents.values import Sentence
from retrieval.index.statistics import CollectionStatistics
from retrieval.query.intents import LookupIntent
from retrieval.query.query import Query
from retrieval.ranking.answer_features import Selection
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.headings import asked_in_article
from retrieval.ranking.repetition import may_answer
from retrieval.ranking.scoring import ScoredCandidates

SECONDARY_SHARE = 0.5  # of the best probability, from which another is quoted, too
MAX_MORE_SPANS = 5  # passages that an answer keeps beside those it cites
# Cost of a column of quotation in probability. A second sentence is quoted where it is
# likelier to hold the answer than its length costs: 150 columns, 20 %.
LENGTH_PENALTY = 0.00135
INTENT_PROBABILITY = 0.9  # moved to the sentence that a question looks up
UNSEEN_IDENTIFIER_FACTOR = 0.1  # where no article has a version that is asked for
NO_OVERLAP_WEIGHT = 0.25  # of the best row's overlap, for a row that has none
EPSILON = 1e-9
MAX_LIST_ITEMS = 8  # sentences, items or rows that a lead-in is quoted with
MAX_LIST_CHARACTERS = 700


class CandidateSpan(NamedTuple):
    """Neighbouring candidates, half-open, with their total probability."""

    start: int
    stop: int
    probability: float


class SelectedAnswer(NamedTuple):
    """The span that is quoted first, with its confidence.

    Attributes:
        candidates: The candidates that the span was selected from.
        probabilities: The candidates' probabilities after `apply_intent`:
            (n_candidates,).
        span: The selected span, without the list that a lead-in leads to.
        confidence: The estimated probability that the span answers, in [0, 1].
    """

    candidates: Candidates
    probabilities: FloatArray
    span: CandidateSpan
    confidence: float


def select_answer(
    query: Query, scored: ScoredCandidates, statistics: CollectionStatistics
) -> SelectedAnswer:
    """Select the span that is quoted first, and estimate the confidence in it."""
    candidates, model, probabilities = scored
    probabilities, _ = _restrict(probabilities, ~_only_names_topic(candidates))
    probabilities, share = _restrict(probabilities, may_answer(candidates))
    probabilities, n_matching = apply_intent(query.intent, candidates, probabilities)
    asked = asked_in_article(candidates)
    if asked:
        probabilities = _moved(probabilities, asked[1] - 1)
        span = CandidateSpan(*asked, float(probabilities[slice(*asked)].sum()))
    else:
        span = select_span(candidates, probabilities, one_sentence=n_matching > 0)
    confidence = model.confidence(selection_of(candidates, probabilities, span))
    if asked or (n_matching and _is_unambiguous(query, n_matching, statistics)):
        confidence = max(confidence, INTENT_PROBABILITY)
    if not all(statistics.occurs_anywhere(*terms) for terms in query.identifiers):
        confidence *= UNSEEN_IDENTIFIER_FACTOR
    if query.is_bare:
        confidence *= share  # the rest may be on another matter
    # A misread answer is a wrong one: the answer is right if its words are.
    recognition = candidates.sentences[span.start][0].passage.recognition
    if recognition is not None:
        confidence *= recognition
    return SelectedAnswer(candidates, probabilities, span, confidence)


def ranked_spans(selected: SelectedAnswer, k: int) -> list[CandidateSpan]:
    """Return the selected span and the likeliest other sentences, at most k."""
    candidates, probabilities, span, _ = selected
    best = _extend_lead_in(candidates, span)
    others = _remaining(probabilities, best)[: k - 1]
    return [best, *(_single_span(probabilities, n) for n in others)]


def answer_spans(
    selected: SelectedAnswer, max_spans: int
) -> tuple[list[CandidateSpan], list[CandidateSpan]]:
    """Return what an answer quotes, best first, and more, each of another passage.

    Args:
        selected: The selected answer.
        max_spans: The most spans that are quoted; all but the first are nearly as
            likely as the first.
    """
    candidates, probabilities, span, _ = selected
    best = _extend_lead_in(candidates, span)
    others = _deduplicate(candidates, best, _remaining(probabilities, best))
    secondary = [
        _single_span(probabilities, n)
        for n in others[: max_spans - 1]
        if probabilities[n] >= SECONDARY_SHARE * best.probability
    ]
    spans = [best, *secondary]
    more = _best_per_other_passage(
        candidates, probabilities, spans, others[len(secondary) :]
    )
    return spans, more


def _is_unambiguous(
    query: Query, n_matching: int, statistics: CollectionStatistics
) -> bool:
    """Return whether the question, besides its intent, fits the articles.

    Without other terms, exactly one passage must match the intent; otherwise the
    articles must use every other term.
    """
    others = query.terms_outside_intent()
    if not others:
        return n_matching == 1
    return all(statistics.occurs_anywhere(term) for term in others)


def select_span(
    candidates: Candidates, probabilities: FloatArray, *, one_sentence: bool = False
) -> CandidateSpan:
    """Select one sentence or two of one passage, or a row of a table.

    The span has the highest probability after the cost of its length. Where it ends
    with a question, as in an FAQ, or with a heading, the sentence after it is quoted,
    too.

    Args:
        candidates: The candidates, at least one.
        probabilities: The candidates' probabilities: (n_candidates,).
        one_sentence: Whether the likeliest sentence is selected without a neighbour.
    """
    traits = candidates.traits
    net = probabilities - LENGTH_PENALTY * traits.width
    pairs = net[:-1] + net[1:]
    pairs[candidates.passage_starts[1:] - 1] = -np.inf  # never across passages
    start = int(net.argmax())
    stop = start + 1
    if not one_sentence and len(pairs) and pairs.max() > net[start]:
        start = int(pairs.argmax())
        stop = start + 2
    if _has_next(candidates, stop) and (
        traits.is_question[stop - 1] or _is_heading(candidates, stop - 1)
    ):
        stop += 1
    span = CandidateSpan(start, stop, float(probabilities[start:stop].sum()))
    return _select_table_row(candidates, probabilities, span)


def _has_next(candidates: Candidates, n: int) -> bool:
    """Return whether the candidate n continues the passage of the one before it."""
    return n < len(candidates) and n not in candidates.passage_starts


def _is_heading(candidates: Candidates, n: int) -> bool:
    """Return whether a candidate is a line of its own above a whole sentence."""
    passage = candidates.sentences[n][0].passage
    here, below = candidates.sentence(n), candidates.sentence(n + 1)
    between = passage.text[here.end - passage.start : below.start - passage.start]
    return (
        "\n" in between
        and not ends_like_a_sentence(here.text, (0, len(here.text)))
        and ends_like_a_sentence(below.text, (0, len(below.text)))
        and len(split_cells(here.text)) == 1
    )


def _restrict(
    probabilities: FloatArray, allowed: NDArray[np.bool_]
) -> tuple[FloatArray, float]:
    """Return probabilities that are 0 where not allowed, and the share that was left.

    Where nothing is left, the probabilities are returned as they are, and 0.
    """
    left: FloatArray = np.where(allowed, probabilities, 0.0)
    share = float(left.sum())
    return (left / share, share) if share else (probabilities, 0.0)


def _only_names_topic(candidates: Candidates) -> NDArray[np.bool_]:
    """Return whether each candidate is the title, and gives no number of its own.

    A title names its topic and says nothing of it; but it may say when a fair is.
    """
    asked = {term.term for term in candidates.query.terms}
    return np.array(
        [
            bool(passage.title)
            and passage.sentences[n].terms == passage.title
            and not any(
                term not in asked and any(map(str.isdigit, term))
                for term in passage.title
            )
            for passage, n in candidates.sentences
        ]
    )


def selection_of(
    candidates: Candidates, probabilities: FloatArray, span: CandidateSpan
) -> Selection:
    """Return the selection of a span, for the answer features."""
    carrier = _carrier(probabilities, span)
    return Selection(candidates, probabilities, carrier, span.probability)


def apply_intent(
    intent: LookupIntent | None, candidates: Candidates, probabilities: FloatArray
) -> tuple[FloatArray, int]:
    """Move most of the probability to the sentence that a question looks up.

    Args:
        intent: What the question looks up, or None.
        candidates: The candidates.
        probabilities: The candidates' probabilities: (n_candidates,).

    Returns:
        The new probabilities, and the number of passages that match the intent.
    """
    if intent is None:
        return probabilities, 0
    matches = np.array([one.matches(intent, n) for one, n in candidates.sentences])
    if not matches.any():
        return probabilities, 0
    says_more = matches & ~np.array(
        [one.passage.text == one.heading for one, _ in candidates.sentences]
    )
    if says_more.any():
        matches = says_more  # what is under a heading, not the heading
    # Of several lists, the likeliest as a whole.
    of_passage = np.bincount(candidates.passage_of, probabilities)
    chosen = int((of_passage[candidates.passage_of] * matches).argmax())
    moved = _moved(probabilities, chosen)
    return moved, len(set(candidates.passage_of[matches].tolist()))


def _moved(probabilities: FloatArray, chosen: int) -> FloatArray:
    """Return probabilities of which most is moved to one candidate."""
    moved: FloatArray = probabilities * (1 - INTENT_PROBABILITY)
    moved[chosen] += INTENT_PROBABILITY
    return moved


def _select_table_row(
    candidates: Candidates, probabilities: FloatArray, span: CandidateSpan
) -> CandidateSpan:
    """Return the row that fits the question best, if the span is in a table.

    A row's weight is its probability times its overlap with the question's own terms.
    """
    carrier = _carrier(probabilities, span)
    passage = candidates.passage_of[carrier]
    rows = [
        n
        for n, (indexed, number) in enumerate(candidates.sentences)
        if candidates.passage_of[n] == passage
        and indexed.sentences[number].text != indexed.passage.sentences[number].text
    ]
    is_header = (
        carrier + 1 in rows and len(split_cells(candidates.sentence(carrier).text)) > 1
    )
    if carrier not in rows and not is_header:
        return span
    own = slice(candidates.query.n_question_terms)
    overlap = candidates.term_weights[own] @ candidates.term_matrix[own, rows]
    weight = probabilities[rows] * (
        overlap + NO_OVERLAP_WEIGHT * overlap.max() + EPSILON
    )
    best = rows[int(weight.argmax())]
    return CandidateSpan(best, best + 1, float(probabilities[rows].sum()))


def _extend_lead_in(candidates: Candidates, span: CandidateSpan) -> CandidateSpan:
    """Extend a span with a lead-in, a sentence that ends in a colon, by its list."""
    quoted = [candidates.sentence(n) for n in range(span.start, span.stop)]
    lead_ins = [n for n, sentence in enumerate(quoted) if _is_lead_in(sentence)]
    if not lead_ins:
        return span
    first = span.start + lead_ins[-1] + 1
    stop = first
    while (
        stop < len(candidates)
        and stop not in candidates.passage_starts
        and stop - first < MAX_LIST_ITEMS
    ):
        item = candidates.sentence(stop)
        is_far = item.end - quoted[lead_ins[-1]].end > MAX_LIST_CHARACTERS
        if stop > first and (is_far or _is_lead_in(item)):
            break
        stop += 1
    return span._replace(stop=max(stop, span.stop))


def _deduplicate(
    candidates: Candidates, best: CandidateSpan, others: list[int]
) -> list[int]:
    """Leave out candidates whose text is already in the best span or in the list."""
    texts = {candidates.sentence(n).text for n in range(best.start, best.stop)}
    distinct = []
    for n in others:
        text = candidates.sentence(n).text
        if text not in texts:
            texts.add(text)
            distinct.append(n)
    return distinct


def _best_per_other_passage(
    candidates: Candidates,
    probabilities: FloatArray,
    cited: Iterable[CandidateSpan],
    others: Iterable[int],
) -> list[CandidateSpan]:
    """Select the best sentence of each passage that is not cited yet."""
    passage_of = candidates.passage_of.tolist()
    seen = {passage_of[span.start] for span in cited}
    selected: list[CandidateSpan] = []
    for n in others:
        if len(selected) == MAX_MORE_SPANS:
            break
        if passage_of[n] not in seen:
            seen.add(passage_of[n])
            selected.append(_single_span(probabilities, n))
    return selected


def _remaining(probabilities: FloatArray, best: CandidateSpan) -> list[int]:
    """Return the candidates outside a span, the likeliest first."""
    order: list[int] = np.argsort(-probabilities, kind="stable").tolist()
    return [n for n in order if not best.start <= n < best.stop]


def _single_span(probabilities: FloatArray, n: int) -> CandidateSpan:
    """Return one candidate as a span."""
    return CandidateSpan(n, n + 1, float(probabilities[n]))


def _carrier(probabilities: FloatArray, span: CandidateSpan) -> int:
    return span.start + int(probabilities[span.start : span.stop].argmax())


def _is_lead_in(sentence: Sentence) -> bool:
    return sentence.text.endswith((":", "："))
