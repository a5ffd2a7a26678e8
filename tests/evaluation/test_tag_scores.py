import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cinetag_plugin.evaluation.tags import (
    average_precision,
    average_precisions,
    bootstrap_by_source,
    bootstrap_each,
    calibration_error,
    hit_rate,
    hits,
    mean_average_precision,
    reliability,
    truth_of,
)


def test_labels_are_laid_out_by_picture_and_column():
    labels = [frozenset({"forest", "war"}), frozenset({"forest"})]
    assert truth_of(labels, ["war", "forest"]).tolist() == [[True, True], [False, True]]


def test_average_precision_by_hand():
    truth = np.array([True, False, True, False])
    assert average_precision(truth, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(truth, np.array([0.1, 0.7, 0.8, 0.9])) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_equal_scores_are_one_threshold():
    truth = np.array([True, False, False, False])
    assert average_precision(truth, np.zeros(4)) == pytest.approx(1 / 4)


def test_a_label_that_never_holds_has_no_precision():
    truth = np.array([[True, False], [False, False]])
    scores = np.array([[0.9, 0.9], [0.1, 0.1]])
    assert math.isnan(average_precisions(truth, scores)[1])
    assert mean_average_precision(truth, scores) == 1


@settings(deadline=None)
@given(arrays(bool, 30), arrays(float, 30, elements=st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.7, 1.0])))
def test_average_precision_is_scikit_learns(truth, scores):
    metrics = pytest.importorskip("sklearn.metrics")
    if truth.any():
        assert average_precision(truth, scores) == pytest.approx(
            metrics.average_precision_score(truth, scores)
        )


def test_hits_count_any_right_label_among_the_best():
    truth = np.array([[True, False, False], [False, False, True], [False, False, False]])
    scores = np.array([[0.5, 0.9, 0.1], [0.5, 0.9, 0.1], [1, 0, 0]])
    assert hits(truth, scores, 1).tolist() == [False, False, False]
    assert hits(truth, scores, 2).tolist() == [True, False, False]
    assert hit_rate(truth, scores, 2) == 0.5
    assert hit_rate(truth, scores, 3) == 1


def test_of_equal_scores_the_earlier_label_wins():
    assert hits(np.array([[True, False]]), np.zeros((1, 2)), 1).tolist() == [True]
    assert hits(np.array([[False, True]]), np.zeros((1, 2)), 1).tolist() == [False]


def test_calibration_error_by_hand():
    truth = np.array([[True], [False], [True], [False]])
    assert calibration_error(truth, np.full((4, 1), 0.5)) == 0
    assert calibration_error(truth, np.array([[1.0], [1.0], [0.0], [0.0]])) == 0.5
    assert calibration_error(truth, np.array([[1.0], [0.0], [1.0], [0.0]])) == 0


def test_one_source_gives_an_interval_of_one_point():
    values = np.array([1.0, 2.0, 3.0])
    found = bootstrap_by_source(["a", "a", "a"], lambda i: float(values[i].mean()), rounds=20)
    assert found == (2.0, 2.0)


def test_whole_sources_are_drawn_and_the_interval_is_repeatable():
    names = ["a"] * 50 + ["b"] * 50
    values = np.repeat([0.0, 1.0], 50)
    seen = []

    def mean(index):
        seen.append(float(values[index].mean()))
        return seen[-1]

    first = bootstrap_by_source(names, mean, rounds=200, seed=5)
    assert set(seen) == {0.0, 0.5, 1.0}
    assert first == (0.0, 1.0) == bootstrap_by_source(names, mean, rounds=200, seed=5)


def test_a_wider_level_gives_a_wider_interval():
    draw = np.random.default_rng(0)
    names, values = [str(i) for i in range(40)], draw.normal(size=40)
    mean = lambda index: float(values[index].mean())  # noqa: E731
    narrow = bootstrap_by_source(names, mean, level=0.5)
    wide = bootstrap_by_source(names, mean, level=0.95)
    assert wide[0] < narrow[0] < values.mean() < narrow[1] < wide[1]
    assert (wide[1] - wide[0]) / 3.92 == pytest.approx(values.std() / np.sqrt(40), rel=0.15)


def test_reliability_by_hand():
    truth = np.array([[True, False], [False, True]])
    probabilities = np.array([[0.05, 0.97], [0.01, 1.0]])
    assert reliability(truth, probabilities) == [
        (pytest.approx(0.03), 0.5, 2),
        (pytest.approx(0.985), 0.5, 2),
    ]


def test_several_statistics_share_their_draws():
    values = np.random.default_rng(0).normal(size=30)
    names = [str(i % 6) for i in range(30)]
    both = bootstrap_each(names, lambda i: np.array([values[i].mean(), values[i].max()]), rounds=50)
    assert tuple(both[:, 0]) == bootstrap_by_source(names, lambda i: float(values[i].mean()), rounds=50)
    assert tuple(both[:, 1]) == bootstrap_by_source(names, lambda i: float(values[i].max()), rounds=50)


def test_a_statistic_without_a_value_has_no_interval():
    ends = bootstrap_each(["a", "b"], lambda i: np.array([1.0, np.nan]), rounds=5)
    assert ends[:, 0].tolist() == [1, 1]
    assert np.isnan(ends[:, 1]).all()
