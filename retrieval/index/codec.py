"""Articles and entries to JSON values and back, for an index that keeps them so."""

from typing import Any

from retrieval.documents.traits import Traits
from retrieval.documents.values import Article, Passage, Sentence
from retrieval.index.indexed_passage import IndexedPassage, IndexedSentence

_KNOWN = ("title", "publisher", "language", "source", "author", "date", "url")


def dump_article(article: Article) -> dict[str, Any]:
    """Put an article into values that JSON has."""
    return {
        "text": article.text,
        **{name: getattr(article, name) for name in _KNOWN},
        "passages": [
            {**_place(passage), "end": passage.end} for passage in article.passages
        ],
    }


def load_article(kept: dict[str, Any]) -> Article:
    """Return the article that was put into such values."""
    text = kept["text"]
    return Article(
        text=text,
        **{name: kept[name] for name in _KNOWN},
        passages=tuple(
            _passage(place, text[place["start"] : place["end"]])
            for place in kept["passages"]
        ),
    )


def indexed_to_json(entry: IndexedPassage) -> dict[str, Any]:
    """Put an entry into values that JSON has."""
    return {
        "key": entry.key,
        "language": entry.language,
        "passage": {**_place(entry.passage), "text": entry.passage.text},
        "first": entry.first,
        "sentences": [
            [
                None if each.text == own.text else each.text,
                " ".join(each.terms),
                each.spans,
                [*map(int, each.traits)],
                each.item,
                each.shorts,
            ]
            for each, own in zip(entry.sentences, entry.passage.sentences, strict=True)
        ],
        "headings": entry.headings,
        "title": entry.title,
        "publisher": entry.publisher,
    }


def indexed_from_json(kept: dict[str, Any]) -> IndexedPassage:
    """Return the entry that was put into such values."""
    passage = _passage(kept["passage"], kept["passage"]["text"])
    return IndexedPassage(
        kept["key"],
        kept["language"],
        passage,
        kept["first"],
        tuple(
            IndexedSentence(
                own.text if text is None else text,
                tuple(terms.split()),
                tuple(spans),
                Traits._make(traits),
                item,
                tuple(shorts),
            )
            for (text, terms, spans, traits, item, shorts), own in zip(
                kept["sentences"], passage.sentences, strict=True
            )
        ),
        tuple(kept["headings"]),
        tuple(kept["title"]),
        tuple(kept["publisher"]),
    )


def _place(passage: Passage) -> dict[str, Any]:
    return {
        "number": passage.number,
        "start": passage.start,
        "sentences": [
            (each.start - passage.start, each.end - passage.start)
            for each in passage.sentences
        ],
        "section": passage.section,
        "page": passage.page,
    }


def _passage(place: dict[str, Any], text: str) -> Passage:
    start = place["start"]
    return Passage(
        place["number"],
        text,
        start,
        start + len(text),
        tuple(
            Sentence(text[first:past], start + first, start + past)
            for first, past in place["sentences"]
        ),
        place["section"],
        place["page"],
    )
