"""What is known of an article itself: its title, author, date, publisher, beginning."""

import regex

from bot.chat.intents import Intent
from bot.wording.texts import Wording
from retrieval import Answer, Article, Citation, Passage
from retrieval.documents.tables import cells_of
from retrieval.text.language import language_for

OPENING_CHARACTERS = 300  # that an article's beginning takes, to a sentence
OPENING_PASSAGES = 3
HEAD_SENTENCES = 3  # of a passage at the head, among which a byline may be
MAX_BYLINE_CHARACTERS = 120
MAX_FURTHER = 5  # passages that "tell me more" goes on with

_BYLINE = regex.compile(
    r"(?:(?:Words|Text|Written|Report) )?[Bb]y:? \p{Lu}\p{Ll}+[ -]\p{Lu}"
)
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def fact(intent: Intent, article: Article, wording: Wording) -> str | None:
    """Tell what is asked of an article, in our words; None if it is not known."""
    known = {
        Intent.TITLE: article.title and wording.title_is(article),
        Intent.AUTHOR: article.author and wording.author_is(article.author),
        Intent.DATE: article.date and wording.date_is(article.date),
        Intent.PUBLISHER: (
            article.publisher and wording.publisher_is(article.publisher)
        ),
        Intent.SUMMARY: article.passages and wording.begins(article),
    }
    return known[intent] or None


def unknown(intent: Intent, wording: Wording) -> str:
    """Say that what is asked of an article is not known."""
    return {
        Intent.TITLE: wording.no_title,
        Intent.AUTHOR: wording.no_author,
        Intent.DATE: wording.no_date,
        Intent.PUBLISHER: wording.no_publisher,
        Intent.SUMMARY: wording.no_text,
    }[intent]()


def told(question: str, intent: Intent, article: Article) -> Answer | None:
    """Answer who wrote an article, and when, by a line at its head, if there is one."""
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


def about(question: str, article: Article) -> Answer:
    """Answer a question about an article itself with its beginning.

    What is known of an article is no matter of likelihood; so the confidence is 1.
    """
    cited = opening(article)
    seen = {citation.passage.number for citation in cited}
    further = [
        _cite(article, passage, 1)
        for passage in article.passages
        if passage.number not in seen and len(cells_of(passage.sentences[0].text)) == 1
    ]
    return Answer(question, True, 1.0, cited, (), tuple(further[:MAX_FURTHER]))


def opening(article: Article) -> tuple[Citation, ...]:
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
