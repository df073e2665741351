from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.statistics import CollectionStatistics

COUNTS = st.integers(0, 1_000)
DFS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9))
STATISTICS = st.builds(CollectionStatistics, *[COUNTS] * 6, DFS, DFS, DFS)


@given(STATISTICS, STATISTICS, STATISTICS)
def test_statistics_are_a_commutative_group(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + CollectionStatistics() == a
    assert a - a == CollectionStatistics()
    assert (a + b) - b == a


def test_titles_count_from_the_second_article_on():
    one = CollectionStatistics(1, 2, 3, 10, 4, 6, {"a": 1}, {"a": 2}, {"a": 2, "b": 1})
    assert (one.df("a"), one.average_passage) == (1, 7)
    two = one + one
    assert (two.df("a"), two.average_passage) == (4, 10)
    assert two.occurs_anywhere("x", "b")
    assert not two.occurs_anywhere("x")


def test_where_nothing_is_the_average_is_no_division_by_zero():
    assert (
        CollectionStatistics().average_passage
        == CollectionStatistics().average_sentence
        == 1
    )
