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
        return ~quoted | ~names_another(candidates)
    if query.is_bare:
        return _is_near(candidates, quoted) & _has_expected(candidates)
    return np.ones(len(candidates), dtype=np.bool_)


def names_another(candidates: Candidates) -> BoolArray:
    """Return whether each candidate is on another thing than a follow-up names.

    It lacks what is named, although the articles use the word, or it has something else
    in the place ("for adults", "for students"). A sentence that speaks of all others,
    too, may answer, and so may a row of a table. What holds at one time or place may
    hold at a wider one ("in winter"), and a year may be meant by "the year before".
    """
    query = candidates.query
    language = language_for(candidates.language)
    opening = query.named[0]
    named = " ".join(query.named)
    none = np.zeros(len(candidates), dtype=np.bool_)
    if any(p and p.match(named) for p in (language.places, language.others)):
        return none
    own = np.flatnonzero(query.classes.others + query.classes.names)
    if len(own):
        has_named = candidates.prefix_matrix[own].any(axis=0)
        is_known = bool(candidates.prefix_in_vocabulary[own].any())
    elif language.anaphora and language.anaphora.fullmatch(named):
        has_named = none
        is_known = True
    else:
        return none
    has_slot = opening in language.stop_words
    others = language.others
    return (
        np.array(
            [
                (is_known or (has_slot and f" {opening} " in p.words[n]))
                and f" {named} " not in p.words[n]
                and p.sentences[n].text == p.passage.sentences[n].text
                and not (others and others.search(p.sentences[n].text))
                for p, n in candidates.sentences
            ]
        )
        & ~has_named
    )


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
