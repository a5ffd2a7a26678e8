"""Kinship: frames of a dissolve lie on the line between those around them, frames of a pan do not."""

import numpy as np
import pytest
from painted import darkened, frames, picture, shot

from cinetag_plugin.shots.kinship import CHANNELS, LAGS, REACH, kinship, stretch_of
from cinetag_plugin.shots.measures import measure

FIRST_BETWEEN = 6 * len(LAGS)
ALONG, OFF, STEPS, PATCHED = (FIRST_BETWEEN + 4 * LAGS.index(8) + i for i in range(4))
DISTANCE_8 = 5 * len(LAGS) + LAGS.index(8)
LUMA_MEAN, UNDER_MOST = CHANNELS - 7, CHANNELS - 2


def kin(pictures):
    return kinship(stretch_of([measure(frame) for frame in frames(pictures)]))


def mixed(before, after, share):
    return tuple(
        np.rint((1 - share) * np.asarray(a, float) + share * np.asarray(b, float)).astype(np.uint8)
        if isinstance(a, np.ndarray)
        else round((1 - share) * a + share * b)
        for a, b in zip(before, after, strict=True)
    )


def dissolve(length):
    before, after = picture(1), picture(2)
    ramp = [mixed(before, after, (i + 1) / (length + 1)) for i in range(length)]
    return [before] * 40 + ramp + [after] * 40


def test_one_row_a_frame_and_all_numbers():
    rows = kin(dissolve(20))
    assert rows.shape == (100, CHANNELS)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert np.abs(rows).max() < 10


def test_the_middle_of_a_dissolve_is_half_way_on_a_straight_line():
    middle = kin(dissolve(21))[50]
    assert middle[ALONG] == pytest.approx(0.5, abs=0.02)
    assert middle[OFF] < 0.05
    assert middle[STEPS] > 0.95


def test_a_wipe_takes_each_part_from_one_of_the_two():
    before, after = picture(1), picture(2)
    wipe = [
        (np.where(np.arange(160) < 160 * (i + 1) / 9, after[0], before[0]), *before[1:]) for i in range(8)
    ]
    middle = kin([before] * 40 + wipe + [after] * 40)[44]
    assert middle[PATCHED] < 0.1
    assert kin(dissolve(8))[44][PATCHED] > 0.3
    assert middle[OFF] > 0.3


def test_a_pan_wanders_off_the_line():
    rows = kin(shot(3, 100, pace=4))
    assert rows[50][OFF] > 0.4
    assert rows[50][STEPS] < 0.6


def test_frames_that_stand_still_lie_nowhere_apart():
    rows = kin([picture(1)] * 80)
    assert rows[40][: 2 * 2 * len(LAGS)] == pytest.approx(1, abs=1e-3)
    assert rows[40][DISTANCE_8] == pytest.approx(0, abs=1e-3)
    assert rows[40][ALONG] == pytest.approx(0.5)


def test_a_fade_ends_below_all_around():
    pictures = [picture(1)] * 40 + [darkened(picture(1), 1 - i / 20) for i in range(20)] + [picture(2)] * 40
    rows = kin(pictures)
    assert rows[59][LUMA_MEAN] < 0.05
    assert rows[59][UNDER_MOST] < -0.3


def test_flat_frames_give_finite_numbers():
    rows = kin([(np.full((90, 160), level, np.uint8), 128, 128) for level in (16, 16, 235, 16, 235) * 10])
    assert np.abs(rows).max() < 10


def test_away_from_its_ends_a_stretch_does_not_matter():
    pictures = shot(1, 60, pace=2) + dissolve(24) + shot(5, 60, pace=1)
    whole = kin(pictures)
    part = kin(pictures[50:180])
    inner = slice(REACH, len(part) - REACH)
    np.testing.assert_allclose(part[inner], whole[50:180][inner], atol=1e-5)
