"""What speaks for a sentence being the answer: small named measures.

All of them look at the terms of the question (the query) and of the sentence.
"""

from collections.abc import Collection, Iterable

import regex

from retrieval.bm25 import Bm25Index

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_EXACT = frozenset(_ORDINALS)
_DIGITS = regex.compile(r"^\d")


def coverage(
    query: Collection[str], sentence: Collection[str], index: Bm25Index
) -> float:
    """Return the share of the query's idf mass that the sentence holds, in [0, 1].

    A term that no document uses counts with the idf of such a term, so that a
    question about something else is covered little even where a word matches.
    """
    distinct = set(query)
    total = sum(index.idf(term) for term in distinct)
    held = sum(index.idf(term) for term in distinct.intersection(sentence))
    return held / total if total else 0.0


def exact_terms_missing(query: Iterable[str], passage: Collection[str]) -> bool:
    """Tell whether the query turns on a number or ordinal that the passage lacks.

    A question about the fourth test is not answered by the third.
    """
    return any(
        (term in _EXACT or _DIGITS.match(term)) and term not in passage
        for term in query
    )
