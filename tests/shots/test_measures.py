"""What is measured of a frame, and what the distances mind and do not mind."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import black, frame, picture

from cinetag_plugin.shots.measures import colour_distance, difference, measure, structure_distance


def measured(painted, **facts):
    return measure(frame(7, painted, **facts))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_frames_of_any_size(height, width, seed):
    dice = np.random.default_rng(seed)
    one, other = (measured((dice.integers(0, 256, (height, width), np.uint8), 3, 250)) for _ in range(2))
    assert one.colours.sum() == pytest.approx(1, abs=1e-4)
    assert one.index == 7
    assert difference(one, one) == 0
    assert difference(one, other) == difference(other, one) >= 0
    assert 0 <= colour_distance(one, other) <= 1 + 1e-6


def test_structure_does_not_mind_light_and_contrast():
    luma, u, v = picture(1)
    dimmed = (luma // 2 + 30, u, v)
    assert structure_distance(measured((luma, u, v)), measured(dimmed)) < 0.12
    assert structure_distance(measured(picture(1)), measured(picture(2))) > 0.8


def test_colours_do_not_mind_motion():
    assert colour_distance(measured(picture(1)), measured(picture(1, step=5))) < 0.1
    assert colour_distance(measured(picture(1)), measured(picture(2))) > 0.8


def test_colour_alone_is_a_difference():
    luma, _, _ = picture(1)
    assert colour_distance(measured((luma, 90, 128)), measured((luma, 128, 90))) == pytest.approx(1)


def test_coding_noise_of_grey_is_hardly_colour():
    dice, still = np.random.default_rng(5), frame(7, (picture(1)[0], 128, 128))
    noisy = [replace(still, u=128 + _noise(dice, still.u), v=128 + _noise(dice, still.v)) for _ in range(2)]
    assert colour_distance(*map(measure, noisy)) < 0.12


def _noise(dice, plane):
    return dice.integers(-1, 2, plane.shape).astype(np.uint8)


def test_a_level_more_of_a_flat_area_is_a_small_step():
    flat = [measured((np.full((90, 160), level, np.uint8), 90, 180)) for level in range(60, 100)]
    assert max(colour_distance(a, b) for a, b in pairwise(flat)) < 0.1


def test_brightness_counts_from_black():
    assert measured(black()).brightness == measured(black()).brightest == 0
    assert measured(black(), full_range=True).brightness == 16


def test_brightest_is_the_brightest_cell():
    luma = black()[0].copy()
    luma[:5, :5] = 216
    assert measured((luma, 128, 128)).brightest == pytest.approx(200)
