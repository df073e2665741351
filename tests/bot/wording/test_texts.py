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
from retrieval import Article

FOLDER = Path(bot.wording.texts.__file__).parent
TRANSLATED = [language for language in LANGUAGES if language != "en"]
MAX_DESCRIPTION, MAX_SHORT, MAX_COMMAND = 512, 120, 256  # of Telegram, in characters
MAX_TOAST = 200
KEYWORDS = {"_": None, "_n": (1, 2)}


def texts():
    found = extract_from_dir(FOLDER, keywords=KEYWORDS, options_map={})
    return {message for _, _, message, _, _ in found}


def translations_of(language):
    with (FOLDER / "locale" / language / "LC_MESSAGES" / "bot.po").open("rb") as file:
        return read_po(file, locale=language)


def parts(text):
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_every_text_and_no_other(language):
    translations = translations_of(language)
    translated = {message.id for message in translations if message.id}
    missing, left_over = texts() - translated, translated - texts()
    assert not missing, f"{language} lacks {sorted(map(str, missing))}"
    assert not left_over, f"{language} has besides {sorted(map(str, left_over))}"
    for message in translations:
        assert all(parts(message.string)), f"{language} lacks {message.id}"
        assert not message.fuzzy or not message.id
        assert len(parts(message.string)) == (
            translations.num_plurals if message.pluralizable else 1
        )


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_is_what_the_translation_says(language):
    """`pybabel compile`, as CONTRIBUTING.md has it, was run after the last change."""
    folder = FOLDER / "locale" / language / "LC_MESSAGES"
    compiled = BytesIO()
    write_mo(compiled, translations_of(language))
    assert (folder / "bot.mo").read_bytes() == compiled.getvalue(), language


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_of_a_translation_are_those_of_the_text(language):
    """A form of a plural may leave out the number: "the other document"."""
    for message in translations_of(language):
        wanted = set(re.findall(r"\{\w+\}", " ".join(parts(message.id))))
        *forms, last = parts(message.string)
        assert set(re.findall(r"\{\w+\}", last)) == wanted, message.id
        for form in forms:
            left_out = wanted - set(re.findall(r"\{\w+\}", form))
            assert left_out <= {"{n}"}, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_commands_of_the_text(language):
    for message in translations_of(language):
        for form in parts(message.string):
            named = re.findall(r"(?<![\w/])/[a-z]+", form)
            wanted = re.findall(r"(?<![\w/])/[a-z]+", parts(message.id)[-1])
            assert sorted(named) == sorted(wanted), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_limits_is_short_enough(language):
    spoken = wording(language)
    assert len(spoken.description()) <= MAX_DESCRIPTION
    assert len(spoken.short_description()) <= MAX_SHORT
    for _, description in spoken.commands():
        assert 1 <= len(description) <= MAX_COMMAND
    for toast in (
        spoken.store_away(),
        spoken.index_away(),
        spoken.sorry(),
        spoken.out_of_date(),
        spoken.too_many(),
        spoken.administrators_only(),
        spoken.not_allowed(-1_001_234_567_890),
    ):
        assert len(toast) <= MAX_TOAST, toast


def test_a_language_tag_finds_its_wording_and_others_get_english():
    assert wording("ko-KR").not_found() != ENGLISH.not_found()
    assert wording("ko_KR") is wording("ko_KR")
    assert wording("pt-BR").language == "pt"
    assert wording("zh-hans").language == "zh"
    for tag in ("en-GB", "xx", "", None, "C"):
        assert wording(tag) is ENGLISH


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", "“a”, “b” or “c”"),
        ("de", "„a“, „b“ oder „c“"),
        ("es", "«a», «b» o «c»"),
        ("ja", "「a」、「b」、または「c」"),
    ],
)
def test_words_are_quoted_and_listed_as_the_language_does(language, listed):
    assert listed in wording(language).not_mentioned(["a", "b", "c"])


@pytest.mark.parametrize(
    ("language", "number"), [("en", "1,234"), ("de", "1.234"), ("pt", "1.234")]
)
def test_numbers_are_written_as_the_language_does(language, number):
    assert number in wording(language).too_long(1_234)


@pytest.mark.parametrize(
    ("n", "listed"),
    [
        (1, "Всего 1 статья."),
        (3, "Всего 3 статьи."),
        (5, "Всего 5 статей."),
        (21, "Всего 21 статья."),
    ],
)
def test_a_plural_has_the_form_of_its_number(n, listed):
    assert wording("ru").list_heading(n, ()).startswith(listed)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "The article is in Korean."),
        ("de", "Der Artikel ist auf Koreanisch."),
        ("ko", "기사는 한국어로 되어 있습니다."),
        ("ja", "記事の言語は韓国語です。"),
        ("uk", "Мова статті: корейська."),
    ],
)
def test_a_language_is_named_in_the_readers(language, line):
    assert wording(language).in_language("ko") == line


def test_many_languages_are_not_all_named():
    line = ENGLISH.ask_in_language(["en", "ko", "de", "fr"], several=True)
    assert "English, Korean, German or …." in line


def test_what_is_embedded_in_a_text_from_the_right_keeps_its_own_order():
    article = Article.from_text("A text.", title="News")
    spoken = wording("ar")
    assert "«\u2068News\u2069»" in spoken.hello([article])
    assert "\u2068/help\u2069" in spoken.ask_something()
    assert "\u2068@news_bot\u2069" in spoken.inline_usage("news_bot")


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "ar"])
def test_a_text_from_the_left_has_no_isolates(language):
    article = Article.from_text("A text.", title="News")
    said = wording(language).hello([article]) + wording(language).help_text()
    assert not re.search("[\u2066-\u2069]", said)
