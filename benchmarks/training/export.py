"""Export of a trained network to the files that `retrieval.encoder.onnx` reads."""

import json
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from tokenizers import Tokenizer
from torch import Tensor, nn

from benchmarks.training.base import kept_rows, read_base
from benchmarks.training.network import Network
from retrieval.encoder.onnx import (
    ENCODER_FILE,
    HEAD_FILE,
    TOKEN_EMBEDDINGS_FILE,
    TOKENIZER_FILE,
)

INPUT, OUTPUT = "inputs_embeds", "states"
AXES = {0: "texts", 1: "tokens"}
OPSET = 20  # the first with a node for GELU
DECIMALS = 5  # of the heads' weights


class _Attention(torch.autograd.Function):
    """Attention of several heads, which is one node of the graph."""

    @staticmethod
    def forward(
        _context: object, query: Tensor, key: Tensor, value: Tensor, n_heads: int
    ) -> Tensor:
        """Return the attended values, as `MultiHeadAttention` of onnxruntime does."""
        heads = (
            part.unflatten(-1, (n_heads, -1)).transpose(1, 2)
            for part in (query, key, value)
        )
        attended = nn.functional.scaled_dot_product_attention(*heads)
        return attended.transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(
        graph: Any, query: Any, key: object, value: object, n_heads: int
    ) -> object:
        """Return the node of the graph."""
        return graph.op(
            "com.microsoft::MultiHeadAttention",
            query,
            key,
            value,
            num_heads_i=n_heads,
        ).setType(query.type())


class _States(nn.Module):
    """The encoder of one text without padding: from embeddings to the tokens' states.

    It computes what `BertModel` does, with as few nodes as onnxruntime has for that.
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, embeddings: Tensor) -> Tensor:
        first = self.encoder.embeddings
        places = (
            first.position_embeddings.weight + first.token_type_embeddings.weight[0]
        )
        states: Tensor = first.LayerNorm(embeddings + places[: embeddings.shape[1]])
        for layer in self.encoder.encoder.layer:
            attention = layer.attention.self
            attended = _Attention.apply(
                attention.query(states),
                attention.key(states),
                attention.value(states),
                attention.num_attention_heads,
            )
            states = layer.attention.output(attended, states)
            states = layer.output(layer.intermediate(states), states)
        return states


def export(network: Network, folder: Path) -> None:
    """Write the encoder, the embeddings of its tokens, and the heads to a folder.

    The encoder's matrices are quantised to 8-bit integers, with a scale for each
    column. Only 7 bits are used, since processors without VNNI add two products in 16
    bits. The embeddings of tokens are not trained, and are the base model's blocks.

    Args:
        network: The trained network.
        folder: The folder to write to, which has the tokenizer.
    """
    folder = folder.resolve()
    base = read_base()
    rows = kept_rows(base, Tokenizer.from_file(str(folder / TOKENIZER_FILE)))
    blocks = base.blocks("emb.word", base.sizes[0])
    np.save(folder / TOKEN_EMBEDDINGS_FILE, blocks[rows])
    # The tools leave temporary files in the current folder.
    with TemporaryDirectory() as work, chdir(work):
        whole, ready = f"{work}/whole.onnx", f"{work}/ready.onnx"
        torch.onnx.export(
            _States(network.encoder),
            (torch.zeros((2, 8, base.sizes[0])),),
            whole,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: AXES, OUTPUT: AXES},
            opset_version=OPSET,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        quant_pre_process(whole, ready, skip_symbolic_shape=True)
        quantize_dynamic(
            ready,
            folder / ENCODER_FILE,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    question, sentence, whole_text = network.head.weight.detach()[0].chunk(3)
    start, end = network.span_head.weight.detach()
    head: dict[str, object] = {
        "question": _rounded(question),
        "sentence": _rounded(sentence),
        "whole": _rounded(whole_text),
        "bias": round(float(network.head.bias.detach()), DECIMALS),
        "start": _rounded(start),
        "end": _rounded(end),
    }
    (folder / HEAD_FILE).write_text(json.dumps(head) + "\n", "utf-8")


def _rounded(weights: Tensor) -> list[float]:
    return [round(float(one), DECIMALS) for one in weights]
