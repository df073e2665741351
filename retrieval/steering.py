"""Steering: sentences pinned to questions by hand, and words that count as one.

A pinned answer is quoted for a question that means the same as one of its own
(`matching`). A question with a word of a synonym group is also asked with each of the
group's other words in its place, and the most confident answer counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from retrieval.answering import MAX_CITATIONS, MIN_CONFIDENCE, Answerer
from retrieval.documents.values import Article, Passage, strip_invisible
from retrieval.encoder import Embedder, default_encoder
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.protocol import PassageIndex
from retrieval.matching import QuestionMatcher
from retrieval.progress import Progress, no_progress
from retrieval.query.query import analyzers_for
from retrieval.ranking.selection import MAX_MORE_SPANS
from retrieval.results import Answer, Citation
from retrieval.text.analysis import Analyzer, Term, analyzer_for

SAME_WORDS_CONFIDENCE = 1.0
SAME_MEANING_CONFIDENCE = 0.9  # embeddings hardly tell some questions apart
MAX_VARIANTS = 4  # of a question, by synonyms; each takes as long as a question


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """Sentences of an article that answer certain questions.

    Attributes:
        questions: The questions, at least one.
        key: The key of the article.
        quote: Words of the article, within one passage. The sentences that they stand
            in are quoted.
    """

    questions: tuple[str, ...]
    key: str
    quote: str


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words and phrases that count as one.

    Attributes:
        words: The words and phrases, at least two.
        key: The key of the only article that they count for; None means all.
    """

    words: tuple[str, ...]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Steering:
    """Pinned answers and synonym groups."""

    pinned: tuple[PinnedAnswer, ...] = ()
    synonyms: tuple[SynonymGroup, ...] = ()


class QuotePlace(NamedTuple):
    """The place of a quote: its passage, its start, and the sentences around it.

    Offsets are in characters of the article's text.
    """

    passage: Passage
    quote_start: int
    start: int
    end: int


def locate_quote(article: Article, quote: str) -> QuotePlace | None:
    r"""Return the first place of a quote within one passage, or None.

    The article may break lines anywhere between the words.

    >>> article = Article.from_text("Ann pours tea.\nBob drinks\nit hot.")
    >>> place = locate_quote(article, "drinks it")
    >>> article.text[place.start : place.end]
    'Bob drinks\nit hot.'
    """
    words = strip_invisible(quote).split()
    if not words:
        return None
    for match in re.finditer(r"\s+".join(map(re.escape, words)), article.text):
        for passage in article.passages:
            if passage.start <= match.start() and match.end() <= passage.end:
                sentences = [
                    sentence
                    for sentence in passage.sentences
                    if sentence.start < match.end() and match.start() < sentence.end
                ]
                if sentences:
                    start, end = sentences[0].start, sentences[-1].end
                    return QuotePlace(passage, match.start(), start, end)
    return None


