"""Entropy in bits (equation 4 of the paper): values by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_pictures import one_colour, unhurried


@pytest.mark.parametrize(
    ("histogram", "bits"),
    [
        ([5], 0.0),
        ([0, 0, 9], 0.0),
        ([1, 1], 1.0),
        ([7, 7, 7, 7], 2.0),
        ([1] * 256, 8.0),
        ([3, 1], 2 - 0.75 * math.log2(3)),
        ([0.25, 0.25, 0.5], 1.5),
        ([0, 0, 0], 0.0),
        ([2.0, 5e-324], 0.0),
    ],
)
def test_by_hand(kernels, histogram, bits):
    assert kernels.entropy(histogram) == pytest.approx(bits, rel=0, abs=1e-12)


def test_entropy_of_nothing_and_of_one_level_is_plain_zero(kernels):
    assert math.copysign(1.0, kernels.entropy([4, 0])) == 1.0


@unhurried
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=64))
def test_between_zero_and_the_logarithm_of_the_bins(kernels, histogram):
    assert 0.0 <= kernels.entropy(histogram) <= math.log2(len(histogram)) + 1e-9


def test_planes(kernels):
    y, u, v = one_colour(16, 32, (16, 128, 128))
    assert kernels.channel_entropies_yuv(y, u, v) == (0.0, 0.0, 0.0)
    y[:, 16:] = 235
    u[:] = np.arange(128).reshape(8, 16)
    assert kernels.channel_entropies_yuv(y, u, v) == pytest.approx((1.0, 7.0, 0.0), abs=1e-12)


def test_one_pixel(kernels):
    assert kernels.channel_entropies_yuv(*one_colour(1, 1, (9, 8, 7))) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("histogram", [[], [[1]], [-1, 2], [math.nan], [math.inf], ["a"]])
def test_what_is_no_histogram_is_refused(kernels, histogram):
    with pytest.raises(ValueError, match="histogram"):
        kernels.entropy(histogram)
