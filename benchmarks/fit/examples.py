"""Training examples for the weights: questions put to articles.

Every question is put to its own article. Each answerable one is also put to another
article, to several at once, and at random to an article that only looks like its own:
without the sentences that answer, or one of the other passages alone. Questions about
another article are put, at random, with names of this one. Finally a few names are
asked for alone, names of the article and names of the other.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from random import Random

import numpy as np
import regex
from numpy.typing import NDArray
from rich.progress import Progress

from benchmarks.splits import DEV, TEST, fold_of, split_name
from retrieval.answering import Answerer
from retrieval.documents.values import Article, Passage
from retrieval.encoder import Embedder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.evaluation.question_sets import (
    LabelledArticle,
    LabelledQuestion,
    QuestionSet,
)
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.model import CROSS_LANGUAGE, FeatureSet, sentence_values

FOLDS = 5
TURNS = 4  # one in so many questions is put to what only looks like its article
# The encoder takes some 75 ms for a question. So a file without kinds of questions is
# thinned to so many, and only each third of them is put to other articles, too.
ENCODER_QUESTIONS = 200
ENCODER_TURNS = 3
NAMES_ASKED = 6  # for each article
OWN, OTHER, IMPOSSIBLE = "own", "other", "impossible"  # groups
CROSS = "cross"  # a kind of users' questions: asked in another language

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")
_NAME = regex.compile(r"(?<=[\p{Ll},\d] )\p{Lu}[\w.'’-]*+(?: \p{Lu}[\w.'’-]*+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A question put to one article or several.

    Attributes:
        file: Number of the question's file.
        language: Language of the articles.
        fold: Cross-validation fold of the article that the question is about.
        group: `OWN` where the articles answer; `OTHER` where they are other articles;
            `IMPOSSIBLE` where they only seem to answer.
        kind: How the question is asked; empty where the file does not say.
        multi_article: Whether several articles are asked at once.
        unchanged: Whether articles and question are as they are in the file.
        candidates: None where no term of the question occurs.
        features: (n_features, n_candidates), float64.
        gold: (n_candidates,), whether each holds the start of a gold answer.
        lengths: (n_candidates,), in characters.
    """

    file: int
    language: str
    fold: int
    group: str
    kind: str
    multi_article: bool
    unchanged: bool
    candidates: Candidates | None
    features: Floats
    gold: Bools
    lengths: Floats


def make_examples(
    sets: Sequence[QuestionSet],
    feature_set: FeatureSet,
    encoder: Embedder | None,
    translations: Mapping[str, Sequence[str]],
    progress: Progress,
) -> list[Example]:
    """Put the questions of all sets to their articles; each core takes a set at a time.

    Args:
        sets: The question sets. With an encoder, only articles of the dev split that
            it understands are used.
        feature_set: The features to compute.
        encoder: The encoder; None for words alone.
        translations: Questions, each with its translations, for features of questions
            in another language than the article's.
        progress: Shows how many files are done.
    """
    embeddings = EmbeddingCache(encoder) if encoder else None
    maker = _ExampleMaker(sets, feature_set, embeddings, translations)
    sizes = [sum(len(a.questions) for a in one.articles) for one in sets]
    largest_first = sorted(range(len(sets)), key=lambda file: -sizes[file])
    made: dict[int, list[Example]] = {}
    # A forked process has the encoder and the sets, which need not be sent to it.
    with multiprocessing.get_context("fork").Pool(
        min(len(sets), os.cpu_count() or 1), _prepare, (maker,)
    ) as pool:
        for file, examples in progress.track(
            pool.imap_unordered(_make, largest_first),
            total=len(sets),
            description=feature_set.name,
        ):
            made[file] = examples
    return [example for file in range(len(sets)) for example in made[file]]


@dataclass(frozen=True, slots=True)
class _ExampleMaker:
    """Makes the examples of each file; see `make_examples`."""

    sets: Sequence[QuestionSet]
    feature_set: FeatureSet
    embeddings: EmbeddingCache | None
    translations: Mapping[str, Sequence[str]]

    def make(self, file: int) -> list[Example]:
        """Return the examples of the file with a number."""
        encoder = self.embeddings.encoder if self.embeddings else None
        labelled = [
            one
            for one in self.sets[file].articles
            if one.article.passages
            and split_name(one) != TEST
            and (
                encoder is None
                or (
                    one.article.language in encoder.languages and split_name(one) == DEV
                )
            )
        ]
        if encoder:
            labelled = _thinned(labelled)
        if self.feature_set.name == CROSS_LANGUAGE:
            labelled = [
                _translated(one, self.translations, Random(file)) for one in labelled
            ]
        builder = _ExampleBuilder(file, self.feature_set, self.embeddings, Random(file))
        examples: list[Example] = []
        for n, one in enumerate(labelled):
            examples += builder.single_article(one, labelled[n - 1])
        examples += builder.several_articles(labelled)
        return examples


