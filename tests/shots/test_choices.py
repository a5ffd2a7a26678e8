"""Which frames of a shot become its key frames: the best, evenly spread, coded as such, most changed."""

import numpy as np
import pytest
from painted import black, frame, picture

from cinetag_plugin.shots.choices import keeper
from cinetag_plugin.shots.key_frames import KeptFrames


def blurred(painted, times):
    luma, u, v = painted
    soft = luma.astype(float)
    for _ in range(times):
        soft = (soft + np.roll(soft, 1, 0) + np.roll(soft, -1, 0) + np.roll(soft, 1, 1)) / 4
    return soft.astype(np.uint8), u, v


def chosen(pictures, key_frames, sampling="uniform", clear=None, keys=()):
    frames = keeper(key_frames, sampling, 4, frozenset(40 * index for index in keys))
    for index, painted in enumerate(pictures):
        frames.keep(frame(index, painted))
    return [f.index for f in frames.close(0, len(pictures), clear or range(len(pictures)))]


def test_best_is_the_sharpest_of_like_frames():
    pictures = [blurred(picture(1), 6)] * 9 + [picture(1)] + [blurred(picture(1), 3)] * 5
    assert chosen(pictures, "best") == [9]


def test_best_is_typical_rather_than_an_outlier_as_sharp():
    pictures = [picture(1)] * 10 + [picture(2)] + [picture(1)] * 10
    assert chosen(pictures, "best")[0] != 10


def test_best_passes_over_black_and_transitions():
    pictures = [black()] * 5 + [picture(1)] * 3 + [blurred(picture(1), 2)] * 5 + [black()] * 9
    assert chosen(pictures, "best") == [5]
    assert chosen(pictures, "best", clear=range(9, 13)) == [9]
    assert chosen([black()] * 6, "best") == [0]


def test_one_uniform_key_frame_is_the_middle():
    assert isinstance(keeper(1, "uniform", 4), KeptFrames)
    assert isinstance(keeper("middle", "uniform", 4), KeptFrames)


@pytest.mark.parametrize(
    ("length", "count", "expected"),
    [(100, 2, [25, 75]), (90, 3, [15, 45, 75]), (3, 5, [0, 1, 2]), (1, 99, [0]), (7, 7, list(range(7)))],
)
def test_uniform_frames_are_the_middles_of_equal_parts(length, count, expected):
    assert chosen([picture(1)] * length, count) == expected


def test_uniform_frames_in_a_transition_give_way_to_the_nearest_outside():
    assert chosen([picture(1)] * 100, 2, clear=range(40, 100)) == [40, 75]


def test_coded_key_frames_are_chosen_and_no_others():
    assert chosen([picture(1)] * 100, 3, "iframes", keys=[0, 48, 60, 99]) == [0, 48, 99]
    assert chosen([picture(1)] * 100, 9, "iframes", keys=[0, 48]) == [0, 48]
    assert chosen([picture(1)] * 100, 9, "iframes") == [50]


def test_coded_key_frames_of_a_long_shot_are_found():
    assert chosen([picture(1)] * 2000, 2, "iframes", keys=[333, 1777]) == [333, 1777]


def test_change_looks_for_the_pictures_least_like_those_chosen():
    pictures = [picture(1)] * 60 + [picture(2)] * 20 + [picture(3)] * 5
    found = chosen(pictures, 3, "change")
    assert [sum(index >= start for start in (0, 60, 80)) for index in found] == [1, 2, 3]


@pytest.mark.parametrize("sampling", ["uniform", "change"])
def test_every_frame_is_chosen_once_however_many_are_wanted(sampling):
    assert chosen([picture(1)] * 6, 20, sampling) == list(range(6))
