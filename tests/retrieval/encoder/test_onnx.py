import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from retrieval import Answerer, Article
from retrieval.encoder import default_reader, load_reader
from retrieval.encoder.windows import Window
from retrieval.errors import ReaderError
from tests.conftest import MODEL

SHELTER = Window(
    0,
    ("Dogs may stay in the yard.", "The café sells soup and cakes until five."),
    headings="Museum of Salt. Visitors",
    before="",
)


@pytest.fixture
def folder(tmp_path):
    """A copy of the model, to be damaged."""
    return shutil.copytree(MODEL, tmp_path / "model")


def test_embeddings_are_of_length_1_and_near_where_the_meaning_is(reader):
    vectors = reader.embed(
        ["The guarantee lasts three years.", "How long is the warranty?", "Cows eat."]
    )
    assert vectors.shape == (3, reader.width)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[2] @ vectors[1]


def test_a_text_has_the_same_embedding_whatever_is_embedded_with_it(reader):
    alone = reader.embed(["Cows eat."])[0]
    among = reader.embed(
        ["A much longer sentence about the sea and ships.", "Cows eat."]
    )
    assert among[1].tolist() == alone.tolist()


def test_the_judge_gives_each_sentence_its_odds(reader):
    first, second = reader.judge("Where can I get lunch?", [SHELTER, SHELTER])
    assert len(first) == len(SHELTER.sentences)
    assert first[1] > first[0]
    assert second.tolist() == first.tolist()


@pytest.mark.parametrize("text", ["", " ", "🙂", "\ud800", "a" * 100_000, "蜜蜂"])
def test_any_text_can_be_embedded_and_judged(reader, text):
    assert np.isfinite(reader.embed([text])).all()
    (odds,) = reader.judge(text, [Window(0, (text,), text, text)])
    assert np.isfinite(odds).all()


def test_a_model_without_a_judge_gives_embeddings_alone(folder):
    (folder / "judge.json").unlink()
    reader = load_reader(folder)
    assert not reader.judges
    assert reader.embed(["Cows eat."]).shape == (1, reader.width)


def test_weights_were_fitted_to_the_reader_that_comes_with_the_package(reader):
    assert reader.languages == {"en"}


def test_with_another_encoder_words_answer_and_the_log_says_so(folder, caplog):
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b"\n")
    other = load_reader(folder)
    assert other.languages == frozenset()
    (line,) = caplog.messages
    assert "no weights were fitted to the encoder" in line
    article = Article.from_text("Bees make honey. Cows give milk.", language="en")
    question = "What do bees make?"
    by_words = Answerer([article], reader=None).answer(question)
    assert Answerer([article], reader=other).answer(question) == by_words
    assert load_reader(folder, languages=frozenset({"en"})).languages == {"en"}


def test_weights_in_a_file_beside_the_model_are_refused(folder):
    """They would be looked for in the folder that the program runs in."""
    encoder = folder / "encoder.onnx"
    outside = b"\n\x08location\x12\x05a.bin"
    encoder.write_bytes(encoder.read_bytes() + outside)
    with pytest.raises(ReaderError, match="has weights in another file"):
        load_reader(folder)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_in_one_line(folder, name):
    (folder / name).unlink()
    with pytest.raises(ReaderError, match=f"{name} cannot be read") as caught:
        load_reader(folder)
    assert "\n" not in str(caught.value)
    assert caught.value.path == str(folder)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("encoder.onnx", b"", "no model that can be used"),
        ("encoder.onnx", b"\x08\x07garbage" * 9, "no model that can be used"),
        ("tokenizer.json", b"{}", "no model that can be used"),
        ("tokenizer.json", b"\xff\xfe", "no model that can be used"),
        ("judge.json", b"{}", "judge.json holds no judge"),
        ("judge.json", b"[1, 2", "judge.json holds no judge"),
        ("judge.json", b'{"question": "x"}', "judge.json holds no judge"),
    ],
)
def test_a_damaged_file_is_one_line(folder, name, data, words):
    (folder / name).write_bytes(data)
    with pytest.raises(ReaderError, match=words) as caught:
        load_reader(folder)
    assert "\n" not in str(caught.value)


def test_a_cut_encoder_is_one_line(folder):
    whole = (folder / "encoder.onnx").read_bytes()
    (folder / "encoder.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReaderError, match="no model that can be used"):
        load_reader(folder)


def test_a_judge_of_another_encoder_is_one_line(folder):
    head = json.loads((folder / "judge.json").read_text())
    head["question"] = head["question"][1:]
    (folder / "judge.json").write_text(json.dumps(head))
    with pytest.raises(ReaderError, match="not of this encoder; it is 384 wide"):
        load_reader(folder)


def test_without_the_extra_a_folder_cannot_be_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "retrieval.encoder.onnx", raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ReaderError, match=r"install article-bot\[reader\]"):
        load_reader(MODEL)


def test_without_the_extra_the_default_is_none_and_the_log_says_so(monkeypatch, caplog):
    default_reader.cache_clear()
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert default_reader() is None
    assert default_reader() is None
    (record,) = caplog.records
    assert "install article-bot[reader]" in record.getMessage()
    default_reader.cache_clear()


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
