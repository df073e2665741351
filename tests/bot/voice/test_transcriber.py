"""The process that transcribes, with a stub in place of a model."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import components
from bot.commands.findings import print_findings
from bot.settings import Settings, SettingsError
from bot.voice import transcriber as voice
from bot.voice.problems import Problem, RecordingError
from bot.voice.transcriber import ModelError, Transcriber
from tests.bot.voice.stub_worker import MODEL_FILES, PROGRAM, make_model
from tests.support import catalogue_of


@pytest.fixture
def model(monkeypatch, tmp_path):
    """A folder like a model's, for the stub."""
    monkeypatch.setattr(voice, "PROGRAM", PROGRAM)
    monkeypatch.setattr(voice, "LIBRARY", "json")
    return make_model(tmp_path / "model")


@pytest.fixture
def transcriber(model):
    made = Transcriber(model, 60)
    yield made
    made.close()


def findings_of(article, capsys, **settings):
    """Return what `check` prints of voice, and whether all works."""
    given = Settings(_env_file=None, **settings)
    works = print_findings(
        given, catalogue_of([article]), None, None, components.stdout_console()
    )
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if line.startswith("Voice")], works


def test_a_recording_becomes_its_text(transcriber):
    assert transcriber.transcribe(b"Who leads?") == "Who leads?"


@pytest.mark.parametrize("problem", Problem)
def test_the_process_says_why_a_recording_gives_no_text(transcriber, problem):
    with pytest.raises(RecordingError) as caught:
        transcriber.transcribe(f"!{problem}".encode())
    assert (caught.value.problem, caught.value.language) == (problem, "en")


def test_a_recording_that_ends_the_process_is_damaged_and_the_next_is_heard(
    transcriber,
):
    with pytest.raises(RecordingError, match="damaged"):
        transcriber.transcribe(b"!crash")
    assert transcriber.transcribe(b"Who leads?") == "Who leads?"


def test_a_recording_that_takes_too_long_is_given_up(monkeypatch, transcriber):
    monkeypatch.setattr(voice, "BASE_SECONDS", 0.5)
    monkeypatch.setattr(voice, "SECONDS_PER_SECOND", 0)
    with pytest.raises(RecordingError, match="unavailable"):
        transcriber.transcribe(b"!hang")
    assert transcriber.is_available


async def test_each_person_waits_for_their_own_recording(transcriber):
    under_way = most = 0

    async def fetch():
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return b"Who leads?"

    heard = await asyncio.gather(*(transcriber.hear(7, fetch) for _ in range(4)))
    assert heard == ["Who leads?"] * 4
    assert most == 1


async def test_few_recordings_are_in_memory_at_once(monkeypatch, model):
    monkeypatch.setattr(voice, "HELD_AT_ONCE", 2)
    transcriber = Transcriber(model, 60)
    fetched = 0
    is_told = asyncio.Event()

    async def fetch():
        nonlocal fetched
        fetched += 1
        await is_told.wait()
        return b"Who leads?"

    hearing = [asyncio.create_task(transcriber.hear(n, fetch)) for n in range(5)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert fetched == 2
    is_told.set()
    await asyncio.gather(*hearing)
    assert fetched == 5
    transcriber.close()


def test_a_process_that_cannot_be_started_is_unavailable_until_it_can(
    monkeypatch, transcriber
):
    monkeypatch.setattr(voice, "PROGRAM", "raise SystemExit")
    with pytest.raises(RecordingError, match="unavailable"):
        transcriber.transcribe(b"Who leads?")
    assert not transcriber.is_available
    monkeypatch.setattr(voice, "PROGRAM", PROGRAM)
    assert transcriber.transcribe(b"Who leads?")
    assert transcriber.is_available


@pytest.mark.parametrize("name", MODEL_FILES)
def test_a_folder_that_is_no_model_is_one_line(model, name):
    (model / name).unlink()
    with pytest.raises(SettingsError, match=f"BOT_VOICE is wrong: .* has no {name};"):
        components.make_transcriber(Settings(_env_file=None, voice=model))


def test_a_folder_that_cannot_be_read_is_one_line(monkeypatch, model):
    def is_file(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", is_file)
    with pytest.raises(ModelError, match="cannot be read"):
        Transcriber(model, 60)


def test_a_process_whose_program_is_gone_ends_when_the_time_of_its_job_has():
    code = PROGRAM.format(folder="")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        job = {"number": "1", "size": 5, "seconds": 0}
        process.stdin.write(json.dumps(job).encode() + b"\n!hang")
        process.stdin.flush()
        assert process.wait(60) == -signal.SIGALRM


def test_a_missing_library_is_one_line(monkeypatch, model):
    monkeypatch.setattr(voice, "LIBRARY", "no_such_library")
    with pytest.raises(ModelError, match=r"pip install 'article-bot\[voice\]'"):
        Transcriber(model, 60)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("print('\"the file is cut off\"', flush=True)", "the file is cut off"),
        ("raise SystemExit", "the process that transcribes cannot be started"),
    ],
)
def test_a_model_that_cannot_be_loaded_is_one_line(monkeypatch, model, program, reason):
    monkeypatch.setattr(voice, "PROGRAM", program)
    with pytest.raises(SettingsError, match=f"model cannot be used: {reason}"):
        components.make_transcriber(Settings(_env_file=None, voice=model))


def test_check_says_what_is_heard(article, capsys, model):
    lines, works = findings_of(article, capsys, voice=model, voice_seconds=30)
    assert works
    assert lines == [
        f"Voice: {model}, up to 30 seconds in English, heard in isolation, but this "
        "system cannot keep them from your files, the network and other processes"
    ]


def test_check_says_what_is_wrong_with_voice(article, capsys, monkeypatch, model):
    lines, works = findings_of(article, capsys, voice=Path("no-model"))
    assert not works
    assert len(lines) == 1
    assert "no-model is not the folder of a faster-whisper model" in lines[0]
    monkeypatch.setattr(Transcriber, "transcribe", _fail)
    lines, works = findings_of(article, capsys, voice=model)
    assert not works
    assert lines == ["Voice: the model does not work (damaged)"]


def _fail(*_):
    raise RecordingError(Problem.DAMAGED)


def test_check_does_not_speak_of_voice_that_is_off(article, capsys):
    lines, works = findings_of(article, capsys)
    assert works
    assert not lines
