"""Translations have every text, and no other."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bot.wording.texts
from bot.wording.texts import ENGLISH, LANGUAGES, wording

FOLDER = Path(bot.wording.texts.__file__).parent
KEYWORDS = {"_": None, "_n": (1, 2)}


def texts():
    found = extract_from_dir(FOLDER, keywords=KEYWORDS, options_map={})
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_a_translation_has_every_text_and_no_other(language):
    path = FOLDER / "locale" / language / "LC_MESSAGES" / "bot.po"
    with path.open("rb") as file:
        translations = read_po(file, locale=language)
    translated = {message.id for message in translations if message.id}
    assert translated == texts()
    for message in translations:
        parts = message.string if message.pluralizable else [message.string]
        assert all(parts), message.id
        assert not message.fuzzy or not message.id
        assert [str(e) for e in message.check(translations)] == []


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_what_is_read_is_what_the_translation_says(language):
    """`pybabel compile`, as CONTRIBUTING.md has it, was run after the last change."""
    folder = FOLDER / "locale" / language / "LC_MESSAGES"
    compiled = BytesIO()
    with (folder / "bot.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    assert (folder / "bot.mo").read_bytes() == compiled.getvalue()


def test_placeholders_of_a_translation_are_those_of_the_text():
    path = FOLDER / "locale" / "ko" / "LC_MESSAGES" / "bot.po"
    with path.open("rb") as file:
        for message in read_po(file, locale="ko"):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = (
                message.string
                if isinstance(message.string, tuple)
                else (message.string,)
            )
            wanted = set(re.findall(r"\{\w+\}", " ".join(ids)))
            for string in strings:
                assert set(re.findall(r"\{\w+\}", string)) == wanted, message.id


def test_a_language_tag_finds_its_wording_and_others_get_english():
    assert wording("ko-KR").not_found() != ENGLISH.not_found()
    assert wording("ko_KR") is wording("ko_KR")
    for tag in ("en-GB", "xx", "", None, "C"):
        assert wording(tag) is ENGLISH
