"""What the weights are fitted on: questions, put to articles that answer or do not.

Every question is put to its own article. Of the answerable ones, each is also put to
another article, to several at once, and by turns to what only looks like its own: the
article without the sentences that answer, and one of its other passages alone. Each
question about another article is put, by turns, with names of this one. And a few names
are put alone, those of the article and those of the other.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from random import Random

import numpy as np
import regex
from numpy.typing import NDArray
from rich.progress import Progress

from benchmarks.dealing import deal, is_held_back
from retrieval.answering import Answerer
from retrieval.documents.values import Article, Passage
from retrieval.encoder import Reader
from retrieval.encoder.cache import EmbeddingCache
from retrieval.evaluation.questions import (
    LabelledArticle,
    LabelledQuestion,
    QuestionSet,
)
from retrieval.query.query import parse_query
from retrieval.ranking.model import FeatureSet, sentence_values
from retrieval.ranking.sentence_features import Evidence

FOLDS = 5
TURNS = 4  # of these questions one is put to what only looks like its article
# A reader takes some 75 ms for a question. So of a file without kinds of questions it
# is asked about so many, and of these only each third is put to other articles, too.
READ_QUESTIONS = 400
READ_TURNS = 3
NAMES_ASKED = 6  # of an article
OWN, OTHER, IMPOSSIBLE = "own", "other", "impossible"  # groups
CROSS = "cross"  # a kind: asked in another language, which nothing here understands yet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")
_NAME = regex.compile(r"(?<=[\p{Ll},\d] )\p{Lu}[\w.'’-]*+(?: \p{Lu}[\w.'’-]*+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A question put to articles.

    Attributes:
        file: The number of its file.
        language: Of the article that it is put to.
        fold: The fold of the article that it was written about.
        group: `OWN` where the articles answer it; `OTHER` where they are others;
            `IMPOSSIBLE` where they only seem to answer.
        kind: How it was asked; empty where the file does not tell.
        among: Whether it is put to several articles at once.
        whole: Whether these are as they are in the file, and so is the question.
        found: None where no term of the question occurs.
        features: A row for each feature of the voice, a column for each candidate.
        gold: Whether each candidate holds the start of a gold answer.
        lengths: Of the candidates, in characters.
    """

    file: int
    language: str
    fold: int
    group: str
    kind: str
    among: bool
    whole: bool
    found: Evidence | None
    features: Floats
    gold: Bools
    lengths: Floats


def read_cases(
    sets: Sequence[QuestionSet],
    voice: FeatureSet,
    reader: Reader | None,
    unseen: Collection[int],
    progress: Progress,
) -> list[Case]:
    """Put the questions of all sets to their articles.

    Args:
        sets: With a reader, only what it understands and was not trained on counts.
        voice: Whose features are wanted.
        reader: What reads with it; None for words alone.
        unseen: The numbers of sets of which the reader was trained on nothing.
        progress: Shows how far that is.
    """
    embeddings = EmbeddingCache(reader) if reader else None
    cases: list[Case] = []
    for file, question_set in enumerate(sets):
        labelled = [
            one
            for one in question_set.articles
            if one.article.passages
            and (
                reader is None
                or (
                    (one.article.language in reader.languages)
                    and (file in unseen or is_held_back(one.article))
                )
            )
        ]
        if reader:
            labelled = _thinned(labelled)
        asking = _Asking(file, voice, embeddings, Random(file))
        for n in progress.track(range(len(labelled)), description=question_set.name):
            cases += asking.about(labelled[n], labelled[n - 1])
        cases += asking.among(labelled)
    return cases


