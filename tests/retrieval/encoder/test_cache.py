import numpy as np
import pytest

from retrieval.encoder import cache as embeddings
from retrieval.encoder.cache import EmbeddingCache

TEXTS = ["Bees fly.", "Cows eat.", "Bees fly."]


class Counting:
    """An encoder that counts the texts that it embeds."""

    fingerprint = "counting"
    dimension = 2

    def __init__(self):
        self.embedded = []

    def embed(self, texts):
        self.embedded += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


@pytest.fixture
def counting():
    return Counting()


def test_each_text_is_embedded_once(counting):
    kept = EmbeddingCache(counting)
    first = kept.get(TEXTS)
    assert first.tolist() == [[9, 1], [9, 1], [9, 1]]
    assert kept.get(TEXTS[:1]).tolist() == [[9, 1]]
    assert counting.embedded == ["Bees fly.", "Cows eat."]


def test_those_used_last_are_kept(counting, monkeypatch):
    monkeypatch.setattr(embeddings, "CACHED_TEXTS", 2)
    kept = EmbeddingCache(counting)
    for text in ("a", "b", "a", "c", "a", "b"):
        kept.get([text])
    assert counting.embedded == ["a", "b", "c", "b"]


def test_an_article_outlives_the_process_on_disk(counting, tmp_path):
    folder = tmp_path / "deep" / "embeddings"
    found = EmbeddingCache(counting, folder).get_article(TEXTS, store=True)
    counting.embedded.clear()
    again = EmbeddingCache(counting, folder).get_article(TEXTS, store=True)
    assert again.tolist() == found.tolist()
    assert counting.embedded == []
    EmbeddingCache(counting, folder).get_article(TEXTS[:1], store=True)
    assert counting.embedded == ["Bees fly."]


def test_new_sentences_are_counted_in_memory_and_on_disk(counting, tmp_path):
    kept = EmbeddingCache(counting, tmp_path)
    assert kept.count_missing(TEXTS[:2]) == 2
    kept.get(TEXTS[:1])
    assert kept.count_missing(TEXTS[:2]) == 1
    kept.get_article(TEXTS, store=True)
    assert EmbeddingCache(counting, tmp_path).count_missing(TEXTS) == 0
    assert EmbeddingCache(counting).count_missing(TEXTS[:2]) == 2


def test_what_is_not_to_be_kept_leaves_no_file(counting, tmp_path):
    EmbeddingCache(counting, tmp_path / "e").get_article(TEXTS, store=False)
    assert not (tmp_path / "e").exists()


def test_another_model_reads_no_embeddings_of_this_one(counting, tmp_path):
    EmbeddingCache(counting, tmp_path).get_article(TEXTS, store=True)
    other = Counting()
    other.fingerprint = "other"
    EmbeddingCache(other, tmp_path).get_article(TEXTS, store=True)
    assert other.embedded


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(b"\x80\x04."),
        lambda path: np.save(path, np.zeros((1, 2), dtype=np.float16)),
        lambda path: np.save(path, np.full((3, 2), np.nan, dtype=np.float16)),
        lambda path: np.save(path, np.array([{}] * 3)),
    ],
    ids=["empty", "cut", "a pickle", "another shape", "no numbers", "objects"],
)
def test_a_damaged_file_is_made_anew(counting, tmp_path, damage):
    found = EmbeddingCache(counting, tmp_path).get_article(TEXTS, store=True)
    (path,) = tmp_path.glob("*.npy")
    damage(path)
    again = EmbeddingCache(counting, tmp_path).get_article(TEXTS, store=True)
    assert again.tolist() == found.tolist()
    assert len(counting.embedded) == 4


def test_a_folder_that_cannot_be_written_to_costs_one_warning(
    counting, tmp_path, caplog
):
    (tmp_path / "file").write_text("")
    kept = EmbeddingCache(counting, tmp_path / "file" / "folder")
    kept.get_article(TEXTS, store=True)
    kept.get_article(TEXTS[:1], store=True)
    (record,) = caplog.records
    assert "Embeddings cannot be stored on disk" in record.getMessage()


def test_old_files_make_room(counting, tmp_path, monkeypatch):
    EmbeddingCache(counting, tmp_path).get_article(["a"], store=True)
    (file,) = tmp_path.glob("*.npy")
    monkeypatch.setattr(embeddings, "CACHED_BYTES", 2 * file.stat().st_size)
    for text in "bcd":
        EmbeddingCache(counting, tmp_path).get_article([text], store=True)
    assert len(list(tmp_path.glob("*.npy"))) == 2
    assert not file.exists()


def test_old_files_are_looked_for_now_and_then(counting, tmp_path, monkeypatch):
    monkeypatch.setattr(embeddings, "CACHED_BYTES", 0)
    monkeypatch.setattr(embeddings, "TIDIED_AFTER", 3)
    kept = EmbeddingCache(counting, tmp_path)
    left = []
    for text in "abcd":
        kept.get_article([text], store=True)
        left.append(len(list(tmp_path.glob("*.npy"))))
    assert left == [0, 1, 2, 0]
