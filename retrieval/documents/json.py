"""Articles and passages as JSON, to be stored or sent to another process."""

import json
from collections.abc import Sequence

from retrieval.documents.values import Article, Passage, Sentence


def article_to_json(article: Article, *, ensure_ascii: bool = True) -> str:
    """Return an article as one line of JSON.

    Args:
        article: The article.
        ensure_ascii: Whether other characters are escaped; see `json.dumps`.
    """
    return json.dumps(
        {
            "text": article.text,
            "title": article.title,
            "publisher": article.publisher,
            "language": article.language,
            "source": article.source,
            "author": article.author,
            "date": article.date,
            "url": article.url,
            "passages": [
                (
                    [(sentence.start, sentence.end) for sentence in passage.sentences],
                    passage.section,
                    passage.page,
                    passage.recognition,
                )
                for passage in article.passages
            ],
        },
        ensure_ascii=ensure_ascii,
    )


def article_from_json(body: str | bytes) -> Article:
    """Return the article that `article_to_json` wrote."""
    values = json.loads(body)
    passages = tuple(
        build_passage(number, values["text"], spans, *place)
        for number, (spans, *place) in enumerate(values.pop("passages"), 1)
    )
    return Article(**values, passages=passages)


def build_passage(
    number: int,
    text: str,
    spans: Sequence[tuple[int, int]],
    section: str | None,
    page: int | None,
    recognition: float | None = None,
    offset: int = 0,
) -> Passage:
    """Return a passage by the spans of its sentences.

    Args:
        number: The passage's number in its article, from 1.
        text: A text that holds the passage: the article's, or a part of that.
        spans: (start, end) of each sentence in `text`, in characters.
        section: The headings above the passage, or None.
        page: The page where it begins, or None.
        recognition: See `Passage`.
        offset: Where `text` starts in the article, in characters.
    """
    start, end = spans[0][0], spans[-1][1]
    return Passage(
        number,
        text[start:end],
        start + offset,
        end + offset,
        tuple(Sentence(text[s:e], s + offset, e + offset) for s, e in spans),
        section,
        page,
        recognition,
    )
