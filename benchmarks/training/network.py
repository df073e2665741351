"""The network that is trained: an encoder that embeds, and heads that rerank.

A single text becomes the mean of its tokens' states: its embedding. For reranking, the
encoder reads a question and the sentences of a window together; each of them becomes
the mean of its tokens' states, and one head turns the means into a logit for each
sentence. Another head gives each token the logits that an answer starts, or ends, with
it. `retrieval.encoder.onnx` computes the same with the exported weights.
"""

import torch
from torch import Tensor, nn
from transformers import BertModel

from retrieval.encoder.batching import QUESTION, Batch

# The initial logit is this times the cosine of question and sentence, less half of it.
INITIAL_SHARPNESS = 8.0
FROZEN_LAYERS = 4  # the first layers; the token embeddings are frozen, too


class Network(nn.Module):
    """An encoder with its heads.

    Attributes:
        encoder: The encoder.
        head: The linear layer that gives a sentence's logit.
        span_head: The linear layer that gives a token's two logits.

    Args:
        folder: The folder of the base model.
        seed: The seed of the heads' first weights.
    """

    def __init__(self, folder: str, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.encoder = BertModel.from_pretrained(
            folder, attn_implementation="sdpa", add_pooling_layer=False
        )
        self.eval()  # no dropout: no example is seen often enough to be memorised
        self.encoder.embeddings.requires_grad_(False)
        self.encoder.encoder.layer[:FROZEN_LAYERS].requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.head = nn.Linear(3 * width, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.weight[:, :width], INITIAL_SHARPNESS)
        nn.init.constant_(self.head.bias, -INITIAL_SHARPNESS / 2)
        self.span_head = nn.Linear(width, 2)

    def embed(self, batch: Batch) -> Tensor:
        """Return L2-normalised embeddings of single texts: (n_texts, dimension)."""
        return mean_pool(self._states(batch), batch, QUESTION + 1)[:, QUESTION]

    def score(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the logits of sentences, and those of tokens.

        Args:
            batch: A batch of questions with their windows.

        Returns:
            (n_windows, n_sentences), where `n_sentences` is that of the longest window;
            in the rows of other windows, the last logits are meaningless. And
            (n_windows, n_tokens, 2): of the start and of the end of an answer.
        """
        states = self._states(batch)
        means = mean_pool(states, batch, int(batch.segment_ids.max()) + 1)
        question, sentences = means[:, :1], means[:, 1:]
        whole = nn.functional.normalize(states[:, :1], dim=-1)
        features = [question * sentences, sentences, whole.expand_as(sentences)]
        logits = self.head(torch.cat(features, dim=-1)).squeeze(-1)
        return logits, self.span_head(states)

    def _states(self, batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states: Tensor = self.encoder(
                input_ids=torch.from_numpy(batch.input_ids),
                attention_mask=torch.from_numpy(batch.attention_mask),
            ).last_hidden_state
        return states.float()


def mean_pool(states: Tensor, batch: Batch, count: int) -> Tensor:
    """Return L2-normalised mean states of segments: (n_texts, count, dimension)."""
    segments = torch.from_numpy(batch.segment_ids)
    belongs = segments[:, None, :] == torch.arange(count)[None, :, None]
    return nn.functional.normalize(belongs.to(states.dtype) @ states, dim=-1)
