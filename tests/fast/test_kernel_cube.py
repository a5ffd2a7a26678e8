"""The joint histogram of luminance and colour: values by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from kernel_pictures import one_colour, pictures, unhurried

from cinetag_plugin._fast import cube_bins

SHAPE = (cube_bins.LEVELS, cube_bins.TINTS, cube_bins.TINTS)


def test_a_grey_picture_fills_the_bin_of_its_level_and_the_next(kernels):
    cube = kernels.colour_cube(*one_colour(64, 64, (40, 128, 128))).reshape(SHAPE)
    assert cube.dtype == np.float32
    assert np.argwhere(cube > 0)[:, 0].tolist() == [2, 3]
    # 40 lies half way from 32 to 48
    assert cube[2, 4, 4] == pytest.approx(0.5, abs=0.03)
    assert cube[3, 4, 4] == pytest.approx(0.5, abs=0.03)


def test_strong_colours_share_the_outer_bins(kernels):
    cube = kernels.colour_cube(*one_colour(8, 8, (255, 255, 0))).reshape(SHAPE)
    assert cube[:, 8, 0].sum() == pytest.approx(1)
    assert cube[15:].sum() == pytest.approx(1)


def test_a_flat_picture_that_brightens_moves_little_by_little(kernels):
    cubes = [kernels.colour_cube(*one_colour(64, 64, (level, 128, 128))) for level in range(40, 60)]
    steps = [0.5 * np.abs(a - b).sum() for a, b in pairwise(cubes)]
    assert max(steps) < 0.1


@unhurried
@given(pictures())
def test_shares_sum_to_one(kernels, picture):
    cube = kernels.colour_cube(*picture)
    assert cube.shape == (cube_bins.BINS,)
    assert cube.sum() == pytest.approx(1, abs=1e-4)
    assert cube.min() >= 0


@unhurried
@given(pictures())
def test_colours_and_cells_are_those_of_the_planes(kernels, picture):
    colours, cells, tints = kernels.colours_and_cells(*picture, (3, 5), (2, 4))
    np.testing.assert_array_equal(colours, kernels.colour_cube(*picture))
    np.testing.assert_array_equal(cells, kernels.block_means(picture[0], 3, 5))
    np.testing.assert_array_equal(tints, [kernels.block_means(plane, 2, 4) for plane in picture[1:]])
