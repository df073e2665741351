import pytest

from retrieval.evaluation.measures import (
    BINS,
    auroc,
    calibration,
    hit_at,
    mean_reciprocal_rank,
    risk_coverage,
    token_f1,
)


def test_hits_and_reciprocal_ranks_are_means_over_all_questions():
    """Ranks 1, 2, none and 4: hit@1 1/4, hit@3 2/4, MRR (1 + 1/2 + 0 + 1/4) / 4."""
    ranks = [1, 2, None, 4]
    assert hit_at(1, ranks) == 0.25
    assert hit_at(3, ranks) == 0.5
    assert mean_reciprocal_rank(ranks) == 0.4375


def test_auroc_counts_a_tie_as_one_half():
    """Of 3 x 2 pairs: .9 beats both, .5 ties one and beats one, .2 ties one: 4/6."""
    assert auroc([0.9, 0.5, 0.2], [0.5, 0.2]) == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("positives", "negatives", "area"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1, 0.2], [0.9, 0.8], 0.0),
        ([0.5, 0.5], [0.5, 0.5, 0.5], 0.5),
        ([], [0.5], None),
        ([0.5], [], None),
    ],
)
def test_auroc_runs_from_0_to_1(positives, negatives, area):
    assert auroc(positives, negatives) == area


def test_the_calibration_error_is_the_mean_distance_weighted_by_counts():
    """Bins: (.12, .18) no hit, off by .15; (.65) hit, off by .35; (.92, .98) one hit,
    off by .45. (2 * .15 + .35 + 2 * .45) / 5 = .31.
    """
    found = calibration(
        [0.12, 0.65, 0.18, 0.98, 0.92], [False, True, False, True, False]
    )
    assert found.error == pytest.approx(0.31)
    assert [row.count for row in found.bins] == [0, 2, 0, 0, 0, 0, 1, 0, 0, 2]
    assert found.bins[9].mean_confidence == pytest.approx(0.95)
    assert found.bins[9].hit_share == 0.5
    assert found.bins[0].mean_confidence is None
    assert found.bins[0].hit_share is None


def test_a_confidence_on_a_border_falls_into_the_higher_bin_and_1_into_the_last():
    confidences = [n / BINS for n in range(BINS + 1)]
    found = calibration(confidences, [True] * len(confidences))
    assert [row.count for row in found.bins] == [1] * 9 + [2]


def test_risk_is_followed_from_the_surest_answer_down_with_ties_together():
    """Four of five questions have an answer; two of them are equally sure."""
    points = risk_coverage(
        [0.5, 0.9, 0.5, 0.2], [True, True, False, False], n_questions=5
    )
    assert [(p.threshold, p.coverage, p.risk) for p in points] == [
        (0.9, 0.2, 0.0),
        (0.5, 0.6, pytest.approx(1 / 3)),
        (0.2, 0.8, 0.5),
    ]


def test_where_there_is_nothing_to_measure_there_is_no_number():
    assert hit_at(1, []) is None
    assert mean_reciprocal_rank([]) is None
    assert calibration([], []) is None
    assert risk_coverage([], [], n_questions=0) == ()


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("Ann Lee", "Ann Lee", 1.0),
        ("by Ann LEE,", "Ann Lee", 0.8),
        ("1902", "Ann Lee", 0.0),
        ("the the red", "the red", 0.8),
        ("東京都", "東京", 0.8),
        ("", "Ann Lee", 0.0),
        ("", "", 0.0),
    ],
)
def test_the_f1_of_an_answer_is_that_of_its_words_or_characters(answer, gold, f1):
    assert token_f1(answer, gold) == pytest.approx(f1)
