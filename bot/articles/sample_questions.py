"""Sample questions drawn from the articles themselves."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple
from zlib import crc32

import regex

from bot.articles.question_generation import generate_questions
from bot.wording.texts import wording
from retrieval import Answerer, Article
from retrieval.text.language import language_for

# A sample shows what can be asked, so its answer is to be beyond doubt.
MIN_CONFIDENCE = 0.8
MAX_ARTICLES = 12  # that are looked at
MAX_PASSAGES = 200  # of each
MAX_NAME_CHARACTERS = 60
MAX_TRIED = 24  # questions, which a reader may read
MAX_SECONDS = 1.0  # of processor time; texts that are slow have fewer
ABOUT = "about"  # the kind of "What does the article say about ...?"

# Not at a sentence's beginning, where other words have capitals too, and whole.
_NAME = regex.compile(
    r"(?<!(?<![\p{L}-])\p{Lu}[\p{L}\p{M}-]*\s(?:(?:and|&|of|for|in)\s)?)"
    r"(?<=[\p{Ll}\p{M},]\s)"
    r"\p{Lu}[\p{L}\p{M}\p{N}-]{2,}+"
    r"(?>\s(?:(?:of|for|de|der|van|von)\s)?\p{Lu}[\p{L}\p{M}\p{N}-]+)*+"
    r"(?<!-\p{Ll}+)(?!\.)"
)
_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")


class _Candidate(NamedTuple):
    """A question, of which kind it is, and what the answer has to hold."""

    question: str
    kind: str
    held: str


def sample_questions(
    answerer: Answerer,
    articles: Sequence[Article],
    k: int = 3,
    *,
    scope: str | None = None,
) -> tuple[str, ...]:
    """Return up to k questions that the answerer answers, each from another passage.

    They ask for facts that the articles tell, of different kinds as far as there are
    such, and about the longest names that they use or, where the script has no
    capitals, about the words that they use most. Several articles take turns.

    Args:
        answerer: Answers from the articles.
        articles: What is asked about.
        k: How many.
        scope: The key of the only article that the answerer is to answer from.
    """
    begun = time.thread_time()
    chosen: list[str] = []
    passages: set[tuple[str | None, int]] = set()
    distinct = dict.fromkeys(_candidates(articles))
    for candidate in islice(distinct, MAX_TRIED):
        if time.thread_time() > begun + MAX_SECONDS:
            break
        answer = answerer.answer(candidate.question, scope=scope)
        if not answer.found or answer.confidence < MIN_CONFIDENCE:
            continue
        best = answer.citations[0]
        place = (best.article.source, best.passage.number)
        if place not in passages and candidate.held in " ".join(best.quote.split()):
            passages.add(place)
            chosen.append(candidate.question)
        if len(chosen) == k:
            break
    return tuple(chosen)


def sample_id(question: str) -> int:
    """Mark a sample question by a number of four digits, which a button can hold."""
    return crc32(question.encode()) % 10_000


def _candidates(articles: Sequence[Article]) -> Iterator[_Candidate]:
    """Yield questions, one of each kind before a second of any."""
    of_kind: dict[str, list[_Candidate]] = {}
    for make in (_facts, _names):
        for turn in zip_longest(*map(make, articles[:MAX_ARTICLES])):
            for candidate in filter(None, turn):
                of_kind.setdefault(candidate.kind, []).append(candidate)
    for turn in zip_longest(*of_kind.values()):
        yield from filter(None, turn)


def _sentences(article: Article) -> Iterator[str]:
    for passage in article.passages[:MAX_PASSAGES]:
        for sentence in passage.sentences:
            yield " ".join(sentence.text.split())


def _facts(article: Article) -> Iterator[_Candidate]:
    for sentence in _sentences(article):
        for question, kind in generate_questions(sentence, article.language):
            yield _Candidate(question, kind, sentence)


def _names(article: Article) -> list[_Candidate]:
    """Ask about names, those of several words and those used often first."""
    sentences = list(_sentences(article))
    found = list(chain.from_iterable(map(_NAME.findall, sentences)))
    if not found:  # of a script without capitals, say
        found = list(chain.from_iterable(map(_WORD.findall, sentences)))
    counts = Counter(name for name in found if len(name) <= MAX_NAME_CHARACTERS)
    text = "\n".join(sentences)
    calendar = language_for(article.language).calendar
    ask = wording(article.language).sample_about
    return [
        _Candidate(ask(_with_article(name, text)), ABOUT, name)
        for name in sorted(
            counts, key=lambda name: (-min(name.count(" "), 2), -counts[name], name)
        )[:MAX_TRIED]
        if not (name.isupper() and " " in name)
        and not (calendar and calendar.fullmatch(name))
    ]


def _with_article(name: str, text: str) -> str:
    """Put "the" before a name that the text seldom writes without.

    >>> _with_article("Board of Trustees", "The Board of Trustees met.")
    'the Board of Trustees'
    """
    times = text.count(f"the {name}") + text.count(f"The {name}")
    return f"the {name}" if times > text.count(name) / 2 else name
