"""The articles' sentences and the indexes over them: a query in, `Evidence` out."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from retrieval.analysis import Analyzer, Term
from retrieval.bm25 import Bm25Index
from retrieval.documents import Article, Passage, Sentence
from retrieval.evidence import Evidence
from retrieval.postings import Postings
from retrieval.query import Query, analyzers_for, grams, prefixes, words
from retrieval.tables import rows_of
from retrieval.traits import read_traits

Track = Callable[[Sequence[Article]], Iterable[Article]]

CACHED_SENTENCES = 2_000  # whose terms are kept, those used last
MAX_CANDIDATES = 60  # sentences that are looked at closely, give or take a passage


class Collection:
    """Indexes articles once; every passage and sentence has its position in it.

    Attributes:
        analyzers: One for each language of the articles.
        passages: Of all articles in a row, each with its article.
        sentences: Of all passages in a row.
        texts: What each says; a row of a table with the names of its columns.
        first_sentences: The position of each passage's first sentence, and past all.
    """

    def __init__(self, articles: Sequence[Article], track: Track = iter) -> None:
        """Analyse and index.

        Args:
            articles: What is indexed.
            track: Hands the articles on one by one, as a progress bar does.
        """
        by_language = {a.language: Analyzer(a.language) for a in articles}
        self._analyzers = {
            language: lru_cache(CACHED_SENTENCES)(analyzer.analyze)
            for language, analyzer in by_language.items()
        }
        self.analyzers = tuple(by_language.values())
        self._n_articles = len(articles)
        self.passages: list[tuple[Article, Passage]] = []
        self.sentences: list[Sentence] = []
        self.texts: list[str] = []
        bags: list[list[str]] = []  # each sentence's terms
        first_sentences: list[int] = []
        sections: list[list[str]] = []  # the terms of each passage's headings
        self._named: set[str] = set()  # terms of titles and publishers
        traits: list[tuple[float, ...]] = []
        for article in track(articles):
            analyzer = by_language[article.language]
            analyze = self._analyzers[article.language]
            for name in filter(None, (article.title, article.publisher)):
                self._named.update(term.term for term in analyze(name))
            rows = rows_of(article)
            for passage in article.passages:
                self.passages.append((article, passage))
                named = [passage.section, article.title if len(articles) > 1 else None]
                headings = analyzer.analyze("\n".join(filter(None, named)))
                sections.append([term.term for term in headings])
                first_sentences.append(len(self.sentences))
                count = len(passage.sentences)
                for n, sentence in enumerate(passage.sentences):
                    terms = analyze(sentence.text)
                    self.sentences.append(sentence)
                    row = rows.get(sentence.start)
                    self.texts.append(row.text if row else sentence.text)
                    named_by = analyze(" ".join(row.columns)) if row else ()
                    bags.append([term.term for term in (*terms, *named_by)])
                    traits.append(
                        read_traits(sentence.text, terms, analyzer.language, n / count)
                    )
        first_sentences.append(len(self.sentences))
        self.first_sentences = np.array(first_sentences, dtype=np.int32)
        self._traits = np.array(traits).T
        self._sentence_index = Bm25Index(bags)
        self._passage_index = Bm25Index(
            [
                section + [term for bag in bags[first:past] for term in bag]
                for section, (first, past) in zip(
                    sections, pairwise(first_sentences), strict=True
                )
            ]
        )
        self._grams = Postings(grams(words(text)) for text in self.texts)
        self._prefixes = Postings(prefixes(words(text)) for text in self.texts)

    def mentions(self, term: str) -> bool:
        """Tell whether a text, a heading, a title or a publisher holds a term."""
        return term in self._passage_index or term in self._named

    def terms(self, position: int, article: Article) -> list[Term]:
        """Return the terms of a sentence of an article."""
        analyze = self._analyzers[article.language]
        return analyze(self.sentences[position].text)

    def analyzers_for(self, question: str) -> Sequence[Analyzer]:
        """Return those of the articles' analyzers that fit a question's language."""
        return analyzers_for(question, self.analyzers)

    def passage_at(self, position: int) -> tuple[Article, Passage]:
        """Return the passage that a sentence stands in, with its article."""
        return self.passages[self._passage_number(position)]

    def passage_scores(self, query: Query, k: int) -> list[tuple[int, float]]:
        """Return the positions of the best passages with their BM25, best first.

        Only passages that hold a term; equal scores stay in reading order.
        """
        terms = [term.term for term in query.terms]
        return self._passage_index.top(terms, query.weights.tolist(), k)

    def evidence(self, query: Query, nearest: Sequence[int] = ()) -> Evidence | None:
        """Look closely at the best passages' sentences.

        Args:
            query: With at least one term, or nothing is found.
            nearest: Positions of sentences that are candidates besides, whatever their
                words, with their passages.

        Returns:
            None if no term of the query occurs, and none is nearest.
        """
        chosen: dict[int, float] = {}
        n_candidates = 0
        for n, score in self.passage_scores(query, MAX_CANDIDATES):
            if chosen and n_candidates >= MAX_CANDIDATES:
                break
            chosen[n] = score
            n_candidates += int(self.first_sentences[n + 1] - self.first_sentences[n])
        if query.terms:
            for position in nearest:
                chosen.setdefault(self._passage_number(position), 0.0)
        if not chosen:
            return None
        language = self.passages[next(iter(chosen))][0].language
        numbers = sorted(chosen)
        firsts = self.first_sentences[numbers]
        counts = self.first_sentences[np.add(numbers, 1)] - firsts
        n_candidates = int(counts.sum())
        starts = np.cumsum(counts) - counts
        passage_of = np.repeat(np.arange(len(numbers)), counts)
        offsets = np.arange(n_candidates) - starts[passage_of]
        candidates = firsts[passage_of] + offsets
        terms = [term.term for term in query.terms]
        known = np.array([term in self._passage_index for term in terms])
        idf = query.weights * [self._sentence_index.idf(term) for term in terms]
        mass = float(idf @ known)
        term_scores = self._sentence_index.term_scores(terms, candidates)
        held = (term_scores > 0).astype(np.float64)
        before = np.zeros_like(held)
        before[:, 1:] = held[:, :-1]
        before[:, starts] = 0
        after = np.zeros_like(held)
        after[:, :-1] = held[:, 1:]
        after[:, starts + counts - 1] = 0
        begins = self._prefixes.rows(query.beginnings, candidates)
        question_words = words(query.text)
        question_grams = grams(question_words)
        gram_idf, gram_held = self._grams.held(question_grams, candidates)
        prefix_idf, prefix_held = self._prefixes.held(
            prefixes(question_words), candidates
        )
        gram_mass = gram_idf.sum() or 1.0
        in_passage = self._passage_index.term_scores(terms, np.array(numbers)) > 0
        gram_in_passage = np.maximum.reduceat(gram_held, starts, axis=1)
        return Evidence(
            query=query,
            language=language,
            candidates=candidates,
            passage_starts=starts,
            passage_of=passage_of,
            known=known,
            idf=idf,
            mass=mass,
            held=held,
            scores=query.weights @ term_scores,
            passage_scores=np.array([chosen[n] for n in numbers])[passage_of],
            n_articles=self._n_articles,
            n_sentences=len(self.sentences),
            grams_known=len(gram_idf) / (len(question_grams) or 1),
            grams=gram_idf @ gram_held / gram_mass,
            passage_grams=(gram_idf @ gram_in_passage / gram_mass)[passage_of],
            prefixes=prefix_idf @ prefix_held,
            traits=self._traits[:, candidates],
            before=before,
            after=after,
            in_passage=in_passage.astype(np.float64)[:, passage_of],
            class_mass=query.classes * (idf * known / (mass or 1)),
            derived=np.maximum(held, begins),
            derived_known=known | [b in self._prefixes for b in query.beginnings],
        )

    def _passage_number(self, position: int) -> int:
        return int(np.searchsorted(self.first_sentences, position, side="right")) - 1
