"""Texts to the numbers that an encoder takes: token ids, and whose tokens they are."""

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
MAX_BEFORE_TOKENS = 24
CACHED_TEXTS = 20_000  # whose tokens are kept

OF_QUESTION = 0  # the sentences follow from 1
OF_NONE = -1

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What an encoder reads at once; every array has a row for each text.

    Attributes:
        ids: Of the tokens; 0 past a text's end.
        mask: 1 for tokens, 0 past the end.
        types: 1 for tokens after the question, else 0.
        owners: `OF_QUESTION`, the number of the sentence from 1, or `OF_NONE`.
    """

    ids: Ids
    mask: Ids
    types: Ids
    owners: Ids


class BatchBuilder:
    """Makes batches of texts with one tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take a tokenizer that marks begin and end of a text as BERT's does.

        Raises:
            ValueError: It has no such marks.
        """
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

    def texts(self, texts: Sequence[str]) -> Batch:
        """Pack texts that are read by themselves; at least one."""
        rows = []
        for text in texts:
            tokens = self._tokens(text)[:MAX_SENTENCE_TOKENS]
            rows.append([(self._begin, 0, OF_NONE)])
            rows[-1] += [(token, 0, OF_QUESTION) for token in tokens]
            rows[-1].append((self._end, 0, OF_NONE))
        return _padded(rows)

    def pairs(self, pairs: Sequence[tuple[str, Window]]) -> Batch:
        """Pack questions, each with a window that it is put to; at least one."""
        rows = []
        for question, window in pairs:
            row = [(self._begin, 0, OF_NONE)]
            asked = self._tokens(question)[-MAX_QUESTION_TOKENS:]
            row += [(token, 0, OF_QUESTION) for token in asked]
            row.append((self._end, 0, OF_NONE))
            headings = self._tokens(window.headings)[:MAX_HEADING_TOKENS]
            before = self._tokens(window.before)[:MAX_BEFORE_TOKENS]
            row += [(token, 1, OF_NONE) for token in (*headings, self._end, *before)]
            for number, sentence in enumerate(window.sentences, 1):
                tokens = self._tokens(sentence)[:MAX_SENTENCE_TOKENS]
                row += [(token, 1, number) for token in tokens]
            row.append((self._end, 1, OF_NONE))
            rows.append(row)
        return _padded(rows)


def _padded(rows: Sequence[Sequence[tuple[int, int, int]]]) -> Batch:
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    owners = np.full_like(ids, OF_NONE)
    for n, row in enumerate(rows):
        columns = np.array(row, dtype=np.int64)
        ids[n, : len(row)], types[n, : len(row)], owners[n, : len(row)] = columns.T
        mask[n, : len(row)] = 1
    return Batch(ids, mask, types, owners)
