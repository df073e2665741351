"""Analysed passages as JSON, for an index that stores them so.

The keys are those of `indexed_to_json`; articles are written by `documents.json`.
"""

import json

from retrieval.documents.json import build_passage
from retrieval.documents.traits import Traits
from retrieval.index.indexed_passage import IndexedPassage, IndexedSentence


def indexed_to_json(indexed: IndexedPassage) -> str:
    """Return an analysed passage as one line of JSON."""
    passage = indexed.passage
    return json.dumps(
        {
            "key": indexed.key,
            "language": indexed.language,
            "passage": {
                "number": passage.number,
                "start": passage.start,
                "sentences": [
                    (each.start - passage.start, each.end - passage.start)
                    for each in passage.sentences
                ],
                "section": passage.section,
                "page": passage.page,
                "recognition": passage.recognition,
                "text": passage.text,
            },
            "first": indexed.first_sentence,
            "sentences": [
                [
                    None if each.text == own.text else each.text,
                    " ".join(each.terms),
                    each.spans,
                    [*map(int, each.traits)],
                    each.item_number,
                    each.abbreviations,
                ]
                for each, own in zip(indexed.sentences, passage.sentences, strict=True)
            ],
            "headings": indexed.headings,
            "title": indexed.title,
            "publisher": indexed.publisher,
        },
        ensure_ascii=False,
    )


def indexed_from_json(body: str) -> IndexedPassage:
    """Return the analysed passage that `indexed_to_json` wrote."""
    values = json.loads(body)
    plain = values["passage"]
    passage = build_passage(
        plain["number"],
        plain["text"],
        plain["sentences"],
        plain["section"],
        plain["page"],
        plain["recognition"],
        offset=plain["start"],
    )
    return IndexedPassage(
        values["key"],
        values["language"],
        passage,
        values["first"],
        tuple(
            IndexedSentence(
                own.text if text is None else text,
                tuple(terms.split()),
                tuple(spans),
                Traits._make(traits),
                item_number,
                tuple(abbreviations),
            )
            for (text, terms, spans, traits, item_number, abbreviations), own in zip(
                values["sentences"], passage.sentences, strict=True
            )
        ),
        tuple(values["headings"]),
        tuple(values["title"]),
        tuple(values["publisher"]),
    )
