"""Intents of messages that the articles do not answer: greetings, "tell me more".

A message has an intent only as a whole: "thanks" has one, "who gave thanks?" has none.
`intents.toml` has the phrases of each intent. The functions are pure.
"""

import logging
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import regex

from retrieval.query.language import question_language
from retrieval.text.language import DETECTED, language_for

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 120  # longer messages have no intent
MATCH_SECONDS = 1  # a match takes microseconds; no message may block others

Pattern = regex.Pattern[str]
Match = regex.Match[str]


class Intent(StrEnum):
    """The intent of a message, by the name of its phrases in `intents.toml`."""

    GREETING = "greeting"
    THANKS = "thanks"
    ACKNOWLEDGE = "acknowledge"  # "ok"
    BYE = "bye"
    HOW_ARE_YOU = "how_are_you"  # "how are you?"
    WHO_ARE_YOU = "who_are_you"  # "who are you?"
    HELP = "help"
    SUMMARY = "summary"  # this and the next six are about the article itself
    TITLE = "title"
    AUTHOR = "author"
    DATE = "date"
    PUBLISHER = "publisher"
    LENGTH = "length"
    LANGUAGE = "language"
    OPINION = "opinion"  # asks what the bot thinks
    MORE = "more"  # continues the last answer
    SOURCE = "source"  # asks where the last answer stands
    CONFIRM = "confirm"  # answers a question of the bot
    QUESTION = "question"  # asks, with or without a question mark
    POINTS = "points"  # asks what the message replies to: "answer this"
    COMPLAINT = "complaint"  # calls the last answer wrong
    DISMISS = "dismiss"  # "never mind"
    PRIVACY = "privacy"  # asks what is stored
    CONTACT = "contact"  # asks for a human


SMALL_TALK = (
    Intent.HELP,
    Intent.WHO_ARE_YOU,
    Intent.HOW_ARE_YOU,
    Intent.BYE,
    Intent.THANKS,
    Intent.GREETING,
    Intent.ACKNOWLEDGE,
    Intent.DISMISS,
    Intent.PRIVACY,
    Intent.CONTACT,
)
ABOUT = (
    Intent.SUMMARY,
    Intent.TITLE,
    Intent.AUTHOR,
    Intent.DATE,
    Intent.PUBLISHER,
    Intent.LENGTH,
    Intent.LANGUAGE,
)
_ASKING = (
    *ABOUT,
    Intent.OPINION,
    Intent.QUESTION,
    Intent.MORE,
    Intent.SOURCE,
    Intent.COMPLAINT,
    Intent.PRIVACY,
    Intent.CONTACT,
)
_EMOJI = {Intent.GREETING: ["👋"], Intent.THANKS: ["🙏", "👍", "❤"]}
_AS_PICTURE = "\ufe0f?+"  # a variation selector: a coloured emoji
# Signs around phrases, without emoji that are phrases themselves: if those could be
# read in two ways, a message that does not match would take exponential time.
_AROUND = r"(?:(?![👋🙏👍❤])\W)*+"
_STOP = r"[.,;:!?…—–\n。，、！？]"


def small_talk(text: str, *, is_first: bool = False) -> Intent | None:
    """Return the intent of a message that only greets, thanks or the like, or None.

    Of several such phrases, the last one counts.

    Args:
        text: The message.
        is_first: Whether no question came before, so that the pronoun in "who is it?"
            means the bot.

    >>> small_talk("Hi!"), small_talk("ok, thanks, bye"), small_talk("Who said hi?")
    (<Intent.GREETING: 'greeting'>, <Intent.BYE: 'bye'>, None)
    """
    if is_first and _is(Intent.WHO_ARE_YOU, text, "pronoun"):
        return Intent.WHO_ARE_YOU
    match = _matched_whole(_small_talk(), text)
    return max(SMALL_TALK, key=match.end) if match else None


