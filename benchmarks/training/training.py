"""Training of the network: the loss, the schedule, and checkpoints to resume from."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity

from benchmarks.training.examples import Example
from benchmarks.training.network import Network
from retrieval.encoder.batching import BatchBuilder
from retrieval.encoder.windows import Window

BATCH = 8  # examples per step
RATE, HEAD_RATE = 8e-5, 1e-3  # highest learning rates of encoder and head
WARM_UP = 100  # steps
ANCHOR_WEIGHT = 4.0  # weight of the anchoring loss, against 1 for the ranking loss
PAIRS_AT_ONCE = 8  # pairs in a batch; few, so that few tokens are padding
ANCHORED = 8  # texts per step in the anchoring loss
CHECKPOINT_STEPS = 100

Report = Callable[[int, int, float, float], None]  # step, n_steps, both losses


def train(
    network: Network,
    builder: BatchBuilder,
    stages: Sequence[Sequence[Example]],
    seed: int,
    checkpoint: Path,
    report: Report,
) -> None:
    """Train on the examples of the stages, one stage after the other.

    The learning rate rises during the first `WARM_UP` steps, and falls to 0 during the
    last stage.

    Args:
        network: The network; it is changed.
        builder: Builds batches with the base model's tokenizer.
        stages: The examples of each stage in random order; each is used once.
        seed: The seed of everything that is random.
        checkpoint: The file of the checkpoint; if it exists, training resumes from it.
        report: Called after each step with its number from 1, the number of steps, the
            ranking loss and the anchoring loss.

    Raises:
        ArithmeticError: A loss is not finite.
    """
    batches = [
        stage[n : n + BATCH] for stage in stages for n in range(0, len(stage), BATCH)
    ]
    falling = -(-len(stages[-1]) // BATCH)
    optimizer = torch.optim.AdamW(
        [
            {"params": _trained(network.encoder), "highest": RATE},
            {"params": _trained(network.head), "highest": HEAD_RATE},
        ],
        weight_decay=0.01,
    )

    def share(step: int) -> float:
        left = len(batches) - step
        return min((step + 1) / WARM_UP, 1.0) * min(left / falling, 1.0)

    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["done"]
    for step, batch in enumerate(batches[done:], done):
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * share(step)
        ranking, anchoring = losses(network, builder, batch, Random(seed + step))
        (ranking + ANCHOR_WEIGHT * anchoring).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if not math.isfinite(ranking.item()):
            raise ArithmeticError(f"the loss is no number at step {step}")
        report(step + 1, len(batches), ranking.item(), anchoring.item())
        if (step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == len(batches):
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "done": step + 1,
            }
            partial = checkpoint.with_suffix(".partial")
            torch.save(state, partial)
            partial.replace(checkpoint)


def losses(
    network: Network, builder: BatchBuilder, batch: Sequence[Example], random: Random
) -> tuple[Tensor, Tensor]:
    """Return the ranking loss and the anchoring loss of a batch, each of shape ().

    The ranking loss is the negative log-likelihood of the sentences that answer,
    normalised over all windows of the question and over "no answer", whose logit is 0:
    the shared-norm loss of Clark and Gardner (2018). The anchoring loss is 1 minus the
    cosine of a text's embedding and the base model's, averaged over `ANCHORED` texts.
    """
    pairs = []
    for example in batch:
        pairs += [(example.question, window) for window in example.windows]
    scored = iter(_scored(network, builder, pairs))
    ranking = torch.zeros(())
    for example in batch:
        of_all, of_gold = [torch.zeros(1)], []
        for gold in example.gold:
            odds = next(scored)
            of_all.append(odds)
            of_gold.append(odds[torch.tensor(gold)])
        answers = torch.cat(of_gold)
        right = answers if len(answers) else torch.zeros(1)
        ranking += torch.logsumexp(torch.cat(of_all), 0) - torch.logsumexp(right, 0)
    texts = [example.question for example in batch]
    texts += [text for _, window in pairs for text in window.sentences]
    kept = builder.single(random.sample(texts, min(ANCHORED, len(texts))))
    with torch.no_grad():
        near = network.embed(kept, base=True)
    anchoring = (1 - cosine_similarity(network.embed(kept), near)).mean()
    return ranking / len(batch), anchoring


def _scored(
    network: Network, builder: BatchBuilder, pairs: Sequence[tuple[str, Window]]
) -> list[Tensor]:
    """Return the logits of each pair: (n_sentences,).

    Pairs of similar length are scored in one batch, so that few tokens are padding.
    """
    lengths = [len(question) + sum(map(len, w.sentences)) for question, w in pairs]
    order = sorted(range(len(pairs)), key=lengths.__getitem__)
    scored: dict[int, Tensor] = {}
    for n in range(0, len(order), PAIRS_AT_ONCE):
        numbers = order[n : n + PAIRS_AT_ONCE]
        odds = network.score(builder.pairs([pairs[number] for number in numbers]))
        for number, row in zip(numbers, odds, strict=True):
            scored[number] = row[: len(pairs[number][1].sentences)]
    return [scored[number] for number in range(len(pairs))]


def _trained(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]
