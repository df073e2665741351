"""Sample questions, generated from the articles and checked by asking them."""

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

# A sample shows users what to ask, so its answer should be certain.
MIN_CONFIDENCE = 0.8
MAX_ARTICLES = 12  # to generate questions from
MAX_PASSAGES = 200  # of each article
MAX_NAME_CHARACTERS = 60
MAX_TRIED = 24  # questions asked; each may run the encoder
MAX_SECONDS = 1.0  # of processor time; slow texts have fewer samples
OWN = "own"  # the kind of questions that stand in the article
ABOUT = "about"  # the kind of "What does the article say about ...?"

# A whole name, and not at the beginning of a sentence, where any word is capitalised.
_NAME = regex.compile(
    r"(?<!(?<![\p{L}-])\p{Lu}[\p{L}\p{M}-]*\s(?:(?:and|&|of|for|in)\s)?)"
    r"(?<=[\p{Ll}\p{M},]\s)"
    r"\p{Lu}[\p{L}\p{M}\p{N}-]{2,}+"
    r"(?>\s(?:(?:of|for|de|der|van|von)\s)?\p{Lu}[\p{L}\p{M}\p{N}-]+)*+"
    r"(?<!-\p{Ll}+)(?:(?!\.)|(?<=\p{Lu}[\p{L}\p{M}\p{N}-]+\s\S+)(?=\.(?:\s|$)))"
)
_QUESTION = regex.compile(r"[\p{Lu}\p{Lo}¿][^?？\n]{9,89}[?？]")
_PRONOUN = regex.compile(r"\b(?:he|she|it|they|him|her|them|this|that)\b", regex.I)
_CASED = regex.compile(r"\p{Lu}")
_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")


class _Candidate(NamedTuple):
    """A question that may become a sample.

    Attributes:
        question: Its words.
        kind: The kind of fact that it asks for, `OWN` or `ABOUT`.
        expected: Text that the first citation has to contain.
    """

    question: str
    kind: str
    expected: str


def sample_questions(
    answerer: Answerer,
    articles: Sequence[Article],
    k: int = 3,
    *,
    scope: str | None = None,
) -> tuple[str, ...]:
    """Return up to k questions that the answerer answers, each from another passage.

    Questions that head passages of the articles come first, then questions for facts,
    of different kinds where possible, and about the longest names or, in scripts
    without capitals, about the most frequent words. Several articles take turns.

    Args:
        answerer: Answers from the articles.
        articles: The articles to ask about.
        k: Maximum number of questions.
        scope: Key of the only article to answer from; None means all.
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
        passage = (best.article.source, best.passage.number)
        if passage not in passages and candidate.expected in " ".join(
            best.quote.split()
        ):
            passages.add(passage)
            chosen.append(candidate.question)
        if len(chosen) == k:
            break
    return tuple(chosen)


def sample_id(question: str) -> int:
    """Return a number of up to four digits for a sample, which fits into a button."""
    return crc32(question.encode()) % 10_000


def _candidates(articles: Sequence[Article]) -> Iterator[_Candidate]:
    """Yield the articles' own questions, then one of each kind before a second one."""
    for turn in zip_longest(*map(_own_questions, articles[:MAX_ARTICLES])):
        yield from filter(None, turn)
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


def _own_questions(article: Article) -> Iterator[_Candidate]:
    """Yield the questions that head passages, as those of an FAQ do."""
    for passage in article.passages[:MAX_PASSAGES]:
        first, *after = passage.sentences
        question = " ".join(first.text.split())
        if after and _QUESTION.fullmatch(question) and not _PRONOUN.search(question):
            answer = " ".join(after[0].text.split())
            yield _Candidate(question, OWN, answer)
        elif passage.section and _QUESTION.fullmatch(passage.section):
            yield _Candidate(passage.section, OWN, question)


def _facts(article: Article) -> Iterator[_Candidate]:
    for sentence in _sentences(article):
        for question, kind in generate_questions(sentence, article.language):
            yield _Candidate(question, kind, sentence)


def _names(article: Article) -> list[_Candidate]:
    """Return questions about names; first those of several words, and frequent ones."""
    sentences = list(_sentences(article))
    found = list(chain.from_iterable(map(_NAME.findall, sentences)))
    if not found and not any(map(_CASED.search, sentences)):
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
        and (" " in name or name.lower() == name or not _is_common(name, text))
        and not (calendar and calendar.fullmatch(name))
    ]


def _is_common(name: str, text: str) -> bool:
    """Return whether a capitalised word is no name: the text writes it small, too.

    >>> _is_common("Room", "Room 5 is the largest room."), _is_common("Ada", "Ada.")
    (True, False)
    """
    return regex.search(rf"\b{regex.escape(name.lower())}\b", text) is not None


def _with_article(name: str, text: str) -> str:
    """Put "the" before a name that has it in most places in the text.

    >>> _with_article("Board of Trustees", "The Board of Trustees met.")
    'the Board of Trustees'
    """
    times = text.count(f"the {name}") + text.count(f"The {name}")
    return f"the {name}" if times > text.count(name) / 2 else name
