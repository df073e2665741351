"""Case of a question's words, as the articles write them.

Who types without capitals asks the same: "when did lerato mabuza win" is read as "When
did Lerato Mabuza win" (truecasing; Lita et al., 2003).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import regex

from retrieval.documents.segmentation.blocks import ends_like_a_sentence
from retrieval.query.spelling import dictionary
from retrieval.text.language import Language
from retrieval.text.words import first_word_start

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SENTENCE_END = regex.compile(r"[.?!…]\s")


def restore_case(
    question: str,
    sentences: Iterable[str],
    languages: Sequence[Language],
    *,
    is_followup: bool = False,
) -> str:
    """Return a question with the capitals that its words have in the articles.

    A word that no sentence has inside stays as it is, except that a heading or the
    beginning of a sentence shows a name that no dictionary has. The length stays the
    same.

    Args:
        question: The question.
        sentences: Sentences that may have its words.
        languages: The languages that the question may be in.
        is_followup: Whether it goes on from another question, and so begins with a
            small letter.

    >>> restore_case("who is KIM", ["Then Kim spoke."], [])
    'Who is Kim'
    """
    words = list(_WORD.finditer(question))
    folded = {word.group().casefold() for word in words}
    folded = folded.difference(*(known.stop_words for known in languages))
    written = _Written.of(folded, sentences)
    pieces: list[str] = []
    end = 0
    for word in words:
        between = question[end : word.start()]
        one = _as_written(word.group(), written, languages)
        begins = _SENTENCE_END.search(between) if pieces else not is_followup
        if begins:
            one = one[:1].upper() + one[1:]
        same_length = len(one) == len(word.group())
        pieces += [between, one if same_length else word.group()]
        end = word.end()
    return "".join([*pieces, question[end:]])


class _Written(NamedTuple):
    """The forms of words in sentences, by the words in lower case.

    Attributes:
        inside: The forms after the first word of whole sentences, with their counts.
        elsewhere: A form in a heading, in a row or at the beginning of a sentence.
    """

    inside: Mapping[str, Counter[str]]
    elsewhere: Mapping[str, str]

    @classmethod
    def of(cls, words: Collection[str], sentences: Iterable[str]) -> "_Written":
        inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
        elsewhere: dict[str, str] = {}
        for text in sentences:
            whole = text.casefold()
            if not any(word in whole for word in words):
                continue
            first = first_word_start(text)
            is_whole = ends_like_a_sentence(text, (0, len(text)))
            for match in _WORD.finditer(text):
                folded = match.group().casefold()
                if folded not in words:
                    continue
                if is_whole and match.start() > first:
                    inside[folded][match.group()] += 1
                else:
                    elsewhere[folded] = match.group()
        return cls(inside, elsewhere)


def _as_written(word: str, written: _Written, languages: Sequence[Language]) -> str:
    folded = word.casefold()
    if any(folded in known.stop_words for known in languages):
        return "I" if folded == "i" else folded
    if folded in written.inside:
        return written.inside[folded].most_common(1)[0][0]
    if any(known.calendar and known.calendar.fullmatch(word) for known in languages):
        return folded[:1].upper() + folded[1:]
    if not word.islower() or folded not in written.elsewhere:
        return word
    if any(folded in dictionary(known.code) for known in languages):
        return word
    return written.elsewhere[folded]
