"""Retrieve passages, weigh their sentences, decide found or not, cite."""

from collections.abc import Sequence

import numpy as np

from retrieval.analysis import Analyzer, Term
from retrieval.bm25 import Bm25Index
from retrieval.documents import Article, Passage, Sentence
from retrieval.evidence import coverage, exact_terms_missing
from retrieval.results import Answer, Citation, ScoredPassage

MIN_CONFIDENCE = 0.35  # below it the article's words are about something else
MAX_CITATIONS = 3
TOP_PASSAGES = 20  # bounds the work per question; the answer is seldom below
PASSAGE_WEIGHT = 0.4  # of a passage's score in its sentences' scores
NEAR = 0.9  # share of the best score from which a sentence stands about as strong
# An exact number that the passage lacks leaves this share of the confidence.
MISSING_EXACT_TERM = 0.3


class Answerer:
    """Answers questions from a collection of articles, in their own words.

    Indexing happens once, here; answering is pure, does no I/O, and may be called
    from several threads.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        *,
        min_confidence: float = MIN_CONFIDENCE,
        max_citations: int = MAX_CITATIONS,
    ) -> None:
        """Index articles.

        Args:
            articles: What to answer from.
            min_confidence: The confidence in [0, 1] from which an answer counts
                as found.
            max_citations: The most citations an answer has.
        """
        self.articles = tuple(articles)
        self._min_confidence = min_confidence
        self._max_citations = max_citations
        self._analyzers = {a.language: Analyzer(a.language) for a in self.articles}
        self._passages: list[tuple[Article, Passage]] = []
        self._sentences: list[Sentence] = []
        self._terms: list[list[Term]] = []  # of each sentence
        self._first_sentence: list[int] = []  # of each passage
        for article in self.articles:
            analyzer = self._analyzers[article.language]
            for passage in article.passages:
                self._passages.append((article, passage))
                self._first_sentence.append(len(self._sentences))
                self._sentences.extend(passage.sentences)
                self._terms.extend(analyzer.analyze(s.text) for s in passage.sentences)
        self._first_sentence.append(len(self._sentences))
        sentence_terms = [[term.term for term in terms] for terms in self._terms]
        self._sentence_index = Bm25Index(sentence_terms)
        self._passage_index = Bm25Index(
            [
                [
                    term
                    for n in range(first, past)
                    for term in sentence_terms[n]
                ]
                for first, past in zip(
                    self._first_sentence, self._first_sentence[1:], strict=False
                )
            ]
        )  # fmt: skip

    def retrieve(self, question: str, k: int = TOP_PASSAGES) -> list[ScoredPassage]:
        """Return the passages that hold a term of the question, best first, at most k.

        Equal scores stay in reading order.
        """
        query = [term.term for term in self._analyze(question)]
        return [
            ScoredPassage(*self._passages[n], score)
            for n, score in self._retrieve(query, k)
        ]

    def rank(self, question: str, k: int = 3) -> list[Citation]:
        """Return the best sentences, best first, at most k, whatever the confidence.

        Empty if no term of the question occurs in the articles.
        """
        return self._cite([term.term for term in self._analyze(question)], k)

    def answer(
        self,
        question: str,
        history: Sequence[Answer] = (),  # noqa: ARG002  # the interface's
    ) -> Answer:
        """Answer a question in the articles' own words.

        Args:
            question: Anything that a reader types; it need not be a question.
            history: Earlier answers of this chat, oldest first. Every question is
                taken as it stands so far, whatever was asked before.
        """
        terms = self._analyze(question)
        query = [term.term for term in terms]
        ranked = self._cite(query, self._max_citations)
        confidence = self._confidence(query, ranked[0]) if ranked else 0.0
        citations = tuple(c for c in ranked if c.score >= NEAR * ranked[0].score)
        unmentioned = dict.fromkeys(
            question[term.start : term.end]
            for term in terms
            if term.term not in self._passage_index
        )
        found = bool(ranked) and confidence >= self._min_confidence
        return Answer(question, found, confidence, citations, tuple(unmentioned))

    def _analyze(self, question: str) -> list[Term]:
        """Analyze a question as the articles were; several languages add up."""
        terms = dict.fromkeys(
            term
            for analyzer in self._analyzers.values()
            for term in analyzer.analyze_question(question)
        )
        return list(terms)

    def _retrieve(self, query: Sequence[str], k: int) -> list[tuple[int, float]]:
        scores = self._passage_index.scores(query)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(n), float(scores[n])) for n in best if scores[n] > 0]

    def _cite(self, query: Sequence[str], k: int) -> list[Citation]:
        """Rank the sentences of the best passages by both scores together."""
        sentence_scores = self._sentence_index.scores(query)
        candidates = [
            (float(sentence_scores[n]) + PASSAGE_WEIGHT * passage_score, n, position)
            for position, passage_score in self._retrieve(query, TOP_PASSAGES)
            for n in range(*self._first_sentence[position : position + 2])
            if sentence_scores[n] > 0
        ]
        candidates.sort(key=lambda candidate: (-candidate[0], candidate[1]))
        wanted = set(query)
        return [
            self._citation(wanted, n, position, score)
            for score, n, position in candidates[:k]
        ]

    def _citation(
        self, wanted: set[str], n: int, position: int, score: float
    ) -> Citation:
        article, passage = self._passages[position]
        sentence = self._sentences[n]
        highlights: list[tuple[int, int]] = []
        for term in self._terms[n]:
            if term.term not in wanted:
                continue
            start, end = term.start, term.end
            if highlights and start <= highlights[-1][1]:
                start = highlights.pop()[0]  # overlapping bigrams are one highlight
            highlights.append((start, end))
        return Citation(
            article, passage, sentence.start, sentence.end, score, tuple(highlights)
        )

    def _confidence(self, query: Sequence[str], best: Citation) -> float:
        analyzer = self._analyzers[best.article.language]
        sentence = {term.term for term in analyzer.analyze(best.quote)}
        passage = {term.term for term in analyzer.analyze(best.passage.text)}
        covered = coverage(query, sentence, self._sentence_index)
        return covered * (
            MISSING_EXACT_TERM if exact_terms_missing(query, passage) else 1
        )
