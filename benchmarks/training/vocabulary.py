"""The vocabulary: which of the base model's tokens are kept.

`python -m benchmarks.training.vocabulary TEXT ...` writes `tokenizer.json`. Kept are
the tokens that occur twice in the texts, those of the most frequent words of each
language (wordfreq; Speer, 2022), the first ones of the model, and single characters
but Chinese ones.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import regex

from retrieval.encoder.onnx import TOKENIZER_FILE

LANGUAGES = (
    "ar bg bn ca cs da de el en es fa fi fr he hi hu id it ja ko nb nl pl pt ro ru sv "
    "th tr uk vi zh"
).split()
MIN_OCCURRENCES = 2
WORDS = 2_500  # most frequent ones of each language
FIRST = 20_000  # tokens of the model, which are the most frequent of all languages

_LETTER = regex.compile(r"▁?[^\p{Han}]")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tokenizer; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training.vocabulary",
        description=(__doc__ or "").split("\n")[0],
    )
    parser.add_argument("--output", type=Path, default=Path(TOKENIZER_FILE))
    parser.add_argument("texts", nargs="+", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        from wordfreq import top_n_list

        from benchmarks.training.base import build_tokenizer, read_base
    except ImportError as error:
        sys.stderr.write(
            f"{parser.prog}: {error.name} is missing; install it with: "
            "pip install -e '.[reader,training]'\n"
        )
        return 2
    pieces = read_base().pieces
    tokenizer = build_tokenizer(pieces)

    def count(lines: Sequence[str]) -> Counter[int]:
        encoded = tokenizer.encode_batch(lines, add_special_tokens=False)
        return Counter(number for one in encoded for number in one.ids)

    try:
        used = count(
            [line for p in options.texts for line in p.read_text().split("\n")]
        )
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    words = {word for code in LANGUAGES for word in top_n_list(code, WORDS)}
    kept = {
        *range(FIRST),
        *(number for number, n in used.items() if n >= MIN_OCCURRENCES),
        *count(sorted(words | {word.capitalize() for word in words})),
        *(n for n, (piece, _) in enumerate(pieces) if _LETTER.fullmatch(piece)),
    }
    build_tokenizer([pieces[n] for n in sorted(kept)]).save(
        str(options.output), pretty=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
