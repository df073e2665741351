"""Questions that mean the same: by their terms, or by their embeddings.

Two questions mean the same if they have the same terms and ask for the same type of
answer. With an encoder they also do if their embeddings are close, except where one
names something that the other does not, or where they differ in a single word, stop
words aside ("When does it open?", "When does it close?"), which embeddings hardly tell
apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retrieval.encoder.cache import EmbeddingCache
from retrieval.encoder.protocol import EmbeddingMatrix
from retrieval.query.query import Query, analyzers_for, parse_query
from retrieval.text.analysis import analyzer_for

# Of 20 pairs of paraphrases with the built-in encoder 12 have this cosine, and of
# 6,650 pairs of different questions about one document 1 that the rules below allow.
MIN_COSINE = 0.82
OTHER = "other"  # the answer type of a question without a known one

TermKey = tuple[frozenset[str] | tuple[str, ...], str]


class QuestionMatch(NamedTuple):
    """A known question that means the same as another question.

    Attributes:
        number: Its position among the known questions.
        same_words: Whether it has the same words; otherwise it is close in meaning.
    """

    number: int
    same_words: bool


class QuestionMatcher:
    """Finds the known question that means the same as another question.

    Args:
        questions: The known questions.
        languages: ISO 639-1 codes of the languages that they may be in.
        embeddings: Embeddings of questions; None compares terms alone.
    """

    def __init__(
        self,
        questions: Sequence[str],
        languages: Sequence[str],
        embeddings: EmbeddingCache | None,
    ) -> None:
        self._languages = languages
        self._embeddings = _if_understood(embeddings, languages)
        self._known = [_parse(question, languages) for question in questions]
        self._by_terms: dict[TermKey, int] = {}
        for n, parsed in enumerate(self._known):
            self._by_terms.setdefault(parsed.key, n)
        self._matrix: EmbeddingMatrix | None = None
        if self._embeddings and questions:
            self._matrix = self._embeddings.get(list(questions))

    def find(self, question: str) -> QuestionMatch | None:
        """Return the known question that means the same, or None."""
        asked = _parse(question, self._languages)
        if asked.key in self._by_terms:
            return QuestionMatch(self._by_terms[asked.key], same_words=True)
        if self._embeddings is None or self._matrix is None:
            return None
        cosines = self._matrix @ self._embeddings.get([question])[0]
        for n in np.argsort(-cosines, kind="stable").tolist():
            if cosines[n] < MIN_COSINE:
                return None
            if _is_compatible(asked, self._known[n]):
                return QuestionMatch(int(n), same_words=False)
        return None


def group_questions(
    questions: Sequence[str],
    languages: Sequence[str],
    embeddings: EmbeddingCache | None,
) -> list[list[int]]:
    """Group questions that mean the same as the first question of their group.

    Args:
        questions: Distinct questions, the most important first.
        languages: ISO 639-1 codes of the languages that they may be in.
        embeddings: Embeddings of questions; None compares terms alone.

    Returns:
        The positions of the questions of each group, in ascending order.

    >>> group_questions(["Who leads it?", "When?", "who leads it"], ["en"], None)
    [[0, 2], [1]]
    """
    parsed = [_parse(question, languages) for question in questions]
    by_terms: dict[TermKey, list[int]] = {}
    for n, one in enumerate(parsed):
        by_terms.setdefault(one.key, []).append(n)
    groups = list(by_terms.values())
    embeddings = _if_understood(embeddings, languages)
    if embeddings is None or not groups:
        return groups
    matrix = embeddings.get([questions[group[0]] for group in groups])
    is_free = np.ones(len(groups), dtype=np.bool_)
    merged: list[list[int]] = []
    for n, group in enumerate(groups):
        if not is_free[n]:
            continue
        is_free[n] = False
        close = np.flatnonzero(is_free & (matrix @ matrix[n] >= MIN_COSINE))
        joined = [
            m
            for m in close.tolist()
            if _is_compatible(parsed[group[0]], parsed[groups[m][0]])
        ]
        is_free[joined] = False
        merged.append(sorted([*group, *(q for m in joined for q in groups[m])]))
    return merged


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """A question with what decides whether another one means the same.

    Attributes:
        query: The analysed question.
        key: Its terms and its answer type; equal for questions with the same words.
        terms: All of its terms.
        names: The terms that are names or numbers.
    """

    query: Query
    key: TermKey
    terms: frozenset[str]
    names: frozenset[str]


def _parse(question: str, languages: Sequence[str]) -> _Question:
    analyzers = analyzers_for(question, [*map(analyzer_for, languages)])
    query = parse_query(question, analyzers)
    classes = query.classes
    terms = [term.term for term in query.terms]
    names = frozenset(
        t for n, t in enumerate(terms) if classes.names[n] or classes.numbers[n]
    )
    key = frozenset(terms) or query.words
    return _Question(query, (key, query.answer_type), frozenset(terms), names)


def _is_compatible(one: _Question, other: _Question) -> bool:
    """Return whether two questions with close embeddings may mean the same."""
    types = {one.query.answer_type, other.query.answer_type}
    if len(types) > 1 and OTHER not in types:
        return False
    if not (one.names <= other.terms and other.names <= one.terms):
        return False
    words, others = one.query.words, other.query.words
    if len(words) != len(others):
        return True
    looked_up = _looked_up(one.query) | _looked_up(other.query)
    pairs = zip(words, others, strict=True)
    return sum(a != b and bool({a, b} & looked_up) for a, b in pairs) != 1


def _looked_up(query: Query) -> set[str]:
    """Return the words of a question that have a term, so all but stop words."""
    text = query.question
    return {text[term.start : term.end].casefold() for term in query.terms}


def _if_understood(
    embeddings: EmbeddingCache | None, languages: Sequence[str]
) -> EmbeddingCache | None:
    """Return the embeddings, or None if the encoder knows none of the languages."""
    if embeddings is None or embeddings.encoder.languages.isdisjoint(languages):
        return None
    return embeddings
