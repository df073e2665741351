"""The network that is trained: an encoder with two uses, and the reranker's head.

Alone, a text becomes the mean of its tokens' states: its embedding, as the base model
was made for. Read together, question and sentences become such means too, and the head
turns them into one logit for each sentence: that it answers, against nothing in the
article answering. `retrieval.encoder.onnx` computes this with the exported weights.
"""

import torch
from torch import Tensor, nn
from transformers import AutoModel

from retrieval.encoder.batching import QUESTION, Batch

INITIAL_SHARPNESS = (
    8.0  # of the cosine of question and sentence that the head begins with
)
FROZEN_LAYERS = 2  # and the embeddings of tokens: meaning that is kept as it is


class Network(nn.Module):
    """An encoder, a frozen copy that it must stay near, and a head.

    Args:
        folder: Of the base model.
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.base = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.base.requires_grad_(False)
        self.eval()  # no dropout: nothing is seen often enough to be learned by heart
        self.encoder.embeddings.requires_grad_(False)
        self.encoder.encoder.layer[:FROZEN_LAYERS].requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.head = nn.Linear(3 * width, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.weight[:, :width], INITIAL_SHARPNESS)
        nn.init.constant_(self.head.bias, -INITIAL_SHARPNESS / 2)

    def embed(self, batch: Batch, *, base: bool = False) -> Tensor:
        """Return the embedding of each text, of length 1."""
        states = _states(self.base if base else self.encoder, batch)
        segments = torch.from_numpy(batch.segment_ids)
        return _mean_pool(states, segments, QUESTION + 1)[:, QUESTION]

    def score(self, batch: Batch) -> Tensor:
        """Return the logits of the windows' sentences: (n_windows, n_sentences).

        A row is as long as the most sentences of a window; the rest of it means
        nothing.
        """
        states = _states(self.encoder, batch)
        segments = torch.from_numpy(batch.segment_ids)
        means = _mean_pool(states, segments, int(segments.max()) + 1)
        question, sentences = means[:, :1], means[:, 1:]
        whole = nn.functional.normalize(states[:, :1], dim=-1)
        features = [question * sentences, sentences, whole.expand_as(sentences)]
        return self.head(torch.cat(features, dim=-1)).squeeze(-1)


def _states(encoder: nn.Module, batch: Batch) -> Tensor:
    return encoder(
        input_ids=torch.from_numpy(batch.input_ids),
        attention_mask=torch.from_numpy(batch.attention_mask),
        token_type_ids=torch.from_numpy(batch.token_type_ids),
    ).last_hidden_state


def _mean_pool(states: Tensor, segments: Tensor, count: int) -> Tensor:
    """Return the mean state of each segment's tokens, of length 1."""
    belongs = segments[:, None, :] == torch.arange(count)[None, :, None]
    return nn.functional.normalize(belongs.to(states.dtype) @ states, dim=-1)
