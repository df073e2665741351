"""Training of the network: the losses, the schedule, and checkpoints to resume from."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn

from benchmarks.training.examples import Example, Span
from benchmarks.training.network import Network
from retrieval.encoder.batching import BatchBuilder, Offsets
from retrieval.encoder.windows import Window

BATCH = 8  # examples per step
TEMPERATURE = 0.05  # of cosines
EMBEDDING_WEIGHT, SPAN_WEIGHT = 1.0, 0.3  # weights of losses, against 1 for ranking
EMBEDDING_STEPS = 2  # embeddings are trained in one of so many steps
NEGATIVES = 4  # sentences of an example that do not answer, in the embedding loss
PAIRS_AT_ONCE = 8  # pairs in a batch; few, so that few tokens are padding
CHECKPOINT_STEPS = 100

Report = Callable[[int, int, dict[str, float]], None]  # step, n_steps, losses
Teacher = Callable[[Sequence[str]], Tensor]  # L2-normalised embeddings of English texts


@dataclass(frozen=True, slots=True)
class Schedule:
    """Learning rates: they rise during the first steps, and fall to 0.

    Attributes:
        rate: The highest rate of the encoder.
        head_rate: The highest rate of the heads.
        warm_up: The number of steps during which the rates rise.
    """

    rate: float
    head_rate: float
    warm_up: int


FIRST_PASS = Schedule(8e-5, 1e-3, 100)
SECOND_PASS = Schedule(6e-5, 3e-4, 60)


def train(
    network: Network,
    builder: BatchBuilder,
    teacher: Teacher,
    examples: Sequence[Example],
    schedule: Schedule,
    seed: int,
    checkpoint: Path,
    report: Report,
) -> None:
    """Train on each example once, in order.

    Args:
        network: The network; it is changed.
        builder: Builds batches with the base model's tokenizer.
        teacher: Embeds texts; for English, the network learns which of them are near.
        examples: The examples, those that matter most last.
        schedule: The learning rates.
        seed: The seed of everything that is random.
        checkpoint: The file of the checkpoint; if it exists, training resumes from it.
        report: Called after each step with its number from 1, the number of steps, and
            the losses by name.

    Raises:
        ArithmeticError: A loss is not finite.
    """
    batches = [examples[n : n + BATCH] for n in range(0, len(examples), BATCH)]
    optimizer = torch.optim.AdamW(
        [
            {"params": _trained(network.encoder), "highest": schedule.rate},
            {
                "params": [*network.head.parameters(), *network.span_head.parameters()],
                "highest": schedule.head_rate,
            },
        ],
        weight_decay=0.01,
    )
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["done"]
    for step, batch in enumerate(batches[done:], done):
        left = len(batches) - step
        share = min((step + 1) / schedule.warm_up, 1.0) * left / len(batches)
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * share
        ranking, spans = _reranking_loss(network, builder, batch)
        loss = ranking + SPAN_WEIGHT * spans
        losses = {"rerank": ranking, "span": spans}
        if step % EMBEDDING_STEPS == 0:
            embedding = _embedding_loss(
                network, builder, teacher, batch, Random(seed + step)
            )
            loss = loss + EMBEDDING_WEIGHT * embedding
            losses["embed"] = embedding
        if not math.isfinite(loss.item()):
            raise ArithmeticError(f"the loss is not finite at step {step}")
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        report(step + 1, len(batches), {k: v.item() for k, v in losses.items()})
        if (step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == len(batches):
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "done": step + 1,
            }
            partial = checkpoint.with_suffix(".partial")
            torch.save(state, partial)
            partial.replace(checkpoint)


def _reranking_loss(
    network: Network, builder: BatchBuilder, batch: Sequence[Example]
) -> tuple[Tensor, Tensor]:
    """Return the ranking loss and the span loss of a batch, each of shape ().

    The ranking loss is the negative log-likelihood of the sentences that answer,
    normalised over all windows of the question and over "no answer", whose logit is 0:
    the shared-norm loss of Clark and Gardner (2018). The span loss is the mean
    cross-entropy of the first and the last token of an answer among its sentence's.
    """
    pairs = [
        (example.question, window) for example in batch for window in example.windows
    ]
    scored = iter(_scored(network, builder, pairs))
    ranking, spans = torch.zeros(()), []
    for example in batch:
        of_all, of_gold = [torch.zeros(1)], []
        for window, gold, answers in zip(
            example.windows, example.gold, example.spans, strict=True
        ):
            logits, tokens, segments = next(scored)
            of_all.append(logits)
            of_gold.append(logits[torch.tensor(gold)])
            spans += [
                loss
                for number, answer in enumerate(answers)
                if answer is not None and gold[number]
                for loss in _span_losses(
                    tokens[segments == number + 1],
                    builder.offsets(window.sentences[number]),
                    answer,
                )
            ]
        right = torch.cat(of_gold) if of_gold else torch.zeros(0)
        right = right if len(right) else torch.zeros(1)
        ranking += torch.logsumexp(torch.cat(of_all), 0) - torch.logsumexp(right, 0)
    return (
        ranking / len(batch),
        torch.stack(spans).mean() if spans else torch.zeros(()),
    )


def _span_losses(tokens: Tensor, offsets: Offsets, answer: Span) -> list[Tensor]:
    """Return the cross-entropy of an answer's ends; nothing if they are cut off.

    Args:
        tokens: The logits of a sentence's tokens, for start and end: (n_tokens, 2).
        offsets: The (start, end) of the tokens, in characters: (n_tokens, 2).
        answer: The (start, end) of the answer, in characters.
    """
    first, last = (
        [n for n, (start, end) in enumerate(offsets) if start <= at < end]
        for at in (answer[0], answer[1] - 1)
    )
    if not first or not last:
        return []
    wanted = torch.tensor([first[0], last[-1]])
    return [nn.functional.cross_entropy(tokens.T, wanted)]


def _embedding_loss(
    network: Network,
    builder: BatchBuilder,
    teacher: Teacher,
    batch: Sequence[Example],
    random: Random,
) -> Tensor:
    """Return the embedding loss of a batch, of shape ().

    It is the negative log-likelihood of the sentences that answer a question, among all
    that are embedded in the step (InfoNCE; van den Oord et al., 2018). For English, the
    divergence from the teacher's likelihoods is added (Hinton et al., 2015).
    """
    sentences: list[str] = []
    owners: list[int] = []  # the number of each sentence's example
    answers: list[tuple[int, list[int]]] = []
    for number, example in enumerate(batch):
        labelled = [
            pair
            for window, gold in zip(example.windows, example.gold, strict=True)
            for pair in zip(window.sentences, gold, strict=True)
        ]
        right = [text for text, is_gold in labelled if is_gold]
        wrong = [text for text, is_gold in labelled if not is_gold]
        if right:
            first = len(sentences)
            answers.append((number, list(range(first, first + len(right)))))
        chosen = right + random.sample(wrong, min(NEGATIVES, len(wrong)))
        sentences += chosen
        owners += [number] * len(chosen)
    questions = [example.question for example in batch]
    embedded = _embedded(network, builder, [*questions, *sentences])
    logits = embedded[: len(batch)] @ embedded[len(batch) :].T / TEMPERATURE
    loss = torch.zeros(())
    if answers:
        likelihoods = torch.log_softmax(logits, dim=1)
        loss -= torch.stack(
            [likelihoods[n, right].logsumexp(0) for n, right in answers]
        ).mean()
    rows = [
        n
        for n, example in enumerate(batch)
        if example.language == "en" and example.question.isascii()
    ]
    columns = [n for n, owner in enumerate(owners) if batch[owner].language == "en"]
    if rows and len(columns) > 1:
        taught = teacher(
            [*(questions[n] for n in rows), *(sentences[n] for n in columns)]
        )
        wanted = taught[: len(rows)] @ taught[len(rows) :].T / TEMPERATURE
        loss += nn.functional.kl_div(
            torch.log_softmax(logits[rows][:, columns], dim=1),
            torch.softmax(wanted, dim=1),
            reduction="batchmean",
        )
    return loss


def _embedded(network: Network, builder: BatchBuilder, texts: Sequence[str]) -> Tensor:
    """Return embeddings; texts of similar length are embedded in one batch."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    rows: dict[int, Tensor] = {}
    for n in range(0, len(order), 2 * PAIRS_AT_ONCE):
        numbers = order[n : n + 2 * PAIRS_AT_ONCE]
        embedded = network.embed(builder.single([texts[number] for number in numbers]))
        rows.update(zip(numbers, embedded, strict=True))
    return torch.stack([rows[n] for n in range(len(texts))])


def _scored(
    network: Network, builder: BatchBuilder, pairs: Sequence[tuple[str, Window]]
) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Score pairs; those of similar length are scored in one batch.

    Returns:
        For each pair the logits of its sentences, (n_sentences,); the logits of its
        tokens, (n_tokens, 2); and the tokens' segments, (n_tokens,).
    """
    lengths = [len(question) + sum(map(len, w.sentences)) for question, w in pairs]
    order = sorted(range(len(pairs)), key=lengths.__getitem__)
    scored: dict[int, tuple[Tensor, Tensor, Tensor]] = {}
    for n in range(0, len(order), PAIRS_AT_ONCE):
        numbers = order[n : n + PAIRS_AT_ONCE]
        batch = builder.pairs([pairs[number] for number in numbers])
        logits, tokens = network.score(batch)
        segments = torch.from_numpy(batch.segment_ids)
        for row, number in enumerate(numbers):
            count = len(pairs[number][1].sentences)
            scored[number] = (logits[row][:count], tokens[row], segments[row])
    return [scored[number] for number in range(len(pairs))]


def _trained(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]
