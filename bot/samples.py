"""Sample questions drawn from the articles themselves."""

from collections import Counter
from functools import lru_cache

import regex

from bot.messages import wording
from retrieval import Answerer, Article

_NAME = regex.compile(
    r"(?<![.!?。]['\"”’)]*\s+)(?<!^['\"“‘(]*)(?<=[\p{L}\p{M},]\s)"
    r"\p{Lu}[\p{L}\p{M}\p{N}-]{2,}(?:\s(?:(?:of|for|de|der|van|von)\s)?\p{Lu}[\p{L}\p{M}\p{N}-]+)*"
)
_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")


@lru_cache(maxsize=1)  # every /start asks for them, and an article may be long
def sample_questions(answerer: Answerer, k: int = 3) -> tuple[str, ...]:
    """Return up to k questions that the answerer answers, each from another passage.

    They ask about the longest names that the articles use, or, where the script
    has no capitals, about the words that they use most.
    """
    questions: list[str] = []
    passages: set[tuple[str | None, int]] = set()
    for article in answerer.articles:
        for name in _names(article):
            question = wording(article.language).sample_about(name)
            answer = answerer.answer(question)
            if not answer.found:
                continue
            best = answer.citations[0]
            place = (best.article.source, best.passage.number)
            if place not in passages and name in " ".join(best.quote.split()):
                passages.add(place)
                questions.append(question)
            if len(questions) == k:
                return tuple(questions)
    return tuple(questions)


def _names(article: Article) -> list[str]:
    """List names, those of several words and those used often first."""
    counts: Counter[str] = Counter()
    for passage in article.passages:
        for sentence in passage.sentences:
            text = " ".join(sentence.text.split())
            counts.update(_NAME.findall(text) or _WORD.findall(text))
    return sorted(
        counts, key=lambda name: (-min(name.count(" "), 2), -counts[name], name)
    )
