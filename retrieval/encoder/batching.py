"""Batches: texts as the arrays of token ids that an encoder takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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
Offsets = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts that an encoder takes at once: arrays of (n_texts, n_tokens), int64.

    Attributes:
        input_ids: Token ids; 0 for padding.
        attention_mask: 1 for tokens, 0 for padding.
        segment_ids: The segment that a token's state is pooled into: `QUESTION`, the
            number of a sentence from 1, or `IGNORED`.
    """

    input_ids: Ids
    attention_mask: Ids
    segment_ids: Ids


class _Tokens(NamedTuple):
    """The tokens of a text.

    Attributes:
        ids: (n_tokens,), int32.
        offsets: The (start, end) of each token in the text, in characters:
            (n_tokens, 2), int32.
    """

    ids: NDArray[np.int32]
    offsets: Offsets


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
        self._begin = (np.array([begin]), IGNORED)
        self._end = (np.array([end]), IGNORED)
        self._tokenizer = tokenizer
        self._tokens = lru_cache(CACHED_TEXTS)(self._tokenize)

    def _tokenize(self, text: str) -> _Tokens:
        sound = text.encode("utf-8", "replace").decode()  # no lone surrogates
        encoded = self._tokenizer.encode(sound, add_special_tokens=False)
        offsets = np.array(encoded.offsets, dtype=np.int32).reshape(-1, 2)
        return _Tokens(np.array(encoded.ids, dtype=np.int32), offsets)

    def offsets(self, sentence: str) -> Offsets:
        """Return the (start, end) of a sentence's tokens in it: (n_tokens, 2).

        These are the tokens that `pairs` uses, at most `MAX_SENTENCE_TOKENS`.
        """
        return self._tokens(sentence).offsets[:MAX_SENTENCE_TOKENS]

    def single(self, texts: Sequence[str]) -> Batch:
        """Return a batch of single texts, at least one; each is all `QUESTION`."""
        return _padded(
            [
                [
                    self._begin,
                    (self._tokens(text).ids[:MAX_SENTENCE_TOKENS], QUESTION),
                    self._end,
                ]
                for text in texts
            ]
        )

    def pairs(self, pairs: Sequence[tuple[str, Window]]) -> Batch:
        """Return a batch of questions, each with its window; at least one pair."""
        rows = []
        for question, window in pairs:
            headings = self._tokens(window.headings).ids[:MAX_HEADING_TOKENS]
            previous = self._tokens(window.previous_sentence).ids[:MAX_PREVIOUS_TOKENS]
            sentences = [
                (self._tokens(sentence).ids[:MAX_SENTENCE_TOKENS], number)
                for number, sentence in enumerate(window.sentences, 1)
            ]
            rows.append(
                [
                    self._begin,
                    (self._tokens(question).ids[-MAX_QUESTION_TOKENS:], QUESTION),
                    self._end,
                    (headings, IGNORED),
                    self._end,
                    (previous, IGNORED),
                    *sentences,
                    self._end,
                ]
            )
        return _padded(rows)


def _padded(rows: Sequence[Sequence[tuple[NDArray[np.generic], int]]]) -> Batch:
    """Return a batch of texts, each given as token ids with their segments."""
    longest = max(sum(len(ids) for ids, _ in row) for row in rows)
    input_ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros_like(input_ids)
    segment_ids = np.full_like(input_ids, IGNORED)
    for n, row in enumerate(rows):
        ids = np.concatenate([ids for ids, _ in row])
        input_ids[n, : len(ids)] = ids
        mask[n, : len(ids)] = 1
        segments = [segment for _, segment in row]
        segment_ids[n, : len(ids)] = np.repeat(segments, [len(ids) for ids, _ in row])
    return Batch(input_ids, mask, segment_ids)
