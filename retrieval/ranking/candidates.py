"""Candidate sentences of a query, as arrays that features are computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import FloatArray
from retrieval.documents.values import Sentence
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.query.query import Query, TermClasses


class TraitColumns(NamedTuple):
    """`Traits` of the candidates: each an array of (n_candidates,), float64."""

    width: FloatArray
    names: FloatArray
    numbers: FloatArray
    year: FloatArray
    ordinal: FloatArray
    number_word: FloatArray
    calendar: FloatArray
    starts_with_pronoun: FloatArray
    is_question: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The candidate sentences of a query, with what the features are computed from.

    Arrays are float64, and of shape (n_candidates,), where nothing else is said. A term
    matrix is (n_terms, n_candidates) and holds 1 where the term occurs, else 0.

    Attributes:
        query: The query.
        language: ISO 639-1 code of the best passage: the one with the highest BM25, or
            else the first that the intent or the embeddings propose.
        sentences: The candidates, each as its passage and its number there, from 0; in
            order of their articles' keys. Passages are whole.
        passage_starts: The first candidate of each passage: (n_passages,), int.
        passage_of: The passage of each candidate, counted from 0, int.
        distinct: The number of each candidate's wording: sentences of several articles
            that read the same share one, such as those of two versions of a document,
            int.
        position: Each candidate's position in its passage: 0 for the first sentence,
            towards 1 for the last.
        in_vocabulary: Whether each term occurs in any article that is searched:
            (n_terms,), bool.
        term_weights: The idf of each term times its weight in the query: (n_terms,).
        known_weight: The sum of `term_weights` over the terms in the vocabulary.
        term_matrix: Term matrix of each candidate.
        scores: BM25 of each candidate.
        passage_scores: BM25 of each candidate's passage.
        n_articles: How many articles are searched; copies count once, as far as the
            candidates show them.
        n_sentences: How many sentences these articles have, counted likewise.
        ngrams_known: The share of the query's character n-grams that occur in any
            candidate.
        ngram_cover: The share of the query's character n-grams, by idf, that occur in
            each candidate.
        passage_ngram_cover: The share of the query's character n-grams, by idf, that
            occur in each candidate's passage.
        prefix_cover: The total idf of the query's word prefixes in each candidate.
        traits: The candidates' query-independent features.
        previous_matrix: Term matrix of the sentence before each candidate; 0 at the
            beginning of a passage.
        next_matrix: Term matrix of the sentence after each candidate; 0 at the end of
            a passage.
        passage_term_matrix: Term matrix of each candidate's passage.
        class_weights: For each class of terms, the share of each term in
            `known_weight`, 0 for the terms of other classes: (n_terms,) each.
        prefix_matrix: Term matrix in which a word with the term's prefix counts as the
            term.
        prefix_in_vocabulary: Whether each term occurs in any article, or its prefix in
            a candidate: (n_terms,), bool.
        cosines: Cosine of each candidate's embedding with the question's; None without
            an encoder.
        lexical_probabilities: Each candidate's probability by words alone; None
            without an encoder.
        reranker_logits: The reranker's logit for each candidate; NaN where it was not
            reranked, None without a reranker.
        answers: Where the answer itself would stand in each candidate, by the reranker:
            (start, end) in characters, or None. Empty without a reranker.
    """

    query: Query
    language: str
    sentences: Sequence[tuple[IndexedPassage, int]]
    passage_starts: NDArray[np.intp]
    passage_of: NDArray[np.intp]
    distinct: NDArray[np.intp]
    position: FloatArray
    in_vocabulary: NDArray[np.bool_]
    term_weights: FloatArray
    known_weight: float
    term_matrix: FloatArray
    scores: FloatArray
    passage_scores: FloatArray
    n_articles: int
    n_sentences: int
    ngrams_known: float
    ngram_cover: FloatArray
    passage_ngram_cover: FloatArray
    prefix_cover: FloatArray
    traits: TraitColumns
    previous_matrix: FloatArray
    next_matrix: FloatArray
    passage_term_matrix: FloatArray
    class_weights: TermClasses
    prefix_matrix: FloatArray
    prefix_in_vocabulary: NDArray[np.bool_]
    cosines: FloatArray | None = None
    lexical_probabilities: FloatArray | None = None
    reranker_logits: FloatArray | None = None
    answers: Sequence[tuple[int, int] | None] = ()

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.sentences)

    def is_best_copy(self, values: FloatArray) -> NDArray[np.bool_]:
        """Return whether each candidate is the best among those that read the same.

        Args:
            values: What is compared: (n_candidates,); the first of equal ones counts.

        Returns:
            (n_candidates,), bool: of each wording, one candidate.
        """
        order = np.argsort(-values, kind="stable")
        _, firsts = np.unique(self.distinct[order], return_index=True)
        best = np.zeros(len(values), dtype=np.bool_)
        best[order[firsts]] = True
        return best

    def sentence(self, n: int) -> Sentence:
        """Return the sentence of a candidate, with offsets into its article."""
        indexed, number = self.sentences[n]
        return indexed.passage.sentences[number]
