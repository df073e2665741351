"""No regular expression takes long, whatever a user or a file holds."""

import dataclasses
import importlib
import pkgutil
import random
import re
import time
from pathlib import Path

import pytest
import regex

import bot.chat
import retrieval
from bot.chat import intents
from retrieval.text.language import language_for

MOST_SECONDS = 0.05  # of processor time, for one input
MOST_CHARACTERS = 4_096  # of a message of Telegram
LANGUAGES = "en de es ro ru tr el ar hi th vi zh ja ko".split()
METHODS = ("search", "match", "fullmatch", "finditer")
_USED_AS = {"findall": "finditer", "sub": "finditer", "split": "finditer"}
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?: [\p{L}\p{M}\p{N}]+)*")
_PIECES = [
    *'a1é바的.,:;-–"’([|\t\n ',
    "A.",
    "I ",
    "1.",
    "www.",
    "x@",
    "Ab ",
    "<a ",
    "<!--",
]
_ENDS = ["x", "!", " x", "", "1", ")", "\n", "é", "Q", "?"]
_GAPS = [" ", "", ", ", ". ", "-", "\n"]


def _patterns_in(value, name):
    if isinstance(value, re.Pattern | regex.Pattern):
        yield name, value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _patterns_in(item, name)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _patterns_in(getattr(value, field.name), field.name)


def _modules():
    for package in (bot, retrieval):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _methods(name, source):
    """Return the methods that a pattern is called by; all where that cannot be seen."""
    used = re.findall(rf"\b{name}\s*\.(\w+)\(", source)
    return sorted({_USED_AS.get(each, each) for each in used} & set(METHODS))


def _all_patterns():
    """Each pattern of the program once, with the methods it is called by."""
    found = {}
    for module in _modules():
        source = Path(module.__file__).read_text("utf-8")
        for name, value in vars(module).items():
            for _, pattern in _patterns_in(value, name):
                methods = _methods(name, source) or ["search", "finditer"]
                found.setdefault(pattern, (f"{module.__name__}.{name}", methods))
    for code in LANGUAGES:
        for name, pattern in _patterns_in(language_for(code), code):
            found.setdefault(pattern, (f"{code}.{name}", ["search", "finditer"]))
    whole = [intents._small_talk()]
    for intent in intents.Intent:
        parts = (intents._whole(intent, part) for part in ("", "ambiguous", "pronoun"))
        whole += filter(None, parts)
    for pattern in whole:
        found.setdefault(pattern, ("small talk", ["fullmatch"]))
    for pattern in intents._courtesies():
        found.setdefault(pattern, ("courtesies", ["search"]))
    return [(pattern, *rest) for pattern, rest in found.items()]


def _inputs(pattern, chance, count):
    """Make inputs that repeat a pattern's own words, and just miss it at the end.

    Each of its words comes by itself; beyond that, `count` are made by chance.
    """
    source = pattern.pattern
    is_bytes = isinstance(source, bytes)
    source = source.decode("latin-1") if is_bytes else source
    words = [word for word in _WORD.findall(source) if len(word) < 30] or ["a"]
    alone = dict.fromkeys((word, gap) for word in words for gap in (" ", ""))
    texts = [(word + gap) * (512 // len(word)) + "x" for word, gap in alone]
    for _ in range(count):
        pieces = [
            chance.choice(words if chance.random() < 0.7 else _PIECES)
            for _ in range(chance.choice((1, 1, 2, 3)))
        ]
        gap = chance.choice(_GAPS)
        unit = (gap.join(pieces) + gap) or " "
        size = chance.choice((64, 512, MOST_CHARACTERS, MOST_CHARACTERS)) - 4
        head = chance.choice(("", "", "(", '"', "A "))
        texts.append((head + unit * size)[:size] + chance.choice(_ENDS))
    return [text.encode() for text in texts] if is_bytes else texts


def _seconds(pattern, method, text):
    """Return the CPU seconds of a match, the least of three."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        found = getattr(pattern, method)(text)
        if method == "finditer":
            for _ in found:
                pass
        taken.append(time.thread_time() - begun)
        if taken[-1] < MOST_SECONDS:
            break
    return min(taken)


def _slow(count, share, shares):
    """Find the patterns of one share that take too long."""
    slow = {}
    for number, (pattern, name, methods) in enumerate(_all_patterns()):
        if number % shares != share:
            continue
        for text in _inputs(pattern, random.Random(number), count):
            for method in methods:
                if _seconds(pattern, method, text) > MOST_SECONDS:
                    slow.setdefault(f"{name}.{method}", text)
    return slow


@pytest.mark.parametrize("share", range(4))
def test_no_pattern_takes_long_on_words_of_its_own_that_hardly_miss_it(share):
    assert _slow(20, share, 4) == {}


@pytest.mark.slow
@pytest.mark.parametrize("share", range(8))
def test_no_pattern_takes_long_on_two_thousand_inputs(share):
    assert _slow(2_000, share, 8) == {}


def test_patterns_of_every_room_are_looked_at():
    names = " ".join(name for _, name, _ in _all_patterns())
    rooms = "chat small query.intents segmentation loading courtesies anaphora openers"
    assert all(room in names for room in rooms.split())


def test_a_pattern_that_is_read_in_many_ways_is_noticed():
    ambiguous = re.compile(r"(?:bye ?|bye bye ?)+")
    assert _seconds(ambiguous, "fullmatch", "bye " * 9 + "x") < MOST_SECONDS
    assert _seconds(ambiguous, "fullmatch", "bye " * 32 + "x") > MOST_SECONDS
