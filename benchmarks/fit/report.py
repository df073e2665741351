"""Tables of cross-validated results and of ablations."""

from collections.abc import Sequence

import numpy as np
from rich import box
from rich.progress import Progress
from rich.table import Table

from benchmarks.fit.examples import IMPOSSIBLE, OTHER, OWN, Example
from benchmarks.fit.training import (
    ExampleOutcome,
    fit_sentence_weights,
    importance_by_file,
    out_of_fold,
)
from bot.commands.report import decimal, integer, percent
from retrieval.answering import MIN_CONFIDENCE
from retrieval.evaluation.measures import auroc, calibration, mean
from retrieval.ranking.model import FeatureSet, feature_names


def report(
    title: str, names: Sequence[str], calibrated: Sequence[tuple[ExampleOutcome, float]]
) -> Table:
    """Tabulate the results of unchanged examples, a row for each file.

    Args:
        title: Title of the table.
        names: Name of each file, by its number.
        calibrated: Out-of-fold outcomes with their confidences.
    """
    table = Table(box=box.SIMPLE, title=title, title_justify="left")
    headings = ["hit@1\n%", "chars", "AUROC\nother", "AUROC\nimposs."]
    headings += ["own %\nfound", "other %\nfound", "imp. %\nfound", "ECE"]
    table.add_column("questions", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    for file, name in enumerate(names):
        mine = [
            (o, c)
            for o, c in calibrated
            if o.example.file == file and o.example.unchanged
        ]
        if not mine:
            continue
        groups = {
            group: [(o, c) for o, c in mine if o.example.group == group]
            for group in (OWN, OTHER, IMPOSSIBLE)
        }
        confidences = {g: [c for _, c in members] for g, members in groups.items()}
        found = {g: mean([c >= MIN_CONFIDENCE for c in confidences[g]]) for g in groups}
        error = calibration([c for _, c in mine], [o.hit for o, _ in mine])
        own = groups[OWN]
        table.add_row(
            name,
            percent(mean([o.hit for o, _ in own])),
            integer(mean([o.characters for o, _ in own if o.features is not None])),
            decimal(auroc(confidences[OWN], confidences[OTHER])),
            decimal(auroc(confidences[OWN], confidences[IMPOSSIBLE])),
            *(percent(found[group]) for group in (OWN, OTHER, IMPOSSIBLE)),
            decimal(error.error if error else None),
        )
    return table


def ablate(
    feature_set: FeatureSet, examples: Sequence[Example], progress: Progress
) -> Table:
    """Tabulate the cross-validated loss without each feature."""
    names = feature_names(feature_set.sentence)
    table = Table(box=box.SIMPLE, title="Without the feature", title_justify="left")
    for heading in ("feature", "weight", "hit@1 %", "log loss"):
        table.add_column(heading, justify="left" if heading == "feature" else "right")
    own = [
        example
        for example in examples
        if example.group == OWN and not example.multi_article
    ]
    weights = fit_sentence_weights(feature_set, own)
    without: list[str | None] = [None, *names]
    for name in progress.track(without, description="Ablation"):
        kept = np.array([other != name for other in names])
        reached = out_of_fold(feature_set, own, kept)
        importance = importance_by_file([o.example for o in reached])
        hits = float(np.average([o.hit for o in reached], weights=importance))
        losses = [o.log_loss for o in reached]
        known = np.array([loss is not None for loss in losses])
        values = [loss for loss in losses if loss is not None]
        weight = "" if name is None else f"{weights[names.index(name)]:.2f}"
        table.add_row(
            name or "(all kept)",
            weight,
            percent(hits),
            f"{np.average(values, weights=importance[known]):.4f}",
        )
    return table
