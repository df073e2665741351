"""Transcription of recordings in a process of its own; see `worker`."""

import asyncio
import atexit
import io
import json
import logging
import threading
import wave
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from weakref import WeakValueDictionary

from bot.background import in_background
from bot.voice.problems import Problem, RecordingError
from retrieval.loading.isolation.process import (
    CrashError,
    IsolatedProcess,
    StartError,
    TimeLimitError,
)

logger = logging.getLogger(__name__)

LIBRARY = "faster_whisper"
PROGRAM = "from bot.voice.worker import main; main({folder!r})"
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
HELD_AT_ONCE = 8  # recordings in memory; others wait to be fetched
# Seconds that transcribing may take: more than were spoken, for slow machines.
BASE_SECONDS = 10.0
SECONDS_PER_SECOND = 2.0


class ModelError(Exception):
    """The model cannot be used; the message is one clause that says what to do."""


class Transcriber:
    """Turns recordings into text, one at a time, and one of each person.

    A recording is never written to a file: it is in the memory of two processes until
    its text is there.

    Attributes:
        max_seconds: Maximum length of a recording.
        is_available: Whether the process could be started when it was last needed.

    Args:
        folder: The folder of a faster-whisper model.
        max_seconds: As above.

    Raises:
        ModelError: The library is not installed, or the folder holds no model.
    """

    def __init__(self, folder: Path, max_seconds: float) -> None:
        if find_spec(LIBRARY) is None:
            raise ModelError(
                "it needs a library; run: pip install 'article-bot[voice]'"
            )
        _check_folder(folder)
        self.max_seconds = max_seconds
        self.is_available = True
        self._folder = folder.absolute()
        self._process = IsolatedProcess(
            lambda: PROGRAM.format(folder=str(self._folder))
        )
        self._lock = threading.Lock()
        self._holding = asyncio.Semaphore(HELD_AT_ONCE)
        self._people: WeakValueDictionary[int | None, asyncio.Lock] = (
            WeakValueDictionary()
        )
        atexit.register(self.close)

    def start(self) -> list[str]:
        """Start the process; return what it cannot reach, see `landlock`.

        Raises:
            ModelError: It cannot be started, or the model does not work.
        """
        try:
            with self._lock:
                return self._process.isolated_from()
        except StartError as error:
            reason = str(error) or "the process that transcribes cannot be started"
            raise ModelError(f"{self._folder} cannot be used: {reason}") from error

    def language(self) -> str:
        """Return the only language that the model knows, or "".

        Raises:
            ModelError: The model does not work.
        """
        try:
            self.transcribe(_silence())
        except RecordingError as error:
            if error.problem is Problem.NOTHING_HEARD:
                return error.language
            raise ModelError(f"the model does not work ({error})") from error
        return ""

    def close(self) -> None:
        """End the process."""
        self._process.close()

    async def hear(
        self, person: int | None, fetch: Callable[[], Awaitable[bytes]]
    ) -> str:
        """Fetch a recording and return its text.

        Args:
            person: The person who speaks.
            fetch: Fetches the media file.

        Raises:
            RecordingError: It gives no text.
            Exception: What `fetch` raises.
        """
        lock = self._people.setdefault(person, asyncio.Lock())
        async with lock, self._holding:
            return await in_background(self.transcribe, await fetch())

    def transcribe(self, data: bytes) -> str:
        """Return the text of a recording, a media file.

        Raises:
            RecordingError: It gives no text.
        """
        limit = BASE_SECONDS + SECONDS_PER_SECOND * self.max_seconds
        job = {"max_seconds": self.max_seconds}
        try:
            with self._lock:
                answer = json.loads(self._process.work(job, data, limit))
        except StartError as error:
            self.is_available = False
            logger.error("The process that transcribes cannot be started: %s", error)
            raise RecordingError(Problem.UNAVAILABLE) from error
        except TimeLimitError as error:
            logger.warning("Transcribing took over %g seconds", limit)
            raise RecordingError(Problem.UNAVAILABLE) from error
        except CrashError as error:
            logger.warning("The process that transcribes ended over a recording")
            raise RecordingError(Problem.DAMAGED) from error
        self.is_available = True
        if "problem" in answer:
            raise RecordingError(Problem(answer["problem"]), answer["language"])
        text: str = answer["text"]
        return text


def _check_folder(folder: Path) -> None:
    """Check that a folder holds the files of a model.

    Raises:
        ModelError: It does not, or cannot be read.
    """
    try:
        missing = [name for name in MODEL_FILES if not (folder / name).is_file()]
    except OSError as error:
        problem = f"{folder} cannot be read ({error.strerror}); check its permissions"
        raise ModelError(problem) from error
    if missing:
        raise ModelError(
            f"{folder} is not the folder of a faster-whisper model, for it has no "
            f"{missing[0]}; docs/operating.md says how to get one"
        )


def _silence() -> bytes:
    """Return a recording of a tenth of a second of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(1_600))
    return file.getvalue()
