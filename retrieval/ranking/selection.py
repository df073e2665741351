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
AS_ASKED = 0.9  # of the probability, for what a question asks for by its form
HELD_BY_NONE = 0.25  # of what the best row holds, to weigh one that holds nothing
EPSILON = 1e-9
MAX_LED = 8  # sentences, items or rows that a lead-in is quoted with
MAX_LED_CHARACTERS = 700


class Stretch(NamedTuple):
    """Neighbouring candidates, half-open, and their probability together."""

    first: int
    past: int
    probability: float


def choose(
    evidence: Evidence, probabilities: Numbers, *, alone: bool = False
) -> Stretch:
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
    return Stretch(first, past, float(probabilities[first:past].sum()))


def choice_of(evidence: Evidence, probabilities: Numbers, stretch: Stretch) -> Choice:
    """Tell what is chosen by a stretch: its likelier sentence carries the answer."""
    carrier = stretch.first + int(probabilities[stretch.first : stretch.past].argmax())
    return Choice(evidence, probabilities, carrier, stretch.probability)


def as_asked(
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
    shifted: Numbers = probabilities * (1 - AS_ASKED)
    shifted[chosen] += AS_ASKED
    return shifted, len(set(evidence.passage_of[meant].tolist()))


def likely_row(evidence: Evidence, probabilities: Numbers, stretch: Stretch) -> Stretch:
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
    n_own = evidence.query.n_own
    covered = evidence.idf[:n_own] @ evidence.held[:n_own, rows]
    weight = probabilities[rows] * (covered + HELD_BY_NONE * covered.max() + EPSILON)
    best = int(weight.argmax())
    together = float(probabilities[rows].sum())
    return Stretch(rows[best], rows[best] + 1, together)


def with_led(evidence: Evidence, stretch: Stretch) -> Stretch:
    """Quote with a sentence that ends in a colon what it leads to."""
    quoted = [sentence_at(evidence, n) for n in range(stretch.first, stretch.past)]
    leads = [n for n, sentence in enumerate(quoted) if _leads(sentence)]
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
        if past > first and (is_far or _leads(led)):
            break
        past += 1
    return stretch._replace(past=max(past, stretch.past))


def without_repeats(evidence: Evidence, best: Stretch, others: list[int]) -> list[int]:
    """Leave out of several candidates those that say the same as one before."""
    texts = {sentence_at(evidence, n).text for n in range(best.first, best.past)}
    distinct = []
    for n in others:
        text = sentence_at(evidence, n).text
        if text not in texts:
            texts.add(text)
            distinct.append(n)
    return distinct


def of_other_passages(
    evidence: Evidence,
    probabilities: Numbers,
    cited: Iterable[Stretch],
    others: Iterable[int],
) -> list[Stretch]:
    """Choose the best sentence of each passage that is not cited yet."""
    passage_of = evidence.passage_of.tolist()
    seen = {passage_of[stretch.first] for stretch in cited}
    chosen: list[Stretch] = []
    for n in others:
        if len(chosen) == MAX_FURTHER:
            break
        if passage_of[n] not in seen:
            seen.add(passage_of[n])
            chosen.append(single(probabilities, n))
    return chosen


def left_over(probabilities: Numbers, best: Stretch) -> list[int]:
    """Return the candidates that are not chosen, the likeliest first."""
    order: list[int] = np.argsort(-probabilities, kind="stable").tolist()
    return [n for n in order if not best.first <= n < best.past]


def single(probabilities: Numbers, n: int) -> Stretch:
    """Return one candidate as a stretch."""
    return Stretch(n, n + 1, float(probabilities[n]))


def _leads(sentence: Sentence) -> bool:
    return sentence.text.endswith((":", "："))


def sentence_at(evidence: Evidence, n: int) -> Sentence:
    """Return the sentence that a candidate is."""
    entry, number = evidence.candidates[n]
    return entry.passage.sentences[number]
