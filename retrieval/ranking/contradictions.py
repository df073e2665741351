"""Contradictions: details of a question that its selected answer does not share.

Each check is a small named function of a `Selection`. Where one holds, the confidence
is multiplied by the fitted factor.
"""

import regex

from retrieval.ranking.answer_features import Selection, content_terms
from retrieval.ranking.repetition import names_another
from retrieval.ranking.sentence_features import location_by_name
from retrieval.text.language import language_for

MAX_WORDS_BEFORE = 1  # a question word: "on which days"; more words tell a story
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def is_contradicted(selection: Selection) -> bool:
    """Return whether a detail of the question contradicts the selected answer."""
    return any(check(selection) for check in CHECKS)


def has_another_ordinal(selection: Selection) -> bool:
    """Return whether the sentence has an ordinal, and the passage lacks the asked one.

    An answer about the third test does not answer a question about the fourth.
    """
    candidates, carrier = selection.candidates, selection.carrier
    missing = candidates.passage_term_matrix[:, carrier] == 0
    asked = candidates.query.ordinals & missing
    return bool(candidates.traits.ordinal[carrier] and asked.any())


def has_another_year(selection: Selection) -> bool:
    """Return whether the sentence has a year, and lacks the asked one.

    A heading above it, or the title of one of several articles, may have it instead.
    """
    candidates, carrier = selection.candidates, selection.carrier
    if not candidates.traits.year[carrier]:
        return False
    passage, _ = candidates.sentences[carrier]
    titles = passage.title if candidates.n_articles > 1 else ()
    above = {*passage.headings, *titles}
    return any(
        not candidates.term_matrix[n, carrier] and term.term not in above
        for n, term in enumerate(candidates.query.terms)
        if candidates.query.years[n]
    )


def lacks_the_year(selection: Selection) -> bool:
    """Return whether no article uses the question's year."""
    candidates = selection.candidates
    return bool((candidates.query.years & ~candidates.in_vocabulary).any())


def tells_of_another(selection: Selection) -> bool:
    """Return whether the sentence opens with another name than the question's.

    What the Havorn burns does not answer what the Svanen burns. Nothing is said of
    languages that write all nouns with a capital.
    """
    candidates, carrier = selection.candidates, selection.carrier
    language = language_for(candidates.language)
    query = candidates.query
    asks_for_name = query.answer_type == "other" and query.focus is not None
    if query.answer_type == "person" or asks_for_name:
        return False
    asked = (query.classes.names > 0) & candidates.in_vocabulary
    held = candidates.prefix_matrix[:, carrier] > 0
    if language.capitalises_nouns or not asked.any() or (asked & held).any():
        return False
    words = _WORD.findall(candidates.sentence(carrier).text)[:2]
    if len(words) < 2 or not all(word[0].isupper() for word in words):
        return False
    return words[1].casefold() not in query.words


def is_on_another(selection: Selection) -> bool:
    """Return whether a follow-up names a thing, and the sentence is on another."""
    candidates = selection.candidates
    query = candidates.query
    if not (query.named and query.n_question_terms):
        return False  # a pronoun may stand for any name
    return bool(names_another(candidates)[selection.carrier])


def lacks_the_negation(selection: Selection) -> bool:
    """Return whether what is *not* so is asked, and the sentence denies nothing.

    A question that opens with a negation ("Isn't it open?"), or asks for a reason,
    may be answered by a sentence without one.
    """
    candidates = selection.candidates
    query = candidates.query
    language = language_for(candidates.language)
    negation, interrogatives = language.negation, language.interrogatives
    if not (negation and interrogatives and language.denials):
        return False
    asks = interrogatives.search(query.question)
    if asks is None or query.answer_type == "reason":
        return False
    if len(query.question[: asks.start()].split()) > MAX_WORDS_BEFORE:
        return False
    if not negation.search(query.question, asks.end() + 1):
        return False
    return language.denials.search(candidates.sentence(selection.carrier).text) is None


def knows_only_names(selection: Selection) -> bool:
    """Return whether articles use names of the question, but no content term of it.

    "Who is Ann Lee's wife?" where nothing is said of a wife. An encoder may know
    better, and a sentence with a place name may be the whole answer to "where".
    """
    candidates = selection.candidates
    if candidates.cosines is not None:
        return False
    content = content_terms(selection)
    named = candidates.query.classes.names > 0
    is_place = location_by_name(candidates)[selection.carrier] > 0
    return bool(
        content.any()
        and not is_place
        and (named & candidates.in_vocabulary).any()
        and not (content & candidates.prefix_in_vocabulary).any()
    )


CHECKS = (
    has_another_ordinal,
    has_another_year,
    lacks_the_year,
    tells_of_another,
    is_on_another,
    lacks_the_negation,
    knows_only_names,
)
