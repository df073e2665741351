"""The transcribing process, whose jobs are recordings and whose answers are JSON.

An answer is an object: `text`, or `problem` (a `Problem`) and `language`.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from bot.voice.decoding import SAMPLE_RATE, decode_recording
from bot.voice.problems import Problem, RecordingError
from retrieval.loading.isolation.landlock import restrict_process
from retrieval.loading.isolation.serving import (
    Answer,
    Step,
    limit_memory,
    memory_gauge,
    serve_jobs,
    take_output,
    write_line,
)
from retrieval.sources import printable_line

MIN_MEMORY_BYTES = 512 * 1024**2  # beyond the model; a larger model takes more
MAX_THREADS = 4
# Below these, Whisper's authors call a window of 30 seconds failed.
MIN_LOG_PROBABILITY = -1.0
MAX_COMPRESSION_RATIO = 2.4
MIN_LANGUAGE_PROBABILITY = 0.5  # as the default of faster-whisper


class Recogniser:
    """A speech recogniser: Whisper by faster-whisper.

    Attributes:
        language: The only language that the model knows; "" if it knows many.

    Args:
        folder: The folder of the model.
    """

    def __init__(self, folder: str) -> None:
        import av  # noqa: F401  # loaded before no file can be opened
        import faster_whisper
        import numpy as np

        self._detect_speech = faster_whisper.vad.get_speech_timestamps
        self._model = faster_whisper.WhisperModel(
            folder,
            device="cpu",
            compute_type="auto",
            cpu_threads=min(os.cpu_count() or 1, MAX_THREADS),
            local_files_only=True,
        )
        self.language = "" if self._model.model.is_multilingual else "en"
        # The first use starts threads and takes memory.
        silence = np.zeros(SAMPLE_RATE, np.float32)
        self._detect_speech(silence)
        list(self._model.transcribe(silence, language="en")[0])

    def transcribe(self, samples: Any) -> str:
        """Return what is said, in one line.

        Args:
            samples: float32, mono, of `SAMPLE_RATE`.

        Raises:
            RecordingError: Nothing is said, or nothing that can be understood.
        """
        if not self._detect_speech(samples):
            raise RecordingError(Problem.NOTHING_HEARD, self.language)
        segments, about = self._model.transcribe(
            samples,
            temperature=0.0,
            condition_on_previous_text=False,
            vad_filter=True,
        )
        understood = [
            segment.text
            for segment in segments
            if about.language_probability >= MIN_LANGUAGE_PROBABILITY
            and segment.avg_logprob >= MIN_LOG_PROBABILITY
            and segment.compression_ratio <= MAX_COMPRESSION_RATIO
        ]
        text = printable_line(" ".join(understood))
        if not text:
            raise RecordingError(Problem.NOT_UNDERSTOOD, self.language)
        return text


def answer_job(
    recogniser: Recogniser, job: dict[str, Any], data: bytes, _step: Step
) -> Answer:
    """Return the text of a recording, or the problem with it.

    Args:
        recogniser: The speech recogniser.
        job: The maximum length of the recording, as `max_seconds`.
        data: The media file.
    """
    try:
        samples = decode_recording(data, job["max_seconds"])
    except RecordingError as error:
        return _problem(error.problem, recogniser)
    except Exception:  # whatever a decoder makes of a damaged file
        return _problem(Problem.DAMAGED, recogniser)
    try:
        return Answer(json.dumps({"text": recogniser.transcribe(samples)}))
    except RecordingError as error:
        return _problem(error.problem, recogniser)


def _problem(problem: Problem, recogniser: Recogniser) -> Answer:
    return Answer(json.dumps({"problem": problem, "language": recogniser.language}))


def main(folder: str) -> None:
    """Serve jobs from standard input, with limited memory and rights.

    If the model cannot be loaded, the first line of output is the reason.
    """
    output = take_output()
    memory = memory_gauge()
    loaded: list[Recogniser] = []
    try:
        restricted = restrict_process(
            [str(Path(folder).resolve())],
            lambda: loaded.append(Recogniser(folder)),
        )
    except Exception as error:  # whatever the library makes of another folder
        write_line(output, json.dumps(printable_line(str(error))[:200]))
        return
    taken = memory()
    limit_memory(taken, max(taken, MIN_MEMORY_BYTES))
    write_line(output, json.dumps(restricted))
    answer = partial(answer_job, loaded[0])
    serve_jobs(sys.stdin.buffer, output, memory, answer)
