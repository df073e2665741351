"""Training examples: a question, and windows that answer it, or only seem to.

An article's answerable questions are put to the windows that answer and to others of
the article; now and then without those that answer. Questions that it does not answer
are put to the windows that look most like it, and so are, where a file has none of a
user's, questions about another article with names of this one instead of its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from random import Random

import numpy as np
import regex
from rank_bm25 import BM25Okapi

from benchmarks.splits import TRAIN, split_name
from retrieval.encoder.windows import Window, split_windows
from retrieval.evaluation.question_sets import (
    LabelledArticle,
    LabelledQuestion,
    QuestionSet,
)
from retrieval.index.scorer import idf
from retrieval.text.analysis import Analyzer

LIKELY = 6  # windows that words rank highest, of which wrong ones are taken ...
LIKELIHOOD = 0.6  # ... this often
REMOVED = 0.15  # share of answerable questions asked again without what answers
EXCHANGED = 0.15  # and again of another article, with its names

_ANALYZER = Analyzer("en")
_NAME = regex.compile(r"(?<=[\p{Ll},\d] )\p{Lu}[\w.'’-]*+(?: \p{Lu}[\w.'’-]*+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and windows of which any sentence, or none, answers it.

    Attributes:
        gold: For each window, whether each of its sentences answers.
    """

    question: str
    windows: tuple[Window, ...]
    gold: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """An article that examples are made from.

    Attributes:
        ends: Where each sentence of the article ends, in characters into its text.
        names: As they stand in the text, in order.
    """

    labelled: LabelledArticle
    ranked: BM25Okapi
    windows: list[Window]
    starts: list[int]
    ends: list[int]
    names: list[str]

    @classmethod
    def of(cls, labelled: LabelledArticle) -> "_Source":
        article = labelled.article
        sentences = [s for passage in article.passages for s in passage.sentences]
        texts = [each.text for p in article.passages for each in p.sentences]
        windows = split_windows(article, texts)
        return cls(
            labelled,
            _ranked([_terms(" ".join(window.sentences)) for window in windows]),
            windows,
            [sentence.start for sentence in sentences],
            [sentence.end for sentence in sentences],
            list(dict.fromkeys(_NAME.findall(article.text))),
        )

    def gold(self, question: LabelledQuestion) -> list[tuple[bool, ...]]:
        """Return for each window whether each of its sentences answers."""
        answers = [
            question.answered_in(start, end)
            for start, end in zip(self.starts, self.ends, strict=True)
        ]
        return [tuple(answers[w.first :][: len(w.sentences)]) for w in self.windows]

    def likely(self, question: str) -> list[int]:
        """Return the windows that share most with a question, by BM25."""
        scores = self.ranked.get_scores(_terms(question))
        best = np.argsort(-scores, kind="stable")[:LIKELY].tolist()
        return [n for n in best if scores[n] > 0]


def _ranked(documents: Sequence[Sequence[str]]) -> BM25Okapi:
    """Index documents with Lucene's idf, so that a score above 0 is a match."""
    ranked = BM25Okapi(documents)
    dfs = Counter(term for document in documents for term in set(document))
    ranked.idf = {term: idf(len(documents), df) for term, df in dfs.items()}
    return ranked


def _terms(text: str) -> list[str]:
    return [term.term for term in _ANALYZER.analyze(text)]


def read_examples(
    sets: Sequence[QuestionSet], n_windows: int, random: Random
) -> Iterator[Example]:
    """Yield the examples of all articles that are not held back, file by file.

    Args:
        sets: Questions with their articles.
        n_windows: Of each example, if the article has so many.
        random: Decides all that is left to chance.
    """
    for question_set in sets:
        asked = [
            _Source.of(labelled)
            for labelled in question_set.articles
            if split_name(labelled) == TRAIN and labelled.article.passages
        ]
        for n, one in enumerate(asked):
            yield from _examples(one, asked[n - 1], n_windows, random)


def with_history(
    dialog: Sequence[LabelledQuestion],
) -> Iterator[LabelledQuestion]:
    """Yield the questions of a dialog, each with those before it, as `followups` do."""
    texts = (turn.question for turn in dialog)
    for turn, text in zip(dialog, accumulate(texts, "{} {}".format), strict=True):
        yield replace(turn, question=text)


def _examples(
    one: _Source, other: _Source, n_windows: int, random: Random
) -> Iterator[Example]:
    def example(
        question: str, gold: Sequence[tuple[bool, ...]], holders: Sequence[int]
    ) -> Example:
        """Return the question with a window that answers, if one does, and others."""
        taken = [random.choice(holders)] if holders else []
        wrong = [n for n, answers in enumerate(gold) if not any(answers)]
        likely = [n for n in one.likely(question) if n in wrong]
        random.shuffle(likely)
        rest = random.sample(wrong, len(wrong))
        while len(taken) < n_windows and len(taken) < len(wrong):
            # Some at random, so that it learns of what words would not offer, too.
            source = likely if likely and random.random() < LIKELIHOOD else rest
            n = source.pop()
            if n not in taken:
                taken.append(n)
        windows = tuple(one.windows[n] for n in taken)
        return Example(question, windows, tuple(gold[n] for n in taken))

    dialogs = (with_history(dialog) for dialog in one.labelled.dialogs)
    for question in (*one.labelled.questions, *chain.from_iterable(dialogs)):
        gold = one.gold(question)
        holders = [n for n, answers in enumerate(gold) if any(answers)]
        if question.answer_starts and not holders:
            continue  # the title alone answers
        yield example(question.question, gold, holders)
        if holders and random.random() < REMOVED:
            yield example(question.question, gold, [])
    for question in other.labelled.questions:
        if random.random() < EXCHANGED and one.names and not question.kind:
            text = _NAME.sub(lambda _: random.choice(one.names), question.question)
            nothing = [(False,) * len(window.sentences) for window in one.windows]
            yield example(text, nothing, [])
