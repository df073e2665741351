from pathlib import Path

import pytest

from bot.settings import (
    SEED_ARTICLE,
    Settings,
    SettingsError,
    load_settings,
    unknown_settings,
)

ROOT = Path(__file__).parents[2]


def test_without_settings_the_seed_article_is_asked():
    settings = load_settings()
    assert settings.article == (SEED_ARTICLE,)
    assert settings.token is None


def test_settings_come_from_a_dotenv_file_and_the_environment_wins(monkeypatch):
    Path(".env").write_text("BOT_ARTICLE=a.txt\nBOT_MAX_CITATIONS=2\nBOT_TOKEN=\n")
    monkeypatch.setenv("BOT_MAX_CITATIONS", "5")
    settings = load_settings()
    assert (settings.article, settings.max_citations) == (("a.txt",), 5)
    assert settings.token is None


def test_the_log_level_may_be_lower_case(monkeypatch):
    monkeypatch.setenv("BOT_LOG_LEVEL", "debug")
    assert load_settings().log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_MAX_CITATIONS", "0"),
        ("BOT_MAX_CITATIONS", "many"),
        ("BOT_MIN_CONFIDENCE", "1.5"),
        ("BOT_LOG_LEVEL", "LOUD"),
        ("BOT_LANGUAGE", "english"),
        ("BOT_BASE_URL", "api.telegram.org"),
        ("BOT_RETENTION_DAYS", "0"),
        ("BOT_WEBHOOK_URL", "example.org/bot"),
        ("BOT_WEBHOOK_PORT", "99999"),
        ("BOT_WEBHOOK_PATH", "a(b"),
        ("BOT_WEBHOOK_SECRET", "a b"),
        ("BOT_HEALTH_PORT", "eighty"),
        ("BOT_QUESTIONS_PER_MINUTE", "0"),
        ("BOT_MESSAGES_PER_SECOND", "0"),
        ("BOT_ALLOWED_CHATS", "me"),
        ("BOT_ADMINS", "me"),
        ("BOT_ADMINS", "-5"),
        ("BOT_GREETING", " "),
        ("BOT_GREETING", "a" * 501),
        ("BOT_REFUSAL", "a" * 301),
        ("BOT_ARTICLE", '["a.txt"'),
        ("BOT_REFRESH_MINUTES", "0"),
        ("BOT_UPLOAD_MEGABYTES", "21"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} is wrong: ") as caught:
        load_settings()
    assert f"'{value}'" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_list_of_articles_shows_a_right_one(monkeypatch):
    monkeypatch.setenv("BOT_ARTICLE", "[a.txt]")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        'BOT_ARTICLE is wrong: a JSON list is expected, such as ["a.txt", "b.pdf"]; '
        "correct it in the environment or .env"
    )


@pytest.mark.parametrize("value", ["1,-5", "1, -5", " 1 -5 ", "1,\n-5,"])
def test_chats_are_listed_with_commas_or_blanks(monkeypatch, value):
    monkeypatch.setenv("BOT_ALLOWED_CHATS", value)
    assert load_settings().allowed_chats == {1, -5}


def test_an_unreadable_dotenv_file_says_so():
    Path(".env").write_bytes(b"BOT_TOKEN=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings()


def test_the_webhook_secret_is_that_of_the_settings_or_random():
    assert Settings(webhook_secret="known").webhook_secret_token == "known"
    settings = Settings()
    made = settings.webhook_secret_token
    assert len(made) > 20
    assert settings.webhook_secret_token == made, "all parts use the same"
    assert Settings().webhook_secret_token != made
    assert made in settings.all_secrets


def test_env_example_gives_the_defaults():
    defaults = Settings(_env_file=None)
    example = Settings(_env_file=ROOT / ".env.example")
    assert example == defaults


@pytest.mark.parametrize("value", ["abc", "98765", ":secret", "1 2:secret"])
def test_what_cannot_be_a_token_is_refused_without_asking_telegram(monkeypatch, value):
    monkeypatch.setenv("BOT_TOKEN", value)
    with pytest.raises(SettingsError, match="BOT_TOKEN is wrong: copy it") as caught:
        load_settings()
    assert value not in str(caught.value).removeprefix("BOT_TOKEN is wrong: ")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BOT_LANGUAGE", "xx", "an ISO 639-1 code, such as en"),
        ("BOT_WEBHOOK_URL", "example.org/bot", "as in https://example.org/bot"),
        ("BOT_WEBHOOK_URL", "https://", "as in https://example.org/bot"),
        ("BOT_WEBHOOK_URL", "https:///bot", "it names no host"),
        ("BOT_WEBHOOK_URL", "https://[::1/bot", "Invalid IPv6 URL"),
        ("BOT_MAX_CITATIONS", "0", "at least 1;"),
        ("BOT_MAX_CITATIONS", "11", "at most 10;"),
        ("BOT_MAX_CITATIONS", "many", "a whole number"),
        ("BOT_MIN_CONFIDENCE", "much", "a number is expected"),
        ("BOT_REFRESH_MINUTES", "0", "more than 0;"),
        ("BOT_LOG_LEVEL", "LOUD", "one of 'DEBUG', 'INFO'"),
        ("BOT_ALLOW_UPLOADS", "perhaps", "write 1 or 0"),
        ("BOT_REFUSAL", "a" * 301, "it has at most 300 characters"),
        ("BOT_ADMINS", "-5", "more than 0;"),
    ],
)
def test_a_wrong_setting_is_explained_in_words_for_people(
    monkeypatch, name, value, words
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert words in str(caught.value)
    assert "pattern" not in str(caught.value)
    assert "Input should" not in str(caught.value)


def test_the_encoder_may_be_set_by_either_name(monkeypatch):
    monkeypatch.delenv("BOT_READER")
    Path(".env").write_text("BOT_ENCODER=mine\n")
    assert load_settings().reader == "mine"
    monkeypatch.setenv("BOT_READER", "off")
    assert load_settings().reader == "off", "the environment wins"
    Path(".env").write_text("BOT_READER=mine\n")
    monkeypatch.delenv("BOT_READER")
    monkeypatch.setenv("BOT_ENCODER", "off")
    assert load_settings().reader == "off", "the environment wins"
    monkeypatch.setenv("BOT_READER", "on")
    assert load_settings().reader == "on", "of both in one place, BOT_READER wins"
    assert unknown_settings() == []


def test_the_encoder_is_not_read_from_names_of_other_programs(monkeypatch):
    monkeypatch.delenv("BOT_READER")
    monkeypatch.setenv("READER", "theirs")
    monkeypatch.setenv("ENCODER", "theirs")
    assert load_settings().reader == "on"


def test_a_name_that_is_no_setting_is_told_with_the_one_it_is_like(monkeypatch):
    monkeypatch.setenv("BOT_TOEKN", "1:a")
    Path(".env").write_text("BOT_ZZZZ=1\nOTHER=2\n")
    assert unknown_settings() == [
        "BOT_TOEKN is not a setting; did you mean BOT_TOKEN?",
        "BOT_ZZZZ is not a setting",
    ]
