"""An encoder made of the files of a folder, run by onnxruntime.

- `encoder.onnx` is the model. Its input is `input_ids` or `inputs_embeds`:
  (n_texts, n_tokens), int64, or (n_texts, n_tokens, dimension), float32. An input
  `attention_mask` is filled with 1, and `token_type_ids` with 0. Its first output is
  the tokens' states: (n_texts, n_tokens, dimension), float32. An embedding is the mean
  of a text's states, scaled to length 1, as in sentence-transformers.
- `token_embeddings.npy` is needed for `inputs_embeds`; see `token_embeddings`.
- `tokenizer.json` is a file of the tokenizers library, with [CLS] and [SEP] as BERT's.
- `head.json` is optional: linear heads that make the encoder a reranker. It has the
  weights `question`, `sentence` and `whole`, each (dimension,), and the number `bias`.
  Let q and s be the mean states of question and sentence, and w the state of [CLS],
  each scaled to length 1. The logit of a sentence is then
  question · (q ∘ s) + sentence · s + whole · w + bias.
  The weights `start` and `end`, (dimension,) each, are optional: their product with a
  token's state is the logit that an answer starts, or ends, with the token.
- `card.toml` is optional; see `card`.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.encoder import FITTED_ENCODER
from retrieval.encoder.batching import Batch, BatchBuilder
from retrieval.encoder.card import ModelCard
from retrieval.encoder.protocol import (
    AnswerSpan,
    EmbeddingMatrix,
    Logits,
    WindowScores,
)
from retrieval.encoder.token_embeddings import TokenEmbeddings
from retrieval.encoder.windows import Window
from retrieval.errors import EncoderError

# The mark of a tensor that is stored in a file of its own. Such a file would be looked
# for in the current folder, not in the model's.
_EXTERNAL = b"\n\x08location\x12"
ENCODER_FILE, TOKENIZER_FILE, HEAD_FILE = "encoder.onnx", "tokenizer.json", "head.json"
TOKEN_EMBEDDINGS_FILE = "token_embeddings.npy"
# Optimisations of onnxruntime that slow a model down: the nodes that they make take up
# to five times as long on the processor as those that they replace.
SLOW_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
CACHED_WINDOWS = 2_000  # whose scores for a question are cached: some 2 MB
MAX_ANSWER_TOKENS = 30
MIN_ANSWER_PROBABILITY = 0.25  # of start and end together, below which no span is given

States = NDArray[np.float32]


def load_onnx(folder: Path, languages: frozenset[str] | None = None) -> "OnnxEncoder":
    """Load an encoder, with its heads if it has some.

    Args:
        folder: The folder with the files.
        languages: ISO 639-1 codes of the languages that the encoder is used for. The
            default is those of its card, if `weights.json` has weights for this model,
            and none for other models.

    Raises:
        EncoderError: A file is missing, damaged, or no model of this kind.
    """
    has_head = (folder / HEAD_FILE).exists()
    return (OnnxReranker if has_head else OnnxEncoder)(folder, languages)


class OnnxEncoder:
    """An encoder on the processor; see `load_onnx`.

    Texts are encoded one at a time. This is not slower, needs no padding, and makes an
    embedding depend on its text alone: in a batch, the quantised model would scale all
    texts by the largest number of any.
    """

    def __init__(self, folder: Path, languages: frozenset[str] | None) -> None:
        self.name, understood = ModelCard.read(folder)
        tokenizer = _read(folder, TOKENIZER_FILE)
        self.fingerprint = _check_model(folder, tokenizer)
        if languages is None:
            is_fitted = self.fingerprint == _fitted_fingerprint()
            languages = understood if is_fitted else frozenset()
        self.languages = languages
        options = onnxruntime.SessionOptions()
        # With more, each step waits for the slowest core, which is often a busy one.
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # an error is raised, in one line
        try:
            self._session = onnxruntime.InferenceSession(
                folder / ENCODER_FILE,
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=SLOW_FUSIONS,
            )
            self._builder = BatchBuilder(Tokenizer.from_str(tokenizer.decode()))
            self._inputs = {one.name for one in self._session.get_inputs()}
            self._token_embeddings = (
                TokenEmbeddings.load(folder / TOKEN_EMBEDDINGS_FILE)
                if "inputs_embeds" in self._inputs
                else None
            )
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
        feed: dict[str, NDArray[np.generic]] = {}
        if self._token_embeddings is None:
            feed["input_ids"] = batch.input_ids
        else:
            feed["inputs_embeds"] = self._token_embeddings.get(batch.input_ids)
        if "attention_mask" in self._inputs:
            feed["attention_mask"] = batch.attention_mask
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(batch.input_ids)
        states: States = self._session.run(None, feed)[0]
        return states


class OnnxReranker(OnnxEncoder):
    """An encoder with linear heads; see `load_onnx`."""

    def __init__(self, folder: Path, languages: frozenset[str] | None) -> None:
        super().__init__(folder, languages)
        self._heads = _Heads(folder, self.dimension)
        self._scores = lru_cache(CACHED_WINDOWS)(self._score)

    def score(self, question: str, windows: Sequence[Window]) -> list[WindowScores]:
        """Return the scores of each window's sentences."""
        return [self._scores(question, window) for window in windows]

    def _score(self, question: str, window: Window) -> WindowScores:
        batch = self._builder.pairs([(question, window)])
        states = self._states(batch)
        (means,) = _mean_pool(states, batch, 1 + len(window.sentences))
        logits = self._heads.logits(means, _l2_normalize(states[0, 0]))
        logits.flags.writeable = False
        answers = tuple(
            self._answer(sentence, states[0, batch.segment_ids[0] == number])
            for number, sentence in enumerate(window.sentences, 1)
        )
        return WindowScores(logits, answers)

    def _answer(self, sentence: str, states: States) -> AnswerSpan | None:
        """Return where the answer would stand in a sentence, if that is clear."""
        tokens = self._heads.answer_tokens(states)
        if tokens is None:
            return None
        first, last = tokens
        offsets = self._builder.offsets(sentence)
        start, end = int(offsets[first, 0]), int(offsets[last, 1])
        trimmed = sentence[start:end].strip()
        start = sentence.index(trimmed, start)
        return (start, start + len(trimmed)) if trimmed else None


