"""Batches: texts as the arrays of token ids that an encoder takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.encoder.windows import Window

MAX_QUESTION_TOKENS = 64  # the last ones, in which a question ends
MAX_SENTENCE_TOKENS = 96
MAX_HEADING_TOKENS = 24
MAX_PREVIOUS_TOKENS = 24
CACHED_TEXTS = 20_000  # whose tokens are cached

QUESTION = 0  # segment id; the sentences follow from 1
IGNORED = -1  # segment id of tokens that are pooled nowhere

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts that an encoder takes at once: arrays of (n_texts, n_tokens), int64.

    Attributes:
        input_ids: Token ids; 0 for padding.
        attention_mask: 1 for tokens, 0 for padding.
        token_type_ids: 1 for tokens after the question, else 0.
        segment_ids: The segment that a token's state is pooled into: `QUESTION`, the
            number of a sentence from 1, or `IGNORED`.
    """

    input_ids: Ids
    attention_mask: Ids
    token_type_ids: Ids
    segment_ids: Ids


class BatchBuilder:
    """Builds batches of texts with one tokenizer.

    Args:
        tokenizer: A tokenizer with the tokens [CLS] and [SEP], such as BERT's.

    Raises:
        ValueError: The tokenizer has no [CLS] or no [SEP].
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        if begin is None or end is None:
            raise ValueError("the tokenizer has no [CLS] and [SEP]")
        self._begin, self._end = begin, end
        self._tokenizer = tokenizer
        self._tokens = lru_cache(CACHED_TEXTS)(self._tokenize)

    def _tokenize(self, text: str) -> tuple[int, ...]:
        sound = text.encode("utf-8", "replace").decode()  # no lone surrogates
        return tuple(self._tokenizer.encode(sound, add_special_tokens=False).ids)

    def single(self, texts: Sequence[str]) -> Batch:
        """Return a batch of single texts, at least one; each is all `QUESTION`."""
        rows = []
        for text in texts:
            tokens = self._tokens(text)[:MAX_SENTENCE_TOKENS]
            rows.append([(self._begin, 0, IGNORED)])
            rows[-1] += [(token, 0, QUESTION) for token in tokens]
            rows[-1].append((self._end, 0, IGNORED))
        return _padded(rows)

    def pairs(self, pairs: Sequence[tuple[str, Window]]) -> Batch:
        """Return a batch of questions, each with its window; at least one pair."""
        rows = []
        for question, window in pairs:
            row = [(self._begin, 0, IGNORED)]
            asked = self._tokens(question)[-MAX_QUESTION_TOKENS:]
            row += [(token, 0, QUESTION) for token in asked]
            row.append((self._end, 0, IGNORED))
            headings = self._tokens(window.headings)[:MAX_HEADING_TOKENS]
            previous = self._tokens(window.previous_sentence)[:MAX_PREVIOUS_TOKENS]
            row += [(token, 1, IGNORED) for token in (*headings, self._end, *previous)]
            for number, sentence in enumerate(window.sentences, 1):
                tokens = self._tokens(sentence)[:MAX_SENTENCE_TOKENS]
                row += [(token, 1, number) for token in tokens]
            row.append((self._end, 1, IGNORED))
            rows.append(row)
        return _padded(rows)


def _padded(rows: Sequence[Sequence[tuple[int, int, int]]]) -> Batch:
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    segments = np.full_like(ids, IGNORED)
    for n, row in enumerate(rows):
        columns = np.array(row, dtype=np.int64)
        ids[n, : len(row)], types[n, : len(row)], segments[n, : len(row)] = columns.T
        mask[n, : len(row)] = 1
    return Batch(ids, mask, types, segments)
