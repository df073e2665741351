"""Retrieve passages, weigh their sentences, decide found or not, cite."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval import asked
from retrieval.analysis import Analyzer
from retrieval.collection import Collection, Track
from retrieval.confidence import Choice
from retrieval.documents import Article, Sentence
from retrieval.evidence import QUESTION, WIDTH, Evidence, Numbers
from retrieval.followups import NOTHING, Context, context
from retrieval.model import JUDGE, MEANING, Model, model_for
from retrieval.query import COMMON, Query, read_query
from retrieval.reader import Reader, default_reader
from retrieval.reader.embeddings import Embeddings
from retrieval.reader.reading import Reading
from retrieval.results import Answer, Citation, ScoredPassage
from retrieval.spelling import Vocabulary
from retrieval.tables import cells_of

MIN_CONFIDENCE = 0.3  # three of four answers above it are right, as readers ask
MAX_CITATIONS = 3
MAX_FURTHER = 5  # passages that an answer keeps beside those it cites
TOP_PASSAGES = 20
NEAR = 0.5  # share of the best probability from which another sentence is cited too
# What a column of quotation costs in probability. A second sentence is quoted where
# it is likelier to hold the answer than its length costs: 150 columns, 20 %.
PRICE = 0.00135
AS_ASKED = 0.9  # of the probability, for what a question asks for by its form
HELD_BY_NONE = 0.25  # of what the best row holds, to weigh one that holds nothing
EPSILON = 1e-9
MAX_MEANT = 20  # sentences that may be what a question asks for by its form
OTHER_MARK = 0.1  # of the confidence is left where a version asked for is not written
MAX_LED = 8  # sentences, items or rows that a lead-in is quoted with
MAX_LED_CHARACTERS = 700
FUSION = 10  # ranks that are taken off the weight of the first; a few dozen candidates


class Span(NamedTuple):
    """Neighbouring candidates, half-open, and their probability together."""

    first: int
    past: int
    probability: float


class Weighed(NamedTuple):
    """The candidates of a question, with their probabilities, which add up to 1."""

    evidence: Evidence
    model: Model
    probabilities: Numbers


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
        reader: Reader | Embeddings | Literal["default"] | None = "default",
        track: Track = iter,
    ) -> None:
        """Index articles.

        Args:
            articles: What to answer from.
            min_confidence: The confidence in [0, 1] from which an answer counts
                as found.
            max_citations: The most citations an answer has.
            reader: What understands meaning; by default the one that comes with the
                package, where its extra is installed. Given as its `Embeddings`, these
                are shared with whoever else has them. None answers from words alone.
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
        self.articles = tuple(articles)
        self._min_confidence = min_confidence
        self._max_citations = max_citations
        self._collection = Collection(self.articles, track)
        if reader == "default":
            reader = default_reader()
        if reader is not None and not isinstance(reader, Embeddings):
            reader = Embeddings(reader)
        self._reading = None
        if reader and any(a.language in reader.reader.languages for a in self.articles):
            texts = self._collection.texts
            self._reading = Reading(self.articles, texts, reader)

    def prepare(self, track: Track = iter) -> None:
        """Have the reader embed all sentences now, not at the first question.

        Questions that come meanwhile, from other threads, are not held up. Where the
        embeddings have a folder, they are kept there.

        Args:
            track: Hands the articles on one by one, as a progress bar does.
        """
        if self._reading:
            self._reading.prepare(track, keep=True)

    def retrieve(self, question: str, k: int = TOP_PASSAGES) -> list[ScoredPassage]:
        """Return the passages that hold a term of the question, best first, at most k.

        Equal scores stay in reading order.

        Raises:
            ValueError: k is below 1.
        """
        if k < 1:
            raise ValueError(f"k is 1 or more, not {k}")
        query = read_query(question, self._collection.analyzers_for(question))
        return [
            ScoredPassage(*self._collection.passages[n], score)
            for n, score in self._collection.passage_scores(query, k)
        ]

    def rank(self, question: str, k: int = 3) -> list[Citation]:
        """Return the best citations, best first, at most k, whatever the confidence.

        Empty if no term of the question occurs in the articles.

        Raises:
            ValueError: k is below 1.
        """
        if k < 1:
            raise ValueError(f"k is 1 or more, not {k}")
        query = read_query(question, self._collection.analyzers_for(question))
        form = asked.form_of(question)
        weighed = self.weigh(query, also=self._meant(form))
        if weighed is None:
            return []
        evidence, _, probabilities = weighed
        probabilities, n_meant = self._as_asked(form, evidence, probabilities)
        best = choose(evidence, probabilities, alone=n_meant > 0)
        best = self._with_led(evidence, self._row(evidence, probabilities, best))
        others = _others(probabilities, best)[: k - 1]
        spans = [best, *(_single(probabilities, n) for n in others)]
        return [self._cite(evidence, span) for span in spans]

    def answer(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """Answer a question in the articles' own words.

        Args:
            question: Anything that a reader types; it need not be a question.
            history: Earlier answers of this chat, oldest first. A follow-up
                ("When was it established?") is understood from them; a question
                that can stand alone is not touched by them.

        Raises:
            TypeError: The question is no text.
        """
        if not isinstance(question, str):
            raise TypeError(f"a question is a text, not {type(question).__name__}")
        analyzers = self._collection.analyzers_for(question)
        taken_over = context(question, history, analyzers)
        query = read_query(question, analyzers, taken_over.terms)
        unmentioned = self._unmentioned(query)
        form = asked.form_of(question)
        weighed = self.weigh(query, taken_over, self._meant(form))
        if weighed is None:
            meant = self._mistyped(unmentioned)
            return Answer(question, False, 0.0, (), unmentioned, meant=meant)
        evidence, model, probabilities = weighed
        probabilities, n_meant = self._as_asked(form, evidence, probabilities)
        best = choose(evidence, probabilities, alone=n_meant > 0)
        best = self._row(evidence, probabilities, best)
        confidence = model.confidence(choice_of(evidence, probabilities, best))
        if form and n_meant and self._is_settled(form, query, n_meant):
            confidence = max(confidence, AS_ASKED)
        if any(not self._is_written(mark) for mark in asked.marks(question)):
            confidence *= OTHER_MARK
        found = confidence >= self._min_confidence
        meant = () if found else self._mistyped(unmentioned)
        if not found and not evidence.known.any():
            return Answer(question, False, confidence, (), unmentioned, meant=meant)
        best = self._with_led(evidence, best)
        others = self._distinct(evidence, best, _others(probabilities, best))
        near = [
            _single(probabilities, n)
            for n in others[: self._max_citations - 1]
            if probabilities[n] >= NEAR * best.probability
        ]
        spans = [best, *near]
        further = self._further(evidence, probabilities, spans, others[len(near) :])
        return Answer(
            question,
            found,
            confidence,
            tuple(self._cite(evidence, span) for span in spans),
            unmentioned,
            tuple(further),
            meant,
        )

    @property
    def analyzers(self) -> Sequence[Analyzer]:
        """One for each language of the articles."""
        return self._collection.analyzers

    def sentences(self, evidence: Evidence) -> list[tuple[Article, Sentence]]:
        """Return the candidates, in order, each with its article."""
        collection = self._collection
        return [
            (collection.passage_at(n)[0], collection.sentences[n])
            for n in evidence.candidates.tolist()
        ]

    def weigh(
        self,
        query: Query,
        taken_over: Context = NOTHING,
        also: Sequence[int] = (),
    ) -> Weighed | None:
        """Weigh the candidates of a query: by words, by meaning, by the judge.

        Args:
            query: With the terms of earlier turns, if it follows them up.
            taken_over: From these turns.
            also: Positions of sentences that are candidates, whatever they say.

        Returns:
            None where there is nothing to choose from.
        """
        reading = self._reading
        if reading is None or not query.terms:
            return self._by_words(self._collection.evidence(query, also))
        reading.prepare_if_soon_done()
        text = " ".join([*taken_over.questions, query.text])
        vectors = reading.ask(text)
        nearest = [*also, *reading.nearest(vectors)]
        found = self._collection.evidence(query, nearest)
        if found is None or found.language not in reading.reader.languages:
            return self._by_words(self._collection.evidence(query, also))
        by_words = model_for(found.language).probabilities(found)
        meaning = reading.cosines(vectors, found.candidates)
        found = replace(found, by_words=by_words, meaning=meaning)
        voice = MEANING
        if reading.reader.judges:
            voice = JUDGE
            likeliest = found.candidates[_fused(by_words, meaning)]
            odds = reading.judge(text, likeliest.tolist())
            judged = [odds.get(n, np.nan) for n in found.candidates.tolist()]
            found = replace(found, judged=np.array(judged))
        model = model_for(found.language, voice)
        return Weighed(found, model, model.probabilities(found))

    def _by_words(self, found: Evidence | None) -> Weighed | None:
        if found is None:
            return None
        model = model_for(found.language)
        return Weighed(found, model, model.probabilities(found))

    def _meant(self, form: asked.Form | None) -> list[int]:
        """List sentences that a question asks for by its form."""
        if form is None:
            return []
        sentences = enumerate(self._collection.sentences)
        meant = (n for n, sentence in sentences if form.means(sentence.text))
        return list(islice(meant, MAX_MEANT))

    def _as_asked(
        self, form: asked.Form | None, evidence: Evidence, probabilities: Numbers
    ) -> tuple[Numbers, int]:
        """Give most of the probability to what a question asks for by its form.

        Returns:
            The probabilities, and how many passages hold such a sentence.
        """
        if form is None:
            return probabilities, 0
        texts = [sentence.text for _, sentence in self.sentences(evidence)]
        meant = np.array([form.means(text) for text in texts])
        if not meant.any():
            return probabilities, 0
        # Of several lists, the likeliest as a whole is meant.
        of_passage = np.bincount(evidence.passage_of, probabilities)
        chosen = int((of_passage[evidence.passage_of] * meant).argmax())
        shifted: Numbers = probabilities * (1 - AS_ASKED)
        shifted[chosen] += AS_ASKED
        return shifted, len(set(evidence.passage_of[meant].tolist()))

    def _is_settled(self, form: asked.Form, query: Query, n_meant: int) -> bool:
        """Tell whether nothing else in a question speaks against what its form asks."""
        start, end = form.span
        others = [
            term
            for n, term in enumerate(query.terms[: query.n_own])
            if not start <= term.start < end and not query.classes[COMMON, n]
        ]
        if not others:
            return n_meant == 1
        return all(self._collection.mentions(term.term) for term in others)

    def _is_written(self, mark: str) -> bool:
        """Tell whether a version or a mark stands in any article."""
        return any(
            self._collection.mentions(term.term)
            for analyzer in self._collection.analyzers
            for term in analyzer.analyze(mark)
        )

    def _row(self, evidence: Evidence, probabilities: Numbers, span: Span) -> Span:
        """Of a table, choose the row that is likely, and holds what is asked."""
        carrier = span.first + int(probabilities[span.first : span.past].argmax())
        passage = evidence.passage_of[carrier]
        sentences, texts = self._collection.sentences, self._collection.texts
        rows = [
            n
            for n, position in enumerate(evidence.candidates.tolist())
            if evidence.passage_of[n] == passage
            and texts[position] != sentences[position].text
        ]
        text = sentences[int(evidence.candidates[carrier])].text
        is_header = carrier + 1 in rows and len(cells_of(text)) > 1
        if carrier not in rows and not is_header:
            return span
        n_own = evidence.query.n_own
        held = evidence.idf[:n_own] @ evidence.held[:n_own, rows]
        weight = probabilities[rows] * (held + HELD_BY_NONE * held.max() + EPSILON)
        best = int(weight.argmax())
        together = float(probabilities[rows].sum())
        return Span(rows[best], rows[best] + 1, together)

    def _with_led(self, evidence: Evidence, span: Span) -> Span:
        """Quote with a sentence that ends in a colon what it leads to."""
        sentences = self._collection.sentences
        quoted = [sentences[n] for n in evidence.candidates[span.first : span.past]]
        leads = [n for n, sentence in enumerate(quoted) if _leads(sentence)]
        if not leads:
            return span
        first = span.first + leads[-1] + 1
        past = first
        while (
            past < len(evidence.candidates)
            and past not in evidence.passage_starts
            and past - first < MAX_LED
        ):
            led = sentences[int(evidence.candidates[past])]
            is_far = led.end - quoted[leads[-1]].end > MAX_LED_CHARACTERS
            if past > first and (is_far or _leads(led)):
                break
            past += 1
        return span._replace(past=max(past, span.past))

    def _unmentioned(self, query: Query) -> tuple[str, ...]:
        """List words of the question that are mentioned in no language, by no term."""
        own = query.terms[: query.n_own]
        said = [(t.start, t.end) for t in own if self._collection.mentions(t.term)]
        spans: list[tuple[int, int]] = []
        for start, end in sorted(
            (term.start, term.end)
            for n, term in enumerate(own)
            if not query.classes[COMMON, n]
            and not any(term.start < e and s < term.end for s, e in said)
        ):
            # Terms that overlap, as pairs of letters do, are of one word.
            if spans and start < spans[-1][1]:
                before = spans.pop()
                start, end = before[0], max(before[1], end)
            spans.append((start, end))
        return tuple(dict.fromkeys(query.text[start:end] for start, end in spans))

    def _mistyped(self, unmentioned: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Pair words that no article uses with those that may have been meant."""
        nearest = ((word, self._vocabulary.nearest(word)) for word in unmentioned)
        return tuple((word, near) for word, near in nearest if near)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        """Collect the words once, when a question first needs them."""
        languages = [analyzer.language for analyzer in self.analyzers]
        stop_words = frozenset().union(*(known.stop_words for known in languages))
        return Vocabulary((article.text for article in self.articles), stop_words)

    def _distinct(self, evidence: Evidence, best: Span, others: list[int]) -> list[int]:
        """Leave out of several candidates those that say the same as one before."""
        sentences, positions = self._collection.sentences, evidence.candidates.tolist()
        said = {sentences[n].text for n in positions[best.first : best.past]}
        distinct = []
        for n in others:
            text = sentences[positions[n]].text
            if text not in said:
                said.add(text)
                distinct.append(n)
        return distinct

    def _further(
        self,
        evidence: Evidence,
        probabilities: Numbers,
        cited: Iterable[Span],
        others: Iterable[int],
    ) -> Iterator[Citation]:
        """Yield the best citation of each passage that is not cited yet."""
        passage_of = evidence.passage_of.tolist()
        seen = {passage_of[span.first] for span in cited}
        most = len(seen) + MAX_FURTHER
        for n in others:
            if len(seen) == most:
                return
            if passage_of[n] not in seen:
                seen.add(passage_of[n])
                yield self._cite(evidence, _single(probabilities, n))

    def _cite(self, evidence: Evidence, span: Span) -> Citation:
        first, past = int(evidence.candidates[span.first]), span.past - span.first
        positions = range(first, first + past)
        article, passage = self._collection.passage_at(first)
        wanted = {term.term for term in evidence.query.terms}
        begin = self._collection.sentences[first].start
        highlights: list[tuple[int, int]] = []
        for n in positions:
            shift = self._collection.sentences[n].start - begin
            for term in self._collection.terms(n, article):
                if term.term not in wanted:
                    continue
                start, end = term.start + shift, term.end + shift
                if highlights and start <= highlights[-1][1]:
                    start = highlights.pop()[0]  # overlapping bigrams are one highlight
                highlights.append((start, end))
        end = self._collection.sentences[positions[-1]].end
        return Citation(
            article,
            passage,
            begin,
            end,
            span.probability,
            tuple(highlights),
        )


def choose(evidence: Evidence, probabilities: Numbers, *, alone: bool = False) -> Span:
    """Choose what to quote: one sentence, or, if not alone, two of one passage.

    It is what has the highest probability after what its length costs; and where that
    ends by asking, as in a list of questions with answers, the sentence after it, too.
    """
    net = probabilities - PRICE * evidence.traits[WIDTH]
    together = net[:-1] + net[1:]
    together[evidence.passage_starts[1:] - 1] = -np.inf  # never across passages
    first = int(net.argmax())
    past = first + 1
    if not alone and len(together) and together.max() > net[first]:
        first = int(together.argmax())
        past = first + 2
    follows = past < len(net) and past not in evidence.passage_starts
    if follows and evidence.traits[QUESTION][past - 1]:
        past += 1
    return Span(first, past, float(probabilities[first:past].sum()))


def choice_of(evidence: Evidence, probabilities: Numbers, span: Span) -> Choice:
    """Tell what is chosen by a span: its likelier sentence carries the answer."""
    carrier = span.first + int(probabilities[span.first : span.past].argmax())
    return Choice(evidence, probabilities, carrier, span.probability)


def _leads(sentence: Sentence) -> bool:
    return sentence.text.endswith((":", "："))


def _fused(*scores: Numbers) -> NDArray[np.intp]:
    """Order candidates by several scores at once, the likeliest first.

    Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009), which weighs nothing.
    """
    ranks = [np.argsort(np.argsort(-one, kind="stable")) + 1 for one in scores]
    fused = sum(1 / (FUSION + rank) for rank in ranks)
    return np.argsort(-np.asarray(fused), kind="stable")


def _others(probabilities: Numbers, best: Span) -> list[int]:
    """Return the candidates that are not chosen, the likeliest first."""
    order: list[int] = np.argsort(-probabilities, kind="stable").tolist()
    return [n for n in order if not best.first <= n < best.past]


def _single(probabilities: Numbers, n: int) -> Span:
    return Span(n, n + 1, float(probabilities[n]))