class _Heads:
    """The weights of `head.json`."""

    def __init__(self, folder: Path, dimension: int) -> None:
        try:
            found = json.loads(_read(folder, HEAD_FILE))
            weights = [
                np.array(found[part], dtype=np.float64)
                for part in ("question", "sentence", "whole")
            ]
            ends = [
                np.array(found[part], dtype=np.float32)
                for part in ("start", "end")
                if part in found
            ]
            self._bias = float(found["bias"])
        except (ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                str(folder),
                f"{HEAD_FILE} is not a reranking head ({_first_line(error)})",
            ) from error
        shapes = {one.shape for one in weights} | {one.shape for one in ends}
        if shapes != {(dimension,)}:
            raise EncoderError(
                str(folder),
                f"{HEAD_FILE} does not fit this encoder of dimension {dimension}",
            )
        self._question, self._sentence, self._whole = weights
        self._ends = np.array(ends) if len(ends) == 2 else None

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

    def answer_tokens(self, states: States) -> tuple[int, int] | None:
        """Return the first and last token of the likeliest answer in a sentence.

        None is returned without the heads, and where no answer of at most
        `MAX_ANSWER_TOKENS` has `MIN_ANSWER_PROBABILITY`, the product of the softmax of
        its start and that of its end.

        Args:
            states: The states of the sentence's tokens: (n_tokens, dimension).
        """
        if self._ends is None or not len(states):
            return None
        logits = self._ends @ states.T
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        starts, ends = shares / shares.sum(axis=1, keepdims=True)
        products = np.tril(np.triu(np.outer(starts, ends)), MAX_ANSWER_TOKENS - 1)
        first, last = divmod(int(products.argmax()), len(states))
        is_clear = products[first, last] >= MIN_ANSWER_PROBABILITY
        return (first, last) if is_clear else None


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


def _check_model(folder: Path, tokenizer: bytes) -> str:
    """Return the fingerprint of a model and its tokenizer.

    The model is not read into memory, for onnxruntime reads it once more.

    Raises:
        EncoderError: The model cannot be read, or has weights in another file.
    """
    with _open(folder, ENCODER_FILE) as file:
        try:
            model = mmap(file.fileno(), 0, access=ACCESS_READ)
        except ValueError as error:  # it is empty
            raise EncoderError(
                str(folder), f"this model cannot be used ({ENCODER_FILE} is empty)"
            ) from error
    with model:
        if model.find(_EXTERNAL) >= 0:
            raise EncoderError(
                str(folder),
                f"{ENCODER_FILE} has weights in another file; export it whole",
            )
        digest = sha256(model)
    digest.update(tokenizer)
    return digest.hexdigest()


def _read(folder: Path, name: str) -> bytes:
    with _open(folder, name) as file:
        return file.read()


def _open(folder: Path, name: str) -> BinaryIO:
    try:
        return (folder / name).open("rb")
    except OSError as error:
        raise EncoderError(
            str(folder),
            f"{name} cannot be read ({error.strerror}); name another folder",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
