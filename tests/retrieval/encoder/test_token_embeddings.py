import numpy as np
import pytest

from retrieval.encoder.token_embeddings import BLOCK_TYPE, TokenEmbeddings


def table():
    """Two tokens of dimension 64: the first counts from -8 to 7, halved and doubled."""
    blocks = np.zeros((2, 2), dtype=BLOCK_TYPE)
    blocks["scale"] = [[0.5, 2], [0, 0]]
    low, high = np.arange(16), np.arange(16)[::-1]
    blocks["numbers"][0] = low | high << 4
    return blocks


def test_a_block_holds_16_numbers_in_low_halves_and_16_in_high_ones():
    embeddings = TokenEmbeddings(table()).get(np.array([[0, 1]]))
    assert embeddings.shape == (1, 2, 64)
    assert embeddings.dtype == np.float32
    rising = np.arange(16) - 8
    expected = np.concatenate([rising, rising[::-1]])
    assert embeddings[0, 0].tolist() == [*(expected * 0.5), *(expected * 2)]
    assert not embeddings[0, 1].any()


def test_a_saved_table_is_mapped_and_not_read(tmp_path):
    np.save(tmp_path / "table.npy", table())
    found = TokenEmbeddings.load(tmp_path / "table.npy")
    assert isinstance(found.blocks, np.memmap)
    ids = np.array([0])
    assert found.get(ids).tolist() == TokenEmbeddings(table()).get(ids).tolist()


def test_a_token_that_is_not_in_the_table_is_an_error():
    with pytest.raises(IndexError):
        TokenEmbeddings(table()).get(np.array([2]))
