"""Meaning and judgement by a small encoder: an extra, and never a writer of words.

Read `protocol` first: what a reader does, whatever it is made of. `onnx` is the one
implementation, of the model in `model/`; `windows` divides articles into what is read
at once, `batching` turns texts into an encoder's numbers, and `cache` keeps what was
embedded before. What is asked of it, and of which sentences, `ranking` decides.
`python -m benchmarks.reader` trains the model.
"""

import logging
from functools import cache
from importlib.resources import files
from pathlib import Path

from retrieval.encoder.protocol import Reader
from retrieval.errors import ReaderError

logger = logging.getLogger(__name__)

FITTED_READER = "reader"  # names its key in `versions.json`, beside the libraries
BUILT_IN = str(files("retrieval") / "encoder" / "model")

__all__ = ["BUILT_IN", "FITTED_READER", "Reader", "default_reader", "load_reader"]


def load_reader(
    folder: str | Path, *, languages: frozenset[str] | None = None
) -> Reader:
    """Load a reader from a folder.

    Args:
        folder: Holds `encoder.onnx`, `tokenizer.json` and, if it judges, `judge.json`;
            what they are is told in `onnx`.
        languages: What it is taken to understand. By default that is what weights
            were fitted to with this very model; with another one it is nothing, words
            alone answer, and the log says so.

    Raises:
        ReaderError: The extra `reader` is not installed, or the folder holds no model
            that can be used.
    """
    try:
        from retrieval.encoder.onnx import OnnxEncoder
    except ImportError as error:
        raise ReaderError(
            str(folder), f"{error.name} is missing; install article-bot[reader]"
        ) from error
    reader = OnnxEncoder(Path(folder), languages)
    if not reader.languages:
        logger.warning(
            "Answers come from words alone: no weights were fitted to the encoder in "
            "%s; python -m benchmarks.fit does that",
            folder,
        )
    return reader


@cache
def default_reader() -> Reader | None:
    """Return the reader that comes with the package, loaded once.

    Without the extra `reader` it is None, and the log says so once.

    Raises:
        ReaderError: Its files are missing or damaged.
    """
    try:
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        logger.warning(
            "Answers come from words alone: %s is missing; install article-bot[reader]",
            error.name,
        )
        return None
    return load_reader(BUILT_IN)
