"""Distances of histograms: hand-computed values, the defined edges, and OpenCV."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_pictures import unhurried

DISTANCES = ["half_l1", "bhattacharyya", "correlation_distance"]
counts = st.lists(st.integers(0, 10**6), min_size=6, max_size=6)


@pytest.fixture(scope="module", params=DISTANCES)
def distance(request, kernels):
    return getattr(kernels, request.param)


def test_half_l1_by_hand(kernels):
    assert kernels.half_l1([1, 1, 0, 0], [0, 2, 2, 0]) == 0.5
    assert kernels.half_l1([3, 1], [1, 3]) == 0.5
    assert kernels.half_l1([1, 0, 0, 3], [1, 0, 1, 2]) == 0.25


def test_bhattacharyya_by_hand(kernels):
    assert kernels.bhattacharyya([1, 1, 0], [0, 1, 1]) == pytest.approx(math.sqrt(0.5), abs=1e-15)
    assert kernels.bhattacharyya([1, 3], [1, 0]) == pytest.approx(math.sqrt(0.5), abs=1e-15)


def test_correlation_by_hand(kernels):
    assert kernels.correlation_distance([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5, abs=1e-15)
    assert kernels.correlation_distance([1, 2, 3], [3, 2, 1]) == 1.0
    assert kernels.correlation_distance([0, 1], [5, 9]) == pytest.approx(0.0, abs=1e-15)


def test_empty_histograms(distance):
    assert distance([0, 0], [0, 0]) == 0.0
    assert distance([0, 0], [0, 7]) == 1.0
    assert distance([7, 7], [0, 0]) == 1.0


def test_correlation_of_constant_histograms(kernels):
    assert kernels.correlation_distance([4, 4, 4], [9, 9, 9]) == 0.0
    assert kernels.correlation_distance([4, 4, 4], [1, 2, 3]) == 1.0
    assert kernels.correlation_distance([5], [8]) == 0.0
    assert kernels.correlation_distance([0.1, 0.1, 0.1], [0.3, 0.3, 0.3]) == 0.0


weights = st.lists(st.floats(0, 1e300), min_size=5, max_size=5)


@unhurried
@given(weights, weights)
def test_any_weights_give_a_distance(distance, a, b):
    assert 0.0 <= distance(a, b) <= 1.0


@unhurried
@given(counts, counts)
def test_symmetric_and_between_0_and_1(distance, a, b):
    assert 0.0 <= distance(a, b) <= 1.0
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-9)


@unhurried
@given(counts, st.integers(1, 1000))
def test_zero_for_proportional_histograms(distance, a, times):
    assert distance(a, [times * n for n in a]) == pytest.approx(0.0, abs=1e-7)


def test_one_for_histograms_without_a_common_bin(kernels):
    assert kernels.half_l1([2, 0, 5, 0], [0, 3, 0, 1]) == 1.0
    assert kernels.bhattacharyya([2, 0, 5, 0], [0, 3, 0, 1]) == 1.0


def test_counts_of_any_number_type(kernels):
    for dtype in (np.uint8, np.uint32, np.int64, np.float32):
        a, b = np.array([1, 1, 0, 0], dtype=dtype), np.array([0, 2, 2, 0], dtype=dtype)
        assert kernels.half_l1(a, b) == 0.5
    every_other = np.array([1, 9, 1, 9, 0, 9, 0, 9])[::2]
    assert kernels.half_l1(every_other, [0, 2, 2, 0]) == 0.5


@pytest.mark.parametrize(
    ("a", "b", "fault"),
    [
        ([1, 2], [1, 2, 3], "a has 2 bins, b has 3"),
        ([], [], "shape"),
        ([[1, 2]], [[1, 2]], "shape"),
        ([1, -1], [1, 1], "below zero"),
        ([1, 1], [math.nan, 1.0], "not finite"),
        ([math.inf, 1], [1, 1], "not finite"),
        ([True, False], [True, True], "dtype bool"),
        (["1"], ["2"], "dtype"),
    ],
)
def test_what_is_no_histogram_is_refused(distance, a, b, fault):
    with pytest.raises(ValueError, match=fault):
        distance(a, b)


def test_equal_to_opencv(kernels, cv2):
    random = np.random.default_rng(8)
    a = random.integers(0, 5000, 256).astype(np.float32)
    b = random.integers(0, 300, 256).astype(np.float32)
    b[100:] = 0
    compared = cv2.compareHist(a, b, cv2.HISTCMP_BHATTACHARYYA)
    assert kernels.bhattacharyya(a, b) == pytest.approx(compared, abs=1e-6)
    compared = cv2.compareHist(a, a + b, cv2.HISTCMP_CORREL)
    assert kernels.correlation_distance(a, a + b) == pytest.approx(1 - compared, abs=1e-6)
    compared = cv2.compareHist(a / a.sum(), b / b.sum(), cv2.HISTCMP_INTERSECT)
    assert kernels.half_l1(a, b) == pytest.approx(1 - compared, abs=1e-5)
