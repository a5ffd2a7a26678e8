"""Measures of a shot: values by hand, cuts and transitions kept out, memory bounded."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.shots.shot_measures import MOST_KEPT, MOTION_TIME, ShotMeasures, sharpness_of


def flat(index, luma, u=128, v=128, **facts):
    planes = np.full((8, 8), luma, np.uint8), np.full((4, 4), u, np.uint8), np.full((4, 4), v, np.uint8)
    return Frame(index, index, *planes, **facts)


def measured(frames, clear=None):
    means = ShotMeasures(MOTION_TIME)
    for frame in frames:
        means.feed(frame)
    end = frames[-1].index + 1
    return means.close(end, clear or range(frames[0].index, end))


def test_levels_are_shares_of_black_to_white():
    assert measured([flat(0, 16)])["brightness"] == 0
    assert measured([flat(0, 235)])["brightness"] == 1
    assert measured([flat(0, 255, full_range=True)])["brightness"] == 1
    assert measured([flat(0, 90, 240, 16)])["saturation"] == 1
    assert measured([flat(0, 90, 128 + 56, 128)])["saturation"] == pytest.approx(0.25)


def test_motion_is_the_mean_change_of_light():
    frames = [flat(index, 16 + 219 * (index % 2)) for index in range(4)]
    assert measured(frames)["motion"] == 1
    assert measured([flat(0, 50), flat(1, 50)])["motion"] == 0


@pytest.mark.parametrize("rate", [24, 25, 30, 48, 50, 60, 120])
def test_motion_does_not_depend_on_the_frame_rate(rate):
    """A level that rises by 24 a second has risen by about one 1/24 second ago."""
    means = ShotMeasures(Fraction(1, rate))
    for index in range(2 * rate):
        means.feed(flat(index, 20 + index * 24 // rate))
    assert means.close(2 * rate, range(2 * rate))["motion"] == pytest.approx(1 / 219, rel=0.25)


def test_motion_of_uneven_frames_goes_by_their_times():
    """Ticks of 1/240 second: the frames compared lie 10 apart, however many lie between them."""
    means = ShotMeasures(Fraction(1, 240))
    for index, pts in enumerate([0, 10, 12, 20, 24, 30, 40]):
        means.feed(replace(flat(index, 20 + pts), pts=pts))
    assert means.close(7, range(7))["motion"] == pytest.approx((10 + 12 + 10 + 12 + 10 + 10) / 6 / 219)


def test_frames_of_another_shot_are_not_compared_at_high_rates():
    means = ShotMeasures(Fraction(1, 120))
    for index in range(40):
        means.feed(flat(index, 50 if index < 20 else 200))
    assert means.close(20, range(20))["motion"] == means.close(40, range(20, 40))["motion"] == 0


def test_one_frame_has_no_motion():
    assert "motion" not in measured([flat(0, 50)])


def test_contrast_and_sharpness_of_stripes():
    stripes = np.zeros((8, 8), np.uint8)
    stripes[:, 1::2] = 219
    chroma = np.full((4, 4), 128, np.uint8)
    found = measured([Frame(0, 0, stripes + 16, chroma, chroma)])
    assert found["contrast"] == pytest.approx(0.5)
    # inside, each pixel's two neighbours lie 219 away; at the edge one does
    bends = np.array([219, -438, 438, -438, 438, -438, 438, -219])
    assert found["sharpness"] == pytest.approx(bends.std())
    assert sharpness_of(Frame(0, 0, stripes, chroma, chroma)) == pytest.approx(bends.var())


def test_the_cut_is_no_motion_of_either_shot():
    means = ShotMeasures(MOTION_TIME)
    for frame in [flat(0, 50), flat(1, 50), flat(2, 200), flat(3, 200), flat(4, 200)]:
        means.feed(frame)
    first, second = means.close(2, range(2)), means.close(5, range(2, 5))
    assert first["motion"] == second["motion"] == 0
    assert first["brightness"] == pytest.approx(34 / 219)
    assert second["brightness"] == pytest.approx(184 / 219)


def test_frames_inside_transitions_do_not_count():
    frames = [flat(0, 16), flat(1, 60), flat(2, 125), flat(3, 125), flat(4, 200)]
    found = measured(frames, clear=range(2, 4))
    assert found["brightness"] == pytest.approx(109 / 219)
    assert found["motion"] == 0


def test_a_long_shot_has_its_mean_in_bounded_memory():
    means = ShotMeasures(MOTION_TIME)
    length = 3 * MOST_KEPT + 7
    for index in range(length):
        means.feed(flat(index, 16 + index % 2))
        assert len(means._rows) <= MOST_KEPT
    found = means.close(length, range(length))
    assert found["motion"] == pytest.approx(1 / 219)
    assert found["brightness"] == pytest.approx((length // 2) / length / 219)


def test_a_late_detector_breaks_nothing():
    means = ShotMeasures(MOTION_TIME)
    for index in range(3 * MOST_KEPT):
        means.feed(flat(index, 100))
    assert means.close(4, range(4))
    assert means.close(3 * MOST_KEPT, range(4, 3 * MOST_KEPT))["brightness"] == pytest.approx(84 / 219)
