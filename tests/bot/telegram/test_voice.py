"""Voice messages, heard by a stub: a recording's bytes are the words in it."""

import signal

import pytest

from tests.bot.bot_process import running
from tests.bot.voice.stub_worker import CONSTANTS, make_model
from tests.support import LEADER, ChatUser

NAME = "Pak Kyong-jin"
GROUP = -70


@pytest.fixture
def hearing(api, tmp_path):
    """Return a function that runs a bot that hears."""

    def run(constants=None, exit_code=0, **environment):
        model = make_model(tmp_path / "model")
        return running(
            api,
            exit_code,
            folder=tmp_path,
            constants={**CONSTANTS, **(constants or {})},
            BOT_VOICE=str(model),
            **environment,
        )

    return run


async def said(api, chat, words, kind="voice", **content):
    """Speak, and return the reply."""
    before = len(api.replies(chat))
    message = await api.speak(chat, words.encode(), kind, **content)
    await api.wait(lambda: len(api.replies(chat)) > before)
    reply = api.replies(chat)[before]
    assert reply["reply_to"] == message
    return reply


@pytest.mark.parametrize("kind", ["voice", "video_note", "audio", "document"])
async def test_the_answer_begins_with_what_was_heard(api, hearing, kind):
    async with hearing():
        reply = await said(api, 7, LEADER, kind)
    assert reply["text"].startswith(f"“{LEADER}”\n")
    assert NAME in reply["text"]


async def test_what_was_heard_goes_the_way_of_what_is_typed(api, hearing):
    async with hearing(BOT_ALLOW_UPLOADS="1"):
        chat = ChatUser(api, 7)
        await said(api, 7, LEADER)
        followed = await said(api, 7, "When was it established?")
        assert "established last year" in followed["text"]
        several = await said(api, 7, f"{LEADER} What is Joguk?")
        assert NAME in several["text"]
        assert "Homeland" in several["text"]
        assert "“Hello!”\n\nHello!" in (await said(api, 7, "Hello!"))["text"]
        assert "no command" not in (await said(api, 7, "/forget"))["text"]
        read = await chat.send(b"The hive makes forty kilos of honey.", "bees.txt")
        about = {"caption": "How much", **api.as_reply_to(read)}
        answered = await said(api, 7, "honey does the hive make?", **about)
        assert answered["text"].startswith("“honey does the hive make?”")
        assert "forty kilos" in answered["text"]
        long = await said(api, 7, "Who leads it? " * 100)
        assert "too long" in long["text"]
        source = await chat.say("/source")
        assert "forty kilos" in source["text"]


async def test_a_caption_is_answered_where_nothing_is_heard(api, hearing):
    async with hearing():
        await api.speak(7, b"!nothing_heard", "audio", caption=LEADER)
        await api.wait(lambda: len(api.replies(7)) == 2)
        first, second = api.replies(7)
        assert "no words" in first["text"]
        assert NAME in second["text"]
        reply = await said(api, 7, "!nothing_heard", caption="/help")
        assert "voice message" in reply["text"], "a command is not heard to"


async def test_an_edited_caption_edits_the_answer(api, hearing):
    async with hearing():
        reply = await said(api, 7, "was it established?", caption="When")
        edited = {"edit": reply["reply_to"], "caption": "In which year"}
        await api.speak(7, b"was it established?", **edited)
        await api.wait(lambda: api.edits == 1)
        assert len(api.replies(7)) == 1


async def test_in_a_group_only_what_is_said_to_the_bot_is_heard(api, hearing):
    async with hearing():
        await api.speak(GROUP, LEADER.encode())
        mention = {"caption": "@article_bot"}
        reply = await said(api, GROUP, LEADER, **mention)
        assert NAME in reply["text"]
        to_bot = api.as_reply_to(reply)
        await api.speak(GROUP, b"So it is.", **to_bot)
        followed = await said(api, GROUP, "When was it established?", **to_bot)
        assert "established last year" in followed["text"]
        assert len(api.replies(GROUP)) == 2


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("!too_long", "I listen to up to 60 seconds."),
        ("!damaged", "I cannot play that"),
        ("!crash", "I cannot play that"),
        ("!nothing_heard", "I hear no words in it"),
        ("!not_understood", "The only language that I understand when spoken: English"),
        ("!hang", "I cannot listen to that at the moment"),
    ],
)
async def test_a_recording_without_words_gets_one_line(api, hearing, words, line):
    short = {
        "bot.voice.transcriber.BASE_SECONDS": 1,
        "bot.voice.transcriber.SECONDS_PER_SECOND": 0,
    }
    async with hearing(short):
        reply = await said(api, 7, words)
        assert line in reply["text"]
        assert "\n" not in reply["text"]
        assert NAME in (await said(api, 7, LEADER))["text"]


async def test_what_telegram_calls_too_long_or_too_large_is_not_fetched(api, hearing):
    async with hearing(BOT_VOICE_SECONDS="5"):
        reply = await said(api, 7, LEADER, seconds=6)
        assert "up to 5 seconds" in reply["text"]
        large = {"file_id": "a", "file_unique_id": "a", "file_size": 21 * 1024**2}
        reply = await ChatUser(api, 7).tell(voice={"duration": 1, **large})
        assert "up to 20 MB" in reply["text"]
        assert "getFile" not in api.calls
        api.fail("getFile", 400)
        assert "at the moment" in (await said(api, 7, LEADER))["text"]


async def test_korean_users_read_korean(api, hearing):
    async with hearing():
        for problem in ("not_understood", "nothing_heard", "damaged", "too_long"):
            reply = await said(api, 7, f"!{problem}", by=(7, "ko"))
            assert not any("a" <= letter <= "z" for letter in reply["text"])


async def test_help_and_privacy_speak_of_voice(api, hearing):
    async with hearing():
        chat = ChatUser(api, 7)
        assert "voice message" in (await chat.say("/help"))["text"]
        assert "recordings are not kept" in (await chat.say("/privacy"))["text"]


async def test_a_person_is_heard_one_at_a_time_in_all_chats(api, hearing):
    async with hearing():
        for number in range(3):
            words = f"{LEADER} {number}".encode()
            await api.speak(GROUP - number, words, by=7, caption="@article_bot")
        await api.wait(lambda: len(api.sent) == 3)
        assert all(NAME in reply["text"] for reply in api.sent)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_no_file_is_left_after_a_stop_and_the_message_is_answered(
    api, hearing, tmp_path, number
):
    code = -number if number is signal.SIGKILL else 0
    secret = "!hang"
    async with hearing(exit_code=code) as bot:
        await api.speak(7, secret.encode())
        await api.wait(lambda: api.typing)  # while it is being heard
        await bot.stop(number)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
    api.files = dict.fromkeys(api.files, LEADER.encode())
    async with hearing():
        await api.wait(lambda: api.replies(7))
        assert NAME in api.replies(7)[0]["text"]


async def test_without_a_model_a_voice_message_gets_one_line(api):
    async with running(api):
        reply = await said(api, 7, LEADER)
        assert reply["text"].startswith("I can only read text.")
        captioned = await said(api, 7, "la la", "audio", caption=LEADER)
        assert NAME in captioned["text"]
        heard = api.as_reply_to(captioned | {"chat_id": GROUP})
        await api.speak(GROUP, LEADER.encode(), **heard)
        assert "voice" not in (await ChatUser(api, 8).say("/help"))["text"]
        assert not api.replies(GROUP)
