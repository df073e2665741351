from bot.settings import Settings
from docs import settings


def test_the_page_of_settings_is_what_the_model_says():
    written = settings.PAGE.read_text("utf-8")
    assert written == settings.settings_page(), "write it again: make docs"


def test_env_example_is_what_the_model_says():
    written = settings.EXAMPLE.read_text("utf-8")
    assert written == settings.example_file(), "write it again: make docs"


def test_every_setting_is_in_one_group():
    grouped = [name for names in settings.GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(Settings.model_fields)


def test_a_setting_with_two_names_shows_both():
    assert "| `BOT_READER` or `BOT_ENCODER` | `on` |" in settings.settings_page()
    example = settings.example_file()
    assert "# BOT_ENCODER is another name of it.\nBOT_READER=on\n" in example


def test_bounds_and_choices_are_in_words():
    fields = Settings.model_fields
    values = {name: settings.values_of(field) for name, field in fields.items()}
    assert values["max_citations"] == "1 to 10"
    assert values["upload_megabytes"] == "more than 0, at most 20"
    assert values["questions_per_minute"] == "1 or more"
    assert values["refresh_minutes"] == "more than 0"
    assert values["log_format"] == "`text` or `json`"
    assert values["allow_uploads"] == "`0` or `1`"
    assert values["public_url"] == "such as `https://example.org`"
    assert values["token"] == ""
