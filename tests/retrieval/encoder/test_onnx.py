import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import onnx
import pytest

from retrieval import Answerer, Article
from retrieval.encoder import Reranker, default_encoder, load_encoder
from retrieval.encoder.windows import Window
from retrieval.errors import EncoderError
from tests.support import MODEL

SHELTER = Window(
    0,
    ("Dogs may stay in the yard.", "The café sells soup and cakes until five."),
    headings="Museum of Salt. Visitors",
    previous_sentence="",
)


@pytest.fixture
def folder(tmp_path):
    """A copy of the model, to be damaged."""
    return shutil.copytree(MODEL, tmp_path / "model")


def test_embeddings_are_of_length_1_and_near_where_the_meaning_is(reader):
    vectors = reader.embed(
        ["The guarantee lasts three years.", "How long is the warranty?", "Cows eat."]
    )
    assert vectors.shape == (3, reader.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[2] @ vectors[1]


def test_a_text_has_the_same_embedding_whatever_is_embedded_with_it(reader):
    alone = reader.embed(["Cows eat."])[0]
    among = reader.embed(
        ["A much longer sentence about the sea and ships.", "Cows eat."]
    )
    assert among[1].tolist() == alone.tolist()


def test_the_reranker_gives_each_sentence_its_logit(reader):
    asked = "Until when can I buy soup?"
    first, second = reader.score(asked, [SHELTER, SHELTER])
    assert len(first.logits) == len(SHELTER.sentences)
    assert first.logits[1] > first.logits[0]
    assert second.logits.tolist() == first.logits.tolist()


def test_an_equal_question_of_an_equal_window_is_not_scored_again(folder, monkeypatch):
    encoder = load_encoder(folder, languages=frozenset({"en"}))
    (first,) = encoder.score("Where can I get lunch?", [SHELTER])
    monkeypatch.setattr(encoder, "_states", None)
    (again,) = encoder.score("Where can I get lunch?", [replace(SHELTER)])
    assert again is first


def test_the_reranker_finds_the_answer_in_a_sentence(reader):
    sentence = "The museum was opened by Clara Wentworth in the spring of 1904."
    window = Window(0, (sentence,), "Museum of Salt", "")
    for question, expected in (
        ("Who opened the museum?", "Clara Wentworth"),
        ("¿Quién inauguró el museo?", "Clara Wentworth"),
        ("When was the museum opened?", "1904"),
    ):
        ((_, (answer,)),) = reader.score(question, [window])
        assert expected in sentence[slice(*answer)]
        assert len(sentence[slice(*answer)]) < len(sentence) / 2


def test_a_head_without_the_ends_of_answers_gives_no_answer(folder):
    head = json.loads((folder / "head.json").read_text())
    del head["start"], head["end"]
    (folder / "head.json").write_text(json.dumps(head))
    scored = load_encoder(folder).score("Where can I get lunch?", [SHELTER])
    assert [window.answers for window in scored] == [(None, None)]


def test_a_question_in_another_language_is_near_the_sentence_that_answers(reader):
    asked, soup, dogs = reader.embed(
        ["점심은 어디서 먹나요?", *SHELTER.sentences[::-1]]
    )
    assert asked @ soup > asked @ dogs


@pytest.mark.parametrize("text", ["", " ", "🙂", "\ud800", "a" * 100_000, "蜜蜂"])
def test_any_text_can_be_embedded_and_reranked(reader, text):
    assert np.isfinite(reader.embed([text])).all()
    (scored,) = reader.score(text, [Window(0, (text,), text, text)])
    assert np.isfinite(scored.logits).all()
    for answer in scored.answers:
        assert answer is None or text[slice(*answer)]


def test_a_model_without_a_head_gives_embeddings_alone(folder):
    (folder / "head.json").unlink()
    reader = load_encoder(folder)
    assert not isinstance(reader, Reranker)
    assert reader.embed(["Cows eat."]).shape == (1, reader.dimension)


def test_weights_were_fitted_to_the_reader_that_comes_with_the_package(reader):
    assert {"en", "de", "ko", "zh", "ar", "hi"} <= reader.languages
    assert reader.name != MODEL.name


@pytest.mark.parametrize(
    "inputs",
    [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")],
    ids=["tokens alone", "with a mask and token types"],
)
def test_a_model_with_its_own_token_embeddings_is_read(folder, inputs):
    """As sentence-transformers exports them, and without what one text needs not."""
    tokens = len(load_encoder(folder)._builder._tokenizer.get_vocab())
    make_model(folder / "encoder.onnx", tokens, inputs)
    (folder / "token_embeddings.npy").unlink()
    (folder / "head.json").unlink()
    (folder / "card.toml").unlink()
    encoder = load_encoder(folder)
    assert (encoder.name, encoder.dimension) == (folder.name, 2)
    cows, same = encoder.embed(["Cows eat.", "Cows eat."])
    assert cows.tolist() == same.tolist()


def make_model(path, n_tokens, inputs):
    """Write a model: the state of token n is (cos n, sin n)."""
    numbers = np.arange(n_tokens, dtype=np.float32)
    table = np.stack([np.cos(numbers), np.sin(numbers)], axis=1)
    shape = ["texts", "tokens"]
    ids = onnx.TensorProto.INT64
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Gather", ["tokens", "input_ids"], ["states"])],
        "states",
        [onnx.helper.make_tensor_value_info(name, ids, shape) for name in inputs],
        [
            onnx.helper.make_tensor_value_info(
                "states", onnx.TensorProto.FLOAT, [*shape, 2]
            )
        ],
        [onnx.numpy_helper.from_array(table, "tokens")],
    )
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=9), path)


