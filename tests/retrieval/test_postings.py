import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.postings import LONG, Postings, idf

KEYS = st.sampled_from("abcdef")


def test_the_idf_of_lucene_by_hand():
    """N = 2, df = 1: log(1 + 1.5 / 1.5)."""
    assert idf(2, 1) == pytest.approx(math.log(2))


@given(st.lists(st.sets(KEYS)), st.sets(KEYS), st.data())
def test_held_tells_which_documents_hold_which_known_keys(documents, keys, data):
    chosen = data.draw(st.sets(st.integers(0, max(len(documents) - 1, 0)), min_size=1))
    chosen = sorted(chosen) if documents else [0]
    documents = documents or [set()]
    postings = Postings(documents)
    keys = sorted(keys)
    known = [key for key in keys if any(key in d for d in documents)]
    assert [key for key in keys if key in postings] == known
    idfs, held = postings.held(keys, np.array(chosen, dtype=np.int32))
    assert held.tolist() == [
        [float(key in documents[n]) for n in chosen] for key in known
    ]
    counts = [sum(key in d for d in documents) for key in known]
    assert idfs.tolist() == [idf(len(documents), df) for df in counts]


def test_long_postings_are_located_like_short_ones():
    documents = [{"all", f"d{n % 7}", n} for n in range(LONG * 9)]
    chosen = np.array([0, 3, 7, LONG, LONG * 9 - 1], dtype=np.int32)
    keys = ["all", "d0", "d3", 7, LONG * 9 - 1]
    _, held = Postings(documents).held(keys, chosen)
    assert held.tolist() == [
        [float(key in documents[n]) for n in chosen] for key in keys
    ]
