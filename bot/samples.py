"""Sample questions drawn from the articles themselves."""

from collections import Counter
from itertools import zip_longest

import regex

from bot.messages import wording
from retrieval import Answerer, Article

_NAME = regex.compile(
    r"(?<![.!?。]['\"”’)]*\s+)(?<!^['\"“‘(]*)(?<=[\p{L}\p{M},]\s)"
    r"\p{Lu}[\p{L}\p{M}\p{N}-]{2,}(?:\s(?:(?:of|for|de|der|van|von)\s)?\p{Lu}[\p{L}\p{M}\p{N}-]+)*"
)
MAX_ARTICLES = 12  # that are looked at
MAX_PASSAGES = 200  # of each
MAX_NAME_CHARACTERS = 60
MAX_TRIED = 20  # questions, which a reader may read
_WORD = regex.compile(r"[\p{Han}\p{Katakana}]{2,6}|[\p{L}\p{M}]{4,}")


def sample_questions(answerer: Answerer, k: int = 3) -> tuple[str, ...]:
    """Return up to k questions that the answerer answers, each from another passage.

    They ask about the longest names that the articles use, or, where the script
    has no capitals, about the words that they use most. Several articles take turns.
    """
    questions: list[str] = []
    passages: set[tuple[str | None, int]] = set()
    candidates = [
        (wording(article.language).sample_about(name), name)
        for names in zip_longest(*map(_names, answerer.articles[:MAX_ARTICLES]))
        for article, name in zip(answerer.articles, names, strict=False)
        if name
    ]
    for question, name in candidates[:MAX_TRIED]:
        answer = answerer.answer(question)
        if not answer.found:
            continue
        best = answer.citations[0]
        place = (best.article.source, best.passage.number)
        if place not in passages and name in " ".join(best.quote.split()):
            passages.add(place)
            questions.append(question)
        if len(questions) == k:
            break
    return tuple(questions)


def _names(article: Article) -> list[str]:
    """List names, those of several words and those used often first."""
    counts: Counter[str] = Counter()
    for passage in article.passages[:MAX_PASSAGES]:
        for sentence in passage.sentences:
            text = " ".join(sentence.text.split())
            found = _NAME.findall(text) or _WORD.findall(text)
            counts.update(name for name in found if len(name) <= MAX_NAME_CHARACTERS)
    return sorted(
        counts, key=lambda name: (-min(name.count(" "), 2), -counts[name], name)
    )
