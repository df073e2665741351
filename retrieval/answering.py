"""Retrieve passages, weigh their sentences, decide found or not, cite."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.values import Article
from retrieval.encoder import Reader, default_reader
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageIndex, Place, SearchResult
from retrieval.index.statistics import Statistics
from retrieval.query import intents
from retrieval.query.followups import NOTHING, Context, context
from retrieval.query.query import Query, analyzers_for, parse_query
from retrieval.query.spelling import Vocabulary
from retrieval.ranking.extraction import gather
from retrieval.ranking.model import JUDGE, MEANING, Model, has_weights, model_for
from retrieval.ranking.selection import (
    INTENT_PROBABILITY,
    CandidateSpan,
    apply_intent,
    best_per_other_passage,
    choose,
    deduplicate,
    extend_lead_in,
    remaining,
    select_table_row,
    selection_of,
    sentence_at,
    single,
)
from retrieval.ranking.semantic_search import Reading
from retrieval.ranking.sentence_features import Evidence, Numbers
from retrieval.results import Answer, Citation, ScoredPassage
from retrieval.text.analysis import Analyzer, analyzer_for
from retrieval.text.language import language_for

logger = logging.getLogger(__name__)

MIN_CONFIDENCE = 0.3  # three of four answers above it are right, as readers ask
MAX_CITATIONS = 3
TOP_PASSAGES = 20
SECONDARY_SHARE = 0.5  # of the best probability, from which another is cited too
MAX_CANDIDATES = 60  # sentences that are looked at closely, give or take a passage
RRF_K = 10  # taken off the weight of the first ranks; a few dozen candidates
MAX_INTENT_PASSAGES = 20  # passages that may hold what a question asks for by its form
UNSEEN_IDENTIFIER_FACTOR = 0.1  # where a version that is asked for is not written

Track = Callable[[Sequence[Article]], Iterable[Article]]


class ScoredCandidates(NamedTuple):
    """The candidates of a question, with their probabilities, which add up to 1."""

    evidence: Evidence
    model: Model
    probabilities: Numbers


class Answerer:
    """Answers questions from a collection of articles, in their own words.

    Answering is pure but for the search, and may be called from several threads.

    Attributes:
        index: What is searched.
    """

    def __init__(
        self,
        articles: Sequence[Article] | PassageIndex,
        *,
        min_confidence: float = MIN_CONFIDENCE,
        max_citations: int = MAX_CITATIONS,
        reader: Reader | EmbeddingCache | Literal["default"] | None = "default",
        track: Track = iter,
    ) -> None:
        """Take what to answer from; articles are indexed here, once.

        Args:
            articles: What to answer from, or an index of it.
            min_confidence: The confidence in [0, 1] from which an answer counts
                as found.
            max_citations: The most citations an answer has.
            reader: What understands meaning; by default the one that comes with the
                package, where its extra is installed. Given as its `EmbeddingCache`,
                that is shared with whoever else has it. None answers from words alone.
            track: Hands the articles on one by one while they are indexed, as a
                progress bar does.

        Raises:
            ReaderError: The default reader's files are damaged.
            ValueError: A limit is out of bounds.
        """
        if not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is in [0, 1], not {min_confidence}")
        if max_citations < 1:
            raise ValueError(f"max_citations is 1 or more, not {max_citations}")
        self._min_confidence = min_confidence
        self._max_citations = max_citations
        self.index: PassageIndex = (
            _indexed(articles, track) if isinstance(articles, Sequence) else articles
        )
        if reader == "default":
            reader = default_reader()
        if reader is not None and not isinstance(reader, EmbeddingCache):
            reader = EmbeddingCache(reader)
        self._reading = Reading(self.index, reader) if reader else None

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles, as far as this process holds them."""
        return tuple(self.index.local.values())

    def prepare(self, track: Track = iter) -> None:
        """Have the reader embed all sentences now, not at the first question.

        Questions that come meanwhile, from other threads, are not held up. Where the
        embeddings have a folder, they are kept there.

        Args:
            track: Hands the articles on one by one, as a progress bar does.
        """
        if self._reading:
            self._reading.prepare(track, keep=True)

    def retrieve(
        self, question: str, k: int = TOP_PASSAGES, *, scope: str | None = None
    ) -> list[ScoredPassage]:
        """Return the passages that hold a term of the question, best first, at most k.

        Equal scores stay in reading order.

        Args:
            question: What is asked.
            k: How many.
            scope: The key of the only article that is asked; None asks all.

        Raises:
            KeyError: No article has this key.
            ValueError: k is below 1.
        """
        if k < 1:
            raise ValueError(f"k is 1 or more, not {k}")
        query = parse_query(question, self.analyzers_for(question, scope))
        retrieved = self.index.search(query, k, scope=scope)
        articles = self.index.articles({entry.key for entry in retrieved.entries})
        return [
            ScoredPassage(articles[entry.key], entry.passage, score)
            for entry, score in zip(retrieved.entries, retrieved.scores, strict=True)
            if _is_current(entry, articles)
        ]

    def rank(
        self, question: str, k: int = 3, *, scope: str | None = None
    ) -> list[Citation]:
        """Return the best citations, best first, at most k, whatever the confidence.

        Empty if no term of the question occurs in the articles.

        Args:
            question: What is asked.
            k: How many.
            scope: The key of the only article that is asked; None asks all.

        Raises:
            KeyError: No article has this key.
            ValueError: k is below 1.
        """
        if k < 1:
            raise ValueError(f"k is 1 or more, not {k}")
        query = parse_query(question, self.analyzers_for(question, scope))
        form = intents.parse_intent(question)
        weighed = self.weigh(query, self.search(query, scope), form=form, scope=scope)
        if weighed is None:
            return []
        evidence, _, probabilities = weighed
        probabilities, n_meant = apply_intent(form, evidence, probabilities)
        best = choose(evidence, probabilities, alone=n_meant > 0)
        best = extend_lead_in(evidence, select_table_row(evidence, probabilities, best))
        others = remaining(probabilities, best)[: k - 1]
        stretches = [best, *(single(probabilities, n) for n in others)]
        return list(filter(None, self._cite(evidence, stretches)))

    def answer(
        self,
        question: str,
        history: Sequence[Answer] = (),
        *,
        scope: str | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words.

        Args:
            question: What is asked.
            history: Earlier answers of this chat, oldest first. A follow-up ("When was
                it established?") is understood from them; a question that can stand
                alone is not touched by them.
            scope: The key of the only article that is asked; None asks all.

        Raises:
            KeyError: No article has this key.
            TypeError: The question is no text.
        """
        if not isinstance(question, str):
            raise TypeError(f"a question is a text, not {type(question).__name__}")
        analyzers = self.analyzers_for(question, scope)
        taken_over = context(question, history, analyzers)
        query = parse_query(question, analyzers, taken_over.terms)
        retrieved = self.search(query, scope)
        statistics = retrieved.statistics
        unmentioned = _unmentioned(query, statistics)
        form = intents.parse_intent(question)
        weighed = self.weigh(query, retrieved, taken_over, form, scope)
        if weighed is None:
            meant = self._suggest_corrections(unmentioned, scope)
            return Answer(question, False, 0.0, (), unmentioned, meant=meant)
        evidence, model, probabilities = weighed
        probabilities, n_meant = apply_intent(form, evidence, probabilities)
        best = choose(evidence, probabilities, alone=n_meant > 0)
        best = select_table_row(evidence, probabilities, best)
        confidence = model.confidence(selection_of(evidence, probabilities, best))
        if (
            form
            and n_meant
            and _intent_is_unambiguous(form, query, n_meant, statistics)
        ):
            confidence = max(confidence, INTENT_PROBABILITY)
        if not all(statistics.occurs_anywhere(*mark) for mark in query.marks):
            confidence *= UNSEEN_IDENTIFIER_FACTOR
        found = confidence >= self._min_confidence
        meant = () if found else self._suggest_corrections(unmentioned, scope)
        if not found and not evidence.known.any():
            return Answer(question, False, confidence, (), unmentioned, meant=meant)
        best = extend_lead_in(evidence, best)
        others = deduplicate(evidence, best, remaining(probabilities, best))
        near = [
            single(probabilities, n)
            for n in others[: self._max_citations - 1]
            if probabilities[n] >= SECONDARY_SHARE * best.probability
        ]
        stretches = [best, *near]
        further = best_per_other_passage(
            evidence, probabilities, stretches, others[len(near) :]
        )
        cited = self._cite(evidence, [*stretches, *further])
        if cited[0] is None:  # it has left the index since it was found
            return Answer(question, False, 0.0, (), unmentioned)
        return Answer(
            question,
            found,
            confidence,
            tuple(filter(None, cited[: len(stretches)])),
            unmentioned,
            tuple(filter(None, cited[len(stretches) :])),
            meant,
        )

    def analyzers_for(
        self, question: str, scope: str | None = None
    ) -> Sequence[Analyzer]:
        """Return the analyzers of the articles' languages that a question may be in.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        if scope is not None:
            return (analyzer_for(self.index.language(scope)),)
        return analyzers_for(question, [*map(analyzer_for, self.index.languages)])

    def search(self, query: Query, scope: str | None = None) -> SearchResult:
        """Find the passages whose sentences are candidates.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        k = MAX_CANDIDATES
        return self.index.search(query, k, scope=scope, sentences=k)

    def weigh(
        self,
        query: Query,
        retrieved: SearchResult,
        taken_over: Context = NOTHING,
        form: intents.Form | None = None,
        scope: str | None = None,
    ) -> ScoredCandidates | None:
        """Weigh the candidates of a query: by words, by meaning, by the judge.

        Args:
            query: With the terms of earlier turns, if it follows them up.
            retrieved: What was found for it.
            taken_over: From these turns.
            form: What it asks for by its form, which is a candidate whatever it says.
            scope: The key of the only article that is asked; None asks all.

        Returns:
            None where there is nothing to choose from.
        """
        meant = self.index.meant(form, MAX_INTENT_PASSAGES, scope=scope) if form else []
        reading = self._reading
        if reading is None or not query.terms or not self._is_understood(scope):
            return _by_words(_evidence(query, retrieved, meant))
        if scope is None:
            reading.warm_up_if_quick()
        text = " ".join([*taken_over.questions, query.text])
        vectors = reading.ask(text)
        nearest = self.index.entries(reading.nearest(vectors, scope))
        evidence = _evidence(query, retrieved, [*meant, *nearest])
        voice = JUDGE if reading.reader.judges else MEANING
        if evidence is None or not _can_weigh(evidence.language, voice, reading.reader):
            return _by_words(_evidence(query, retrieved, meant))
        by_words = model_for(evidence.language).probabilities(evidence)
        meaning = reading.cosines(vectors, evidence.candidates)
        evidence = replace(evidence, by_words=by_words, meaning=meaning)
        if voice == JUDGE:
            numbered = [
                (entry.key, entry.first + n) for entry, n in evidence.candidates
            ]
            fused = reciprocal_rank_fusion(by_words, meaning)
            likeliest = [numbered[n] for n in fused]
            odds = reading.judge(text, likeliest)
            judged = [odds.get(c, np.nan) for c in numbered]
            evidence = replace(evidence, judged=np.array(judged))
        model = model_for(evidence.language, voice)
        return ScoredCandidates(evidence, model, model.probabilities(evidence))

    def _is_understood(self, scope: str | None) -> bool:
        """Return whether the reader understands a language of the articles asked."""
        languages = self.index.languages
        if scope is not None:
            languages = (self.index.language(scope),)
        return self._reading is not None and not (
            self._reading.reader.languages.isdisjoint(languages)
        )

    def _suggest_corrections(
        self, unmentioned: Iterable[str], scope: str | None
    ) -> tuple[tuple[str, str], ...]:
        """Pair words that no article uses with those that may have been meant."""
        if not unmentioned:
            return ()
        vocabulary = self._vocabulary
        if scope is not None:
            vocabulary = _vocabulary(self.index.articles([scope]).values())
        nearest = ((word, vocabulary.nearest(word)) for word in unmentioned)
        return tuple((word, near) for word, near in nearest if near)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        """Collect the words once, when a question first needs them."""
        return _vocabulary(self.index.local.values())

    def _cite(
        self, evidence: Evidence, stretches: Sequence[CandidateSpan]
    ) -> list[Citation | None]:
        """Cite stretches of candidates; None for what has left the index meanwhile."""
        entries = [evidence.candidates[each.first][0] for each in stretches]
        articles = self.index.articles({entry.key for entry in entries})
        return [
            _citation(articles[entry.key], evidence, each)
            if _is_current(entry, articles)
            else None
            for entry, each in zip(entries, stretches, strict=True)
        ]


def _indexed(articles: Sequence[Article], track: Track) -> MemoryIndex:
    """Index articles, whose keys are their places among them."""
    digits = len(str(len(articles)))
    keys = [f"{n:0{digits}}" for n in range(len(articles))]
    return MemoryIndex(dict(zip(keys, track(articles), strict=True)))


def _is_current(entry: IndexedPassage, articles: Mapping[str, Article]) -> bool:
    """Tell whether a passage stands in its article as that is now."""
    article, passage = articles.get(entry.key), entry.passage
    return article is not None and (
        article.text[passage.start : passage.end] == passage.text
    )


def _vocabulary(articles: Collection[Article]) -> Vocabulary:
    languages = {article.language for article in articles}
    stop_words = (language_for(language).stop_words for language in languages)
    texts = (article.text for article in articles)
    return Vocabulary(texts, frozenset().union(*stop_words))


def _evidence(
    query: Query, retrieved: SearchResult, others: Iterable[IndexedPassage]
) -> Evidence | None:
    """Gather what speaks for the sentences of what was found, and of others."""
    scored = zip(retrieved.entries, retrieved.scores, strict=True)
    passages = {_place(entry): (entry, score) for entry, score in scored}
    if query.terms:
        for entry in others:
            passages.setdefault(_place(entry), (entry, 0.0))
    if not passages:
        return None
    return gather(query, list(passages.values()), retrieved.statistics)


def _place(entry: IndexedPassage) -> Place:
    return Place(entry.key, entry.passage.number)


def _by_words(evidence: Evidence | None) -> ScoredCandidates | None:
    if evidence is None:
        return None
    model = model_for(evidence.language)
    return ScoredCandidates(evidence, model, model.probabilities(evidence))


def _can_weigh(language: str, voice: str, reader: Reader) -> bool:
    """Return whether a reader understands a language that weights were fitted to."""
    if language not in reader.languages:
        return False
    if has_weights(language, voice):
        return True
    _tell_of_missing_weights(language, voice)
    return False


@cache
def _tell_of_missing_weights(language: str, voice: str) -> None:
    logger.warning(
        "Answers in the language %r come from words alone: nobody has fitted weights "
        "of %s to it",
        language,
        voice,
    )


def _intent_is_unambiguous(
    form: intents.Form, query: Query, n_meant: int, statistics: Statistics
) -> bool:
    """Tell whether nothing else in a question speaks against what its form asks."""
    start, end = form.span
    others = [
        term.term
        for n, term in enumerate(query.terms[: query.n_question_terms])
        if not start <= term.start < end and not query.classes.common[n]
    ]
    if not others:
        return n_meant == 1
    return all(statistics.occurs_anywhere(term) for term in others)


def _unmentioned(query: Query, statistics: Statistics) -> tuple[str, ...]:
    """List words of the question that are mentioned in no language, by no term."""
    own = query.terms[: query.n_question_terms]
    mentioned = [(t.start, t.end) for t in own if statistics.occurs_anywhere(t.term)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(
        (term.start, term.end)
        for n, term in enumerate(own)
        if not query.classes.common[n]
        and not any(term.start < e and s < term.end for s, e in mentioned)
    ):
        # Terms that overlap, as pairs of letters do, are of one word.
        if spans and start < spans[-1][1]:
            before = spans.pop()
            start, end = before[0], max(before[1], end)
        spans.append((start, end))
    return tuple(dict.fromkeys(query.text[start:end] for start, end in spans))


def _citation(article: Article, evidence: Evidence, stretch: CandidateSpan) -> Citation:
    wanted = {term.term for term in evidence.query.terms}
    begin = sentence_at(evidence, stretch.first).start
    highlights: list[tuple[int, int]] = []
    for entry, number in evidence.candidates[stretch.first : stretch.past]:
        sentence = entry.sentences[number]
        shift = entry.passage.sentences[number].start - begin
        starts, ends = sentence.spans[::2], sentence.spans[1::2]
        # Names of columns, after its own terms, stand elsewhere.
        for term, start, end in zip(sentence.terms, starts, ends, strict=False):
            if term not in wanted:
                continue
            start, end = start + shift, end + shift
            if highlights and start <= highlights[-1][1]:
                start = highlights.pop()[0]  # overlapping bigrams are one highlight
            highlights.append((start, end))
    return Citation(
        article,
        evidence.candidates[stretch.first][0].passage,
        begin,
        sentence_at(evidence, stretch.past - 1).end,
        stretch.probability,
        tuple(highlights),
    )


def reciprocal_rank_fusion(*scores: Numbers) -> NDArray[np.intp]:
    """Order candidates by several scores at once, the likeliest first.

    Cormack, Clarke and Büttcher (2009); it weighs nothing.
    """
    ranks = [np.argsort(np.argsort(-one, kind="stable")) + 1 for one in scores]
    fused = sum(1 / (RRF_K + rank) for rank in ranks)
    return np.argsort(-np.asarray(fused), kind="stable")