def is_yes(text: str) -> bool:
    """Return whether a message agrees.

    >>> is_yes("Yes, please!"), is_yes("네"), is_yes("Yes, but when?")
    (True, True, False)
    """
    return _is(Intent.CONFIRM, text)


def asks_for_more(text: str) -> bool:
    """Return whether a message asks for more of the last answer.

    >>> asks_for_more("Tell me more"), asks_for_more("Tell me more about bees")
    (True, False)
    """
    return _is(Intent.MORE, text)


def asks_for_source(text: str) -> bool:
    """Return whether a message asks where the last answer stands.

    >>> asks_for_source("Where does it say that?"), asks_for_source("Where is the zoo?")
    (True, False)
    """
    return _is(Intent.SOURCE, text)


def points_at_reply(text: str) -> bool:
    """Return whether a message only points at the message that it replies to.

    >>> points_at_reply("Please answer this!"), points_at_reply("Answer this: who?")
    (True, False)
    """
    return _is(Intent.POINTS, text)


def complains(text: str) -> bool:
    """Return whether a message calls the last answer wrong.

    >>> complains("Wrong answer!"), complains("Which answer was wrong?")
    (True, False)
    """
    return _is(Intent.COMPLAINT, text)


def asks(text: str) -> bool:
    """Return whether a message asks something, rather than comments on an answer.

    >>> asks("when was it built"), asks("And now?"), asks("nice one"), asks("😂")
    (True, True, False, False)
    """
    if not any(map(str.isalnum, text)):
        return False
    return (
        regex.search(r"[?？؟]", text) is not None
        or any(_is(intent, text) for intent in _ASKING)
        or any(opener.match(text.strip()) for opener in _question_openers())
    )


def asks_for_opinion(text: str) -> bool:
    """Return whether a message asks what the bot thinks.

    >>> asks_for_opinion("What do you think of it?"), asks_for_opinion("Who thinks?")
    (True, False)
    """
    return _is(Intent.OPINION, text)


def metadata_intent(text: str) -> Intent | None:
    """Return the intent of a question about the article itself, or None.

    >>> metadata_intent("Who wrote this?"), metadata_intent("Who wrote the plan?")
    (<Intent.AUTHOR: 'author'>, None)
    """
    return next((intent for intent in ABOUT if _is(intent, text)), None)


def ambiguous_metadata_intent(text: str, *, is_first: bool) -> Intent | None:
    """Return the intent of a question that may be about the article itself, or None.

    Such a question may as well be about the article's topic.

    Args:
        text: The message.
        is_first: Whether no question came before, so that a pronoun means the article.

    >>> ambiguous_metadata_intent("Who is the author?", is_first=False)
    <Intent.AUTHOR: 'author'>
    >>> ambiguous_metadata_intent("When was it published?", is_first=False)
    """
    parts = ("ambiguous", "pronoun") if is_first else ("ambiguous",)
    return next(
        (intent for part in parts for intent in ABOUT if _is(intent, text, part)), None
    )


def message_language(text: str, usual: str) -> str:
    """Return the language of a message, or the user's usual one if in doubt.

    Args:
        text: The message.
        usual: ISO 639-1 code of the language that the user most likely writes.

    >>> message_language("¡Muchas gracias!", "en"), message_language("ok", "ko")
    ('es', 'ko')
    """
    said = [code for code in _languages() if _matched_whole(_phrases(code), text)]
    if usual in said:
        return usual
    return said[0] if len(said) == 1 else question_language(text, usual)


def strip_courtesies(text: str) -> str:
    """Remove a greeting or thanks before a question, and thanks after it.

    >>> strip_courtesies("Hi! When does it open? Thanks!")
    'When does it open?'
    >>> strip_courtesies("Hello Kitty was made when?"), strip_courtesies("Hi!")
    ('Hello Kitty was made when?', 'Hi!')
    """
    if not regex.search(_STOP, text.strip()[:-1]):
        return text
    opening, closing = _courtesies()
    asked = opening.sub("", text, count=1)
    ending = closing.search(asked, max(len(asked) - MAX_CHARACTERS, 0))
    asked = asked[: ending.start()] if ending else asked
    return asked if any(map(str.isalpha, asked)) else text


