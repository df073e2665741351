"""Citations of selected candidates, with the words that the question shares."""

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.documents.values import Article
from retrieval.index.indexed_passage import IndexedPassage
from retrieval.index.protocol import PassageIndex
from retrieval.ranking.candidates import Candidates
from retrieval.ranking.selection import (
    CandidateSpan,
    SelectedAnswer,
    answer_spans,
    ranked_spans,
)
from retrieval.results import Citation


def cite_ranked(
    selected: SelectedAnswer, k: int, index: PassageIndex
) -> list[Citation]:
    """Cite the selected span, then the likeliest other sentences; at most k."""
    spans = ranked_spans(selected, k)
    return list(filter(None, _cite_all(selected.candidates, spans, index)))


def cite_answer(
    selected: SelectedAnswer, max_citations: int, index: PassageIndex
) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
    """Cite the selected span and other sentences that are nearly as likely.

    Returns:
        The answer's citations, best first, at most `max_citations`; and more citations,
        each of another passage. Both are empty if the index has lost the best passage.
    """
    spans, more = answer_spans(selected, max_citations)
    cited = _cite_all(selected.candidates, [*spans, *more], index)
    if cited[0] is None:
        return (), ()
    return (
        tuple(filter(None, cited[: len(spans)])),
        tuple(filter(None, cited[len(spans) :])),
    )


def is_current(passage: IndexedPassage, articles: Mapping[str, Article]) -> bool:
    """Return whether the current text of its article still has a passage."""
    article, inner = articles.get(passage.key), passage.passage
    return article is not None and (article.text[inner.start : inner.end] == inner.text)


def _cite_all(
    candidates: Candidates, spans: Sequence[CandidateSpan], index: PassageIndex
) -> list[Citation | None]:
    """Return a citation for each span; None where its passage is not current."""
    keys = {candidates.sentences[span.start][0].key for span in spans}
    articles = index.articles(keys)
    return [_cite(candidates, span, articles) for span in spans]


def _cite(
    candidates: Candidates, span: CandidateSpan, articles: Mapping[str, Article]
) -> Citation | None:
    indexed = candidates.sentences[span.start][0]
    if not is_current(indexed, articles):
        return None
    start = candidates.sentence(span.start).start
    return Citation(
        articles[indexed.key],
        indexed.passage,
        start,
        candidates.sentence(span.stop - 1).end,
        span.probability,
        _highlights(candidates, span, start),
        _answer(candidates, span, start),
    )


def _answer(
    candidates: Candidates, span: CandidateSpan, quote_start: int
) -> tuple[int, int] | None:
    """Return where the answer stands in a quote, by the likeliest of its sentences.

    None is returned where the reranker says that none of the sentences answers.
    """
    if candidates.reranker_logits is None:
        return None
    logits = candidates.reranker_logits[span.start : span.stop]
    if not (logits > 0).any():
        return None
    best = span.start + int(np.nanargmax(logits))
    indexed, number = candidates.sentences[best]
    answer = candidates.answers[best]
    # The reranker reads a table row with the names of its columns, so its text differs.
    is_as_quoted = indexed.sentences[number].text == candidates.sentence(best).text
    if answer is None or not is_as_quoted:
        return None
    shift = candidates.sentence(best).start - quote_start
    return answer[0] + shift, answer[1] + shift


def _highlights(
    candidates: Candidates, span: CandidateSpan, quote_start: int
) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of the words in a quote that carry the match."""
    wanted = candidates.query.highlighted_terms
    highlights: list[tuple[int, int]] = []
    for indexed, number in candidates.sentences[span.start : span.stop]:
        sentence = indexed.sentences[number]
        shift = indexed.passage.sentences[number].start - quote_start
        starts, ends = sentence.spans[::2], sentence.spans[1::2]
        # The terms of column names follow the sentence's own, and have no spans here.
        for term, start, end in zip(sentence.terms, starts, ends, strict=False):
            if term not in wanted:
                continue
            start, end = start + shift, end + shift
            if highlights and start <= highlights[-1][1]:
                start = highlights.pop()[0]  # overlapping bigrams are one highlight
            highlights.append((start, end))
    return tuple(highlights)