_makers: list[_ExampleMaker] = []  # the one of this process


def _prepare(maker: _ExampleMaker) -> None:
    """Prepare a process to make examples; Ctrl-C is for its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _makers[:] = [maker]


def _make(file: int) -> tuple[int, list[Example]]:
    """Return the number of a file with its examples."""
    return file, _makers[0].make(file)


class _ExampleBuilder:
    """Makes the examples of one file."""

    def __init__(
        self,
        file: int,
        feature_set: FeatureSet,
        embeddings: EmbeddingCache | None,
        random: Random,
    ) -> None:
        self._file = file
        self._feature_set = feature_set
        self._embeddings = embeddings
        self._random = random
        self._every = ENCODER_TURNS if embeddings else 1
        self._is_foreign = feature_set.name == CROSS_LANGUAGE

    def _is_asked(self, question: LabelledQuestion) -> bool:
        """Return whether the features are of questions in such a language."""
        return (question.kind == CROSS) is self._is_foreign

    def single_article(
        self, one: LabelledArticle, other: LabelledArticle
    ) -> Iterator[Example]:
        """Put the questions about an article to one article at a time."""
        article = one.article
        whole = self._answerer([article])
        elsewhere = self._answerer([other.article])
        names = [] if self._is_foreign else _names(article)
        yield from self._by_name(article, names, whole, OWN)
        strange = [name for name in _names(other.article) if name not in article.text]
        if not self._is_foreign:
            yield from self._by_name(article, strange, whole, IMPOSSIBLE)
        for n, question in enumerate(one.questions):
            if not self._is_asked(question):
                continue
            group = OWN if question.answer_starts else IMPOSSIBLE
            yield self._example(question, article, whole, group)
            if group != OWN:
                continue
            turn = self._random.randrange(TURNS)
            if other is not one and n % self._every == 0:
                yield self._example(question, article, elsewhere, OTHER)
            if turn == 0 and (less := _without(article, question)):
                rest = self._answerer([less])
                example = self._example(question, article, rest, IMPOSSIBLE)
                yield replace(example, unchanged=False)
            if turn == 1:
                answering, others = _partition(article.passages, question)
                for passages, group in ((answering, OWN), (others, IMPOSSIBLE)):
                    if passages:
                        short = replace(article, passages=passages[:1])
                        alone = self._answerer([short])
                        example = self._example(question, article, alone, group)
                        if group == IMPOSSIBLE or example.gold.any():
                            yield replace(example, unchanged=False)
        for question in other.questions if other is not one else ():
            if names and self._random.randrange(TURNS) == 0:
                text = _NAME.sub(
                    lambda _: self._random.choice(names), question.question
                )
                if text != question.question:
                    asked = replace(question, question=text, answer_starts=())
                    example = self._example(asked, article, whole, IMPOSSIBLE)
                    yield replace(example, unchanged=False)

    def several_articles(
        self, labelled: Sequence[LabelledArticle]
    ) -> Iterator[Example]:
        """Put questions to several articles, with their own and without.

        Neighbouring articles are grouped: halves, quarters and so on, down to pairs.
        Each question is asked at one of these sizes, in rotation: of the group that
        holds its article, and of the next group.
        """
        articles = [one.article for one in labelled]
        divisions: list[tuple[int, list[Answerer]]] = []
        size = len(articles) // 2
        while size > 1:
            starts = range(0, len(articles) - size + 1, size)
            bounds = pairwise([*starts, len(articles)])
            parts = [self._answerer(articles[a:b]) for a, b in bounds]
            divisions.append((size, parts))
            size //= 2
        turn = cycle(divisions)
        for n, one in enumerate(labelled):
            if divisions:
                size, parts = next(turn)
                part = parts[min(n // size, len(parts) - 1)]
                names = [] if self._is_foreign else _names(one.article)
                examples = self._by_name(one.article, names, part, OWN)
                yield from (
                    replace(example, multi_article=True) for example in examples
                )
            for question in one.questions[:: self._every] if divisions else ():
                if not self._is_asked(question):
                    continue
                size, parts = next(turn)
                place = min(n // size, len(parts) - 1)
                own, other = parts[place], parts[(place + 1) % len(parts)]
                group = OWN if question.answer_starts else IMPOSSIBLE
                yield self._example(
                    question, one.article, own, group, multi_article=True
                )
                if group == OWN:
                    yield self._example(
                        question, one.article, other, OTHER, multi_article=True
                    )

    def _by_name(
        self, article: Article, names: Sequence[str], asked: Answerer, group: str
    ) -> Iterator[Example]:
        """Ask for a few names; any sentence with the name answers."""
        for name in self._random.sample(names, min(NAMES_ASKED, len(names))):
            found = regex.finditer(regex.escape(name), article.text)
            starts = tuple(match.start() for match in found)
            example = self._example(
                LabelledQuestion(name, starts), article, asked, group
            )
            yield replace(example, unchanged=False)

    def _answerer(self, articles: Sequence[Article]) -> Answerer:
        return Answerer(articles, reader=self._embeddings)

    def _example(
        self,
        question: LabelledQuestion,
        article: Article,
        asked: Answerer,
        group: str,
        *,
        multi_article: bool = False,
    ) -> Example:
        """Put a question that was written about an article to an answerer."""
        nothing = np.empty(0)
        example = Example(
            self._file,
            asked.articles[0].language,
            fold_of(article, FOLDS),
            group,
            question.kind,
            multi_article,
            True,
            None,
            nothing,
            nothing.astype(bool),
            nothing,
        )
        # Without its intent: a lookup decides by itself, and nothing learns from it.
        query = replace(asked.parse(question.question), intent=None)
        scored = asked.score(query)
        if scored is None or scored.model.feature_set is not self._feature_set:
            return example
        candidates = scored.candidates
        sentences = [
            (indexed.key, indexed.passage.sentences[number])
            for indexed, number in candidates.sentences
        ]
        own = {
            k for k, a in asked.index.loaded_articles.items() if a.text is article.text
        }
        gold = [
            group == OWN
            and key in own
            and question.answered_in(sentence.start, sentence.end)
            for key, sentence in sentences
        ]
        lengths = [float(s.end - s.start) for _, s in sentences]
        return replace(
            example,
            candidates=candidates,
            features=sentence_values(self._feature_set, candidates),
            gold=np.array(gold),
            lengths=np.array(lengths),
        )


def _names(article: Article) -> list[str]:
    """List words written like a name; where the script has no capitals, any words."""
    found = _NAME.findall(article.text) or _WORD.findall(article.text)
    return list(dict.fromkeys(found))


def _translated(
    labelled: LabelledArticle,
    translations: Mapping[str, Sequence[str]],
    random: Random,
) -> LabelledArticle:
    """Return an article with the questions that have translations in one of these."""
    questions = tuple(
        replace(one, question=random.choice(translations[one.question]), kind=CROSS)
        if one.question in translations
        else one
        for one in labelled.questions
    )
    return replace(labelled, questions=questions)


def _thinned(labelled: Sequence[LabelledArticle]) -> list[LabelledArticle]:
    """Drop questions evenly, where there are many and none has a kind."""
    asked = sum(len(one.questions) for one in labelled)
    step = max(asked // ENCODER_QUESTIONS, 1)
    return [
        one
        if any(question.kind for question in one.questions)
        else replace(one, questions=one.questions[::step])
        for one in labelled
    ]


def _without(article: Article, question: LabelledQuestion) -> Article | None:
    """Return the article without the answering sentences; None if none is left."""
    passages = []
    for passage in article.passages:
        kept = tuple(
            s for s in passage.sentences if not question.answered_in(s.start, s.end)
        )
        if kept:
            passages.append(replace(passage, sentences=kept))
    return replace(article, passages=tuple(passages)) if passages else None


def _partition(
    passages: Sequence[Passage], question: LabelledQuestion
) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """Return the passages that answer, and the others."""
    answers = [question.answered_in(p.start, p.end) for p in passages]
    return (
        tuple(p for p, is_one in zip(passages, answers, strict=True) if is_one),
        tuple(p for p, is_one in zip(passages, answers, strict=True) if not is_one),
    )
