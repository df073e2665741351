"""Export of a trained network to the files that `retrieval.encoder.onnx` reads."""

import json
from contextlib import chdir
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from benchmarks.training.network import Network
from retrieval.encoder.onnx import ENCODER_FILE, HEAD_FILE, TOKENIZER_FILE

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
DECIMALS = 5  # of the head's weights


class _States(nn.Module):
    """The encoder with positional inputs, and the tokens' states as its only output."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        states: Tensor = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        return states


def export(network: Network, base: Path, folder: Path) -> None:
    """Write the encoder, its tokenizer and the head to a folder.

    The encoder's weights are quantised to 8-bit integers, with a scale for each column.
    Only 7 bits are used, since processors without VNNI add two products in 16 bits.

    Args:
        network: The trained network.
        base: The base model's folder, which has the tokenizer.
        folder: The folder to write to; it is made if necessary. Other files in it stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    texts = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    # The tools leave temporary files in the current folder.
    with TemporaryDirectory() as work, chdir(work):
        whole, ready = f"{work}/whole.onnx", f"{work}/ready.onnx"
        torch.onnx.export(
            _States(network.encoder),
            (texts, texts, torch.zeros_like(texts)),
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
    copyfile(base / TOKENIZER_FILE, folder / TOKENIZER_FILE)
    weights = network.head.weight.detach()[0]
    width = len(weights) // 3
    head: dict[str, object] = {
        name: [round(float(one), DECIMALS) for one in weights[n * width :][:width]]
        for n, name in enumerate(("question", "sentence", "whole"))
    }
    head["bias"] = round(float(network.head.bias.detach()), DECIMALS)
    (folder / HEAD_FILE).write_text(json.dumps(head) + "\n", "utf-8")
