"""Luma histograms, block means and differences of planes: values by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from kernel_pictures import pictures, unhurried

SMALL = np.array([[0, 10, 250], [20, 30, 255]], dtype=np.uint8)


def test_luma_histogram(kernels):
    counts = kernels.luma_histogram(SMALL)
    assert counts.dtype == np.int64
    assert np.flatnonzero(counts).tolist() == [0, 10, 20, 30, 250, 255]
    assert kernels.luma_histogram(SMALL, 2).tolist() == [4, 2]
    assert kernels.luma_histogram(SMALL, 2, step=2).tolist() == [1, 1]


def test_block_means_of_the_whole_and_of_each_pixel(kernels):
    means = kernels.block_means(SMALL, 1, 1)
    assert means.dtype == np.float32
    assert means.tolist() == [[np.float32(565 / 6)]]
    assert kernels.block_means(SMALL, 2, 3).tolist() == SMALL.tolist()


def test_block_means_of_uneven_cells(kernels):
    assert kernels.block_means(SMALL, 1, 2).tolist() == [[10.0, 136.25]]


def test_a_grid_finer_than_the_plane_repeats_pixels(kernels):
    plane = np.array([[1], [2]], dtype=np.uint8)
    assert kernels.block_means(plane, 3, 2).tolist() == [[1, 1], [1, 1], [2, 2]]


def test_sums_of_a_large_white_plane_do_not_overflow(compiled):
    white = np.full((65535, 300), 255, dtype=np.uint8)
    assert compiled.block_means(white, 1, 1).tolist() == [[255.0]]
    assert compiled.mean_abs_difference(white, np.zeros_like(white)) == 255.0


@unhurried
@given(pictures(), st.integers(1, 20), st.integers(1, 20))
def test_block_means_lie_between_the_extremes(kernels, picture, rows, cols):
    y = picture[0]
    means = kernels.block_means(y, rows, cols)
    assert means.shape == (rows, cols)
    assert y.min() <= means.min()
    assert means.max() <= y.max()


def test_mean_abs_difference(kernels):
    other = np.array([[5, 0, 255], [20, 60, 0]], dtype=np.uint8)
    assert kernels.mean_abs_difference(SMALL, other) == (5 + 10 + 5 + 0 + 30 + 255) / 6
    assert kernels.mean_abs_difference(SMALL, other, 2) == (5 + 5) / 2
    assert kernels.mean_abs_difference(SMALL, other, 9) == 5.0
    assert kernels.mean_abs_difference(SMALL, SMALL) == 0.0


def test_black_against_white_is_the_largest_difference(kernels):
    black, white = np.zeros((999, 1001), np.uint8), np.full((999, 1001), 255, np.uint8)
    assert kernels.mean_abs_difference(black, white) == 255.0
