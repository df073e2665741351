"""Chooses what is quoted of weighed candidates: sentences, a row, what is led to."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from retrieval.documents.tables import cells_of
from retrieval.documents.values import Sentence
from retrieval.query.intents import Form
from retrieval.ranking.answer_features import Choice
from retrieval.ranking.sentence_features import Evidence, Numbers

MAX_FURTHER = 5  # passages that an answer keeps beside those it cites
# What a column of quotation costs in probability. A second sentence is quoted where
# it is likelier to hold the answer than its length costs: 150 columns, 20 %.
PRICE = 0.00135
INTENT_PROBABILITY = 0.9  # of the probability, for what a question asks for by its form
NO_OVERLAP_WEIGHT = 0.25  # of what the best row holds, to weigh one that holds nothing
EPSILON = 1e-9
MAX_LED = 8  # sentences, items or rows that a lead-in is quoted with
MAX_LED_CHARACTERS = 700


class CandidateSpan(NamedTuple):
    """Neighbouring candidates, half-open, and their probability together."""

    first: int
    past: int
    probability: float


def choose(
    evidence: Evidence, probabilities: Numbers, *, alone: bool = False
) -> CandidateSpan:
    """Choose what to quote: one sentence, or, if not alone, two of one passage.

    It is what has the highest probability after what its length costs; and where that
    ends by asking, as in a list of questions with answers, the sentence after it, too.
    """
    net = probabilities - PRICE * evidence.traits.width
    together = net[:-1] + net[1:]
    together[evidence.passage_starts[1:] - 1] = -np.inf  # never across passages
    first = int(net.argmax())
    past = first + 1
    if not alone and len(together) and together.max() > net[first]:
        first = int(together.argmax())
        past = first + 2
    follows = past < len(net) and past not in evidence.passage_starts
    if follows and evidence.traits.question[past - 1]:
        past += 1
    return CandidateSpan(first, past, float(probabilities[first:past].sum()))


def selection_of(
    evidence: Evidence, probabilities: Numbers, stretch: CandidateSpan
) -> Choice:
    """Tell what is chosen by a stretch: its likelier sentence carries the answer."""
    carrier = stretch.first + int(probabilities[stretch.first : stretch.past].argmax())
    return Choice(evidence, probabilities, carrier, stretch.probability)


def apply_intent(
    form: Form | None, evidence: Evidence, probabilities: Numbers
) -> tuple[Numbers, int]:
    """Give most of the probability to what a question asks for by its form.

    Returns:
        The probabilities, and how many passages hold such a sentence.
    """
    if form is None:
        return probabilities, 0
    meant = np.array([e.sentences[n].is_meant(form) for e, n in evidence.candidates])
    if not meant.any():
        return probabilities, 0
    # Of several lists, the likeliest as a whole is meant.
    of_passage = np.bincount(evidence.passage_of, probabilities)
    chosen = int((of_passage[evidence.passage_of] * meant).argmax())
    shifted: Numbers = probabilities * (1 - INTENT_PROBABILITY)
    shifted[chosen] += INTENT_PROBABILITY
    return shifted, len(set(evidence.passage_of[meant].tolist()))


def select_table_row(
    evidence: Evidence, probabilities: Numbers, stretch: CandidateSpan
) -> CandidateSpan:
    """Of a table, choose the row that is likely, and holds what is asked."""
    carrier = stretch.first + int(probabilities[stretch.first : stretch.past].argmax())
    passage = evidence.passage_of[carrier]
    rows = [
        n
        for n, (entry, number) in enumerate(evidence.candidates)
        if evidence.passage_of[n] == passage
        and entry.sentences[number].text != entry.passage.sentences[number].text
    ]
    text = sentence_at(evidence, carrier).text
    is_header = carrier + 1 in rows and len(cells_of(text)) > 1
    if carrier not in rows and not is_header:
        return stretch
    n_question_terms = evidence.query.n_question_terms
    covered = evidence.idf[:n_question_terms] @ evidence.held[:n_question_terms, rows]
    weight = probabilities[rows] * (
        covered + NO_OVERLAP_WEIGHT * covered.max() + EPSILON
    )
    best = int(weight.argmax())
    together = float(probabilities[rows].sum())
    return CandidateSpan(rows[best], rows[best] + 1, together)


def extend_lead_in(evidence: Evidence, stretch: CandidateSpan) -> CandidateSpan:
    """Quote with a sentence that ends in a colon what it leads to."""
    quoted = [sentence_at(evidence, n) for n in range(stretch.first, stretch.past)]
    leads = [n for n, sentence in enumerate(quoted) if _is_lead_in(sentence)]
    if not leads:
        return stretch
    first = stretch.first + leads[-1] + 1
    past = first
    while (
        past < len(evidence.candidates)
        and past not in evidence.passage_starts
        and past - first < MAX_LED
    ):
        led = sentence_at(evidence, past)
        is_far = led.end - quoted[leads[-1]].end > MAX_LED_CHARACTERS
        if past > first and (is_far or _is_lead_in(led)):
            break
        past += 1
    return stretch._replace(past=max(past, stretch.past))


def deduplicate(
    evidence: Evidence, best: CandidateSpan, others: list[int]
) -> list[int]:
    """Leave out of several candidates those that say the same as one before."""
    texts = {sentence_at(evidence, n).text for n in range(best.first, best.past)}
    distinct = []
    for n in others:
        text = sentence_at(evidence, n).text
        if text not in texts:
            texts.add(text)
            distinct.append(n)
    return distinct


def best_per_other_passage(
    evidence: Evidence,
    probabilities: Numbers,
    cited: Iterable[CandidateSpan],
    others: Iterable[int],
) -> list[CandidateSpan]:
    """Choose the best sentence of each passage that is not cited yet."""
    passage_of = evidence.passage_of.tolist()
    seen = {passage_of[stretch.first] for stretch in cited}
    chosen: list[CandidateSpan] = []
    for n in others:
        if len(chosen) == MAX_FURTHER:
            break
        if passage_of[n] not in seen:
            seen.add(passage_of[n])
            chosen.append(single(probabilities, n))
    return chosen


def remaining(probabilities: Numbers, best: CandidateSpan) -> list[int]:
    """Return the candidates that are not chosen, the likeliest first."""
    order: list[int] = np.argsort(-probabilities, kind="stable").tolist()
    return [n for n in order if not best.first <= n < best.past]


def single(probabilities: Numbers, n: int) -> CandidateSpan:
    """Return one candidate as a stretch."""
    return CandidateSpan(n, n + 1, float(probabilities[n]))


def _is_lead_in(sentence: Sentence) -> bool:
    return sentence.text.endswith((":", "："))


def sentence_at(evidence: Evidence, n: int) -> Sentence:
    """Return the sentence that a candidate is."""
    entry, number = evidence.candidates[n]
    return entry.passage.sentences[number]
