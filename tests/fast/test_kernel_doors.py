"""What the kernels refuse, and that both forms refuse it in the same words."""

import numpy as np
import pytest

PLANE = np.zeros((4, 6), dtype=np.uint8)
HALF = np.zeros((2, 3), dtype=np.uint8)
RGB = np.zeros((4, 6, 3), dtype=np.uint8)
HOW = {"matrix": "bt709", "full_range": False}

BAD_PLANES = [
    (np.zeros((4, 6)), "dtype float64, not uint8"),
    (np.zeros((4, 6), dtype=np.int8), "dtype int8, not uint8"),
    (np.zeros(24, dtype=np.uint8), r"shape \(24,\), not \(height, width\)"),
    (RGB, r"shape \(4, 6, 3\), not \(height, width\)"),
    (np.zeros((0, 6), dtype=np.uint8), "sides must be 1 to 65535"),
    (np.zeros((1, 65536), dtype=np.uint8), "sides must be 1 to 65535"),
    (np.zeros((6, 4), dtype=np.uint8).T, "pixels of a row must be contiguous"),
    (PLANE[:, ::-1], "pixels of a row must be contiguous"),
    (np.zeros((4, 12), dtype=np.uint8)[:, ::2], "pixels of a row must be contiguous"),
    ([[1, 2], [3, 4]], "is a list, not a numpy array"),
    (None, "is a NoneType, not a numpy array"),
]


@pytest.mark.parametrize(("plane", "fault"), BAD_PLANES)
def test_planes(kernels, plane, fault):
    for call in (
        lambda: kernels.luma_histogram(plane),
        lambda: kernels.block_means(plane, 2, 2),
        lambda: kernels.luma_statistics(plane),
        lambda: kernels.mean_abs_difference(plane, PLANE),
        lambda: kernels.mean_abs_difference(PLANE, plane),
        lambda: kernels.channel_entropies_yuv(plane, HALF, HALF),
        lambda: kernels.yuv_to_rgb(PLANE, plane, HALF, **HOW),
        lambda: kernels.colours_and_cells(plane, HALF, HALF, (2, 2), (1, 1)),
        lambda: kernels.hsv_histogram_yuv(PLANE, HALF, plane, **HOW),
        lambda: kernels.hsv_joint_histogram_yuv(plane, HALF, HALF, **HOW),
    ):
        with pytest.raises(ValueError, match=fault):
            call()


@pytest.mark.parametrize("chroma", [(2, 4), (3, 3), (4, 6), (1, 3)])
def test_chroma_of_another_size(kernels, chroma):
    wrong = np.zeros(chroma, dtype=np.uint8)
    with pytest.raises(ValueError, match=r"v has shape .*; a y of \(4, 6\) goes with \(2, 3\)"):
        kernels.yuv_to_rgb(PLANE, HALF, wrong, **HOW)


@pytest.mark.parametrize(
    ("rgb", "fault"),
    [
        (PLANE, r"not \(height, width, 3\)"),
        (np.zeros((4, 6, 4), dtype=np.uint8), r"not \(height, width, 3\)"),
        (np.zeros((4, 6, 4), dtype=np.uint8)[..., :3], "must be contiguous"),
        (RGB[..., ::-1], "must be contiguous"),
        (RGB[:, ::2], "must be contiguous"),
        (RGB.astype(float), "dtype float64"),
    ],
)
def test_rgb(kernels, rgb, fault):
    with pytest.raises(ValueError, match=fault):
        kernels.hsv_histogram_rgb(rgb)
    with pytest.raises(ValueError, match=fault):
        kernels.hsv_joint_histogram_rgb(rgb)


@pytest.mark.parametrize("step", [0, -1])
def test_steps(kernels, step):
    for call in (
        lambda: kernels.hsv_histogram_yuv(PLANE, HALF, HALF, step=step, **HOW),
        lambda: kernels.hsv_joint_histogram_rgb(RGB, step=step),
        lambda: kernels.luma_histogram(PLANE, step=step),
        lambda: kernels.mean_abs_difference(PLANE, PLANE, step),
    ):
        with pytest.raises(ValueError, match="step is"):
            call()


@pytest.mark.parametrize("bins", [(0, 1, 1), (181, 1, 1), (1, 257, 1), (1, 1, -1), (8, 8), (8, 8, 8, 8)])
def test_hsv_bins(kernels, bins):
    with pytest.raises(ValueError, match="bins is"):
        kernels.hsv_histogram_rgb(RGB, bins=bins)
    with pytest.raises(ValueError, match="bins is"):
        kernels.hsv_joint_histogram_yuv(PLANE, HALF, HALF, bins=bins, **HOW)


def test_joint_bins_beyond_16_bits(kernels):
    with pytest.raises(ValueError, match="product must be at most 65536"):
        kernels.hsv_joint_histogram_rgb(RGB, bins=(180, 256, 2))


@pytest.mark.parametrize("bins", [0, 257])
def test_luma_bins(kernels, bins):
    with pytest.raises(ValueError, match="bins is"):
        kernels.luma_histogram(PLANE, bins)


@pytest.mark.parametrize(("rows", "cols"), [(0, 1), (1, 0), (-1, 4)])
def test_grids(kernels, rows, cols):
    for call in (
        lambda: kernels.block_means(PLANE, rows, cols),
        lambda: kernels.colours_and_cells(PLANE, HALF, HALF, (rows, cols), (1, 1)),
        lambda: kernels.colours_and_cells(PLANE, HALF, HALF, (1, 1), (rows, cols)),
    ):
        with pytest.raises(ValueError, match="the grid is"):
            call()


def test_planes_of_two_sizes(kernels):
    with pytest.raises(ValueError, match="must be alike"):
        kernels.mean_abs_difference(PLANE, HALF)


def test_a_matrix_nobody_knows(kernels):
    with pytest.raises(ValueError, match="matrix is 'bt470', not one of bt601, bt709, bt2020"):
        kernels.yuv_to_rgb(PLANE, HALF, HALF, matrix="bt470", full_range=False)


def test_arguments_are_left_as_they_were(kernels):
    y = np.arange(24, dtype=np.uint8).reshape(4, 6)
    kept = y.copy()
    kernels.hsv_histogram_yuv(y, HALF, HALF, **HOW)
    kernels.block_means(y, 2, 2)
    kernels.channel_entropies_yuv(y, HALF, HALF)
    assert np.array_equal(y, kept)
