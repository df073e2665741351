"""Answering: search, score, select, cite; found or not."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from retrieval.documents.values import Article
from retrieval.encoder import Embedder, default_encoder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.corrections import Corrector
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageIndex, SearchResult
from retrieval.index.statistics import CollectionStatistics
from retrieval.progress import Progress, no_progress
from retrieval.query.casing import restore_case
from retrieval.query.followups import has_followup_opener
from retrieval.query.language import STOP_WORD_LANGUAGES, foreign_language
from retrieval.query.query import Query, analyzers_for, parse_query
from retrieval.query.questions import MAX_QUESTIONS, split_questions
from retrieval.query.unseen import reportable_words
from retrieval.ranking.citations import cite_answer, cite_ranked, is_current
from retrieval.ranking.scoring import CandidateScorer, ScoredCandidates
from retrieval.ranking.selection import select_answer
from retrieval.results import Answer, Citation, ScoredPassage
from retrieval.text.analysis import analyzer_for

MIN_CONFIDENCE = 0.3  # three of four answers above it are right, on users' questions
MAX_CITATIONS = 3
TOP_PASSAGES = 20


class Answerer:
    """Answers questions from a collection of articles, in their own words.

    Answering is pure but for the search, and may be called from several threads.

    Attributes:
        index: The index that is searched.

    Args:
        articles: Articles to answer from, which are indexed now, or an index.
        min_confidence: The confidence in [0, 1] from which an answer counts as found.
        max_citations: The most citations of an answer.
        reader: The encoder, or a cache of its embeddings that several answerers share.
            The default is the encoder that comes with the package, if the extra
            `reader` is installed. None answers from words alone.
        progress: Shows how many articles are indexed.

    Raises:
        EncoderError: The default encoder's files are damaged.
        ValueError: A limit is out of bounds.
    """

    def __init__(
        self,
        articles: Sequence[Article] | PassageIndex,
        *,
        min_confidence: float = MIN_CONFIDENCE,
        max_citations: int = MAX_CITATIONS,
        reader: Embedder | EmbeddingCache | Literal["default"] | None = "default",
        progress: Progress = no_progress,
    ) -> None:
        if not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is in [0, 1], not {min_confidence}")
        if max_citations < 1:
            raise ValueError(f"max_citations is 1 or more, not {max_citations}")
        self._min_confidence = min_confidence
        self._max_citations = max_citations
        self.index: PassageIndex = (
            index_articles(articles, progress)
            if isinstance(articles, Sequence)
            else articles
        )
        if reader == "default":
            reader = default_encoder()
        if reader is not None and not isinstance(reader, EmbeddingCache):
            reader = EmbeddingCache(reader)
        self._scorer = CandidateScorer(self.index, reader)
        self._corrector = Corrector(self.index)

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles that are in this process's memory."""
        return tuple(self.index.loaded_articles.values())

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Embed all sentences now, not at the first question.

        Questions from other threads do not wait for it. If the cache of embeddings has
        a folder, the embeddings are stored in it.

        Args:
            progress: Shows how many articles are embedded.
        """
        self._scorer.warm_up(progress)

    @property
    def n_missing_articles(self) -> int:
        """The number of articles that `warm_up` has not embedded yet.

        Until it is 0, only sentences that words propose are compared with a question.
        """
        return self._scorer.n_missing_articles

    def count_missing_sentences(self) -> int:
        """Count the sentences whose embeddings `warm_up` would have to compute."""
        return self._scorer.count_missing_sentences()

    def supersede(self, other: "Answerer") -> None:
        """Keep the embeddings of the articles that another answerer has, too.

        The other one goes on answering, but embeds no further articles.
        """
        self._scorer.supersede(other._scorer)

    def retrieve(
        self, question: str, k: int = TOP_PASSAGES, *, scope: str | None = None
    ) -> list[ScoredPassage]:
        """Return the passages that hold a term of the question, best first, at most k.

        Passages with equal scores are in reading order.

        Args:
            question: The question.
            k: The maximum number of passages.
            scope: The key of the only article that is searched; None searches all.

        Raises:
            KeyError: No article has this key.
            ValueError: k is below 1.
        """
        _check_k(k)
        found = self.index.search(self.parse(question, scope=scope), k, scope=scope)
        articles = self.index.articles({passage.key for passage in found.passages})
        return [
            ScoredPassage(articles[passage.key], passage.passage, score)
            for passage, score in zip(found.passages, found.scores, strict=True)
            if is_current(passage, articles)
        ]

    def rank(
        self, question: str, k: int = 3, *, scope: str | None = None
    ) -> list[Citation]:
        """Return the best citations, best first, at most k, whatever the confidence.

        The list is empty if no term of the question occurs in the articles.

        Args:
            question: The question.
            k: The maximum number of citations.
            scope: The key of the only article that is searched; None searches all.

        Raises:
            KeyError: No article has this key.
            ValueError: k is below 1.
        """
        _check_k(k)
        query, found = self._find(question, (), scope)
        scored = self._scorer.score(query, found, scope)
        if scored is None:
            return []
        selected = select_answer(query, scored, found.statistics)
        return cite_ranked(selected, k, self.index)

    def answer(
        self,
        question: str,
        history: Sequence[Answer] = (),
        *,
        scope: str | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words.

        Args:
            question: The question.
            history: Earlier answers of this chat, oldest first. They complete a
                follow-up ("When was it established?"), and do not change a question
                that can stand alone.
            scope: The key of the only article that is searched; None searches all.

        Raises:
            KeyError: No article has this key.
            TypeError: The question is not a string.
        """
        if not isinstance(question, str):
            raise TypeError(f"a question is a text, not {type(question).__name__}")
        query, found = self._find(question, history, scope)
        scored = self._scorer.score(query, found, scope)
        answer = self._answer(query, scored, found.statistics, scope)
        languages = self._languages(scope)
        if query.foreign_language:
            return replace(
                answer,
                other_languages=tuple(languages),
                is_understood=scored is not None and scored.is_reranked,
            )
        if answer.found or not foreign_language(
            question, languages, STOP_WORD_LANGUAGES
        ):
            return answer
        return replace(
            answer,
            unseen_words=(),
            corrections=(),
            other_languages=tuple(languages),
            is_understood=False,
        )

    def _answer(
        self,
        query: Query,
        scored: ScoredCandidates | None,
        statistics: CollectionStatistics,
        scope: str | None,
    ) -> Answer:
        """Select and cite, or refuse."""
        question = query.question
        unseen = query.unseen_words(statistics.occurs_anywhere)
        unseen = reportable_words(question, unseen)
        corrections: tuple[tuple[str, str], ...] = ()
        if scored is None:
            unseen, corrections = self._corrector.review(unseen, scope)
            return Answer(question, False, 0.0, (), unseen, corrections=corrections)
        selected = select_answer(query, scored, statistics)
        confidence = selected.confidence
        found = confidence >= self._min_confidence
        if not found:
            unseen, corrections = self._corrector.review(unseen, scope)
        by_meaning = selected.candidates.cosines is not None
        if not (found or by_meaning or selected.candidates.in_vocabulary.any()):
            return Answer(
                question, False, confidence, (), unseen, corrections=corrections
            )
        citations, more = cite_answer(selected, self._max_citations, self.index)
        if not citations:  # it has left the index since it was found
            return Answer(question, False, 0.0, (), unseen)
        return Answer(question, found, confidence, citations, unseen, more, corrections)

    def answers(
        self,
        text: str,
        history: Sequence[Answer] = (),
        *,
        scope: str | None = None,
    ) -> tuple[Answer, ...]:
        """Answer each question of a text, the first `MAX_QUESTIONS` of them, in order.

        A question may follow up the one before it in the text.

        Args:
            text: One or several questions.
            history: Earlier answers of this chat, oldest first.
            scope: The key of the only article that is searched; None searches all.

        Raises:
            KeyError: No article has this key.
            TypeError: The text is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a question is a text, not {type(text).__name__}")
        answers: list[Answer] = []
        for question in split_questions(text)[:MAX_QUESTIONS]:
            answers.append(self.answer(question, (*history, *answers), scope=scope))
        return tuple(answers)

    def parse(
        self,
        question: str,
        history: Sequence[Answer] = (),
        *,
        scope: str | None = None,
    ) -> Query:
        """Return the query of a question, in the articles' languages.

        The question is read with capitals where the articles write them, however it is
        typed.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        return self._find(question, history, scope)[0]

    def _find(
        self, question: str, history: Sequence[Answer], scope: str | None
    ) -> tuple[Query, SearchResult]:
        """Return the query of a question, and the passages that its words propose.

        What the words propose shows how the articles write them.
        """
        codes = self._languages(scope)
        analyzers = analyzers_for(question, [*map(analyzer_for, codes)])
        foreign = foreign_language(question, codes)
        query = parse_query(question, analyzers, history, foreign)
        found = self._scorer.find(query, scope)
        if foreign or not query.terms or question.lower() == question.upper():
            return query, found
        texts = [s.text for each in found.passages for s in each.passage.sentences]
        languages = [analyzer.language for analyzer in analyzers]
        is_followup = bool(query.quoted) or any(
            has_followup_opener(question, known) for known in languages
        )
        cased = restore_case(question, texts, languages, is_followup=is_followup)
        turns = [
            replace(turn, question=restore_case(turn.question, texts, languages))
            for turn in history
        ]
        read = replace(parse_query(cased, analyzers, turns), question=question)
        if not read.looks_up_as(query):
            found = self._scorer.find(read, scope)
        return read, found

    def score(self, query: Query, scope: str | None = None) -> ScoredCandidates | None:
        """Return the scored candidates of a query; None if there are no candidates.

        Raises:
            KeyError: No article has the key that `scope` is.
        """
        return self._scorer.score(query, self._scorer.find(query, scope), scope)

    def _languages(self, scope: str | None) -> Collection[str]:
        """Return the languages of the articles that are searched."""
        return self.index.languages if scope is None else (self.index.language(scope),)


def index_articles(
    articles: Sequence[Article], progress: Progress = no_progress
) -> MemoryIndex:
    """Index articles by their positions, which are the keys: "00", "01"."""
    digits = len(str(len(articles)))
    keys = [f"{n:0{digits}}" for n in range(len(articles))]
    return MemoryIndex(dict(zip(keys, articles, strict=True)), progress)


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is 1 or more, not {k}")
