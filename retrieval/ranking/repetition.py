"""Repetition: whether a sentence that was quoted before may answer a follow-up.

It may hold both facts, so it is ruled out only where the follow-up asks for what the
sentence does not have: something else, a reason, or what the follow-up names.
"""

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking.candidates import Candidates
from retrieval.text.language import language_for

BoolArray = NDArray[np.bool_]


def may_answer(candidates: Candidates) -> BoolArray:
    """Return whether each candidate may answer a follow-up."""
    query = candidates.query
    quoted = _is_quoted(candidates)
    if not quoted.any():
        return ~quoted
    if query.asks_else:
        return ~quoted
    if query.named:
        others = language_for(candidates.language).others
        if others and others.search(" ".join(query.named)):
            return np.ones(len(candidates), dtype=np.bool_)  # "and everyone else?"
        return ~quoted | _names_the_same(candidates) | ~_names_another(candidates)
    if query.is_bare:
        return _is_near(candidates, quoted) & _has_expected(candidates)
    return np.ones(len(candidates), dtype=np.bool_)


def _names_the_same(candidates: Candidates) -> BoolArray:
    """Return whether each candidate has a word that an elliptical follow-up names.

    A heading above the candidate may have it, or the title of one of several articles.
    """
    query = candidates.query
    own = _own_terms(candidates)
    if not len(own):
        words = (p.words[n] for p, n in candidates.sentences)
        return np.array([any(f" {w} " in text for w in query.named) for text in words])
    terms = {query.terms[n].term for n in own}
    above = [
        not terms.isdisjoint(p.headings)
        or (candidates.n_articles > 1 and not terms.isdisjoint(p.title))
        for p, _ in candidates.sentences
    ]
    held: BoolArray = candidates.prefix_matrix[own].any(axis=0) | np.array(above)
    return held


def _names_another(candidates: Candidates) -> BoolArray:
    """Return whether each candidate has something else where a follow-up names a thing.

    This is so where the articles use the word that the candidate lacks, or the
    candidate has the same function word before another ("for adults", "for students"),
    unless it speaks of all others, too.
    """
    own = _own_terms(candidates)
    language = language_for(candidates.language)
    others = language.others
    is_known = not len(own) or bool(candidates.prefix_in_vocabulary[own].any())
    opening = candidates.query.named[0]
    has_slot = opening in language.stop_words
    return np.array(
        [
            (is_known or (has_slot and f" {opening} " in p.words[n]))
            and not (others and others.search(p.sentences[n].text))
            for p, n in candidates.sentences
        ]
    )


def _own_terms(candidates: Candidates) -> NDArray[np.intp]:
    """Return the numbers of the question's own terms, without common words."""
    query = candidates.query
    return np.flatnonzero(query.classes.common[: query.n_question_terms] == 0)


def _is_near(candidates: Candidates, quoted: BoolArray) -> BoolArray:
    """Return whether each candidate was quoted, or stands beside one that was."""
    near = quoted.copy()
    same_passage = np.diff(candidates.passage_of) == 0
    near[1:] |= quoted[:-1] & same_passage
    near[:-1] |= quoted[1:] & same_passage
    return near


def _is_quoted(candidates: Candidates) -> BoolArray:
    """Return whether each candidate was quoted for an earlier turn."""
    quoted = np.zeros(len(candidates), dtype=np.bool_)
    for n, (indexed, number) in enumerate(candidates.sentences):
        text = indexed.passage.sentences[number].text
        quoted[n] = any(
            citation.passage.number == indexed.passage.number and text in citation.quote
            for citation in candidates.query.quoted
        )
    return quoted


def _has_expected(candidates: Candidates) -> BoolArray:
    """Return whether each candidate has a word of the kind that is asked for."""
    traits, query = candidates.traits, candidates.query
    language = language_for(candidates.language)
    match query.answer_type:
        case "time":
            return (traits.numbers + traits.calendar) > 0
        case "quantity":
            return (traits.numbers + traits.number_word) > 0
        case "person":
            return traits.names > 0
        case "reason":
            pattern = language.reasons
        case "location":
            pattern = language.places
        case _:
            asks_how = language.manner and language.manner.search(query.question)
            pattern = language.manners if asks_how else None
    if pattern is None:
        return np.ones(len(candidates), dtype=np.bool_)
    texts = (candidates.sentence(n).text for n in range(len(candidates)))
    return np.array([pattern.search(text) is not None for text in texts])
