"""An encoder made of three files in a folder, run by onnxruntime.

- `encoder.onnx` is the model. Its inputs are `input_ids`, `attention_mask` and
  optionally `token_type_ids`: (n_texts, n_tokens), int64. Its first output is the
  tokens' states: (n_texts, n_tokens, dimension), float32. An embedding is the mean of a
  text's states, scaled to length 1, as in sentence-transformers.
- `tokenizer.json` is a file of the tokenizers library, with [CLS] and [SEP] as BERT's.
- `head.json` is optional: a linear head that makes the encoder a reranker. It has the
  weights `question`, `sentence` and `whole`, each (dimension,), and the number `bias`.
  Let q and s be the mean states of question and sentence, and w the state of [CLS],
  each scaled to length 1. The logit of a sentence is then
  question · (q ∘ s) + sentence · s + whole · w + bias.
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

from retrieval.encoder import FITTED_ENCODER
from retrieval.encoder.batching import Batch, BatchBuilder
from retrieval.encoder.protocol import EmbeddingMatrix, Logits
from retrieval.encoder.windows import Window
from retrieval.errors import EncoderError

_LANGUAGES = frozenset({"en"})  # that the weights were fitted to
# The mark of a tensor that is stored in a file of its own. Such a file would be looked
# for in the current folder, not in the model's.
_EXTERNAL = b"\n\x08location\x12"
ENCODER_FILE, TOKENIZER_FILE, HEAD_FILE = "encoder.onnx", "tokenizer.json", "head.json"
_OLD_HEAD_FILE = "judge.json"  # the name that the head had before

States = NDArray[np.float32]


def load_onnx(folder: Path, languages: frozenset[str] | None = None) -> "OnnxEncoder":
    """Load an encoder, with its head if it has one.

    Args:
        folder: The folder with the files.
        languages: ISO 639-1 codes of the languages that the encoder is used for. The
            default is the languages that `weights.json` has weights for with this
            model, and none for other models.

    Raises:
        EncoderError: A file is missing, damaged, or no model of this kind.
    """
    for name in (HEAD_FILE, _OLD_HEAD_FILE):
        if (folder / name).exists():
            return OnnxReranker(folder, languages, name)
    return OnnxEncoder(folder, languages)


class OnnxEncoder:
    """An encoder on the processor; see `load_onnx`.

    Texts are encoded one at a time. This is not slower, needs no padding, and makes an
    embedding depend on its text alone: in a batch, the quantised model would scale all
    texts by the largest number of any.
    """

    def __init__(self, folder: Path, languages: frozenset[str] | None) -> None:
        self.name = folder.name if folder != _BUILT_IN else "built in"
        model, tokenizer = (
            _read(folder, name) for name in (ENCODER_FILE, TOKENIZER_FILE)
        )
        if _EXTERNAL in model:
            raise EncoderError(
                str(folder),
                f"{ENCODER_FILE} has weights in another file; export it whole",
            )
        self.fingerprint = sha256(model + tokenizer).hexdigest()
        if languages is None:
            is_fitted = self.fingerprint == _fitted_fingerprint()
            languages = _LANGUAGES if is_fitted else frozenset()
        self.languages = languages
        options = onnxruntime.SessionOptions()
        # With more, each step waits for the slowest core, which is often a busy one.
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # an error is raised, in one line
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            self._builder = BatchBuilder(Tokenizer.from_str(tokenizer.decode()))
            self._inputs = {one.name for one in self._session.get_inputs()}
            self.dimension = self.embed(["a"]).shape[1]
        except Exception as error:  # the libraries raise errors of many kinds
            raise EncoderError(
                str(folder), f"this model cannot be used ({_first_line(error)})"
            ) from error

    def embed(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return embeddings: (n_texts, dimension), float32, L2-normalised."""
        batches = (self._builder.single([text]) for text in texts)
        rows = [_mean_pool(self._states(batch), batch, 1)[0] for batch in batches]
        return np.concatenate(rows)

    def _states(self, batch: Batch) -> States:
        feed = {
            "input_ids": batch.input_ids,
            "attention_mask": batch.attention_mask,
            "token_type_ids": batch.token_type_ids,
        }
        given = {name: feed[name] for name in self._inputs}
        states: States = self._session.run(None, given)[0]
        return states


class OnnxReranker(OnnxEncoder):
    """An encoder with a linear head; see `load_onnx`."""

    def __init__(
        self, folder: Path, languages: frozenset[str] | None, head: str
    ) -> None:
        super().__init__(folder, languages)
        self._head = _LinearHead(folder, head, self.dimension)

    def score(self, question: str, windows: Sequence[Window]) -> list[Logits]:
        """Return the logits of each window: (n_sentences,), float64."""
        scored: list[Logits] = []
        for window in windows:
            batch = self._builder.pairs([(question, window)])
            states = self._states(batch)
            (means,) = _mean_pool(states, batch, 1 + len(window.sentences))
            scored.append(self._head.logits(means, _l2_normalize(states[0, 0])))
        return scored


class _LinearHead:
    """The weights of `head.json`."""

    def __init__(self, folder: Path, name: str, dimension: int) -> None:
        try:
            found = json.loads(_read(folder, name))
            weights = [
                np.array(found[part], dtype=np.float64)
                for part in ("question", "sentence", "whole")
            ]
            self._bias = float(found["bias"])
        except (ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                str(folder), f"{name} is not a reranking head ({_first_line(error)})"
            ) from error
        if any(one.shape != (dimension,) for one in weights):
            raise EncoderError(
                str(folder),
                f"{name} does not fit this encoder of dimension {dimension}",
            )
        self._question, self._sentence, self._whole = weights

    def logits(self, means: States, whole: States) -> Logits:
        """Return the logit of each sentence: (n_sentences,).

        Args:
            means: Mean states of the question, then of each sentence:
                (1 + n_sentences, dimension), L2-normalised.
            whole: The state of [CLS]: (dimension,), L2-normalised.
        """
        question, sentences = means[:1], means[1:].astype(np.float64)
        logits: Logits = (
            (question * sentences) @ self._question
            + sentences @ self._sentence
            + whole @ self._whole
            + self._bias
        )
        return logits


def _mean_pool(states: States, batch: Batch, count: int) -> States:
    """Return L2-normalised mean states of segments: (n_texts, count, dimension)."""
    segments = np.arange(count)[None, :, None]
    belongs = (batch.segment_ids[:, None, :] == segments).astype(np.float32)
    return _l2_normalize(belongs @ states)


def _l2_normalize(vectors: States) -> States:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: States = vectors / np.maximum(lengths, 1e-12)
    return normalised


def _fitted_fingerprint() -> str | None:
    """Return the fingerprint of the model that the weights were fitted with."""
    text = files("retrieval").joinpath("ranking", "versions.json").read_text("utf-8")
    fingerprint: str | None = json.loads(text).get(FITTED_ENCODER)
    return fingerprint


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise EncoderError(
            str(folder),
            f"{name} cannot be read ({error.strerror}); name another folder",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


_BUILT_IN = Path(__file__).parent / "model"
