import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from retrieval.encoder.batching import (
    IGNORED,
    MAX_QUESTION_TOKENS,
    MAX_SENTENCE_TOKENS,
    QUESTION,
    BatchBuilder,
)
from retrieval.encoder.windows import Window

WORDS = "[PAD] [CLS] [SEP] [UNK] who flies bees fly cows eat tea".split()


def tokenizer(words=WORDS):
    made = Tokenizer(WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    return made


@pytest.fixture
def builder():
    return BatchBuilder(tokenizer())


def words(row):
    return [WORDS[number] for number in row]


def test_texts_are_rows_of_tokens_between_their_marks(builder):
    batch = builder.single(["bees fly", "tea"])
    assert [words(row) for row in batch.input_ids] == [
        ["[CLS]", "bees", "fly", "[SEP]"],
        ["[CLS]", "tea", "[SEP]", "[PAD]"],
    ]
    assert batch.attention_mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert batch.segment_ids[1].tolist() == [IGNORED, QUESTION, IGNORED, IGNORED]


def test_a_question_comes_before_headings_context_and_numbered_sentences(builder):
    window = Window(
        0, ("bees fly", "cows eat"), headings="tea", previous_sentence="cows fly"
    )
    batch = builder.pairs([("who flies", window)])
    assert words(batch.input_ids[0]) == (
        "[CLS] who flies [SEP] tea [SEP] cows fly bees fly cows eat [SEP]".split()
    )
    assert batch.segment_ids[0].tolist() == [
        -1,
        0,
        0,
        -1,
        -1,
        -1,
        -1,
        -1,
        1,
        1,
        2,
        2,
        -1,
    ]


def test_of_a_long_question_the_end_is_kept_and_of_a_sentence_the_begin(builder):
    question = "tea " * 100 + "who flies"
    window = Window(0, ("bees " + "fly " * 200,), headings="", previous_sentence="")
    (row,) = builder.pairs([(question, window)]).segment_ids
    assert (row == QUESTION).sum() == MAX_QUESTION_TOKENS
    assert (row == 1).sum() == MAX_SENTENCE_TOKENS
    ids = builder.pairs([(question, window)]).input_ids[0]
    assert words(ids[[MAX_QUESTION_TOKENS, MAX_QUESTION_TOKENS + 4]]) == [
        "flies",
        "fly",
    ]


def test_the_places_of_a_sentence_s_tokens_are_known(builder):
    sentence = "bees  fly " * 60
    offsets = builder.offsets(sentence)
    assert len(offsets) == MAX_SENTENCE_TOKENS
    assert [sentence[a:b] for a, b in offsets[:3]] == ["bees", "fly", "bees"]
    assert builder.offsets("").shape == (0, 2)


def test_a_tokenizer_without_the_marks_is_refused():
    with pytest.raises(ValueError, match=r"no \[CLS\] and \[SEP\]"):
        BatchBuilder(tokenizer(["[UNK]", "tea"]))
