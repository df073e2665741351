"""`Article` to JSON and back, as it was split."""

import json

from retrieval.documents.values import Article, Passage, Sentence


def dump_article(article: Article) -> str:
    """Put an article into one line of JSON."""
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
                )
                for passage in article.passages
            ],
        }
    )


def parse_article(body: str | bytes) -> Article:
    """Read an article back."""
    kept = json.loads(body)
    text = kept["text"]
    passages = []
    for number, (spans, section, page) in enumerate(kept.pop("passages"), 1):
        start, end = spans[0][0], spans[-1][1]
        sentences = tuple(Sentence(text[s:e], s, e) for s, e in spans)
        passages.append(
            Passage(number, text[start:end], start, end, sentences, section, page)
        )
    return Article(**kept, passages=tuple(passages))