class _Asking:
    """Puts the questions of one file."""

    def __init__(
        self,
        file: int,
        voice: FeatureSet,
        embeddings: EmbeddingCache | None,
        random: Random,
    ) -> None:
        self._file = file
        self._voice = voice
        self._embeddings = embeddings
        self._random = random
        self._every = READ_TURNS if embeddings else 1

    def about(self, one: LabelledArticle, other: LabelledArticle) -> Iterator[Case]:
        """Put the questions about an article to it, or what seems to be it, alone."""
        article = one.article
        whole = self._answerer([article])
        elsewhere = self._answerer([other.article])
        names = _names(article)
        yield from self._by_name(article, names, whole, OWN)
        strange = [name for name in _names(other.article) if name not in article.text]
        yield from self._by_name(article, strange, whole, IMPOSSIBLE)
        for n, question in enumerate(one.questions):
            if question.kind == CROSS:
                continue
            group = OWN if question.answer_starts else IMPOSSIBLE
            yield self._case(question, article, whole, group)
            if group != OWN:
                continue
            turn = self._random.randrange(TURNS)
            if other is not one and n % self._every == 0:
                yield self._case(question, article, elsewhere, OTHER)
            if turn == 0 and (less := _without(article, question)):
                rest = self._answerer([less])
                case = self._case(question, article, rest, IMPOSSIBLE)
                yield replace(case, whole=False)
            if turn == 1:
                answering, others = _parted(article.passages, question)
                for passages, group in ((answering, OWN), (others, IMPOSSIBLE)):
                    if passages:
                        short = replace(article, passages=passages[:1])
                        alone = self._answerer([short])
                        case = self._case(question, article, alone, group)
                        if group == IMPOSSIBLE or case.gold.any():
                            yield replace(case, whole=False)
        for question in other.questions if other is not one else ():
            if names and self._random.randrange(TURNS) == 0:
                text = _NAME.sub(
                    lambda _: self._random.choice(names), question.question
                )
                if text != question.question:
                    asked = replace(question, question=text, answer_starts=())
                    case = self._case(asked, article, whole, IMPOSSIBLE)
                    yield replace(case, whole=False)

    def among(self, labelled: Sequence[LabelledArticle]) -> Iterator[Case]:
        """Put answerable questions to several articles, with their own and without.

        The articles are divided into neighbours: into halves, quarters and so on, down
        to pairs. Each question is asked in one division, by turns: of the part that
        holds its article, and of the next.
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
                names = _names(one.article)
                cases = self._by_name(one.article, names, part, OWN)
                yield from (replace(case, among=True) for case in cases)
            for question in one.questions[:: self._every] if divisions else ():
                if question.kind == CROSS:
                    continue
                size, parts = next(turn)
                place = min(n // size, len(parts) - 1)
                own, other = parts[place], parts[(place + 1) % len(parts)]
                group = OWN if question.answer_starts else IMPOSSIBLE
                yield self._case(question, one.article, own, group, among=True)
                if group == OWN:
                    yield self._case(question, one.article, other, OTHER, among=True)

    def _by_name(
        self, article: Article, names: Sequence[str], asked: Answerer, group: str
    ) -> Iterator[Case]:
        """Ask for a few names; any sentence that holds the name answers."""
        for name in self._random.sample(names, min(NAMES_ASKED, len(names))):
            found = regex.finditer(regex.escape(name), article.text)
            starts = tuple(match.start() for match in found)
            case = self._case(LabelledQuestion(name, starts), article, asked, group)
            yield replace(case, whole=False)

    def _answerer(self, articles: Sequence[Article]) -> Answerer:
        return Answerer(articles, reader=self._embeddings)

    def _case(
        self,
        question: LabelledQuestion,
        article: Article,
        asked: Answerer,
        group: str,
        *,
        among: bool = False,
    ) -> Case:
        """Put a question that was written about an article to an answerer."""
        nothing = np.empty(0)
        case = Case(
            self._file,
            asked.articles[0].language,
            deal(article, FOLDS),
            group,
            question.kind,
            among,
            True,
            None,
            nothing,
            nothing.astype(bool),
            nothing,
        )
        analyzers = asked.analyzers_for(question.question)
        query = parse_query(question.question, analyzers)
        weighed = asked.weigh(query, asked.search(query))
        if weighed is None or weighed.model.voice is not self._voice:
            return case
        sentences = [
            (entry.key, entry.passage.sentences[number])
            for entry, number in weighed.evidence.candidates
        ]
        own = {k for k, a in asked.index.local.items() if a.text is article.text}
        gold = [
            group == OWN
            and key in own
            and question.answered_in(sentence.start, sentence.end)
            for key, sentence in sentences
        ]
        lengths = [float(s.end - s.start) for _, s in sentences]
        return replace(
            case,
            found=weighed.evidence,
            features=sentence_values(self._voice, weighed.evidence),
            gold=np.array(gold),
            lengths=np.array(lengths),
        )


def _names(article: Article) -> list[str]:
    """List what is written like a name; where no script has capitals, any words."""
    found = _NAME.findall(article.text) or _WORD.findall(article.text)
    return list(dict.fromkeys(found))


def _thinned(labelled: Sequence[LabelledArticle]) -> list[LabelledArticle]:
    """Leave out questions evenly, where there are many and none tells its kind."""
    asked = sum(len(one.questions) for one in labelled)
    step = max(asked // READ_QUESTIONS, 1)
    return [
        one
        if any(question.kind for question in one.questions)
        else replace(one, questions=one.questions[::step])
        for one in labelled
    ]


def _without(article: Article, question: LabelledQuestion) -> Article | None:
    """Leave out the sentences that answer; None if no other is left."""
    passages = []
    for passage in article.passages:
        kept = tuple(
            s for s in passage.sentences if not question.answered_in(s.start, s.end)
        )
        if kept:
            passages.append(replace(passage, sentences=kept))
    return replace(article, passages=tuple(passages)) if passages else None


def _parted(
    passages: Sequence[Passage], question: LabelledQuestion
) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """Part the passages that answer from the others."""
    answers = [question.answered_in(p.start, p.end) for p in passages]
    return (
        tuple(p for p, is_one in zip(passages, answers, strict=True) if is_one),
        tuple(p for p, is_one in zip(passages, answers, strict=True) if not is_one),
    )