def test_with_another_encoder_words_answer_and_the_log_says_so(folder, caplog):
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b"\n")
    other = load_encoder(folder)
    assert other.languages == frozenset()
    (line,) = caplog.messages
    assert "no weights were fitted to the encoder" in line
    article = Article.from_text("Bees make honey. Cows give milk.", language="en")
    question = "What do bees make?"
    by_words = Answerer([article], reader=None).answer(question)
    assert Answerer([article], reader=other).answer(question) == by_words
    assert load_encoder(folder, languages=frozenset({"en"})).languages == {"en"}


def test_weights_in_a_file_beside_the_model_are_refused(folder):
    """They would be read from the working folder."""
    encoder = folder / "encoder.onnx"
    outside = b"\n\x08location\x12\x05a.bin"
    encoder.write_bytes(encoder.read_bytes() + outside)
    with pytest.raises(EncoderError, match="has weights in another file"):
        load_encoder(folder)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_in_one_line(folder, name):
    (folder / name).unlink()
    with pytest.raises(EncoderError, match=f"{name} cannot be read") as caught:
        load_encoder(folder)
    assert "\n" not in str(caught.value)
    assert caught.value.path == str(folder)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("encoder.onnx", b"", "this model cannot be used"),
        ("encoder.onnx", b"\x08\x07garbage" * 9, "this model cannot be used"),
        ("tokenizer.json", b"{}", "this model cannot be used"),
        ("tokenizer.json", b"\xff\xfe", "this model cannot be used"),
        ("head.json", b"{}", "head.json is not a reranking head"),
        ("head.json", b"[1, 2", "head.json is not a reranking head"),
        ("head.json", b'{"question": "x"}', "head.json is not a reranking head"),
        ("card.toml", b"name = ", "card.toml is not a model's card"),
        ("card.toml", b'name = "x"', "card.toml is not a model's card"),
        ("token_embeddings.npy", b"", "this model cannot be used"),
        ("token_embeddings.npy", b"garbage" * 99, "this model cannot be used"),
    ],
)
def test_a_damaged_file_is_one_line(folder, name, data, words):
    (folder / name).write_bytes(data)
    with pytest.raises(EncoderError, match=words) as caught:
        load_encoder(folder)
    assert "\n" not in str(caught.value)


def test_token_embeddings_of_another_form_are_one_line(folder):
    np.save(folder / "token_embeddings.npy", np.zeros((9, 384), dtype=np.float32))
    with pytest.raises(EncoderError, match="is not a table of 4-bit blocks"):
        load_encoder(folder)
    (folder / "token_embeddings.npy").unlink()
    with pytest.raises(EncoderError, match="this model cannot be used"):
        load_encoder(folder)


def test_a_cut_encoder_is_one_line(folder):
    whole = (folder / "encoder.onnx").read_bytes()
    (folder / "encoder.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EncoderError, match="this model cannot be used"):
        load_encoder(folder)


def test_a_head_of_another_encoder_is_one_line(folder):
    head = json.loads((folder / "head.json").read_text())
    head["question"] = head["question"][1:]
    (folder / "head.json").write_text(json.dumps(head))
    with pytest.raises(
        EncoderError, match="does not fit this encoder of dimension 384"
    ):
        load_encoder(folder)


def test_without_the_extra_a_folder_cannot_be_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "retrieval.encoder.onnx", raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderError, match=r"install article-bot\[reader\]"):
        load_encoder(MODEL)


def test_without_the_extra_the_default_is_none_and_the_log_says_so(monkeypatch, caplog):
    default_encoder.cache_clear()
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert default_encoder() is None
    assert default_encoder() is None
    (record,) = caplog.records
    assert "install article-bot[reader]" in record.getMessage()
    default_encoder.cache_clear()


def test_a_library_user_gets_the_reader_by_default_and_words_without_the_extra():
    program = (
        "import sys\n"
        "if sys.argv[1:]: sys.modules['onnxruntime'] = None\n"
        "from retrieval import Answerer, Article\n"
        "text = 'A guarantee of three years is granted.\\n\\nCows eat grass.'\n"
        "answerer = Answerer([Article.from_text(text, language='en')])\n"
        "print(len(answerer.rank('How long is the warranty?')))\n"
    )
    for arguments, expected in ((), "2"), (("without",), "0"):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            check=True,
            cwd=MODEL.parents[2],
        )
        assert done.stdout.strip() == expected
