"""A reader of three files in a folder.

- `encoder.onnx` takes `input_ids` and `attention_mask`, and `token_type_ids` if it has
  them, of a row for each text, and returns the tokens' states first. An embedding is
  the mean of a text's states, of length 1, as sentence-transformers computes it.
- `tokenizer.json` is what the tokenizers library reads, with [CLS] and [SEP] as BERT's.
- `judge.json`, if it is there, holds a linear head: `question`, `sentence` and `whole`
  are weights, `bias` a number. With the means of the states of question and sentence,
  and the first state of all, each of length 1, the log odds of a sentence are
  question · (q ∘ s) + sentence · s + whole · w + bias. An encoder without it gives
  embeddings alone.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.encoder import FITTED_READER
from retrieval.encoder.batching import Batch, BatchBuilder
from retrieval.encoder.protocol import EmbeddingMatrix, Logits
from retrieval.encoder.windows import Window
from retrieval.errors import ReaderError

# How a tensor names the file that it lies in, which would be looked for in the folder
# that the program happens to run in.
_LANGUAGES = frozenset({"en"})  # that the weights were fitted to
_EXTERNAL = b"\n\x08location\x12"
ENCODER, TOKENIZER, JUDGE = "encoder.onnx", "tokenizer.json", "judge.json"

States = NDArray[np.float32]


class OnnxEncoder:
    """Runs an encoder on the processor, by onnxruntime.

    One text at a time: it is no slower, nothing is padded, and what a text comes to
    does not depend on what else is read, as it would where whole numbers are scaled
    by the largest of a batch.
    """

    def __init__(self, folder: Path, languages: frozenset[str] | None = None) -> None:
        """Load a model.

        Args:
            folder: Holds the files.
            languages: What it is taken to understand; by default what the weights of
                `weights.json` were fitted to with this very model, and with another
                one nothing.

        Raises:
            ReaderError: A file is missing, damaged, or no model of this kind.
        """
        self.name = folder.name if folder != _BUILT_IN else "built in"
        model, tokenizer = (_read(folder, name) for name in (ENCODER, TOKENIZER))
        if _EXTERNAL in model:
            raise ReaderError(
                str(folder), f"{ENCODER} has weights in another file; export it whole"
            )
        self.key = sha256(model + tokenizer).hexdigest()
        if languages is None:
            languages = _LANGUAGES if self.key == _fitted() else frozenset()
        self.languages = languages
        options = onnxruntime.SessionOptions()
        # With more, each step waits for the slowest core, which is often a busy one.
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # what is wrong is told in one line, here
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            self._packer = BatchBuilder(Tokenizer.from_str(tokenizer.decode()))
            self._inputs = {one.name for one in self._session.get_inputs()}
            self.width = self.embed(["a"]).shape[1]
        except Exception as error:  # the libraries raise errors of many kinds
            raise ReaderError(
                str(folder), f"no model that can be used ({_first_line(error)})"
            ) from error
        self.judges = (folder / JUDGE).exists()
        if self.judges:
            self._head = _Head(folder, self.width)

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return the texts' embeddings."""
        batches = (self._packer.texts([text]) for text in texts)
        rows = [_mean_pool(self._states(batch), batch, 1)[0] for batch in batches]
        return np.concatenate(rows)

    def judge(self, question: str, windows: Sequence[Window]) -> list[Logits]:
        """Return the log odds of each window's sentences."""
        judged: list[Logits] = []
        for window in windows:
            batch = self._packer.pairs([(question, window)])
            states = self._states(batch)
            (means,) = _mean_pool(states, batch, 1 + len(window.sentences))
            judged.append(self._head.log_odds(means, _l2_normalize(states[0, 0])))
        return judged

    def _states(self, batch: Batch) -> States:
        feed = {
            "input_ids": batch.ids,
            "attention_mask": batch.mask,
            "token_type_ids": batch.types,
        }
        given = {name: feed[name] for name in self._inputs}
        states: States = self._session.run(None, given)[0]
        return states


class _Head:
    """The judge's weights."""

    def __init__(self, folder: Path, width: int) -> None:
        try:
            found = json.loads(_read(folder, JUDGE))
            weights = [
                np.array(found[name], dtype=np.float64)
                for name in ("question", "sentence", "whole")
            ]
            self._bias = float(found["bias"])
        except (ValueError, KeyError, TypeError) as error:
            raise ReaderError(
                str(folder), f"{JUDGE} holds no judge ({_first_line(error)})"
            ) from error
        if any(one.shape != (width,) for one in weights):
            raise ReaderError(
                str(folder), f"{JUDGE} is not of this encoder; it is {width} wide"
            )
        self._question, self._sentence, self._whole = weights

    def log_odds(self, means: States, whole: States) -> Logits:
        """Return one number for each sentence; the question's mean comes first."""
        question, sentences = means[:1], means[1:].astype(np.float64)
        odds: Logits = (
            (question * sentences) @ self._question
            + sentences @ self._sentence
            + whole @ self._whole
            + self._bias
        )
        return odds


def _mean_pool(states: States, batch: Batch, count: int) -> States:
    """Return the mean state of the first owners' tokens, of length 1, for each text."""
    owners = np.arange(count)[None, :, None]
    belongs = (batch.owners[:, None, :] == owners).astype(np.float32)
    return _l2_normalize(belongs @ states)


def _l2_normalize(vectors: States) -> States:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: States = vectors / np.maximum(lengths, 1e-12)
    return normalised


def _fitted() -> str | None:
    """Return the key of the model that the weights were fitted with."""
    text = files("retrieval").joinpath("ranking", "versions.json").read_text("utf-8")
    key: str | None = json.loads(text).get(FITTED_READER)
    return key


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ReaderError(
            str(folder),
            f"{name} cannot be read ({error.strerror}); name another folder",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


_BUILT_IN = Path(__file__).parent / "model"
