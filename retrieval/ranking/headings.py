"""Headings that ask: a question that stands in the article, with what answers it.

In an FAQ, the question is a heading above its answer, or the sentence before it.
"""

from collections.abc import Iterator

from retrieval.query.query import Query, parse_query
from retrieval.ranking.candidates import Candidates
from retrieval.text.analysis import analyzer_for

_QUESTION_LABELS = frozenset(("q", "question", "frage", "pregunta", "domanda", "질문"))


def asked_in_article(candidates: Candidates) -> tuple[int, int] | None:
    """Return the candidates that answer where the article asks the question, or None.

    Returns:
        The first and the past-the-last candidate: the first sentence under a heading
        that asks the same, or a sentence that asks the same with the next one. None if
        nothing asks the same, or if several do.
    """
    found = list(_answers(candidates))
    return found[0] if len(found) == 1 else None


def _answers(candidates: Candidates) -> Iterator[tuple[int, int]]:
    query = candidates.query
    own = {term.term for term in query.terms[: query.n_question_terms]}
    above = None
    for n, (indexed, number) in enumerate(candidates.sentences):
        if indexed.passage.text == indexed.heading:
            continue  # a heading with a number is a passage, too
        section = indexed.key, indexed.passage.section
        heading = indexed.heading if number == 0 and section != above else None
        above = section
        sentence = indexed.sentences[number]
        if (
            heading
            and own <= {*indexed.headings}
            and _asks_the_same(query, heading, indexed.language)
        ):
            # A heading with a number or a date is a sentence, too.
            is_quoted = sentence.text == heading and len(indexed.sentences) > 1
            yield n, n + 2 if is_quoted else n + 1
        elif (
            sentence.traits.is_question
            and number + 1 < len(indexed.sentences)
            and own <= {*sentence.terms}
            and _asks_the_same(query, sentence.text, indexed.language)
        ):
            yield n, n + 2


def _asks_the_same(query: Query, text: str, language: str) -> bool:
    """Return whether a text has the question's words, or its terms and answer type."""
    other = parse_query(text, [analyzer_for(language)])
    words = list(other.words)
    while words and (words[0].isdecimal() or words[0] in _QUESTION_LABELS):
        del words[0]
    if tuple(words) == query.words:
        return True
    own, others = (
        {t.term for n, t in enumerate(one.terms) if not one.classes.common[n]}
        for one in (query, other)
    )
    return bool(own) and own == others and query.answer_type == other.answer_type
