"""The network that is trained: an encoder that embeds, and a head that reranks.

A single text becomes the mean of its tokens' states: its embedding, which is what the
base model is for. For reranking, the encoder reads a question and the sentences of a
window together; each of them becomes the mean of its tokens' states, and the head turns
the means into a logit for each sentence. `retrieval.encoder.onnx` computes the same
with the exported weights.
"""

import torch
from torch import Tensor, nn
from transformers import AutoModel

from retrieval.encoder.batching import QUESTION, Batch

# The initial logit is this times the cosine of question and sentence, less half of it.
INITIAL_SHARPNESS = 8.0
FROZEN_LAYERS = 2  # the first layers; the token embeddings are frozen, too


class Network(nn.Module):
    """An encoder, a frozen copy of it, and a head.

    Attributes:
        encoder: The encoder that is trained.
        base: The base model; the encoder's embeddings are held near those of the base.
        head: The linear layer that gives a logit.

    Args:
        folder: The folder of the base model.
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.base = AutoModel.from_pretrained(folder, attn_implementation="sdpa")
        self.base.requires_grad_(False)
        self.eval()  # no dropout: no example is seen often enough to be memorised
        self.encoder.embeddings.requires_grad_(False)
        self.encoder.encoder.layer[:FROZEN_LAYERS].requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.head = nn.Linear(3 * width, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.weight[:, :width], INITIAL_SHARPNESS)
        nn.init.constant_(self.head.bias, -INITIAL_SHARPNESS / 2)

    def embed(self, batch: Batch, *, base: bool = False) -> Tensor:
        """Return the embeddings of texts: (n_texts, dimension), L2-normalised.

        Args:
            batch: A batch of single texts.
            base: Whether the base model embeds them.
        """
        states = _states(self.base if base else self.encoder, batch)
        segments = torch.from_numpy(batch.segment_ids)
        return _mean_pool(states, segments, QUESTION + 1)[:, QUESTION]

    def score(self, batch: Batch) -> Tensor:
        """Return the logits of the windows' sentences: (n_windows, n_sentences).

        `n_sentences` is that of the longest window; in the rows of other windows, the
        last logits are meaningless.

        Args:
            batch: A batch of questions with their windows.
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
    """Return L2-normalised mean states of segments: (n_texts, count, dimension)."""
    belongs = segments[:, None, :] == torch.arange(count)[None, :, None]
    return nn.functional.normalize(belongs.to(states.dtype) @ states, dim=-1)
