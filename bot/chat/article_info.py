"""Information about an article itself: title, author, date, publisher, beginning."""

import regex

from bot.chat.intents import Intent
from bot.wording.texts import Wording
from retrieval import Answer, Article, Citation, Passage
from retrieval.documents.tables import split_cells
from retrieval.text.language import language_for

OPENING_CHARACTERS = 300  # maximum length of the beginning that is quoted
OPENING_PASSAGES = 3
HEAD_SENTENCES = 3  # of a passage at the head, among which a byline may be
MAX_BYLINE_CHARACTERS = 120
MAX_FURTHER = 5  # passages that "tell me more" goes on with

_BYLINE = regex.compile(
    r"(?:(?:Words|Text|Written|Report) )?[Bb]y:? \p{Lu}\p{Ll}+[ -]\p{Lu}"
)
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def metadata_text(intent: Intent, article: Article, wording: Wording) -> str | None:
    """Return an article's title, author or the like as a sentence; None if unknown."""
    known = {
        Intent.TITLE: article.title and wording.title_is(article),
        Intent.AUTHOR: article.author and wording.author_is(article.author),
        Intent.DATE: article.date and wording.date_is(article.date),
        Intent.PUBLISHER: (
            article.publisher and wording.publisher_is(article.publisher)
        ),
        Intent.SUMMARY: article.passages and wording.begins(article),
        Intent.LENGTH: article.passages
        and wording.length_is(len(article.passages), len(article.text.split())),
        Intent.LANGUAGE: article.passages and wording.language_is(article.language),
    }
    return known[intent] or None


def unknown_metadata_text(intent: Intent, wording: Wording) -> str:
    """Return a sentence that an article's title, author or the like is unknown."""
    return {
        Intent.TITLE: wording.no_title,
        Intent.AUTHOR: wording.no_author,
        Intent.DATE: wording.no_date,
        Intent.PUBLISHER: wording.no_publisher,
        Intent.SUMMARY: wording.no_text,
        Intent.LENGTH: wording.no_text,
        Intent.LANGUAGE: wording.no_text,
    }[intent]()


def byline_answer(question: str, intent: Intent, article: Article) -> Answer | None:
    """Answer a question for the author or date with the byline; None without one."""
    calendar = language_for(article.language).calendar
    head = (
        (passage, sentence)
        for passage in article.passages[:OPENING_PASSAGES]
        for sentence in passage.sentences[:HEAD_SENTENCES]
        if len(sentence.text) <= MAX_BYLINE_CHARACTERS and _BYLINE.match(sentence.text)
    )
    for passage, sentence in head:
        line = sentence.text
        is_dated = calendar and calendar.search(line) and _YEAR.search(line)
        if intent is Intent.AUTHOR or (intent is Intent.DATE and is_dated):
            start, end = sentence.start, sentence.end
            cited = Citation(article, passage, start, end, 1.0, ())
            return Answer(question, True, 1.0, (cited,), ())
    return None


def opening_answer(question: str, article: Article) -> Answer:
    """Answer a question about an article itself with its beginning.

    The confidence is 1, since nothing is estimated.
    """
    cited = opening_citations(article)
    seen = {citation.passage.number for citation in cited}
    further = [
        _cite(article, passage, 1)
        for passage in article.passages
        if passage.number not in seen
        and len(split_cells(passage.sentences[0].text)) == 1
    ]
    return Answer(question, True, 1.0, cited, (), tuple(further[:MAX_FURTHER]))


def opening_citations(article: Article) -> tuple[Citation, ...]:
    """Cite the first sentences, as far as `OPENING_CHARACTERS` go; at least one."""
    citations: list[Citation] = []
    left = OPENING_CHARACTERS
    for passage in article.passages[:OPENING_PASSAGES]:
        count = 0
        for sentence in passage.sentences:
            left -= len(sentence.text)
            if left < 0 and (citations or count):
                break
            count += 1
        if count:
            citations.append(_cite(article, passage, count))
        if left < 0:
            break
    return tuple(citations)


def _cite(article: Article, passage: Passage, count: int) -> Citation:
    start, end = passage.sentences[0].start, passage.sentences[count - 1].end
    return Citation(article, passage, start, end, 1.0, ())
