"""A small encoder that embeds and reranks texts; it generates none.

Read `protocol` first: it says what an encoder does. `onnx` implements it for the model
in `model/`; it needs the extra `reader`. `windows` divides articles into the windows
that are reranked, `batching` turns texts into arrays, and `cache` stores embeddings.
`retrieval.ranking` decides which sentences are embedded and reranked. `python -m
benchmarks.training` trains the model.
"""

import logging
from functools import cache
from importlib.resources import files
from pathlib import Path

from retrieval.encoder.protocol import Embedder, Reranker
from retrieval.errors import EncoderError

logger = logging.getLogger(__name__)

FITTED_ENCODER = "encoder"  # its fingerprint in `versions.json`, beside the libraries
BUILT_IN = str(files("retrieval") / "encoder" / "model")

__all__ = [
    "BUILT_IN",
    "FITTED_ENCODER",
    "Embedder",
    "Reranker",
    "default_encoder",
    "load_encoder",
]


def load_encoder(
    folder: str | Path, *, languages: frozenset[str] | None = None
) -> Embedder:
    """Load an encoder from a folder.

    Args:
        folder: A folder with `encoder.onnx`, `tokenizer.json` and, for a reranker,
            `head.json`; `onnx` describes these files.
        languages: ISO 639-1 codes of the languages that the encoder is used for. The
            default is the languages that weights were fitted to with this model. A
            model without fitted weights has none: words alone answer, and the log says
            so.

    Raises:
        EncoderError: The extra `reader` is not installed, or the folder holds no model
            that can be used.
    """
    try:
        from retrieval.encoder.onnx import load_onnx
    except ImportError as error:
        raise EncoderError(
            str(folder), f"{error.name} is missing; install article-bot[reader]"
        ) from error
    encoder = load_onnx(Path(folder), languages)
    if not encoder.languages:
        logger.warning(
            "Answers come from words alone: no weights were fitted to the encoder in "
            "%s; python -m benchmarks.fit does that",
            folder,
        )
    return encoder


@cache
def default_encoder() -> Embedder | None:
    """Return the encoder that comes with the package, loaded once.

    Without the extra `reader` there is none, and the log says so once.

    Raises:
        EncoderError: The model's files are missing or damaged.
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
    return load_encoder(BUILT_IN)
