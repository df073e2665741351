"""Snapshots: answers as JSON, with the passages that they quote.

A passage is stored whole and once, under the hash of its JSON. An answer that is read
back cites an article that consists of this passage alone. So
`article.text[start:end] == quote` holds even if the real article has changed since.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from retrieval import Answer, Article, Citation, Passage, Sentence
from retrieval.documents.tables import Row

KEY_CHARACTERS = 64  # of SHA-256 in hex


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer as JSON, and its passages as JSON by their keys.

    Attributes:
        body: The answer as JSON; it refers to passages by their keys.
        passages: The passages as JSON, by their keys.
    """

    body: str
    passages: dict[str, str]


def take_snapshot(answer: Answer, prefix: str = "") -> Snapshot:
    """Return the snapshot of an answer; the keys of its passages get a prefix."""
    passages: dict[str, str] = {}

    def cite(citation: Citation) -> dict[str, Any]:
        body = _dump(_passage_json(citation))
        key = f"{prefix}{sha256(body.encode()).hexdigest()}"[:KEY_CHARACTERS]
        passages[key] = body
        shift = citation.passage.start
        return {
            "passage": key,
            "start": citation.start - shift,
            "end": citation.end - shift,
            "score": citation.probability,
            "highlights": citation.highlights,
            "answer": citation.answer,
            "url": citation.url,
            "rows": [(row.columns, row.cells) for row in citation.rows],
        }

    body = {
        "unmentioned": answer.unseen_words,
        "meant": answer.corrections,
        "citations": [cite(citation) for citation in answer.citations],
        "further": [cite(citation) for citation in answer.more_citations],
        "languages": answer.other_languages,
        "understood": answer.is_understood,
    }
    return Snapshot(_dump(body), passages)


def passage_keys(body: str) -> set[str]:
    """Return the keys of the passages that a snapshot's body refers to."""
    answer = json.loads(body)
    return {c["passage"] for c in answer["citations"] + answer["further"]}


def read_snapshot(
    question: str,
    found: bool,
    confidence: float,
    body: str,
    passages: Mapping[str, str],
) -> Answer:
    """Return the answer of a snapshot.

    Args:
        question: The question of the answer.
        found: Whether an answer was found.
        confidence: The confidence of the answer.
        body: The body of the snapshot.
        passages: At least the passages of `passage_keys(body)`, by their keys.

    Raises:
        KeyError: A passage is missing.
    """
    answer = json.loads(body)
    articles: dict[str, Article] = {}

    def cite(citation: dict[str, Any]) -> Citation:
        key = citation["passage"]
        if key not in articles:
            articles[key] = _read_passage(passages[key])
        article = articles[key]
        return Citation(
            article,
            article.passages[0],
            citation["start"],
            citation["end"],
            citation["score"],
            tuple((start, end) for start, end in citation["highlights"]),
            # Older snapshots have no answers, and the oldest no links.
            answer=tuple(citation["answer"]) if citation.get("answer") else None,
            stored_url=citation.get("url"),
            stored_rows=tuple(
                Row(tuple(columns), tuple(cells))
                for columns, cells in citation.get("rows", ())
            ),
        )

    return Answer(
        question,
        found,
        confidence,
        tuple(map(cite, answer["citations"])),
        tuple(answer["unmentioned"]),
        tuple(map(cite, answer["further"])),
        tuple((asked, meant) for asked, meant in answer.get("meant", ())),
        # Older snapshots do not say.
        tuple(answer.get("languages", ())),
        answer.get("understood", True),
    )


def _passage_json(citation: Citation) -> dict[str, Any]:
    article, passage = citation.article, citation.passage
    return {
        "title": article.title,
        "publisher": article.publisher,
        "language": article.language,
        "source": article.source,
        "number": passage.number,
        "section": passage.section,
        "page": passage.page,
        "recognition": passage.recognition,
        "text": passage.text,
        "sentences": [
            (sentence.start - passage.start, sentence.end - passage.start)
            for sentence in passage.sentences
        ],
    }


def _read_passage(body: str) -> Article:
    passage = json.loads(body)
    text = passage["text"]
    sentences = tuple(Sentence(text[s:e], s, e) for s, e in passage["sentences"])
    return Article(
        text,
        passage["title"],
        passage["publisher"],
        passage["language"],
        passage["source"],
        (
            Passage(
                passage["number"],
                text,
                0,
                len(text),
                sentences,
                passage.get("section"),
                passage.get("page"),
                passage.get("recognition"),
            ),
        ),
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