class SteeredAnswerer(Answerer):
    """An answerer that takes pinned answers and synonyms into account.

    Args:
        articles: Articles to answer from, or an index; see `Answerer`.
        steering: Pinned answers and synonyms. Those for articles that are not in the
            index have no effect.
        min_confidence: See `Answerer`.
        max_citations: See `Answerer`.
        reader: See `Answerer`.
        progress: See `Answerer`.
    """

    def __init__(
        self,
        articles: Sequence[Article] | PassageIndex,
        steering: Steering,
        *,
        min_confidence: float = MIN_CONFIDENCE,
        max_citations: int = MAX_CITATIONS,
        reader: Embedder | EmbeddingCache | Literal["default"] | None = "default",
        progress: Progress = no_progress,
    ) -> None:
        if reader == "default":
            reader = default_encoder()
        if reader is not None and not isinstance(reader, EmbeddingCache):
            reader = EmbeddingCache(reader)
        super().__init__(
            articles,
            min_confidence=min_confidence,
            max_citations=max_citations,
            reader=reader,
            progress=progress,
        )
        self._threshold = min_confidence
        self._embeddings = reader
        self._steering = steering
        self._matchers: dict[str | None, _PinnedMatcher] = {}

    def rank(
        self, question: str, k: int = 3, *, scope: str | None = None
    ) -> list[Citation]:
        """Return the best citations; see `Answerer`. A pinned one comes first."""
        ranked = super().rank(question, k, scope=scope)
        answer = self.answer(question, scope=scope)
        first = answer.citations[:1]
        others = (c for c in ranked if not first or not _overlaps(c, first[0]))
        return [*first, *others][:k]

    def answer(
        self,
        question: str,
        history: Sequence[Answer] = (),
        *,
        scope: str | None = None,
    ) -> Answer:
        """Answer a question in the articles' own words; see `Answerer`."""
        answer = super().answer(question, history, scope=scope)
        variants = list(self._variants(question, scope))
        for variant, where in variants:
            other = super().answer(variant, history, scope=where)
            if other.found and other.confidence > answer.confidence:
                answer = replace(other, question=question)
        asked = [question, *(variant for variant, _ in variants)]
        return self._pinned_answer(asked, answer, scope) or answer

    def _pinned_answer(
        self, asked: Sequence[str], answer: Answer, scope: str | None
    ) -> Answer | None:
        """Return the answer that is pinned to a question, or None.

        Args:
            asked: The question, then its variants.
            answer: The answer without pins, whose citations follow the pinned one.
            scope: The key of the only article that is asked; None means all.
        """
        pinned = [pin for pin in self._steering.pinned if scope in (None, pin.key)]
        if not pinned:
            return None
        if scope not in self._matchers:
            languages = self.index.languages
            if scope is not None:
                languages = (self.index.language(scope),)
            self._matchers[scope] = _PinnedMatcher(pinned, languages, self._embeddings)
        matcher = self._matchers[scope]
        match = next(filter(None, map(matcher.find, asked)), None)
        if match is None or match.confidence < self._threshold:
            return None
        article = self.index.articles([match.pinned.key]).get(match.pinned.key)
        place = locate_quote(article, match.pinned.quote) if article else None
        if article is None or place is None:
            return None  # the article has changed
        citation = Citation(
            article,
            place.passage,
            place.start,
            place.end,
            match.confidence,
            self._highlights(asked, article, place),
        )
        seen = {(article.source, article.title, place.passage.number)}
        others: list[Citation] = []
        for one in (*answer.citations, *answer.more_citations):
            key = (one.article.source, one.article.title, one.passage.number)
            if key not in seen:
                seen.add(key)
                others.append(one)
        return Answer(
            answer.question,
            True,
            match.confidence,
            (citation,),
            (),
            tuple(others[:MAX_MORE_SPANS]),
        )

    def _highlights(
        self, asked: Sequence[str], article: Article, place: QuotePlace
    ) -> tuple[tuple[int, int], ...]:
        """Return the (start, end) of the question's terms in a quote."""
        analyzer = analyzer_for(article.language)
        wanted = {t.term for text in asked for t in analyzer.analyze_question(text)}
        highlights: list[tuple[int, int]] = []
        for term in analyzer.analyze(article.text[place.start : place.end]):
            if term.term in wanted and (
                not highlights or highlights[-1][1] <= term.start
            ):
                highlights.append((term.start, term.end))
        return tuple(highlights)

    def _variants(
        self, question: str, scope: str | None
    ) -> Iterator[tuple[str, str | None]]:
        """Yield variants of a question by synonyms, each with its scope."""
        languages = self.index.languages
        found: dict[tuple[str, str | None], None] = {}
        for group in self._steering.synonyms:
            if group.key is not None and scope not in (None, group.key):
                continue
            where = group.key or scope
            analyzers = analyzers_for(question, [*map(analyzer_for, languages)])
            bases = [question, *(text for text, place in found if place == where)]
            for analyzer in analyzers:
                for base in bases:
                    for variant in _substituted(base, group.words, analyzer):
                        found.setdefault((variant, where))
        found.pop((question, scope), None)
        yield from list(found)[:MAX_VARIANTS]


class _PinnedMatch(NamedTuple):
    """A pinned answer, with the confidence that it answers the question."""

    pinned: PinnedAnswer
    confidence: float


class _PinnedMatcher:
    """Finds the pinned answer of a question."""

    def __init__(
        self,
        pinned: Sequence[PinnedAnswer],
        languages: Sequence[str],
        embeddings: EmbeddingCache | None,
    ) -> None:
        pairs = [(question, pin) for pin in pinned for question in pin.questions]
        self._pinned = [pin for _, pin in pairs]
        questions = [question for question, _ in pairs]
        self._matcher = QuestionMatcher(questions, languages, embeddings)

    def find(self, question: str) -> _PinnedMatch | None:
        """Return the pinned answer of the question that means the same, or None."""
        match = self._matcher.find(question)
        if match is None:
            return None
        confidence = (
            SAME_WORDS_CONFIDENCE if match.same_words else SAME_MEANING_CONFIDENCE
        )
        return _PinnedMatch(self._pinned[match.number], confidence)


def _substituted(
    question: str, words: Sequence[str], analyzer: Analyzer
) -> Iterator[str]:
    """Yield the question with a synonym in it replaced by each of the others."""
    terms = sorted(analyzer.analyze_question(question), key=lambda term: term.start)
    for word in sorted(words, key=len, reverse=True):
        span = _find_phrase(terms, [t.term for t in analyzer.analyze(word)])
        if span:
            for other in words:
                if other != word:
                    yield f"{question[: span[0]]}{other}{question[span[1] :]}"
            return


def _find_phrase(
    terms: Sequence[Term], phrase: Sequence[str]
) -> tuple[int, int] | None:
    """Return the (start, end) of the first run of terms that is a phrase, or None."""
    size = len(phrase)
    for n in range(len(terms) - size + 1 if size else 0):
        run = terms[n : n + size]
        if [term.term for term in run] == list(phrase):
            return run[0].start, run[-1].end
    return None


def _overlaps(one: Citation, other: Citation) -> bool:
    return (
        one.article == other.article and one.start < other.end and other.start < one.end
    )
