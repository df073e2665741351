"""Export of a trained network to the files that `retrieval.encoder.onnx` reads."""

import json
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
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

INPUTS = ["inputs_embeds", "attention_mask"]
DECIMALS = 5  # of the heads' weights


class _States(nn.Module):
    """The encoder with positional inputs, and the tokens' states as its only output."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        states: Tensor = self.encoder(
            inputs_embeds=embeddings, attention_mask=mask
        ).last_hidden_state
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
    axes = {0: "texts", 1: "tokens"}
    # The tools leave temporary files in the current folder.
    with TemporaryDirectory() as work, chdir(work):
        whole, ready = f"{work}/whole.onnx", f"{work}/ready.onnx"
        torch.onnx.export(
            _States(network.encoder),
            (torch.zeros((2, 8, base.sizes[0])), torch.ones((2, 8), dtype=torch.int64)),
            whole,
            input_names=INPUTS,
            output_names=["states"],
            dynamic_axes=dict.fromkeys([*INPUTS, "states"], axes),
            dynamo=False,
        )
        quant_pre_process(whole, ready, skip_symbolic_shape=True)
        quantize_dynamic(
            ready,
            folder / ENCODER_FILE,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
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
