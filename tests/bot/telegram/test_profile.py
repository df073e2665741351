"""The bot's profile, set at the start in each language."""

import pytest

from bot.wording.texts import LANGUAGES, wording
from tests.bot.bot_process import running
from tests.support import LEADER

KINDS = ("Commands", "Description", "ShortDescription")
CODES = {None if language == "en" else language for language in LANGUAGES}


def calls(api, verb):
    return [api.calls.count(f"{verb}My{kind}") for kind in KINDS]


async def profile_is_read(api, times=1):
    """Wait until the last part of the profile has been compared, and set."""
    await api.wait(lambda: calls(api, "get")[-1] == times * len(LANGUAGES))


async def test_commands_and_descriptions_are_set_in_each_language(api):
    async with running(api):
        await api.wait(lambda: len(api.short_descriptions) == len(LANGUAGES))
    assert set(api.commands) == set(api.descriptions) == CODES
    for code in CODES:
        spoken = wording(code)
        told = [(one["command"], one["description"]) for one in api.commands[code]]
        assert told == spoken.commands()
        assert api.descriptions[code] == spoken.description()
        assert api.short_descriptions[code] == spoken.short_description()


async def test_what_telegram_holds_already_is_not_set_again(api):
    async with running(api):
        await api.wait(lambda: len(api.short_descriptions) == len(LANGUAGES))
    before = calls(api, "set")
    api.descriptions["de"] = "Ein Bot."
    async with running(api):
        await profile_is_read(api, 2)
        await api.wait(lambda: api.descriptions["de"] != "Ein Bot.")
    after = calls(api, "set")
    assert [n - m for n, m in zip(after, before, strict=True)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("method", "part"),
    [
        ("setMyCommands", "command menu"),
        ("getMyCommands", "command menu"),
        ("setMyDescription", "description"),
        ("getMyShortDescription", "short description"),
    ],
)
async def test_the_bot_runs_without_its_profile(api, method, part):
    api.fail(method, 400)
    async with running(api) as bot:
        await api.ask(1, LEADER)
        await api.wait(lambda: api.sent and method in api.calls)
        await api.wait(lambda: "getMyShortDescription" in api.calls)
    assert f"The {part} could not be set: Injected" in bot.log
    assert bot.log.count("could not be set") == 1
