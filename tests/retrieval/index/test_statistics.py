from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.statistics import Statistics

COUNTS = st.integers(0, 1_000)
DFS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9))
STATISTICS = st.builds(Statistics, *[COUNTS] * 6, DFS, DFS, DFS)


@given(STATISTICS, STATISTICS, STATISTICS)
def test_statistics_are_a_commutative_group(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Statistics() == a
    assert a - a == Statistics()
    assert (a + b) - b == a


def test_titles_count_from_the_second_article_on():
    one = Statistics(1, 2, 3, 10, 4, 6, {"a": 1}, {"a": 2}, {"a": 2, "b": 1})
    assert (one.df("a"), one.average_passage) == (1, 7)
    two = one + one
    assert (two.df("a"), two.average_passage) == (4, 10)
    assert two.occurs_anywhere("x", "b")
    assert not two.occurs_anywhere("x")


def test_where_nothing_is_the_average_is_no_division_by_zero():
    assert Statistics().average_passage == Statistics().average_sentence == 1
