"""A transcribing process without a model: its recordings are what is said in them.

`!` begins what it does instead: `!damaged` and other problems, `!crash`, `!hang`.
"""

import json
import os
import sys
import time

from retrieval.loading.isolation.serving import (
    Answer,
    serve_jobs,
    take_output,
    write_line,
)

PROGRAM = "from tests.bot.voice.stub_worker import main; main({folder!r})"
# Constants of the bot that replace the model and its library.
CONSTANTS = {
    "bot.voice.transcriber.PROGRAM": PROGRAM,
    "bot.voice.transcriber.LIBRARY": "json",
}
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")


def make_model(folder):
    """Make a folder that looks like a model; return it."""
    folder.mkdir(exist_ok=True)
    for name in MODEL_FILES:
        (folder / name).touch()
    return folder


def answer(_, data, _step):
    said = data.decode(errors="replace")
    match said:
        case "!crash":
            os._exit(1)
        case "!hang":
            time.sleep(3_600)
    if said.startswith("!"):
        return Answer(json.dumps({"problem": said[1:], "language": "en"}))
    if said.startswith("RIFF"):
        return Answer(json.dumps({"problem": "nothing_heard", "language": "en"}))
    return Answer(json.dumps({"text": said}))


def main(_):
    output = take_output()
    write_line(output, "[]")
    serve_jobs(sys.stdin.buffer, output, int, answer)
