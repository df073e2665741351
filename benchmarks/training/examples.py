"""Training examples: a question with windows that answer it, and windows that do not.

An answerable question is paired with a window that answers it and with other windows of
its article; some of these questions are repeated without the window that answers. A
question without an answer is paired with windows that share words with it. From SQuAD
files, some questions about another article are added, in which names are replaced by
names of this one; they have no answer, either. Some questions are asked as people type
them, in lower case without the final mark; and some in another language.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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

LIKELY = 6  # windows that BM25 ranks highest
LIKELIHOOD = 0.6  # probability that a wrong window is one of these, not any other
REMOVED = 0.15  # share of answerable questions that are repeated without an answer
EXCHANGED = 0.15  # share of another article's questions that are added with new names
TYPED = 0.15  # share of questions in lower case, without the final mark
TRANSLATED = 0.5  # share of translated questions that are asked in another language

_NAME = regex.compile(r"(?<=[\p{Ll},\d] )\p{Lu}[\w.'’-]*+(?: \p{Lu}[\w.'’-]*+)*")
_FINAL_MARKS = " ?？؟;.!。"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with windows; any number of their sentences answer it.

    Attributes:
        question: The question.
        windows: Windows of one article.
        gold: For each window, whether each of its sentences answers the question.
        spans: For each window, the (start, end) of the answer itself in each of its
            sentences, in characters; None where it is not known.
        language: ISO 639-1 code of the article.
    """

    question: str
    windows: tuple[Window, ...]
    gold: tuple[tuple[bool, ...], ...]
    spans: tuple[tuple[Span | None, ...], ...]
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """An article that examples are made from.

    Attributes:
        labelled: The article with its questions.
        analyzer: The analyzer of its language.
        ranked: A BM25 index of the windows.
        windows: The article's windows.
        sentences: The (start, end) of each sentence in the article's text, in
            characters.
        names: The distinct names in the article's text, in order.
    """

    labelled: LabelledArticle
    analyzer: Analyzer
    ranked: BM25Okapi
    windows: list[Window]
    sentences: list[Span]
    names: list[str]

    @classmethod
    def of(cls, labelled: LabelledArticle) -> "_Source":
        article = labelled.article
        sentences = [s for passage in article.passages for s in passage.sentences]
        texts = [each.text for p in article.passages for each in p.sentences]
        windows = split_windows(article, texts)
        analyzer = Analyzer(article.language)
        return cls(
            labelled,
            analyzer,
            _ranked([_terms(analyzer, " ".join(w.sentences)) for w in windows]),
            windows,
            [(sentence.start, sentence.end) for sentence in sentences],
            list(dict.fromkeys(_NAME.findall(article.text))),
        )

    def gold(self, question: LabelledQuestion) -> list[tuple[bool, ...]]:
        """Return, for each window, whether each of its sentences answers a question."""
        answers = [question.answered_in(*sentence) for sentence in self.sentences]
        return [tuple(answers[w.first :][: len(w.sentences)]) for w in self.windows]

    def spans(self, question: LabelledQuestion, window: Window) -> list[Span | None]:
        """Return the answer's (start, end) in each sentence of a window, or None."""
        return [
            next(
                (
                    (begin - start, stop - start)
                    for begin, stop in question.answer_spans
                    if start <= begin < stop <= end
                ),
                None,
            )
            for start, end in self.sentences[window.first :][: len(window.sentences)]
        ]

    def likely(self, question: str) -> list[int]:
        """Return the numbers of the windows with the highest BM25, at most `LIKELY`."""
        scores = self.ranked.get_scores(_terms(self.analyzer, question))
        best = np.argsort(-scores, kind="stable")[:LIKELY].tolist()
        return [n for n in best if scores[n] > 0]


def _ranked(documents: Sequence[Sequence[str]]) -> BM25Okapi:
    """Return a BM25 index with Lucene's idf, so that every match scores above 0."""
    ranked = BM25Okapi(documents)
    dfs = Counter(term for document in documents for term in set(document))
    ranked.idf = {term: idf(len(documents), df) for term, df in dfs.items()}
    return ranked


def _terms(analyzer: Analyzer, text: str) -> list[str]:
    # BM25Okapi refuses a collection without any term.
    return [term.term for term in analyzer.analyze(text)] or [""]


def read_examples(
    sets: Sequence[QuestionSet],
    n_windows: int,
    random: Random,
    translations: Mapping[str, Sequence[str]],
) -> Iterator[Example]:
    """Yield the examples of all articles of the train split, set by set.

    Args:
        sets: Sets of questions with their articles.
        n_windows: The number of windows of an example, if its article has so many.
        random: The source of randomness.
        translations: Questions, each with its translations.
    """
    for question_set in sets:
        asked = [
            _Source.of(labelled)
            for labelled in question_set.articles
            if split_name(labelled) == TRAIN and labelled.article.passages
        ]
        for n, one in enumerate(asked):
            yield from _examples(one, asked[n - 1], n_windows, random, translations)


def with_history(
    dialog: Sequence[LabelledQuestion],
) -> Iterator[LabelledQuestion]:
    """Yield a dialog's questions, each preceded by all earlier ones."""
    texts = (turn.question for turn in dialog)
    for turn, text in zip(dialog, accumulate(texts, "{} {}".format), strict=True):
        yield replace(turn, question=text)


def _examples(
    one: _Source,
    other: _Source,
    n_windows: int,
    random: Random,
    translations: Mapping[str, Sequence[str]],
) -> Iterator[Example]:
    def example(
        question: LabelledQuestion,
        gold: Sequence[tuple[bool, ...]],
        holders: Sequence[int],
    ) -> Example:
        """Return an example with a window that answers, if there is one, and others."""
        taken = [random.choice(holders)] if holders else []
        wrong = [n for n, answers in enumerate(gold) if not any(answers)]
        likely = [n for n in one.likely(question.question) if n in wrong]
        random.shuffle(likely)
        rest = random.sample(wrong, len(wrong))
        while len(taken) < n_windows and len(taken) < len(wrong):
            # Some are random, to learn about windows without shared words, too.
            source = likely if likely and random.random() < LIKELIHOOD else rest
            n = source.pop()
            if n not in taken:
                taken.append(n)
        text = question.question
        if text in translations and random.random() < TRANSLATED:
            text = random.choice(translations[text])
        if random.random() < TYPED:
            text = text.lower().rstrip(_FINAL_MARKS)
        windows = tuple(one.windows[n] for n in taken)
        return Example(
            text,
            windows,
            tuple(gold[n] for n in taken),
            tuple(tuple(one.spans(question, window)) for window in windows),
            one.labelled.article.language,
        )

    dialogs = (with_history(dialog) for dialog in one.labelled.dialogs)
    for question in (*one.labelled.questions, *chain.from_iterable(dialogs)):
        gold = one.gold(question)
        holders = [n for n, answers in enumerate(gold) if any(answers)]
        if question.answer_starts and not holders:
            continue  # the title alone answers
        yield example(question, gold, holders)
        if holders and random.random() < REMOVED:
            yield example(question, gold, [])
    for question in other.labelled.questions:
        if random.random() < EXCHANGED and one.names and not question.kind:
            text = _NAME.sub(lambda _: random.choice(one.names), question.question)
            nothing = [(False,) * len(window.sentences) for window in one.windows]
            yield example(LabelledQuestion(text, ()), nothing, [])