@cache
def _question_openers() -> tuple[Pattern, ...]:
    """Return the patterns with which questions begin."""
    languages = map(language_for, DETECTED)
    return tuple(
        pattern
        for language in languages
        for pattern in (
            *(words for _, words in language.answer_types),
            language.focus,
            language.carrier_phrases,
        )
        if pattern
    )


def _is(intent: Intent, text: str, part: str = "") -> bool:
    """Return whether a message has an intent.

    Args:
        intent: The intent.
        text: The message.
        part: The table of phrases in `intents.toml`: "ambiguous", "pronoun" or "".
    """
    pattern = _whole(intent, part)
    return pattern is not None and _matched_whole(pattern, text) is not None


def _matched_whole(pattern: Pattern, text: str) -> Match | None:
    """Return the match of a whole message; None if it is too long or takes too long."""
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        return pattern.fullmatch(text, timeout=MATCH_SECONDS)
    except TimeoutError:
        logger.warning("A message of %d characters took too long to match", len(text))
        return None


@cache
def _whole(intent: Intent, part: str) -> Pattern | None:
    words = _words(intent, part)
    return _compile(f"{_AROUND}(?:{'|'.join(words)}){_AROUND}") if words else None


@cache
def _small_talk() -> Pattern:
    groups = "|".join(
        f"(?P<{intent}>{'|'.join(_words(intent))})" for intent in SMALL_TALK
    )
    # Possessive: "bye bye" is one phrase or two, and many of them would be read in all
    # possible ways before the match fails.
    return _compile(rf"{_AROUND}(?:(?:{groups})(?!\w){_AROUND})++")


@cache
def _courtesies() -> tuple[Pattern, Pattern]:
    greeting = "|".join(_words(Intent.GREETING))
    thanks = "|".join(_words(Intent.THANKS))
    return (
        _compile(rf"^\s*+(?:{greeting}|{thanks})\s*+{_STOP}\W*+"),
        _compile(rf"(?<={_STOP})\s*+(?:{thanks})\W*+$"),
    )


@cache
def _phrases(language: str) -> Pattern:
    """Return the pattern of a message that consists of phrases of one language."""
    said = _languages()[language]
    either = "|".join(
        phrase
        for intent in Intent
        if intent not in (Intent.QUESTION, Intent.OPINION)  # these hold any words
        for phrase in _words_in(said, intent)
    )
    return _compile(rf"{_AROUND}(?:(?:{either})(?!\w){_AROUND})++")


def _words(intent: Intent, part: str = "") -> list[str]:
    """Return the phrases of an intent in all languages, the longest first."""
    emoji = () if part else _EMOJI.get(intent, ())
    words = [f"{each}{_AS_PICTURE}" for each in emoji]
    for language in _languages().values():
        words += _words_in(language, intent, part)
    return sorted(words, key=len, reverse=True)


def _words_in(
    language: Mapping[str, Any], intent: Intent, part: str = ""
) -> Iterator[str]:
    """Yield the phrases of an intent in one language."""
    refer = f"(?:{language.get('refer', '')})"
    said: Iterable[str] = (language.get(part, {}) if part else language).get(
        intent.value, ()
    )
    for one in said:
        yield _spaced(one.replace("REF", refer))


@cache
def _languages() -> Mapping[str, Mapping[str, Any]]:
    """Return the phrases of each language, by its ISO 639-1 code."""
    text = files("bot").joinpath("chat", "intents.toml").read_text("utf-8")
    return tomllib.loads(text)


def _spaced(words: str) -> str:
    """Return a pattern in which any blanks and commas may separate the words."""
    spaced = words.replace(" ?", r"[\s,]*+").replace(" ", r"[\s,]++")
    return f"(?:{spaced})"


def _compile(pattern: str) -> Pattern:
    return regex.compile(pattern, regex.IGNORECASE)
